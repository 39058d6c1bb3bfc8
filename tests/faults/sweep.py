#!/usr/bin/env python3
"""sweep.py - tries every single fault of the headers: which test catches it?
SPDX-License-Identifier: MIT

usage: sweep.py [all | sample | sample:K | TEXT]
       all faults; a fixed sample, K = 0; another, K < 100; those in whose line TEXT occurs

Each row of tests/targets.txt sees a header through the macros of its compiler. So the headers are
preprocessed once for every set of such macros. A fault that changes no set's text is equivalent;
one that does is built and run against the rows whose text it changes, quickest check first, until
one catches it. What none catches must stand in survivors.txt, with the reason, and what stands
there must survive. Programs are limited by processor time, so that a busy machine changes nothing.
"""
import concurrent.futures
import glob
import hashlib
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import faults

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNIT = ROOT + '/tests/unit'
SYSROOT = ROOT + '/build/sysroot'
HEADERS = [os.path.basename(path) for path in sorted(glob.glob(ROOT + '/include/*.h'))]
SAMPLE = 100  # one in so many
WARNINGS = ('-Wall -Wextra -Wpedantic -Wundef -Wshadow -Wconversion -Wsign-conversion -Wcast-qual '
            '-Werror').split()
# Rows whose suites are built and run here, quickest first
SUITE_ROWS = 'host-gcc aarch64-a53 aarch64 armel s390x i686 riscv64 mingw64'.split()
# Checks of tests/project/check.sh, by the set of macros that must see the fault
PROJECT = {
    'errors': ['bad-input', 'tunables'], 'start': ['tunables'], 'cap': ['tunables'], 'limit': ['tunables'],
    'BACKOFF_START 3001': ['tunables'], 'BACKOFF_CAP 1000000000': ['tunables'], 'BACKOFF_LIMIT 1000000000': ['tunables'],
    'named': ['bad-input'], 'twice': ['dialects all gcc'], 'insn': ['bad-input', 'calls', 'private'], 'assembler': ['calls'], 'c90': ['dialects all gcc'],
    'POLL 1': ['tunables'], 'POLL 1000000': ['tunables'],
    'host': ['tunables', 'widths', 'calls', 'unused', 'null', 'misaligned', 'integers', 'callers-c gcc'],
    'any': ['assembly', 'private', 'loads'], 'hint': ['inlining', 'version', 'private', 'loads'],
    'c++': ['widths', 'kernel', 'callers-cxx g++', 'module', 'everything clang-22', 'loads'], 'clang': ['everything clang-22', 'clang-cl'],
}
# Proofs by tests/proof/proof.sh which take seconds
PROOFS = ['all', 'all:24000000']
# What includers define, as C before the include
CONTEXTS = {
    'c++': ['#define __cplusplus 201103L'],
    'freestanding': ['#undef __STDC_HOSTED__', '#define __STDC_HOSTED__ 0'],
    'clock': ['#define CPU_RELAX_CLOCK_NS() own_clock()'],
    'insn': ['#define CPU_RELAX_INSN "nop"'],
    'named': ['#define CPU_RELAX_NAME own', '#include "cpu_relax.h"'],
    'twice': ['#include "cpu_relax.h"'],
    'assembler': ['#define __ASSEMBLER__ 1'],
    'old gcc': ['#undef __ATOMIC_ACQUIRE', '#undef __GCC_ATOMIC_INT_LOCK_FREE'],
    'c90': ['#undef __STDC_VERSION__', '#define __STDC_VERSION__ 0'],
    'start': ['#define CPU_RELAX_BACKOFF_START_NS 3000'],
    'start 1': ['#define CPU_RELAX_BACKOFF_START_NS 1000'],
    'cap': ['#define CPU_RELAX_BACKOFF_CAP_NS 20'],
    'cap 1': ['#define CPU_RELAX_BACKOFF_CAP_NS 49'],
    'limit': ['#define CPU_RELAX_BACKOFF_LIMIT_NS 1'],
    'poll': ['#define CPU_RELAX_POLL_NS 1'],
    **{f'{name} {value}': [f'#define CPU_RELAX_{name}_NS {value}'] for name, values in (
        ('BACKOFF_START', (0, 3001)), ('BACKOFF_CAP', (0, 1000000000, 1000000001)),
        ('BACKOFF_LIMIT', (0, 1000000000, 1000000001)), ('POLL', (0, 1000000, 1000001))) for value in values},
}
STUBS = {
    'time.h': '#ifdef __APPLE__\n#define CLOCK_UPTIME_RAW 8\n#endif\n'
              '#ifndef STRICT\n#define CLOCK_MONOTONIC 1\n#endif\n',
    'stdint.h': '#define UINTPTR_MAX 0xffffffffu\n',
    'stdatomic.h': '', 'atomic': '', 'intrin.h': '',
}


