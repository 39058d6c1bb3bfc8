"""Monitors that no program which is run can miss, and those of Microsoft's compiler. SPDX-License-Identifier: MIT"""
import re

import pytest

from conftest import C_INPUT, HERE, compile, need, sh
from test_absent import HINT, INTRINSICS, LOAD, STDINT, simulate


@pytest.mark.parametrize('flags, statements', [
    ('aarch64-linux-gnu', 'ldaxr | wfe'), ('arm64e-apple-macos', 'ldaxr | wfe'),
    ('powerpc-linux-gnu', 'lwarx .*lwsync'), ('powerpc64-linux-gnu', 'lwarx .*lwsync | ldarx .*lwsync'),
    ('mips-linux-gnu -march=mips32r2', 'll .*sync | pause'),
    ('mips64-linux-gnu -march=mips64r2', 'lld .*sync | pause'), ('riscv32-linux-gnu -march=rv32ia', 'lr.w.aq'),
    ('riscv64-linux-gnu -march=rv64ia', r'lr.w.aq | lr.d.aq | \.insn i 0x73'),
    ('riscv64-linux-gnu -march=rv64ia -U__clang_major__ -D__clang_major__=13', '.byte 0x73,0x00,0xd0,0x01'),
    ('x86_64-linux-gnu -mwaitpkg -mmwaitx', '.byte 0xf3,0x0f,0xae,0xf0 | .byte 0xf2,0x0f,0xae,0xf1 | '
     '.byte 0x0f,0x01,0xfa | .byte 0x0f,0x01,0xfb')])
def test_monitor_is_emitted(flags, statements, tmp_path):
    """The assembly that arms it and sleeps is a barrier for the compiler, too."""

    def cc(*words):
        return compile('clang-22', f'--target={flags}'.split(), '-O0', '-nostdlibinc', '-DCPU_RELAX_CLOCK_NS()=0ull',
                       C_INPUT, words, input=LOAD.replace('main(void)', 'f(void)'))
    cc('-c', '-o', tmp_path / 'monitor.o')
    emitted = re.findall(r'asm sideeffect "([^"]*)", "([^"]*)"', cc('-S', '-emit-llvm', '-o', '-'))
    for statement in statements.split(' | '):
        clobbers = [clobbers for text, clobbers in emitted if re.match(statement, text)]
        assert clobbers, f'not emitted: {statement}'
        assert all('~{memory}' in one for one in clobbers), f'no "memory" clobber: {statement}'


@pytest.mark.parametrize('chosen, better', [('', True), ('-DCPU_RELAX_INSN="nop"', False)])
def test_better_hint_is_not_in_place_of_a_chosen_one(chosen, better):
    """AArch64's `sb`."""
    text = compile('aarch64-linux-gnu-gcc', '-O2', chosen.split(), '-S', C_INPUT, '-o', '-', input=LOAD)
    assert ('0xd50330ff' in text) == better, 'this hint was not chosen'


def test_doubleword_of_a_32_bit_abi():
    """-mpowerpc64 lets POWER's 32-bit ABI load words of 64 bits: they are armed as such."""
    text = compile('powerpc-linux-gnu-gcc', '-mpowerpc64', '-O2', '-S', C_INPUT, '-o', '-',
                   input=LOAD.replace('unsigned word', 'unsigned long long word').replace('eq32', 'eq64'))
    assert 'ldarx' in text


def test_thread_sanitizer_sees_what_an_armed_load_returns():
    """It knows no load by assembly: the word is loaded once more, with acquire order."""

    def loads(*macros):
        text = compile('aarch64-linux-gnu-gcc', '-O2', '-fsanitize=thread', macros, '-S', C_INPUT, '-o', '-',
                       input=LOAD)
        return text.count('__tsan_atomic32_load')
    assert loads() > loads('-DCPU_RELAX_NO_MONITOR'), 'the word is not loaded again'


def test_without_monitor():
    """CPU_RELAX_NO_MONITOR leaves nothing unused."""
    compile('clang-22', '--target=aarch64-linux-gnu', '-DCPU_RELAX_NO_MONITOR', '-ffreestanding', '-Wall', '-Wextra',
            '-Werror', '-fsyntax-only', C_INPUT, input='#include "cpu_relax_wait.h"\n')


# ---- Microsoft's compiler for x64, whose monitors are intrinsics -----------------------------------------
MICROSOFT = '-undef -D_MSC_VER=1939 -D_M_X64=100'


@pytest.mark.parametrize('cpu, calls', [
    ('none', '__cpuidex(0x80000001,0) __cpuidex(0,0) 0'),
    ('mwaitx', '__cpuidex(0x80000001,0) _mm_monitorx(word,0,0) _mm_mwaitx(2,0,100000) _mm_monitorx(word,0,0) 2'),
    ('waitpkg', '__cpuidex(0x80000001,0) __cpuidex(0,0) __cpuidex(0x7,0) '
                '_umonitor(word) _umwait(0,now+100000) _umonitor(word) 1')], ids=['none', 'mwaitx', 'waitpkg'])
@pytest.mark.parametrize('language', ['c', 'c++'])
def test_monitor_by_intrinsics(language, cpu, calls, tmp_path):
    """Detected once; a store while the monitor is armed ends the second wait without a sleep."""
    need('g++')
    for name, text in ('intrin.h', INTRINSICS), ('stdint.h', STDINT):
        (tmp_path / name).write_text(text)
    source = HERE / 'callers/microsoft.c'
    simulate(MICROSOFT, language, f'-I{tmp_path}', source, '-o', tmp_path / 'caller.o')
    compile('gcc', f'-I{tmp_path}', '-c', source, '-o', tmp_path / 'cpu.o')
    compile('g++', tmp_path / 'caller.o', tmp_path / 'cpu.o', '-o', tmp_path / 'program')
    assert sh(tmp_path / 'program', cpu) == (0, calls)


@pytest.mark.parametrize('program, flags', [(HINT, ()), (LOAD, '-DCPU_RELAX_NO_MONITOR')], ids=['hint', 'no-monitor'])
def test_intrinsics_are_not_included(program, flags, tmp_path):
    """<intrin.h>, which takes long to include, is only for waits that may sleep."""
    (tmp_path / 'stdint.h').write_text(STDINT)
    (tmp_path / 'use.c').write_text(program)
    simulate(MICROSOFT, 'c', flags, f'-I{tmp_path}', tmp_path / 'use.c', '-o', tmp_path / 'use.o')
