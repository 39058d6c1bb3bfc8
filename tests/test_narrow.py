"""Functions with target attributes of their own: CPU_RELAX_STATEMENT(). SPDX-License-Identifier: MIT

Compilers refuse to inline an always_inline function into a function whose target attributes are
narrower than the build's. The hint as a statement compiles in all of them.
"""
import pytest

from conftest import INCLUDE, WARNINGS, compile, sh

SOURCE = '''#include "cpu_relax.h"
extern const volatile int flag;
{attribute} void narrow(void *frame);
{attribute} void narrow(void *frame) {{ (void)frame; while (!flag) {hint}; }}
'''
HANDLER = '__attribute__((interrupt, target("general-regs-only")))'  # takes a pointer
CLANG_ARM = 'clang-22 --target=arm-linux-gnueabi -march=armv7-a'
CLANG_MIPS = 'clang-22 --target=mips-linux-gnu -march=mips32r2 -msoft-float'
GCC_ARMV7 = 'arm-linux-gnueabi-gcc -march=armv7-a'

# (compiler and the flags of the build, the function's attribute, the instruction, is cpu_relax() refused?)
NARROW = [
    ('gcc', HANDLER, 'pause', True),
    ('clang-22', HANDLER, 'pause', True),
    ('gcc', '__attribute__((target("no-sse")))', 'pause', True),
    ('clang-22', '__attribute__((target("no-sse")))', 'pause', True),
    ('gcc -march=x86-64-v3', '__attribute__((target("arch=x86-64")))', 'pause', True),
    ('clang-22 -march=x86-64-v3', '__attribute__((target("arch=x86-64")))', 'pause', True),
    ('mips-linux-gnu-gcc', '__attribute__((mips16))', '', True),
    ('mips-linux-gnu-gcc -mips16', '__attribute__((nomips16))', '', True),
    (CLANG_MIPS, '__attribute__((mips16))', '', False),
    (f'{CLANG_MIPS} -mips16', '__attribute__((nomips16))', '', False),
    ('aarch64-linux-gnu-gcc', '__attribute__((target("+nosimd")))', 'isb', True),
    ('clang-22 --target=aarch64-linux-gnu', '__attribute__((target("nosimd")))', 'isb', True),
    ('powerpc64le-linux-gnu-gcc', '__attribute__((target("no-vsx")))', 'or 27,27,27', False),
    ('clang-22 --target=powerpc64le-linux-gnu', '__attribute__((target("no-vsx")))', '', True),
    ('clang-22 --target=riscv64-linux-gnu -march=rv64gc', '__attribute__((target("arch=rv64i")))', '', True),
    (f'{GCC_ARMV7} -mthumb', '__attribute__((target("arm")))', 'yield', False),
    (f'{GCC_ARMV7} -marm', '__attribute__((target("thumb")))', 'yield', False),
    (f'{CLANG_ARM} -mthumb', '__attribute__((target("arm")))', 'yield', True),
    (f'{CLANG_ARM} -marm', '__attribute__((target("thumb")))', 'yield', False),
]


def command(build, level, *words):
    return [build.split(), level, WARNINGS, '-Wno-unused-command-line-argument', f'-I{INCLUDE}', *words]


def source(tmp_path, attribute, hint):
    path = tmp_path / 'narrow.c'
    path.write_text(SOURCE.format(attribute=attribute, hint=hint))
    return path


@pytest.mark.parametrize('level', ['-O0', '-O2'])
@pytest.mark.parametrize('build, attribute, instruction, refused', NARROW)
def test_statement(build, attribute, instruction, refused, level, tmp_path):
    """CPU_RELAX_STATEMENT() compiles and assembles in the function, and its instruction is there."""
    use = source(tmp_path, attribute, 'CPU_RELAX_STATEMENT()')
    compile(command(build, level, '-c', use, '-o', tmp_path / 'narrow.o'))
    code = compile(command(build, level, '-S', use, '-o', '-')).partition('\nnarrow:')[2]
    assert instruction in ' '.join(code.split()).replace(', ', ','), 'the instruction is missing'


@pytest.mark.parametrize('build, attribute', [narrow[:2] for narrow in NARROW if narrow[3]])
def test_function_is_refused(build, attribute, tmp_path):
    """cpu_relax() is refused there: if a compiler learns to inline it, the documents may say so."""
    use = source(tmp_path, attribute, 'cpu_relax()')
    status, said = sh(command(build, '-O2', '-c', use, '-o', tmp_path / 'narrow.o'))
    assert status != 0 and 'always_inline' in said


@pytest.mark.parametrize('build, attribute', [
    (GCC_ARMV7, '__attribute__((target("arch=armv5te")))'),
    (CLANG_ARM, '__attribute__((target("arch=arm926ej-s")))'),
])
def test_older_arm_in_a_build_for_v7(build, attribute, tmp_path):
    """No spelling of `yield` assembles in a function for ARMv5TE; CPU_RELAX_INSN='"nop"' is the documented way out."""
    use = source(tmp_path, attribute, 'CPU_RELAX_STATEMENT()')
    status, said = sh(command(build, '-O2', '-c', use, '-o', tmp_path / 'narrow.o'))
    assert status != 0 and 'yield' in said
    compile(command(build, '-O2', '-DCPU_RELAX_INSN="nop"', '-c', use, '-o', tmp_path / 'narrow.o'))


@pytest.mark.parametrize('compiler', ['gcc', 'clang-22', 'g++', 'clang++-22'])
def test_expression(compiler, tmp_path):
    """With GNU compilers it is an expression, too, in the oldest and the newest dialect."""
    use = tmp_path / ('use.cc' if '++' in compiler else 'use.c')
    use.write_text('#include "cpu_relax.h"\nvoid use(const volatile int *flag);\n'
                   'void use(const volatile int *flag) { for (; !*flag; CPU_RELAX_STATEMENT()) { } }\n')
    for standard in ['c++98', 'c++2b'] if '++' in compiler else ['c90', 'c2x']:
        compile(command(compiler, '-O2', f'-std={standard}', '-c', use, '-o', tmp_path / 'use.o'))
