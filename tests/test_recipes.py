"""The recipes of VENDORING.md: what they need, and the steps for any project. SPDX-License-Identifier: MIT"""
import re

import pytest

from conftest import INCLUDE, TARGETS, compile, need, run, sh
from documents import block
from vendored import ENGLISH, RECIPES, TABLE

# What a recipe needs to find: {PACKAGE-WHAT: (file, text)}
MACHINE = 'include/oneapi/tbb/detail/_machine.h'
ANCHORS = {
    'mimalloc-heading': ('include/mimalloc-atomic.h', '// Yield'),
    'mimalloc-chain': ('include/mimalloc-atomic.h', '#elif defined(__SSE2__)'),
    'jemalloc-place': ('include/jemalloc/internal/spin.h', '#define SPIN_INITIALIZER'),
    'jemalloc-function': ('include/jemalloc/internal/spin.h', '\nspin_cpu_spinwait('),
    'jemalloc-use': ('include/jemalloc/internal/spin.h', 'CPU_SPINWAIT;'),
    'liburcu-place': ('include/urcu/arch/generic.h', '#include <urcu/compiler.h>'),
    'liburcu-function': ('include/urcu/arch/generic.h', '#ifndef caa_cpu_relax'),
    'liburcu-Makefile.am': ('include/Makefile.am', 'urcu/compiler.h'),
    'liburcu-Makefile.in': ('include/Makefile.in', 'urcu/compiler.h'),
    'libuv1-place': ('src/unix/atomic-ops.h', '#include "internal.h"'),
    'libuv1-function': ('src/unix/atomic-ops.h', 'static void cpu_relax(void)'),
    'libuv1-Makefile.am': ('Makefile.am', 'src/unix/internal.h'),
    'ck-ck_stdbool.h': ('include/ck_pr.h', '#include <ck_stdbool.h>'),
    'ck-gcc': ('include/gcc/ck_pr.h', 'ck_pr_stall(void)'),
    'ck-gcc/arm': ('include/gcc/arm/ck_pr.h', 'ck_pr_stall(void)'),
    'onetbb-place': (MACHINE, '#include "_assert.h"'),
    'onetbb-function': (MACHINE, 'void machine_pause(int32_t delay)'),
    'onetbb-chain': (MACHINE, '{ _mm_pause(); }'),
}


def refuses(tree, project=ENGLISH['CPU_RELAX']):
    """The recipe of a tree says what is missing, and leaves the tree as it was."""
    __tracebackhide__ = True

    def files():
        return {file: file.read_bytes() for file in tree.path('').rglob('*') if file.is_file()}
    before = files()
    status, said = sh('sh', '-euc', RECIPES[tree.package], cwd=tree.path(''),
                      env={**ENGLISH, 'CPU_RELAX': project})
    assert status != 0, 'the recipe accepts a tree that it does not fit'
    assert re.search(r'^\S+: no ', said, re.M), said
    assert before == files(), 'the recipe changed the tree before it stopped'


@pytest.mark.parametrize('package', RECIPES)
def test_recipe_refuses_twice(package, unpack):
    tree = unpack(package, TARGETS['host-gcc'])
    tree.vendor()
    refuses(tree)


@pytest.mark.parametrize('package', RECIPES)
def test_recipe_needs_the_header(package, unpack):
    """$CPU_RELAX is not the folder of this project."""
    refuses(unpack(package, TARGETS['host-gcc']), '/nowhere')


@pytest.mark.parametrize('anchor', ANCHORS)
def test_recipe_refuses(anchor, unpack):
    """A tree that lacks one thing that the recipe needs."""
    tree = unpack(anchor.partition('-')[0], TARGETS['host-gcc'])
    file, text = ANCHORS[anchor]
    tree.edit(file, text, 'changed')
    refuses(tree)


def test_each_recipe_is_tested():
    assert set(RECIPES) == {name.partition('-')[0] for name in ANCHORS} == {package for package, *_ in TABLE}


@pytest.mark.parametrize('renamed', [False, True])
def test_six_targets(renamed, tmp_path):
    """The commands compile a file for six targets, and print the hint of each; of one that does not compile, none."""
    commands = block('six targets', 'VENDORING.md')
    for compiler in re.findall(r'(?:\w+-)*gcc\b', commands):
        need(compiler)
    for folder in tmp_path / 'src', tmp_path / 'include/my':
        folder.mkdir(parents=True)
    text = '#include "cpu_relax.h"\nint main(void)\n{\n    cpu_relax();\n}\n'
    hint = (INCLUDE / 'cpu_relax.h').read_text()
    if renamed:
        commands = commands.replace('header=cpu_relax.h', 'header=my/h2_relax.h')
        text = text.replace('"cpu_relax', '"my/h2_relax').replace('cpu_relax', 'h2_relax')
        hint = hint.replace('cpu_relax', 'h2_relax').replace('CPU_RELAX', 'H2_RELAX')
    (tmp_path / 'include' / ('my/h2_relax.h' if renamed else 'cpu_relax.h')).write_text(hint)
    (tmp_path / 'src/spin.c').write_text(text)
    said = run('sh', '-euc', commands, cwd=tmp_path)
    assert re.findall(r'^.*: "(.*)"$', said, re.M) == ['pause', 'nop', 'nop', 'yield', 'isb', 'pause'], said
    status, said = sh('sh', '-c', commands.replace('-Wextra', '-Wextra -Dmain=0'), cwd=tmp_path)
    assert status != 0 and ': "' not in said, said


@pytest.mark.parametrize('header', ['cpu_relax.h', 'cpu_relax_wait.h'])
def test_in_extern_c(header, tmp_path):
    (tmp_path / 'use.cc').write_text(f'extern "C" {{\n#include "{header}"\n}}\nint main()\n{{\n    cpu_relax();\n}}\n')
    compile('g++', '-std=c++11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', f'-I{INCLUDE}', 'use.cc', '-o', 'use',
            cwd=tmp_path)
