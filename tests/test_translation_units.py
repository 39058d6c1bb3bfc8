"""Files of one program that see the headers differently. SPDX-License-Identifier: MIT

Other flags, macros, or versions in another file change nothing in this one.
"""
import re

import pytest

from conftest import C_INPUT, INCLUDE, WARNINGS, compile, run

WAITS = '''#include "cpu_relax_wait.h"
int NAME(const unsigned *word, cpu_relax_backoff_t *b);
int NAME(const unsigned *word, cpu_relax_backoff_t *b)
{
    cpu_relax_for_ns(100);
    return (int)cpu_relax_while_eq(word, 1u, 100) + (int)cpu_relax_until_masked32(word, 1, 1, 100) +
           cpu_relax_backoff(b);
}
'''


@pytest.mark.parametrize('compiler', ['g++', 'clang++-22'])
@pytest.mark.parametrize('level', ['-O0', '-O2'])
def test_no_function_is_shared(compiler, level, tmp_path):
    """W4: what C++ files of another -march or with other macros define would be merged by the linker."""
    (tmp_path / 'use.cc').write_text(WAITS)
    compile(compiler, level, '-std=c++11', f'-I{INCLUDE}', '-c', tmp_path / 'use.cc', '-o', tmp_path / 'use.o')
    symbols = re.findall(r'^[0-9a-f]+ (\w) (\S+)$', run('nm', tmp_path / 'use.o'), re.M)
    assert [name for kind, name in symbols if kind in 'TDBRWVu' and 'NAME' not in name] == []


@pytest.mark.parametrize('before', ['#include <time.h>', '#define CPU_RELAX_NO_MONITOR',
                                    '#define CPU_RELAX_CLOCK_NS() 5ull'])
def test_one_definition_rule(before, tmp_path):
    """W5: with -flto, GCC compares types and declarations of all files."""
    (tmp_path / 'first.cc').write_text(f'{before}\n' + WAITS.replace('NAME', 'first'))
    (tmp_path / 'second.cc').write_text(WAITS.replace('NAME', 'second'))
    (tmp_path / 'main.cc').write_text('int main() { }\n')
    compile('g++', '-std=c++11', '-O2', '-flto', '-Werror=odr', '-Werror=lto-type-mismatch', f'-I{INCLUDE}',
            [tmp_path / f'{name}.cc' for name in ('first', 'second', 'main')], '-o', tmp_path / 'program')


def test_pointers_of_32_bits_on_aarch64():
    """W21: watchOS. No operand is of another width than its register."""
    compile('clang-22', '--target=arm64_32-apple-watchos', '-ffreestanding', '-O2', WARNINGS, '-Wasm-operand-widths',
            '-DCPU_RELAX_FEATURES()=12', '-S', C_INPUT, '-o', '-',
            input=WAITS.replace('cpu_relax_while_eq(', 'cpu_relax_while_eq32('))