def run(command, limit=20, **options):
    """(status, output) of a command, which may use so many seconds of processor time."""
    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, preexec_fn=limits, timeout=600, errors='replace',
                              **options)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return -1, 'hung'


# ---- the table --------------------------------------------------------------------------------
class Row:
    def __init__(self, fields):
        self.name, self.proof, self.cpu, self.compiler, flags, self.hint, self.bytes = fields[:7]
        fields += [''] * 11
        self.runner, self.extra = fields[8].split(), fields[10].split()
        if '/' in self.compiler:
            self.compiler = SYSROOT + '/' + self.compiler
        self.cells = [flags]
        while '{' in self.cells[0]:
            self.cells = [re.sub(r'{[^}]*}', lambda m, c=choice: c, cell, 1) for cell in self.cells
                          for choice in re.search(r'{([^}]*)}', cell).group(1).split(',')]
        self.usable = shutil.which(self.compiler) is not None


def table():
    lines = [line for line in open(ROOT + '/tests/targets.txt') if line.strip() and not line.startswith(('#', 'cpu:'))]
    lets = [re.match(r'let:(\S+) *\| *(.*)', line).groups() for line in lines if line.startswith('let:')]
    for line in lines:
        if not line.startswith('let:'):
            for name, text in lets:
                line = line.replace(f'$({name})', text.strip())
            yield Row([field.strip() for field in line.split('|')])


# ---- what each row sees -----------------------------------------------------------------------
class Views:
    """Every set of macros that the headers ask about, with the cells that have it."""

    def __init__(self, work):
        texts = {name: open(f'{ROOT}/include/{name}').read() for name in HEADERS}
        directives = '\n'.join(text[start:end] for text in texts.values()
                               for start, end, directive, _ in faults.lines_of(text) if directive)
        self.asked = sorted(set(re.findall(r'\b[A-Za-z_]\w*\b', directives)) - {'defined'})
        self.own = sorted(set(re.findall(r'#\s*define\s+(\w+)', directives)) |
                          {name for name in self.asked if name.startswith('CPU_RELAX_')})
        self.asked = [name for name in self.asked if name not in self.own]
        self.stubs = work + '/stubs'
        os.mkdir(self.stubs)
        for name, text in STUBS.items():
            with open(f'{self.stubs}/{name}', 'w') as out:
                out.write(text)
        sets = {}
        self.rows = list(table())
        cells = [(row, cell) for row in self.rows if row.usable for cell in sorted({row.cells[0], row.cells[-1]})]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (row, cell), macros in zip(cells, pool.map(self.macros, cells)):
                if macros is not None:
                    sets.setdefault(macros, []).append((row, cell))
        host = next(macros for macros, users in sets.items() if users[0][0].name == 'host-gcc')
        self.sets = [(list(macros), users) for macros, users in sets.items()]
        self.sets += [(list(host) + lines, name) for name, lines in CONTEXTS.items()]
        strict = next((macros for macros, users in sets.items() if users[0][0].name == 'i686'), None)
        if strict:
            self.sets.append((list(strict) + ['#define STRICT'], 'strict'))
        self.source = work + '/views.c'
        with open(self.source, 'w') as out:
            for number, (lines, _) in enumerate(self.sets):
                names = self.own + [n for n in self.asked if not n.startswith('__has_')] + ['STRICT']
                out.write(''.join(f'#undef {name}\n' for name in names))
                out.write('\n'.join(lines) + f'\n@@{number}@@\n')
                out.write('#include "cpu_relax.h"\n#if !defined(__ASSEMBLER__)\n')
                out.write('#include "cpu_relax_wait.h"\n')
                out.write('#endif\n#define CPU_RELAX_NAME later\n#include "cpu_relax.h"\n')
                out.write(''.join(f'#ifdef {name}\n"{name}" {name}\n#endif\n' for name in self.own))
                out.write('CPU_RELAX_VERSION\n' + ''.join(
                    f'cpu_relax_while_eq{bits}(p, old, ns)\n' for bits in ('8', '16', '32', '64', 'ptr', '')))

    def macros(self, what):
        row, cell = what
        source = ['-x', 'c', '/dev/null']
        if row.proof == 'small':
            source = [self.stubs + '/stdatomic.h']
        status, text = run([row.compiler, *cell.split(), '-dM', '-E', *source])
        if status != 0:
            return None
        known = {}
        for line in text.splitlines():
            match = re.match(r'#define ((\w+)(\([^)]*\))?.*)', line)
            if match and match.group(2) in self.asked:
                known[match.group(2)] = '#define ' + match.group(1)
        undefined = [f'#undef {name}' for name in ('__STDC_HOSTED__', '__STDC_VERSION__') if name not in known]
        return tuple(undefined + [known[name] for name in sorted(known)])

    def of(self, include):
        """The text of each set, and after them what the preprocessor complained of."""
        done = subprocess.run(['gcc', '-E', '-P', '-w', '-undef', '-nostdinc', f'-I{include}', f'-I{self.stubs}',
                               self.source], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, errors='replace')
        parts = re.split(r'@@\d+@@', done.stdout)
        if len(parts) != len(self.sets) + 1:
            return None
        complaints = [re.sub(r'^.*?: ', '', line) for line in done.stderr.splitlines() if ': error: ' in line]
        return [' '.join(part.split()) for part in parts[1:]] + ['\n'.join(complaints)]


