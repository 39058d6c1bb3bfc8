"""Files of one program that see the headers differently. SPDX-License-Identifier: MIT

Other flags, macros, versions or copies in another file change nothing in this one, or are refused.
"""
import re

import pytest

from conftest import HERE, INCLUDE, WARNINGS, compile, sh

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
def test_no_function_is_shared(compiler, level, need, tmp_path):
    """W4: what C++ files of another -march or with other macros define would be merged by the linker."""
    need(compiler)
    (tmp_path / 'use.cc').write_text(WAITS)
    compile(compiler, level, '-std=c++11', f'-I{INCLUDE}', '-c', tmp_path / 'use.cc', '-o', tmp_path / 'use.o')
    symbols = re.findall(r'^[0-9a-f]+ (\w) (\S+)$', sh('nm', tmp_path / 'use.o')[1], re.M)
    assert [name for kind, name in symbols if kind in 'TDBRWVu' and 'NAME' not in name] == []


@pytest.mark.parametrize('first, second', [('#include <time.h>\n', ''), ('#define CPU_RELAX_NO_MONITOR\n', ''),
                                           ('#define CPU_RELAX_CLOCK_NS() 5\n', '')])
def test_one_definition_rule(first, second, need, tmp_path):
    """W5: with -flto, GCC compares types and declarations of all files."""
    need('g++')
    for name, lines in ('first', first), ('second', second):
        (tmp_path / f'{name}.cc').write_text(lines + WAITS.replace('NAME', name))
    (tmp_path / 'main.cc').write_text('int main() { }\n')
    compile('g++', '-std=c++11', '-O2', '-flto', '-Werror=odr', '-Werror=lto-type-mismatch', f'-I{INCLUDE}',
            [tmp_path / f'{name}.cc' for name in ('first', 'second', 'main')], '-o', tmp_path / 'program')


def test_another_version_is_refused(need, tmp_path):
    """W18: an older or newer cpu_relax.h comes first on the path."""
    need('gcc')
    other = re.sub(r'(define CPU_RELAX_VERSION_MINOR) 0', r'\1 9', (INCLUDE / 'cpu_relax.h').read_text())
    (tmp_path / 'cpu_relax.h').write_text(other)
    (tmp_path / 'cpu_relax_wait.h').write_text((INCLUDE / 'cpu_relax_wait.h').read_text())
    status, said = sh('gcc', f'-I{tmp_path}', '-fsyntax-only', '-x', 'c', '-', input='#include "cpu_relax_wait.h"\n')
    errors = [line for line in said.splitlines() if 'error' in line]
    assert status != 0 and len(errors) == 2 and 'different versions' in errors[0], said  # GCC repeats the line


@pytest.mark.parametrize('compiler', ['gcc -std=c11', 'gcc -std=c2x', 'clang-22 -std=c17', 'g++ -std=c++11 -x c++',
                                      'clang++-22 -std=c++20'])
def test_types_of_callers(compiler, need, tmp_path):
    """Without a cast or a warning: atomics, bool, enumerations, pointers to const."""
    need(compiler.split()[0])
    language = 'types.cc' if '++' in compiler else 'types.c'
    compile(compiler.split(), WARNINGS, '-O2', f'-I{INCLUDE}', HERE / 'callers' / language, '-o', tmp_path / 'types')
    assert sh(tmp_path / 'types')[0] == 0


@pytest.mark.parametrize('compiler, language, number', [
    *((compiler, 'types.c', number) for compiler in ('gcc -std=c11', 'clang-22 -std=c11') for number in range(1, 5)),
    *((compiler, 'types.cc', number) for compiler in ('g++ -std=c++11', 'clang++-22') for number in range(1, 6))])
def test_floats_are_refused(compiler, language, number, need):
    """W15: the message says what to do."""
    need(compiler.split()[0])
    use = HERE / 'callers' / language
    status, said = sh(compiler.split(), f'-DFLOAT={number}', f'-I{INCLUDE}', '-fsyntax-only', use)
    assert status != 0 and re.search('its bits|ITS_BITS', said), said


def test_pointers_of_32_bits_on_aarch64(need):
    """W21: watchOS. No operand is of another width than its register."""
    need('clang-22')
    compile('clang-22', '--target=arm64_32-apple-watchos', '-ffreestanding', '-O2', WARNINGS, '-Wasm-operand-widths',
            '-DCPU_RELAX_FEATURES()=12', f'-I{INCLUDE}', '-S', '-x', 'c', '-', '-o', '-',
            input=WAITS.replace('cpu_relax_while_eq(', 'cpu_relax_while_eq32('))
