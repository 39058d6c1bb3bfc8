"""quick.py - the suites of unit/ for systematic mutants: built and run in a second. SPDX-License-Identifier: MIT

The same sources as test_unit.py, but at the level that compiles fastest, without warnings, with few rounds, and on
this machine one test after the other, so that the first that fails ends it and one that hangs costs a second.
"""
import os
import re
import signal
import subprocess

import pytest

import judge
import targets
import test_unit
from conftest import INCLUDE, TARGETS, UNIT, compile, need_target, sh

SUITES = {
    'hint': ('-O2', ['hint.c', 'hint_other.c', 'hint_hostile.c', 'hint_user.c']),
    'wait': ('-O0', ['wait.c', 'wait_threads.c']),
    'until': ('-O0', ['wait_until.c']),
    'backoff': ('-O2', ['wait_backoff.c']),
    'timer': ('-O2', ['wait_timer.c']),
    'clock': ('-O2', ['wait_clock.c']),
    'hostile': ('-O0', ['wait_hostile.c']),
    'freebsd': ('-O0', ['wait_freebsd.c']),
    'apple': ('-O2', ['wait_apple.c']),
    'monitor': ('-O2', ['wait_monitor.c']),
}
ROUNDS = ['-DROUNDS=2000', '-DHANG_SECONDS=600']
SLOW = re.compile('messages|wake_up|waiters|signal|short|ends_in_time')  # tests that spin in threads, or sleep long


def cmocka(target):
    """What compiles and links with cmocka: for another machine CMake's, which no mutant changes."""
    if not target.runner:
        return ['-lcmocka']
    return [f'-I{targets.SYSROOTS}/src/cmocka/include', test_unit.build(target, 'cmocka', short=True)]


def build(target, suite, work):
    """The path of the program."""
    level, sources = SUITES[suite]
    common = [target.command(), '-w', f'-I{INCLUDE}', level]
    library = [*cmocka(target), '-pthread']
    objects = []

    def add(source, *options):
        objects.append(work / f'{source}.o')
        compile(common, options, '-c', UNIT / source, '-o', objects[-1])

    if suite in ('wait', 'monitor'):
        add('wait_strict.c', '-std=c99')
        add('wait_estimate.c', '-std=c99', '-ffreestanding')
    if suite == 'monitor':  # its threads take the monitor's branch from their first iteration
        add('wait_threads.c', '-std=gnu99', '-DROUNDS=500', '-DSIGNALS=4', '-DCPU_RELAX_POLL_NS=1',
            '-DCPU_RELAX_FEATURES()=wait_monitor_features()', [word for word in library if str(word).startswith('-I')])
    options = [word for word in target.options.split() if word.startswith('-D')]
    made = work / ('program.exe' if target.system == 'Windows' else 'program')
    compile(common, '-std=gnu99', ROUNDS, options, f'-DEXPECT_HINT="{target.hint}"', f'-DEXPECT_BYTES="{target.bytes}"',
            [UNIT / source for source in sources], objects, '-static' if target.runner else [], library, '-o', made)
    return made


def suites():
    for target in TARGETS.values():
        for suite in SUITES if target.proof == 'run' else []:
            if f'{suite}-O2' in target.programs:
                yield pytest.param(target, suite, id=f'{target.name}-{suite}')


def first_failure(target, suite, work, slow):
    """Fails with the first test that does: on this machine each runs alone, elsewhere the program is stopped."""
    __tracebackhide__ = True
    need_target(target)
    program = build(target, suite, work)
    if target.runner:
        failed, status = stop_at_failure([*target.run(), program])
        if failed or status:
            pytest.fail(failed or f'{suite}, status {status}', pytrace=False)
        return
    tests = re.findall(r'\bTEST\((\w+)\)', (UNIT / SUITES[suite][1][0]).read_text())
    for test in [test for test in tests if bool(SLOW.search(test)) == slow]:
        judge.seconds_of_cpu = 4 if slow else 1
        status, _ = sh(program, test)
        if status:
            pytest.fail(f'{test}, status {status}', pytrace=False)


def stop_at_failure(command):
    """(the first test that fails, status) of a program."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace', start_new_session=True) as process:
        for line in process.stdout:
            failed = re.match(r'\[  FAILED  \] (?:\d+ - )?([a-z]\w+)', line)
            if failed:
                os.killpg(process.pid, signal.SIGKILL)
                return failed[1], 1
    return '', process.returncode


@pytest.mark.parametrize('target, suite', suites())
def test_quick(target, suite, tmp_path):
    first_failure(target, suite, tmp_path, slow=False)


@pytest.mark.parametrize('target, suite', [p for p in suites() if not p.values[0].runner])
def test_slow(target, suite, tmp_path):
    first_failure(target, suite, tmp_path, slow=True)
