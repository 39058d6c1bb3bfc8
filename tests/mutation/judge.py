"""judge.py - runs tests in a copy of the project that has a mutant in it, and reports. SPDX-License-Identifier: MIT

Two halves. Judge copies the project and starts pytest there; the rest is a plugin of that pytest, which collects the
tests once, and then runs those that each request names: a mutant of a header costs no start of pytest.
A request is {checks: [[test, target or null], ...], says, unit, limit, warnings, without}; it ends with the first
test that fails with one of the texts `says`, and leaves out the tests `without`. The reply is {caught: [test, message]
or null, others: [...] that fail otherwise, ran: how many, skipped: [...] messages, missing: [...] tests}.
"""
import functools
import json
import os
import pathlib
import resource
import select
import shutil
import signal
import subprocess
import sys


class NoVerdict(Exception):
    """The tests did not come to an end, or did not begin."""


class Judge:
    """pytest in a copy of the project, on these test files."""

    def __init__(self, root, work, files, sysroots):
        self.root, self.tree, self.original = pathlib.Path(root), pathlib.Path(work) / 'tree', {}
        shutil.copytree(root, self.tree, symlinks=True, ignore=lambda folder, names: [
            name for name in names if name in ('.git', 'build') and pathlib.Path(folder) == self.root])
        (self.tree / 'build').mkdir()
        (self.root / 'build/sysroot').mkdir(parents=True, exist_ok=True)
        (self.tree / 'build/sysroot').symlink_to(self.root / 'build/sysroot')
        self.files, self.sysroots, self.server = list(files), sysroots, None

    def start(self):
        tests = self.tree / 'tests'
        reads, self.requests = os.pipe()
        self.replies, writes = os.pipe()
        leave_out = 'PYTEST_ADDOPTS', 'PYTEST_XDIST_WORKER'
        env = {name: value for name, value in os.environ.items() if name not in leave_out}
        env.update(CPU_RELAX_SYSROOTS=str(self.sysroots), PYTHONPATH=str(tests / 'mutation'), JUDGE=f'{reads} {writes}')
        self.log = open(self.tree / 'log', 'w+')
        self.server = subprocess.Popen(
            [sys.executable, '-m', 'pytest', '-q', '-p', 'judge', '-p', 'no:cacheprovider', '-p', 'no:xdist',
             '--rootdir', tests, '--basetemp', self.tree.parent / 'tmp', *self.files], cwd=tests, env=env,
            pass_fds=(reads, writes), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True)
        os.close(reads)
        os.close(writes)
        self.buffer = b''

    def put(self, texts):
        """Changes files of the copy, {path: text}; those of before become again what they were."""
        for path in list(self.original):
            if path not in texts:
                (self.tree / path).write_text(self.original.pop(path))
        for path, text in texts.items():
            self.original.setdefault(path, (self.tree / path).read_text())
            (self.tree / path).write_text(text)

    def run(self, checks, says=('',), unit='', limit=20, warnings=False, without=(), seconds=600):
        if self.server is None:
            self.start()
        request = dict(checks=checks, says=says, unit=unit, limit=limit, warnings=warnings, without=list(without))
        try:
            os.write(self.requests, json.dumps(request).encode() + b'\n')
            while b'\n' not in self.buffer:
                if not select.select([self.replies], [], [], seconds)[0]:
                    raise NoVerdict(f'no end after {seconds} s')
                part = os.read(self.replies, 1 << 16)
                if not part:
                    raise NoVerdict('pytest ended')
                self.buffer += part
        except (NoVerdict, BrokenPipeError) as why:
            self.close()
            raise NoVerdict(f'{why}: {(self.tree / "log").read_text()[-1500:]}') from None
        line, _, self.buffer = self.buffer.partition(b'\n')
        return json.loads(line)

    def close(self):
        if self.server is not None:
            os.close(self.requests)
            try:
                self.server.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
                self.server.wait()
            os.close(self.replies)
            self.log.close()
            self.server = None


# ---- the plugin ----

def pytest_runtestloop(session):
    if session.testsfailed:  # a file that cannot be imported: the log says which
        raise session.Interrupted('errors during collection')
    limit_programs()
    reads, writes = map(int, os.environ['JUDGE'].split())
    with os.fdopen(reads) as requests, os.fdopen(writes, 'w') as replies:
        for line in requests:
            print(json.dumps(answer(session, **json.loads(line))), file=replies, flush=True)
    return True


seconds_of_cpu = 20


def limit_programs():
    """Every program that a test starts has so many seconds of processor time: a busy machine changes nothing."""
    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds_of_cpu, seconds_of_cpu + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    subprocess.Popen.__init__ = functools.partialmethod(subprocess.Popen.__init__, preexec_fn=limits)


def answer(session, checks, says, unit, limit, warnings, without):
    from _pytest.runner import runtestprotocol
    global seconds_of_cpu
    session.config.option.unit_test = unit
    warn(warnings)
    forget()
    ran, others, skipped, missing, caught = 0, [], [], [], None
    for test, target in checks:
        items = list(chosen(session.items, test, target))
        missing += [] if items or target else [test]
        for item in [item for item in items if item.nodeid not in without]:
            seconds_of_cpu = limit
            reports = runtestprotocol(item, log=False, nextitem=None)
            ran += not any(report.skipped for report in reports)
            skipped += [report.longrepr[2] for report in reports if report.skipped]
            for report in [report for report in reports if report.failed]:
                if any(text in message(report) for text in says):
                    caught = [item.nodeid, message(report)]
                else:
                    others.append([item.nodeid, message(report)])
            if caught:
                return dict(caught=caught, others=others, ran=ran, skipped=skipped, missing=missing)
    return dict(caught=None, others=others, ran=ran, skipped=skipped, missing=missing)


def chosen(items, test, target):
    """The items of a test that are of the target; its name may end before its parameters, or within them."""
    wanted = test.replace('TARGET', target or 'TARGET')
    begins = wanted if '[' in wanted else (wanted + '[', wanted + '::')
    for item in items:
        if item.nodeid != wanted and (wanted[-1] == ']' or not item.nodeid.startswith(begins)):
            continue
        its = getattr(item, 'callspec', None) and getattr(item.callspec.params.get('target'), 'name', None)
        if target is None or its in (None, target):
            yield item


def message(report):
    """What a failure says: neither the source of the test nor its output."""
    crash = getattr(report.longrepr, 'reprcrash', None)
    return crash.message if crash else str(report.longrepr)


def warn(on, kept=[]):
    """Warnings of the compilers, off or as the tests have them."""
    flags = sys.modules['conftest'].WARNINGS
    kept[:] = kept or flags
    flags[:] = kept if on else ['-w']


def forget():
    """What tests keep of one mutant is wrong for the next."""
    for module in list(sys.modules.values()):
        if str(getattr(module, '__file__', None) or '').startswith(os.getcwd()):
            for value in vars(module).values():
                if hasattr(value, 'cache_clear'):
                    value.cache_clear()
