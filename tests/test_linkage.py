"""Who may call and declare the hint. SPDX-License-Identifier: MIT"""
import re

import pytest

from conftest import INCLUDE, WARNINGS, compile, run, sh

C = 'gcc', 'gcc-11', 'clang-14', 'clang-22'
CXX = 'g++', 'g++-11', 'clang++-14', 'clang++-22'
STANDARDS = 'c90', 'gnu90', 'c99', 'gnu99', 'c17', 'c2x'
CALL = '#include "cpu_relax.h"\nint main(void) { cpu_relax(); return 0; }\n'


def build(tmp_path, compiler, standard, text, *options):
    use = tmp_path / ('use.cc' if '++' in compiler else 'use.c')
    use.write_text(text)
    return compile(compiler, f'-std={standard}', WARNINGS, options, f'-I{INCLUDE}', use, '-o', tmp_path / 'use')


@pytest.mark.parametrize('standard', STANDARDS)
@pytest.mark.parametrize('compiler', C)
def test_two_files(compiler, standard, tmp_path):
    """Each includes the header and calls the hint; neither defines a symbol for it."""
    (tmp_path / 'other.c').write_text('#include "cpu_relax.h"\nvoid other(void);\nvoid other(void) { cpu_relax(); }\n')
    build(tmp_path, compiler, standard, CALL, '-O0', tmp_path / 'other.c')
    assert 'cpu_relax' not in run('nm', tmp_path / 'use')


# As Linux's kernel has them, with __inline left alone; and as builds for coverage or a debugger set them
MACROS = ['-Dinline=inline __attribute__((__gnu_inline__))', '-D__inline__=inline'], ['-Dinline=']


@pytest.mark.parametrize('macros', MACROS, ids=['linux', 'empty'])
@pytest.mark.parametrize('compiler', ['gcc', 'clang-22', 'g++', 'clang++-22'])
def test_inline_is_a_macro(compiler, macros, tmp_path):
    """Neither of two files defines a symbol for the hint, or for a function that waits."""
    text = '#include "cpu_relax_wait.h"\nvoid other(void);\n'
    (tmp_path / 'use').write_text(text + 'int main(void) { cpu_relax(); other(); return 0; }\n')
    (tmp_path / 'other').write_text(text + 'void other(void) {}\n')
    compile(compiler, '-x', 'c++' if '+' in compiler else 'c', macros, '-w', f'-I{INCLUDE}', tmp_path / 'use',
            tmp_path / 'other', '-o', tmp_path / 'program')
    assert not re.search(' [TW] .*cpu_relax', run('nm', tmp_path / 'program'))


@pytest.mark.parametrize('level', ['-O0', '-O2'])
@pytest.mark.parametrize('standard', STANDARDS)
@pytest.mark.parametrize('compiler', C)
def test_declared_static_before(compiler, standard, level, tmp_path):
    """As projects do that have a prototype of their own before the block of `#if`s that the header replaces."""
    build(tmp_path, compiler, standard, 'static __inline__ void cpu_relax(void);\n' + CALL, level)


@pytest.mark.parametrize('compiler', C)
def test_declared_without_static_before(compiler, tmp_path):
    """Documented: C99 then emits a definition in each file, so that two files do not link."""
    use, other = tmp_path / 'use.c', tmp_path / 'other.c'
    use.write_text('void cpu_relax(void);\n' + CALL)
    other.write_text('void cpu_relax(void);\n#include "cpu_relax.h"\n')
    status, said = sh(compiler, '-std=c99', f'-I{INCLUDE}', use, other, '-o', tmp_path / 'use')
    assert status != 0 and 'multiple definition' in said


def test_inline_function_by_clang_cl(tmp_path):
    """C's inline functions may call it: there, too, it is not static."""
    (tmp_path / 'use.c').write_text('#include "cpu_relax.h"\ninline void f(void) { cpu_relax(); }\n')
    compile('clang-22', '--driver-mode=cl', '-Wstatic-in-inline', '/WX', '/std:c11', f'/I{INCLUDE}', '/c',
            f'/Fo{tmp_path}/use.obj', '--', tmp_path / 'use.c')


@pytest.mark.parametrize('standard', ['c++98', 'c++11', 'c++20'])
@pytest.mark.parametrize('compiler', CXX)
def test_declared_noexcept_before(compiler, standard, tmp_path):
    nothrow = 'throw()' if standard == 'c++98' else 'noexcept'
    build(tmp_path, compiler, standard, f'inline void cpu_relax() {nothrow};\n' + CALL, '-O2')
    (tmp_path / 'use.cc').write_text('inline void cpu_relax();\n' + CALL)
    assert sh(compiler, f'-std={standard}', f'-I{INCLUDE}', '-c', tmp_path / 'use.cc', '-o', tmp_path / 'use.o')[0] != 0


@pytest.mark.parametrize('compiler', CXX)
def test_noexcept(compiler, tmp_path):
    build(tmp_path, compiler, 'c++11',
          '#include "cpu_relax.h"\nstatic_assert(noexcept(cpu_relax()), "");\nint main() {}\n')


@pytest.mark.parametrize('compiler', C)
def test_address_is_refused_in_c(compiler, tmp_path):
    """Documented: in C it has no address. A copy emitted for a callback could be another file's."""
    use = tmp_path / 'use.c'
    use.write_text('#include "cpu_relax.h"\n'
                   'int main(void) { void (*volatile f)(void) = cpu_relax; f(); return 0; }\n')
    status, said = sh(compiler, '-std=c99', f'-I{INCLUDE}', use, '-o', tmp_path / 'use')
    assert status != 0 and 'undefined reference' in said
