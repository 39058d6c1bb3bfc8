"""systematic.py - every single edit of the headers, and the checks that may detect it. SPDX-License-Identifier: MIT

A mutation that changes no view (views.py) is equivalent, as is one that leaves what views show as another has left it.
The rest go to the judge, the cheapest likely checks first, until one fails.
"""
import dataclasses
import functools
import hashlib
import re
import subprocess
import threading
import tomllib

import generator
import mutants
import test_proofs
from views import HEADERS, TABLE, Views

SAMPLE = 500  # one in so many
CODE = mutants.HERE / 'calls.c'
CONTRACT = 'test_proofs.py::test_contract'
COST = ['select', 'compile', 'small', 'bytes', 'text', 'device', 'run', 'bare', 'msvc']


@dataclasses.dataclass(frozen=True)
class Mutation:
    """One edit, named so that edits elsewhere in the file do not matter."""
    file: str
    where: str    # the function, type or macro that it is in
    before: str   # the line; #2 is the second such line there
    after: str
    edit: tuple   # (start, end, text)

    @property
    def name(self):
        return self.file, self.where, self.before, self.after

    def __str__(self):
        return f'{self.file}: {self.where}: {self.before} => {self.after}'

    @property
    def number(self):
        """Chosen by chance, but always the same."""
        return int(hashlib.sha256('\0'.join(self.name).encode()).hexdigest(), 16)

    @property
    def line(self):
        return HEADERS[self.file].count('\n', 0, self.edit[0]) + 1

    def changed(self):
        start, end, new = self.edit
        text = HEADERS[self.file]
        return text[:start] + new + text[end:]


def squeeze(text):
    return ' '.join(text.replace('\\\n', ' ').split())


@functools.cache
def mutations():
    """All, in the order of the headers."""
    found = {}  # by name: two edits may leave the same line
    for file, text in HEADERS.items():
        spans = [(end - begin, begin, end, name) for name, begin, end in mutants.places(text)
                 if name and name[:2] != '/*']
        for start, end, new in generator.generate(text):
            where = min((span for span in spans if span[1] <= start < span[2]), default=(0, 0, 0, ''))[3]
            first, last = text.rfind('\n', 0, start) + 1, text.find('\n', end)
            line = squeeze(text[first:last])
            inside = [(max(b, 0), min(e, first)) for _, b, e, n in spans if n == where and b < first] or [(0, first)]
            same = sum(squeeze(one) == line for b, e in inside for one in text[b:e].split('\n'))
            mutation = Mutation(file, where, line + (f' #{same + 1}' if same else ''),
                                squeeze(text[first:start] + new + text[end:last]), (start, end, new))
            found.setdefault(mutation.name, mutation)
    return list(found.values())


def chosen(which):
    """all; sample; sample:K with K < 500; accepted; else those with this text."""
    known = survivors()
    if which == 'accepted':
        return [mutation for mutation in mutations() if mutation.name in known]
    sample = re.fullmatch(r'sample(?::(\d+))?', which)
    if not sample and which != 'all':
        return [mutation for mutation in mutations() if which in str(mutation)]
    return [mutation for mutation in mutations() if mutation.name not in known and
            (which == 'all' or mutation.number % SAMPLE == int(sample[1] or 0))]


@functools.cache
def survivors():
    """{name: reason} of the accepted ones."""
    lists = tomllib.loads((mutants.HERE / 'survivors.toml').read_text())
    return {(one['file'], one.get('in', ''), one['line'], after): one['reason']
            for one in lists['survivors'] for after in one['becomes']}


@dataclasses.dataclass
class Verdict:
    kind: str     # detected, equivalent, survived
    by: str = ''


