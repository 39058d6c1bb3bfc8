"""The examples that people copy: they compile everywhere, run, and race nowhere. SPDX-License-Identifier: MIT

ThreadSanitizer detects an order that is missing, such as that of a relaxed unlock. For weakly ordered CPUs the examples
are compiled and emulated; the emulator of an x86 machine orders more than such a CPU does, and shows no race.
"""
import signal

import pytest

from conftest import HERE, INCLUDE, ROOT, TARGETS, WARNINGS, compile, run, sh

EXAMPLES = ROOT / 'examples'
C = 'c11 c17 c2x gnu17'
DIALECTS = {'spinlock.c': C, 'ticket.c': C, 'mailbox.c': C, 'mutex.c': C, 'demo.c': f'c99 {C}',
            'deadline.cc': 'c++11 c++14 c++17 c++20 c++2b'}
RUN = ['spinlock.c', 'ticket.c', 'mailbox.c', 'mutex.c', 'deadline.cc']  # test_newcomer.py runs demo.c by demo.sh
WEAK = [TARGETS[name] for name in 'aarch64 armhf armeb-v7a riscv64 powerpc64le s390x'.split()]
# How examples/mutex.c parks: by a futex on Linux, by WaitOnAddress on Windows, by a condition variable elsewhere.
FLAGS = {'O2': '-O2', 'O3': '-O3', 'tsan': '-O2 -fsanitize=thread', 'elsewhere': '-O2 -U__linux__',
         'elsewhere-tsan': '-O2 -U__linux__ -fsanitize=thread'}
MUTEX = {'host-gcc': list(FLAGS), 'host-clang': ['O2'], 'mingw64': ['O2'], 'aarch64': ['O2'], 'armhf': ['O2'],
         'armeb-v7a': ['O2', 'elsewhere'], 'musl': ['O2'],
         'riscv64': ['O2'], 'powerpc64le': ['O2'], 's390x': ['O2']}


def compiler(example, kind):
    """gcc or clang-22, as the example's language wants it."""
    names = {'gcc': ('gcc', 'g++'), 'clang': ('clang-22', 'clang++-22')}[kind]
    return names[example.endswith('.cc')]


@pytest.mark.parametrize('kind', ['gcc', 'clang'])
@pytest.mark.parametrize('example, dialect', [(example, dialect) for example, dialects in DIALECTS.items()
                                              for dialect in dialects.split()])
def test_compiles_without_warnings(example, dialect, kind, tmp_path):
    compile(compiler(example, kind), f'-std={dialect}', '-O2', WARNINGS, f'-I{INCLUDE}',
            '-c', EXAMPLES / example, '-o', tmp_path / 'object')


def test_each_example_is_here():
    assert set(DIALECTS) == {file.name for file in EXAMPLES.iterdir() if file.suffix in ('.c', '.cc')}


@pytest.mark.parametrize('level', ['-O2', '-O2 -fsanitize=thread'], ids=['O2', 'tsan'])
@pytest.mark.parametrize('example', RUN)
def test_runs(example, level, tmp_path):
    compile(compiler(example, 'gcc'), level.split(), f'-I{INCLUDE}', EXAMPLES / example, '-pthread',
            '-o', tmp_path / 'program')
    run(tmp_path / 'program', limit=120)


@pytest.mark.parametrize('example', ['spinlock.c', 'ticket.c', 'mailbox.c'])
@pytest.mark.parametrize('target', WEAK, ids=lambda target: target.name)
def test_runs_emulated(target, example, tmp_path):
    compile(target.command(), '-std=gnu11', '-O2', f'-I{INCLUDE}', EXAMPLES / example, '-static', '-pthread',
            '-o', tmp_path / 'program')
    run(target.run(), tmp_path / 'program', limit=120)


def build_around(compiler, example, test, folder, *options):
    """The path of a program of tests/examples/, which includes an example."""
    compile(compiler, '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wno-unused-function', '-Werror',
            f'-I{INCLUDE}', f'-DEXAMPLE="{EXAMPLES / example}"', HERE / 'examples' / test, '-pthread', options,
            '-o', folder / 'program.exe')
    return folder / 'program.exe'


@pytest.mark.parametrize('target, flags', [pytest.param(TARGETS[name], FLAGS[level], id=f'{name}-{level}')
                                           for name, levels in MUTEX.items() for level in levels])
def test_mutex(target, flags, tmp_path):
    """Messages between threads, more threads than processors, parking: the tests of examples/mutex.c."""
    emulated = ['-static', '-DROUNDS=5000'] if target.runner else []
    libraries = ['-lsynchronization'] if target.system == 'Windows' else []
    program = build_around(target.command(), 'mutex.c', 'mutex.c', tmp_path, flags.split(), emulated, libraries)
    assert 'all tests passed' in run(target.run(), program, limit=300 if target.runner else 30)


def test_real_time_waiter_lets_the_holder_run(tmp_path):
    """spinlock.c: a waiter of SCHED_FIFO sleeps, so that a holder of lower priority on the same CPU can unlock."""
    status, said = sh(build_around('gcc', 'spinlock.c', 'fifo.c', tmp_path), limit=30)
    if status == 77:
        pytest.skip('real-time threads are not permitted here')
    assert status != -signal.SIGXCPU, 'the waiter used 200 ms of the processor and did not sleep'
    assert status == 0, said


def test_mutex_between_processes(tmp_path):
    """mutex.c with MUTEX_SHARED 1: a process wakes another that has parked."""
    run(build_around('gcc', 'mutex.c', 'shared.c', tmp_path, '-DMUTEX_SHARED=1'), limit=120)