def difference(before, after):
    """What is left of two texts without what they begin and end with: the same for many rows."""
    start = 0
    for start, (a, b) in enumerate(zip(before, after)):
        if a != b:
            break
    end = 1
    while end < min(len(before), len(after)) - start and before[-end] == after[-end]:
        end += 1
    return before[start:len(before) - end], after[start:len(after) - end]


# ---- the checks: each returns its name if it catches the fault ----------------------------------
class Checks:
    def __init__(self, views, work):
        self.views, self.work = views, work
        self.rows = {row.name: row for row in views.rows}
        self.sound, self.passes = shadow(work, 'sound'), {}
        for name in HEADERS:
            shutil.copy(f'{ROOT}/include/{name}', self.sound + '/include')
        self.cmocka = {}
        for name in SUITE_ROWS:
            row = self.rows.get(name)
            if row is None or not row.usable or (row.runner and not shutil.which(row.runner[0])):
                continue
            if not row.runner:
                self.cmocka[name] = ['-lcmocka']
                continue
            flags = [] if 'mingw' in row.compiler else ['-DHAVE_SIGLONGJMP', '-DHAVE_STRSIGNAL',
                                                        '-DHAVE_CLOCK_GETTIME', '-DHAVE_CLOCK_REALTIME']
            haves = [f'-DHAVE_{have}=1' for have in ('INTTYPES_H MALLOC_H SIGNAL_H STRINGS_H STDINT_H SETJMP_H '
                                                     'STRUCT_TIMESPEC GCC_THREAD_LOCAL_STORAGE').split()]
            source = SYSROOT + '/src/cmocka'
            status, text = run([row.compiler, '-w', '-O1', *haves, *flags, f'-I{source}/include', '-c',
                                source + '/src/cmocka.c', '-o', f'{work}/cmocka-{name}.o'])
            if status == 0:
                self.cmocka[name] = [f'-I{source}/include', f'{work}/cmocka-{name}.o']

    def cell(self, tree, row, cell, whole):
        include = tree + '/include'
        environment = dict(os.environ)
        if not whole:
            environment['CELL_OF_MANY'] = '1'
        if row.proof == 'small':
            status, text = run(['sh', UNIT + '/small.sh', include, row.compiler, cell, row.hint, ' '.join(row.runner)])
            return f'{row.name}: small' if status not in (0, 77) or 'FAILED' in text else None
        bytes_ = '?' if row.proof in ('run', 'bare') else row.bytes
        status, text = run(['sh', ROOT + '/tests/codegen/cell.sh', include, row.proof, row.cpu, row.compiler,
                            cell, row.hint, bytes_], env=environment)
        if status not in (0, 77):
            return f'{row.name}: {text.strip().splitlines()[0][:60] if text.strip() else "cell"}'
        return None

    def suite(self, tree, row, kind, level):
        here = tempfile.mkdtemp(dir=self.work)
        try:
            common = [row.compiler, *row.cells[0].split(), f'-I{tree}/include', f'-I{UNIT}', level]
            objects = []

            def add(name, *options):
                objects.append(f'{here}/{name}-{len(objects)}.o')
                return run([*common, *WARNINGS, *options, '-c', f'{UNIT}/{name}.c', '-o', objects[-1]])[0] == 0

            if kind == 'wait' or kind == 'wait_monitor':
                if not add('wait_strict', '-std=c99') or not add('wait_estimate', '-std=c99', '-ffreestanding'):
                    return f'{row.name}: the strict wait does not compile'
            sources = [kind + '.c']
            if kind == 'wait':
                sources.append('wait_threads.c')
            elif kind == 'wait_monitor':
                if not add('wait_threads', '-std=gnu99', '-DCPU_RELAX_CPU()=wait_monitor_cpu()', '-DCPU_RELAX_POLL_NS=1',
                           '-DROUNDS=500', '-DSIGNALS=4', *(cmocka for cmocka in self.cmocka[row.name] if cmocka.startswith('-I'))):
                    return f'{row.name}: the sleeping wait does not compile'
            elif kind == 'hint':
                sources += ['hint_other.c', 'hint_hostile.c', 'hint_user.c', 'hint_named.c', 'hint_own.c']
            wanted = '' if row.bytes == '-' else row.bytes
            status, _ = run([*common, '-std=gnu99', *WARNINGS, '-DROUNDS=2000', '-DHANG_SECONDS=300',
                             *(word for word in row.extra if word.startswith('-D')),
                             f'-DEXPECT_HINT="{row.hint}"', f'-DEXPECT_BYTES="{wanted}"',
                             *(f'{UNIT}/{source}' for source in sources), *objects,
                             *(['-static'] if row.runner else []), *self.cmocka[row.name], '-pthread',
                             '-o', f'{here}/suite'])
            if status != 0:
                return f'{row.name}: {kind} suite does not compile'
            program = [*row.runner, glob.glob(f'{here}/suite*')[0]]
            if row.runner:
                tests = [[]]
            else:  # one by one, so that the first that fails ends it
                tests = [[test] for test in self.tests(kind)]
            for test in tests:
                status, text = run(program + test, limit=20 if row.runner else 4)
                if status != 0:
                    failed = re.findall(r'FAILED  . (\w+)', text)
                    return f'{row.name}: {kind}:{failed[-1] if failed else (test + [status])[0]}'
            return None
        finally:
            shutil.rmtree(here, ignore_errors=True)

    @staticmethod
    def tests(kind):
        """The suite's tests, those that take long last."""
        text = open(f'{UNIT}/{kind}.c').read()
        found = re.findall(r'^        (?:TEST|cmocka_unit_test)\((\w+)\)', text, re.M)
        return sorted(found, key=lambda test: bool(re.search('never_ends|processors|for_ever|signal|survive', test)))

    def project(self, tree, check):
        status, text = run(['sh', f'{tree}/tests/project/check.sh', *check.split()], cwd=tree, limit=60)
        return f'project: {check}' if status not in (0, 77) else None

    def proof(self, tree, proof):
        status, text = run(['sh', f'{tree}/tests/proof/proof.sh', proof], limit=60)
        return f'proof: {proof}' if status not in (0, 77) else None

    def assembly(self, row, cell, include):
        """What the compiler makes of every call: equal text may be told from equal code."""
        source = '''#include "cpu_relax_wait.h"
            void f1(unsigned long long n) { cpu_relax_ns(n); }
            int f2(cpu_relax_backoff_t *b) { return cpu_relax_backoff(b); }
            void f3(cpu_relax_backoff_t *b, unsigned n) { cpu_relax_backoff_limit(b, n); cpu_relax_backoff_reset(b + 1); }
            void f0(cpu_relax_backoff_t *b) { static const cpu_relax_backoff_t init = CPU_RELAX_BACKOFF_INIT; *b = init; }
            const char *f4(void) { return CPU_RELAX_HINT CPU_RELAX_INSN; } long f5(void) { return CPU_RELAX_VERSION; }
            '''
        for bits, word in (8, 'unsigned char'), (16, 'unsigned short'), (32, 'unsigned'), (64, 'unsigned long long'):
            source += f'''\n#if CPU_RELAX_HAS_EQ{bits}
            {word} g{bits}({word} *p, {word} old, unsigned long long n) {{ return cpu_relax_while_eq{bits}(p, old, n); }}
            #endif\n'''
        source += '''#if CPU_RELAX_HAS_EQPTR
            void *gp(void **p, void *old, unsigned long long n) { return cpu_relax_while_eqptr(p, old, n); }
            #endif\n'''
        done = subprocess.run([row.compiler, *cell.split(), '-w', '-O2', f'-I{include}', '-S', '-x', 'c', '-o', '-', '-'],
                              input=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors='replace')
        return done.returncode, done.stdout

    def must_pass(self, check, what):
        """A check that fails without a fault, too, catches nothing."""
        key = (check.__name__, *(getattr(part, 'name', part) for part in what))
        if key not in self.passes:
            self.passes[key] = check(self.sound, *what)
        if self.passes[key]:
            sys.exit(f'without a fault, {self.passes[key]} fails')

    def catch(self, header, tree, seen):
        """The first check that fails, or None; seen: (set, its difference)."""
        kinds = {}
        for number, change in seen:
            users = self.views.sets[number][1] if number < len(self.views.sets) else 'errors'
            if not isinstance(users, str):
                kinds.setdefault(change, []).extend(users)
        first = {change: sorted(users, key=self.cost) for change, users in kinds.items()}
        order = sorted((users[0] for users in first.values()), key=self.cost)
        hint = header == 'cpu_relax.h'
        seeing = {users if isinstance(users, str) else '' for users in
                  (self.views.sets[number][1] if number < len(self.views.sets) else 'errors' for number, _ in seen)}
        names = {user[0].name for users in kinds.values() for user in users}
        if 'host-gcc' in names:
            seeing.add('host')
        seeing.add('hint' if hint else 'any')
        if 'host-clang' in names:
            seeing.add('clang')

        def cells(wanted):
            for row, cell in order:
                if (row.proof == 'select') == wanted and (hint or not wanted):
                    yield self.cell, row, cell, not hint

        def suites():
            for kind in ('hint', 'wait', 'wait_monitor') if hint else ('wait', 'wait_clock', 'wait_monitor'):
                done = set()
                for name in self.cmocka:
                    row = self.rows[name]
                    if kind == 'wait_monitor' and not any(word.startswith('asleep') for word in row.extra):
                        continue
                    changes = {change for change, users in first.items() if any(user[0] is row for user in users)}
                    on_host = name == 'host-gcc' and seeing & {'named', 'insn', 'freestanding', 'clock', 'strict'}
                    if on_host or changes and (not changes <= done or name in ('host-gcc', 'armel') or kind == 'wait_monitor'):
                        done |= changes
                        level = '-O0' if name == 'host-gcc' and kind == 'wait' else '-O2'
                        yield self.suite, row, kind, level

        def steps():
            if hint:
                yield from cells(True)
                yield from suites()
                yield from cells(False)
            else:
                yield from suites()
                yield from cells(False)
            for check in dict.fromkeys(check for name, checks in PROJECT.items()
                                       if name in seeing for check in checks):
                yield self.project, check
            if header == 'cpu_relax_wait.h':
                for proof in PROOFS:
                    yield self.proof, proof

        for check, *what in steps():
            caught = check(tree, *what)
            if caught:
                self.must_pass(check, what)
                return caught
        # Not caught. Is the code the same in every row that sees it?
        same = all(row.proof in ('run', 'bare', 'bytes') and
                   self.assembly(row, cell, tree + '/include') == self.assembly(row, cell, ROOT + '/include')
                   for row, cell in order)
        # What only an includer sees is compiled by no row; what both see alike is.
        return '=code' if same and order and all(change in first for _, change in seen) else None

    @staticmethod
    def cost(user):
        row, _ = user
        return (['select', 'compile', 'small', 'bytes', 'text', 'run', 'bare'].index(row.proof), 'clang' in row.compiler, row.name)