class Systematic:
    def __init__(self, targets, work):
        self.targets = targets
        self.views = Views(targets, work)
        self.seen, self.lock = set(), threading.Lock()
        self.sound, self.unsound, self.missing = set(), {}, set()  # tests: without a mutation pass, fail; no such
        self.suites = [name for name in TABLE['suites'] if name in targets and self.views.of(name) is not None]
        self.files = sorted({test.partition('::')[0] for test in self.tests()} | {'mutation/quick.py'})

    def tests(self):
        """Every test that a mutation may be judged by."""
        named = [test for checks in TABLE['checks'].values() for key in checks for test in checks[key] if '.py' in test]
        named += [test for includer in TABLE['includer'].values() for test in includer.get('tests', [])]
        return [*named, CONTRACT]

    def attempt(self, mutation, judge):
        """What becomes of a mutation."""
        text = mutation.changed()
        judge.put({mutation.file: text})
        plan = TABLE['checks'].get(mutation.file, TABLE['checks']['other'])
        shown = self.views.lines.get((mutation.file, mutation.line))
        host = self.suites[0]
        tried = [host] if shown and any(target.name == host for number in shown
                                        for target, _ in self.views.views[number].targets) else []
        by = self.judged(judge, self.quick(plan, host), 20) if tried else ''  # a line of code here: needs no view
        if by:
            return Verdict('detected', by)
        after = self.views.texts({mutation.file: text})
        if after is None:
            return Verdict('detected', 'the preprocessor')
        if after == self.views.sound:
            return Verdict('equivalent', 'no view shows it')
        digest = digest_of(after)
        with self.lock:
            if digest in self.seen:
                return Verdict('equivalent', 'the views of another')
            self.seen.add(digest)
        changes = self.views.changes(after)
        for checks, limit in self.stages(plan, changes, tried):
            by = self.judged(judge, checks, limit)
            if by:
                return Verdict('detected', by)
        by = self.judged(judge, [[f'{CONTRACT}[{mutation.where}]', None]], 60, ('not proved',)) \
            if mutation.where in test_proofs.FUNCTIONS else ''
        if by:
            return Verdict('detected', by)
        if mutation.name not in survivors() and digest in self.accepted():
            return Verdict('equivalent', 'the views of an accepted survivor')
        if self.same_code(changes, judge.tree / 'include'):
            return Verdict('equivalent', 'the same code')
        return Verdict('survived')

    @functools.cache
    def accepted(self):
        """What views show of the accepted survivors."""
        return {digest_of(self.views.texts({mutation.file: mutation.changed()})) for mutation in chosen('accepted')}

    def judged(self, judge, checks, limit, says=('',)):
        """The test that detects it, one that passes without a mutation."""
        while checks:
            reply = judge.run(checks, says, limit=limit, warnings=True, without=self.unsound)
            caught = reply['caught']
            self.missing.update(reply['missing'])
            if caught is None:
                break
            if caught[0] not in self.sound:
                mutated = {path: (judge.tree / path).read_text() for path in judge.original}
                judge.put({})
                fails = judge.run([[caught[0], None]], says, limit=limit, warnings=True)['caught']
                judge.put(mutated)
                if fails:
                    self.unsound[caught[0]] = fails[1]
                    continue
                self.sound.add(caught[0])
            return f'{caught[0].rpartition("::")[2]}: {" ".join(caught[1].split())[:90]}'
        return ''

    @staticmethod
    def quick(plan, target, kind='quick'):
        return [[f'mutation/quick.py::test_{kind}[TARGET-{suite}]', target] for suite in plan['suites']]

    def stages(self, plan, changes, tried):
        """(checks, seconds of processor time): the next are tried if none of these fails."""
        users = {}
        for view, change in changes:
            users.setdefault(change, []).extend(view.targets)
        first = {change: sorted(some, key=cost) for change, some in users.items() if some}
        order = list(dict.fromkeys(target.name for target, _ in sorted((some[0] for some in first.values()), key=cost)))
        sees = {change: {target.name for target, _ in some} for change, some in first.items()}
        host = self.suites[0]
        on_host = any(host in names for names in sees.values()) or any(view.includer for view, _ in changes)
        run = {change for change, names in sees.items() if names & set(self.suites)}
        own = dict.fromkeys(view.includer for view, change in changes if view.includer and change not in run)
        includers = [[test, None] for name in own for test in TABLE['includer'][name].get('tests', [])]
        if plan['selection']:
            yield [[test, name] for name in order if self.targets[name].proof in ('select', 'compile')
                   for test in plan['selection']], 20
        if on_host:
            yield self.quick(plan, host) if host not in tried else [], 20
            yield includers + [[test, None] for test in plan['first']], 20
        done = {change for change in sees if host in sees[change]}
        for name in self.suites[1:]:
            its = {change for change in sees if name in sees[change]}
            if its - done or its and name in TABLE['also']:
                done |= its
                yield self.quick(plan, name), 8
        yield [[test, name] for name in order for test in plan['compiled']], 20
        yield [] if on_host else includers + [[test, None] for test in plan['first']], 20
        yield (self.quick(plan, host, 'slow') if on_host else []) + [[test, None] for test in plan['last']], 60

    def same_code(self, changes, include):
        """Whether each target that sees it compiles to what it was: equal code, by another text."""
        compiled = {change for view, change in changes if view.targets}
        if not compiled or any(change not in compiled for _, change in changes):
            return False  # what an includer alone sees, no target compiles
        return all(self.code(view.targets[0], include) == self.code(view.targets[0], mutants.ROOT / 'include')
                   for view, _ in changes if view.targets)

    @staticmethod
    def code(user, include):
        target, flags = user
        if target.proof not in ('run', 'bare', 'bytes'):
            return None, include
        done = subprocess.run([*target.command(flags), '-w', '-O2', f'-I{include}', '-S', CODE, '-o', '-'],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if done.returncode:
            return None, include  # nothing to compare
        return 0, [line for line in done.stdout.splitlines() if f'{include}/' not in line]


def digest_of(texts):
    return hashlib.sha256('\0'.join(texts).encode()).digest()


def cost(user):
    target, flags = user
    others = list(target.configurations.values()).index(flags) > 0  # tests that take the first one do not see it
    return others, COST.index(target.proof), 'clang' in target.compiler, target.name
