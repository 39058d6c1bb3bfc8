"""The second header under a real kernel, Debian 13's, in a virtual machine. SPDX-License-Identifier: MIT

A guest boots in two seconds from an initrd with guest/init.c and programs of unit/, runs them, and powers off. Proved:
what the header detects is what Linux reports, Linux permits the instructions that the header executes, and qemu decodes
them. Not proved: that a store ends a sleep. qemu ends each sleep at once.
"""
import re
import shutil

import pytest

import targets
from conftest import HERE, INCLUDE, TARGETS, WARNINGS, compile, need, run, sh
from test_unit import Result, build

SOURCES = targets.SYSROOTS / 'src'
MACHINES = {  # target: qemu, its kernel, the console that this knows
    'aarch64': ('qemu-system-arm:amd64@bookworm-backports/usr/bin/qemu-system-aarch64',
                'linux-image-cloud-arm64:arm64@trixie', 'ttyAMA0'),
    'riscv64': ('qemu-system-riscv:amd64@bookworm-backports/usr/bin/qemu-system-riscv64',
                'linux-image-riscv64:riscv64@trixie', 'ttyS0')}
GUESTS = {  # name: target, CPU, its features among those that the header detects
    'aarch64-max': ('aarch64', 'max', {'evtstrm', 'sb', 'wfxt'}),
    'aarch64-a53': ('aarch64', 'cortex-a53', {'evtstrm'}),
    'riscv64-zawrs': ('riscv64', 'rv64,zawrs=true', {'zawrs'}),
    'riscv64-none': ('riscv64', 'rv64,zawrs=false', set())}
PROGRAMS = 'wait-O3 until-O2 backoff-O2 timer-O2 clock-O2'.split()
FEATURES = {'evtstrm', 'sb', 'wfxt', 'zawrs'}


@pytest.fixture
def boot(tmp_path):
    """boot(GUEST, PROGRAM...): what the guest writes to its console while it runs these programs of unit/."""
    def boots(guest, *programs):
        name, cpu, _ = GUESTS[guest]
        target = TARGETS[name]
        qemu, image, console = MACHINES[name]
        kernels = list((SOURCES / image / 'boot').glob('vmlinu*'))
        for program in [target.command()[0], str(SOURCES / qemu), 'cpio', *([] if kernels else [SOURCES / image])]:
            need(program)
        root = tmp_path / 'root'
        root.mkdir()
        for program in programs:
            shutil.copy(build(target, program, False), root)
        compile(target.command(), '-O2', '-static', WARNINGS, f'-I{INCLUDE}', HERE / 'guest/init.c',
                '-o', root / 'init')
        files = '\n'.join(path.name for path in root.iterdir())
        run('cpio', '-o', '-H', 'newc', '-F', tmp_path / 'initrd', input=files, cwd=root)
        words = [f'console={console}', 'quiet', 'panic=-1', '--', *(f'/{name}' for name in programs)]
        for _ in range(2):  # a virtual machine sometimes hangs when init starts
            status, said = sh(SOURCES / qemu, '-M', 'virt', '-cpu', cpu, '-smp', '2', '-m', '256', '-nodefaults',
                              '-display', 'none', '-serial', 'stdio', '-no-reboot', '-kernel', kernels[0],
                              '-initrd', tmp_path / 'initrd', '-append', ' '.join(words), limit=300)
            if re.search('^features:', said, re.M):
                break
        return f'{said}\nqemu: status {status}'
    return boots


@pytest.mark.parametrize('guest', GUESTS)
def test_features(guest, boot):
    """What the header detects is what the kernel shows, and what the virtual machine was given."""
    said = boot(guest)
    shown = re.search(r'^(?:Features|isa)\s*:(.*)', said, re.M)
    detected = re.search(r'^features:(.*)', said, re.M)
    assert shown and detected, f'the guest does not start: {said[-1000:]}'
    assert FEATURES.intersection(re.split('[ _]', shown[1])) == GUESTS[guest][2], 'the guest has another CPU'
    assert set(detected[1].split()) == GUESTS[guest][2], 'the header detects something else'


@pytest.mark.parametrize('guest', GUESTS)
def test_programs(guest, boot, record_property):
    executes = GUESTS[guest][2] & {'wfxt', 'zawrs'}  # what monitor-O2 simulates elsewhere, as under qemu-user
    programs = [*PROGRAMS, 'monitor-O2'] if executes else PROGRAMS
    said = boot(guest, *programs)
    results = {name: Result(int(status), output) for name, output, status in
               re.findall(r'^run: /(\S+)\n(.*?)^status: /\1 (-?\d+)$', said, re.M | re.S)}
    problems = [f'{name}: {result.problem()}' for name, result in results.items() if result.problem()]
    for result in results.values():
        record_property('unit_tests', len(result.tests('OK')))
        record_property('skipped', ' '.join(result.tests('SKIPPED')))
    if set(results) != set(programs) or not re.search('^ended$', said, re.M):
        problems.append(f'the guest does not run to its end: {said[-1000:]}')
    if problems:
        pytest.fail('\n'.join(problems), pytrace=False)