# ---- the sweep --------------------------------------------------------------------------------
def shadow(work, name):
    """A tree like this one with headers of its own."""
    tree = f'{work}/{name}'
    os.makedirs(tree + '/include')
    for entry in os.listdir(ROOT):
        if entry not in ('include', '.git', 'build'):
            os.symlink(f'{ROOT}/{entry}', f'{tree}/{entry}')
    return tree


def listed():
    """survivors.txt: {(header, before, after): why}"""
    known = {}
    for line in open(os.path.dirname(os.path.abspath(__file__)) + '/survivors.txt'):
        if line.strip() and not line.startswith('#'):
            header, before, after, why = [part.strip() for part in line.split(' ;; ')]
            known[header, before, after] = why
    return known


def main():
    which = sys.argv[1] if len(sys.argv) > 1 else 'sample'
    os.chdir(ROOT)  # the table's runners are named from there
    work = tempfile.mkdtemp(prefix='cpu_relax.')
    try:
        return sweep(which, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def sweep(which, work):
    views = Views(work)
    checks = Checks(views, work)
    texts = {name: open(f'{ROOT}/include/{name}').read() for name in HEADERS}
    sound = views.of(ROOT + '/include')
    known = listed()
    everything = []
    for header in HEADERS:
        for fault in faults.faults(texts[header]):
            everything.append((header, *faults.key(texts[header], fault), fault))
    names = {entry[:3] for entry in everything}
    stale = [entry for entry in known if entry not in names]
    if which == 'all':
        chosen = everything
    elif re.fullmatch('sample(:[0-9]+)?', which):
        wanted = int(which.partition(':')[2] or 0)
        chosen = [entry for entry in everything
                  if int(hashlib.sha256('\0'.join(entry[:3]).encode()).hexdigest(), 16) % SAMPLE == wanted]
    else:
        chosen = [entry for entry in everything if which in f'{entry[0]}: {entry[1]} => {entry[2]}']
    print(f'{len(everything)} faults, {len(chosen)} of them to try; {len(views.sets)} sets of macros; '
          f'suites of {" ".join(checks.cmocka)}', flush=True)
    seen_before = {}

    def attempt(item):
        number, (header, old, new, (start, end, text)) = item
        if which.startswith('sample') and (header, old, new) in known:
            return None # whether it still survives takes a minute: all faults tell
        tree = shadow(work, f'fault{number}')
        try:
            for name in HEADERS:
                content = texts[name]
                if name == header:
                    content = content[:start] + text + content[end:]
                with open(f'{tree}/include/{name}', 'w') as out:
                    out.write(content)
            after = views.of(tree + '/include')
            if after is None:
                return 'preprocessor'
            if after == sound:
                return '=text'
            twin = hashlib.sha256('\0'.join(after).encode()).digest()
            if seen_before.setdefault(twin, number) != number:
                return '=twin'
            changed = [(n, difference(a, b)) for n, (a, b) in enumerate(zip(sound, after)) if a != b]
            if after[-1] != sound[-1]:  # an #error more or less leaves no text
                changed += [(n, 'errors') for n in range(len(views.sets))]
            return checks.catch(header, tree, changed)
        finally:
            shutil.rmtree(tree, ignore_errors=True)

    count = {'caught': 0, 'equivalent': 0, 'listed': 0, 'survived': 0}
    status = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get('JOBS', os.cpu_count()))) as pool:
        for (header, old, new, fault), result in zip(chosen, pool.map(attempt, enumerate(chosen))):
            name = (header, old, new)
            if result is None and name in known:
                count['listed'] += 1
                verdict = 'listed'
            elif result is None:
                count['survived'] += 1
                status = 1
                verdict = 'SURVIVED'
            else:
                count['equivalent' if result.startswith('=') else 'caught'] += 1
                verdict = result
                if name in known and result != '=twin':  # whose twin is caught, or listed as well
                    stale.append(name)
            line = texts[header].count('\n', 0, fault[0]) + 1
            print(f'{verdict}\t{header}:{line}\t{header} ;; {old} ;; {new}', flush=True)
    for entry in stale:
        print('STALE in survivors.txt: ' + ' ;; '.join(entry))
        status = 1
    tried = len(chosen) - count['equivalent']
    print(', '.join(f'{value} {key}' for key, value in count.items()) +
          f'; caught {100 * count["caught"] / max(tried, 1):.1f} % of {tried}')
    if count['caught'] < 0.95 * tried or tried == 0:
        print('fewer than 95 % caught')
        status = 1
    return status


if __name__ == '__main__':
    sys.exit(main())
