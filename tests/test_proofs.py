"""What is proved of the second header, by Frama-C, by Spin and by trying every value. SPDX-License-Identifier: MIT

    proof/wp.c       what each function promises for every time, clock and word (Frama-C's WP, by the prover CVC4)
    proof/eva.c      nothing undefined happens in any call (Frama-C's Eva)
    proof/all.c      every value of ns that fits 32 bits, on the compiled header
    proof/sleep.pml  no wake-up is lost: arm, load, sleep (a model, by Spin)
    proof/edits.toml where Frama-C reads other text of the header than a compiler

These files, and mutation/proofs.toml with their mutants, name functions of the header that are private: a proof goes by
functions. No limit is one of time: WP counts steps, so that a busy machine proves what an idle one does.
"""
import os
import re
import shutil
import tomllib

import pytest

from conftest import HERE, INCLUDE, compile, need, run, sh

PROOF = HERE / 'proof'
FUNCTIONS = re.findall(r'^static .*?\b(cpu_relax_\w+)\(', (PROOF / 'wp.c').read_text().partition('// Proved')[2], re.M)
CLOCKS = {'own': '-DOWN', 'linux': '', 'counter': '-U__linux__ -D_WIN32',
          'counter-without-rate': '-U__linux__ -D_WIN32 -DNO_RATE', 'none': '-ffreestanding'}
MINUTES = 60


def headers(prover, folder):
    """A folder with the headers as this prover is to read them: with the edits of edits.toml."""
    header = shutil.copytree(INCLUDE, folder / 'include') / 'cpu_relax_wait.h'
    text = header.read_text()
    for name, edit in tomllib.loads((PROOF / 'edits.toml').read_text())[prover].items():
        found = text.count(edit['find'])
        assert found == 1, (f'proof/edits.toml: {prover}.{name} no longer applies: '
                            f'its find stands {found} times in {header.name}')
        text = text.replace(edit['find'], edit['put'])
    header.write_text(text)
    return header.parent


def frama_c(*words, **options):
    """What Frama-C writes; an error of its own, such as a contract that it cannot read, fails the test."""
    __tracebackhide__ = True
    need('frama-c', 'frama-c-base')
    status, said = sh('frama-c', words, limit=20 * MINUTES, **options)
    error = re.search(r'(User Error|annot-error)(.*\n){0,3}', said)
    assert status == 0 and not error, f'frama-c ended with status {status}: {error[0] if error else said[-300:]}'
    return said


def wp(folder, *choice):
    """Asserts that WP proves the goals that are chosen, and that there are some."""
    __tracebackhide__ = True
    need('cvc4')
    home = dict(os.environ, HOME=str(folder))  # where why3 keeps the list of the provers that it finds
    status, said = sh('why3', 'config', 'detect', env=home)
    assert status == 0, f'why3 finds no prover: {said}'
    # -wp-no-warn-memory-model: WP's hypothesis that no pointer points to the variables of wp.c holds, since none does.
    # The goals need fewer than 120000 steps; more would only delay the end of a mutant. Of the simplifications those
    # are off that take longer than they save.
    said = frama_c('-wp', '-wp-rte', '-wp-no-warn-memory-model', '-machdep', 'gcc_x86_64', '-wp-prover', 'cvc4',
                   '-wp-timeout', 10 * MINUTES, '-wp-steps', 150000, '-wp-par', 2,
                   '-wp-no-pruning', '-wp-no-ground', '-wp-no-core', '-wp-no-clean', choice,
                   f'-cpp-extra-args=-I{headers("wp", folder)}', PROOF / 'wp.c', env=home)
    unproved = [goal for goal, verdict in re.findall(r'Goal (?:typed_)?(\w+) : (\w+)', said) if verdict != 'Valid']
    assert not unproved, f'not proved: {", ".join(unproved)}'
    proved = re.search(r'Proved goals: +(\d+) / (\d+)', said)
    assert proved and int(proved[1]) == int(proved[2]) > 0, f'nothing to prove, does the header have it? {said[-300:]}'


@pytest.mark.parametrize('function', FUNCTIONS)
def test_contract(function, tmp_path, pytestconfig):
    clause = pytestconfig.option.unit_test
    wp(tmp_path, '-wp-fct', function, ['-wp-prop', clause] if clause else [])


def test_lemmas(tmp_path):
    """What the contracts of wp.c are proved with."""
    wp(tmp_path, '-wp-prop', '@lemma')


@pytest.mark.parametrize('clock', CLOCKS)
def test_nothing_undefined(clock, tmp_path):
    # Not -eva-precision: that of version 25 loses a division by zero.
    said = frama_c('-eva', '-eva-slevel', 100, '-eva-no-show-progress', '-machdep', 'gcc_x86_64',
                   f'-cpp-extra-args=-I{headers("eva", tmp_path)} {CLOCKS[clock]}', PROOF / 'eva.c')
    assert not (alarms := re.findall(r'eva:alarm\](?:.*\n){2}', said)), ''.join(alarms)
    assert re.search(r' 0 alarms generated', said), f'no count of alarms: {said[-300:]}'
    assert 'non-terminating' not in said.lower(), 'some call never returns: nothing after it is analysed'


@pytest.mark.parametrize('rate', ['', '-DHZ=24000000u'], ids=['nanoseconds', 'counter'])
def test_every_value(rate, tmp_path):
    compile('gcc -std=gnu99 -O2 -w'.split(), rate.split(), f'-I{INCLUDE}', PROOF / 'all.c', '-o', tmp_path / 'all')
    run(tmp_path / 'all', limit=20 * MINUTES)


@pytest.mark.parametrize('monitor', ['WFE', 'WRS', 'LL', 'MWAIT'])
def test_no_wake_up_is_lost(monitor, tmp_path):
    model = (PROOF / 'sleep.pml').read_text()
    assert f'-D{monitor} ' in model, f'sleep.pml has no -D{monitor}'
    run('spin', f'-D{monitor}', '-a', PROOF / 'sleep.pml', cwd=tmp_path)
    compile('gcc', '-w', '-DSAFETY', '-o', tmp_path / 'pan', tmp_path / 'pan.c')
    status, said = sh(tmp_path / 'pan', '-m100000', limit=20 * MINUTES, cwd=tmp_path)
    assert 'max search depth too small' not in said, 'the search is cut short'
    errors = re.search(r'errors: (\d+)$', said, re.M)
    assert errors, f'no count of errors: {said[-300:]}'
    assert errors[1] == '0', said.splitlines()[0]
