"""Device passes of GPUs, which also define the macros of their host, and host passes. SPDX-License-Identifier: MIT

Compiled, not run: no device is needed. nvcc and NVRTC are not available here; the table has their macros.
"""
import re

import pytest

from conftest import HERE, INCLUDE, compile, each_target

SOURCE = HERE / 'callers/device.c'
# The driver warns of what one pass does not use, of OpenMP's pragmas in other languages, and of a missing toolkit.
WARNINGS = ('-Werror -Wall -Wextra -Wno-unused-command-line-argument -Wno-unknown-pragmas '
            '-Wno-unknown-cuda-version').split()


@pytest.mark.parametrize('target, flags', each_target('device'))
def test_device_pass(target, flags):
    """The instruction stands where the source has it, and no other: not the other side's."""
    ir = compile(target.command(flags), WARNINGS, '-O1', '-S', '-emit-llvm', f'-I{INCLUDE}', SOURCE, '-o', '-')
    emitted = re.findall(r'asm sideeffect "([^"]*)", "([^"]*)"', ir)
    hints = 3 if re.search('-x (cuda|hip)', flags) else 2  # there, one function is of this side alone
    assert [insn for insn, _ in emitted] == ([target.text] * hints if target.text else [])
    assert all('~{memory}' in clobbers for _, clobbers in emitted)
    assert emitted or len(re.findall(r'fence syncscope\("singlethread"\) seq_cst', ir)) == hints, 'no barrier'


@pytest.mark.parametrize('flags', [
    "-x hip -nogpuinc -nogpulib --offload-arch=gfx900 -include __clang_hip_runtime_wrapper.h",
    "-x cuda -nocudainc -nocudalib --cuda-gpu-arch=sm_70 -D__device__=__attribute__((device)) "
    "-D__host__=__attribute__((host))"], ids=['hip', 'cuda'])
def test_macros_of_the_includer(flags):
    """`device` and `host`, which the toolkits' own macros expand to, stay as they were."""
    compile('clang-22', flags.split(), '--cuda-device-only', WARNINGS, f'-I{INCLUDE}', '-fsyntax-only', '-', input="""
#define device this_one
#define host 1
#include "cpu_relax.h"
static int device = host;
__attribute__((global)) void kernel(void) { cpu_relax(); }
int use() { return this_one; }
""")


@pytest.mark.parametrize('rtc', ['', '-D__CUDACC__ -D__CUDACC_RTC__'])
def test_macros_stay_where_they_cannot_be_hidden(rtc, tmp_path):
    """NVRTC has no push_macro, nor has pcc; some headers define an empty __device__ for other compilers."""
    (tmp_path / 'use.c').write_text("""
#define device this_one
#include "cpu_relax.h"
int this_one;
int f(void) { cpu_relax(); return device; }
""")
    compile('pcc', '-D__device__=', '-D__host__=', rtc.split(), f'-I{INCLUDE}', '-c', tmp_path / 'use.c', '-o',
            tmp_path / 'use.o')


@pytest.mark.parametrize('flags', ['-x cuda -nocudainc -nocudalib --cuda-gpu-arch=sm_70',
                                   '-x hip -nogpuinc -nogpulib --offload-arch=gfx900'])
def test_waits_of_a_host_pass(flags):
    """Those of C++: they sleep, by loads that ThreadSanitizer sees, though clang defines the device's macros, too."""
    source = '''#define __noinline__ __attribute__((noinline)) /* as the headers of both do */
#include "cpu_relax_wait.h"
unsigned wait(unsigned *p, unsigned long long ns);
unsigned wait(unsigned *p, unsigned long long ns) { cpu_relax_for_ns(ns); return cpu_relax_until_eq32(p, 1, ns); }
'''
    host, plain = (compile('clang-22', language.split(), WARNINGS, '-O1', '-S', '-emit-llvm', f'-I{INCLUDE}', '-', '-o',
                           '-', input=source) for language in (f'{flags} --cuda-host-only', '-x c++'))
    functions = [re.findall('^define .*?^}', re.sub(r'[!#]\d+', '', ir), re.M | re.S) for ir in (host, plain)]
    assert functions[0] == functions[1] != []
