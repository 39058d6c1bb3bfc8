"""report.py - makes the tables and the plots from the CSVs of runs.

SPDX-License-Identifier: MIT

usage: report.py RUN                        summary.md and *.svg beside the CSVs of that run
       report.py --publish RUN [PUBLISHED]  copies the run into a folder of its machine, then as below
       report.py --all [PUBLISHED]          for each machine the same; front.svg, readme.md and summary.md for all
"""
import csv
import inspect
import math
import re
import shutil
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib

matplotlib.use('svg')
matplotlib.rcParams.update({'svg.hashsalt': 'cpu_relax', 'svg.fonttype': 'none', 'axes.grid': True, 'grid.alpha': 0.3,
                            'font.size': 11, 'legend.framealpha': 0.9})
from matplotlib import pyplot  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

HERE = Path(__file__).resolve().parent
HEADER = (HERE.parent / 'include/cpu_relax_wait.h').read_text()
MUTEX = (HERE.parent / 'examples/mutex.c').read_text()
FIELDS = 'per_us jain p999_ns cpu_ns'.split()

# What a lock is decides its colour and its mark, everywhere. [Okabe and Ito, "Color universal design", 2008]
KINDS = {'ours': ('this library', '#0072B2', '*'), 'p': ("a peer's policy, in the same lock", '#E69F00', 's'),
         'n': ("a peer's own spinlock", '#D55E00', 'D'), 'k': ("a peer's lock that blocks", '#009E73', '^'),
         'b': ('no policy', '#888888', 'o')}
LINE = {'arrowstyle': '-', 'lw': 0.4, 'color': '#888888'}  # from a mark to a name that is not beside it


def what(kind):
    return 'ours' if kind in 'oeas' else kind


# ---- one run ---------------------------------------------------------------------------------------
class Run:
    """The rows of a run: what was measured, by what it is."""

    def __init__(self, folder):
        self.folder = folder
        self.machine = dict(line.split(',', 1) for line in (folder / 'machine.csv').read_text().splitlines())
        self.loads = [line.split(',')[1] for line in (folder / 'machine.csv').read_text().splitlines()
                      if line.startswith('load')]
        self.kinds, self.missing = {}, {}
        self.locks, self.hints = self.contended('locks'), self.contended('hints')

    def rows(self, name):
        path = self.folder / f'{name}.csv'
        lines = path.read_text().splitlines() if path.exists() else []
        return list(csv.DictReader(line for line in lines if not line.startswith('#')))

    def contended(self, name):
        """{lock: {(threads, section): {field: median}}}"""
        values = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for row in self.rows(name):
            self.kinds[row['lock']] = row['kind']
            if row['per_us'].startswith('missing'):
                self.missing[row['lock']] = row['per_us']
                continue
            for field in FIELDS:
                values[row['lock']][int(row['threads']), int(row['section_ns'])][field].append(float(row[field]))
        return {lock: {cell: {field: statistics.median(v) for field, v in fields.items()}
                       for cell, fields in cells.items()} for lock, cells in values.items()}

    def medians(self, name, keys, value):
        """{keys of a row: the median of its value}; rows that say what is missing are left out."""
        values = defaultdict(list)
        for row in self.rows(name):
            if re.fullmatch(r'[-+.e\d]+', row[value] or ''):
                values[tuple(row[key] for key in keys)].append(float(row[value]))
        return {key: statistics.median(v) for key, v in values.items()}

    @property
    def quick(self):
        return self.machine.get('quick') == 'yes'

    @property
    def processors(self):
        return int(self.machine['processors'])

    @property
    def name(self):
        """Two CPUs with one marketing name differ by family and model."""
        cpu = re.sub(r'\([A-Z]*\)| Processor| CPU| @.*', '', self.machine['cpu']) or self.machine['machine']
        which = [f'{key} {self.machine[key]}' for key in ('family', 'model') if self.machine[key]]
        return ', '.join([cpu, *which, f'{self.processors} processors'])


def mean(cells, field, least=2, most=math.inf):
    """Over the cells with that many threads: geometric, but arithmetic for Jain's index."""
    values = [fields[field] for (threads, _), fields in cells.items() if least <= threads <= most]
    if not values:
        return math.nan
    return statistics.fmean(values) if field == 'jain' else statistics.geometric_mean(values)


def beats(a, b):
    """In one cell: no worse in anything, and clearly better in something."""
    if (a['per_us'] < 0.98 * b['per_us'] or a['jain'] < b['jain'] - 0.02 or a['p999_ns'] > 1.05 * b['p999_ns']
            or a['cpu_ns'] > 1.02 * b['cpu_ns']):
        return False
    return a['per_us'] >= 1.1 * b['per_us'] or a['jain'] >= b['jain'] + 0.1 or a['p999_ns'] <= 0.5 * b['p999_ns']


def beaten(run, lock):
    """The number of contended cells in which a lock beats this one that is not of this library."""
    others = [other for other in run.locks if other != lock and what(run.kinds[other]) != 'ours']
    return sum(any(beats(run.locks[other][cell], fields) for other in others if cell in run.locks[other])
               for cell, fields in run.locks[lock].items() if cell[0] > 1)


def spin_setting():
    """What the header's default is called among the settings of the search."""
    start, cap, limit = (re.search(rf'define CPU_RELAX_BACKOFF_{name}_NS (\d+)$', HEADER, re.M)[1]
                         for name in ('START', 'CAP', 'LIMIT'))
    shift = int(re.search(r'shift_ = ([1-9])', HEADER)[1])
    return f'{start}/{cap}/{limit}' + ('' if shift == 3 else f' weight 1/{1 << shift}')


def ours(run):
    """The rows of the recommended lock and mutex: those with today's defaults, should the run have had others."""
    spin, mutex = spin_setting(), 'mutex ' + re.search(r'MUTEX_SPIN_NS = (\d+)', MUTEX)[1]
    return (spin if run.machine.get('setting') != spin and spin in run.locks else 'cpu_relax',
            mutex if run.machine.get('mutex') != mutex and mutex in run.locks else 'cpu_relax mutex')


def best(run, test):
    return max(filter(test, run.locks), key=lambda lock: mean(run.locks[lock], 'per_us'), default=None)


def shown(run):
    """What is compared: the recommended lock and mutex, and all else that is no setting of them."""
    return [*ours(run), *(lock for lock in run.locks if run.kinds[lock] not in 'soe')]


def counts_hints(lock):
    return re.match(r'jemalloc|crossbeam|tbb atomic_backoff|absl SpinLock', lock) is not None


# ---- Markdown --------------------------------------------------------------------------------------
def digits(x):
    return f'{x:.0f}' if x >= 100 else f'{x:.3g}'


def table(heads, rows):
    assert len(heads) <= 8, heads
    lines = ['| ' + ' | '.join(heads) + ' |', '|' + '---|' * len(heads)]
    return lines + ['| ' + ' | '.join(map(str, row)) + ' |' for row in rows] + ['']


class Summary:
    """The text of summary.md, and the figures that the README may show."""

    def __init__(self, run):
        self.run, self.lines, self.figures = run, [], {}

    def add(self, *lines):
        self.lines += lines

    def section(self, title, text=None):
        self.add(f'## {title}', '', *([inspect.cleandoc(text), ''] if text else []))

    def verdict(self, reached, text):
        self.add(f'- **{"reached" if reached else "not reached"}**: {text}')

    def picture(self, name, caption):
        self.add(f'![{name}]({name}.svg)', '', f'*{caption}*', '')


def overview(run, locks):
    rows = []
    for lock in sorted(locks, key=lambda lock: -mean(run.locks[lock], 'per_us')):
        cells, mark = run.locks[lock], '**' if lock in ours(run) else ''
        rows.append((f'{mark}{lock}{mark}', digits(mean(cells, 'per_us')), f'{mean(cells, "jain"):.2f}',
                     digits(mean(cells, 'p999_ns') / 1e3), digits(mean(cells, 'cpu_ns')), beaten(run, lock)))
    return table(['lock', 'throughput, /µs', "Jain's index", 'p99.9, µs', 'processor time, ns', 'beaten in'], rows)


def lock_section(s):
    run, (spin, mutex) = s.run, ours(s.run)
    s.section('Contended lock', f'''
        `{spin}` is `examples/spinlock.c`, `{mutex}` is `examples/mutex.c`, with the header's defaults, START/CAP/LIMIT
        {spin_setting()}. The others are waiting policies in the same lock, and peers' own locks. Each thread works for
        as long outside the lock as inside. Means over all thread counts from two up: geometric, but arithmetic for
        Jain's index. p99.9 is over acquisitions, so a thread that starves hardly counts in it: Jain's index shows
        that. With 10 µs inside the lock a repetition with two threads has some 2000 acquisitions, and p99.9 is the
        second longest.
        A lock beats another in a cell (one number of threads, one length of section) if it is no worse in throughput
        (2%), Jain's index (0.02), p99.9 (5%) and processor time (2%), and clearly better in one of the first three
        (10%, 0.1, half). Locks of this library do not count there as others.''')
    s.add(*overview(run, shown(run)))
    s.add(*(f'- {lock}: {text}' for lock, text in sorted(run.missing.items())))
    s.picture('locks', 'Each point is a lock: further right is more throughput, further down a shorter tail.')
    threads = sorted({threads for cells in run.locks.values() for threads, _ in cells})[:7]
    by_throughput = sorted(shown(run), key=lambda lock: -mean(run.locks[lock], 'per_us'))
    s.add('Throughput by threads, acquisitions/µs, geometric mean of the four sections; `locks.csv` has all cells.', '')
    s.add(*table(['lock', *map(str, threads)],
                 [(lock, *(digits(mean(run.locks[lock], 'per_us', n, n)) for n in threads)) for lock in by_throughput]))
    s.picture('throughput', 'By threads, for each length of section.')
    s.picture('latency', 'The same for the time to acquire, of which one in a thousand takes longer.')
    s.add('Aims:', '')
    us = run.locks[spin]
    peer = best(run, counts_hints)
    if peer:
        them = run.locks[peer]
        more, tail = (mean(us, field) / mean(them, field) for field in ('per_us', 'p999_ns'))
        fair = mean(us, 'jain') - mean(them, 'jain')
        s.verdict(more >= 1 and tail <= 1, f'throughput at least, and p99.9 at most, that of the best peer that counts '
                  f'hints ({peer}): {more:.2f} and {tail:.2f} times')
        for figure, most, text in (('tail', math.inf, ''), ('matched_tail', run.processors,
                                                            ', with a processor for each thread')):
            if most > 1:
                ratios = [mean(us, 'p999_ns', 2, most) / mean(run.locks[lock], 'p999_ns', 2, most)
                          for lock in run.locks if counts_hints(lock)]
                s.add(f'- p99.9 against that of each of those peers{text}: {between(ratios)} times.')
                s.figures[f'{figure}_low'], s.figures[figure] = min(ratios), max(ratios)
        s.figures['throughput'] = more
        s.verdict(fair >= -0.02, f"Jain's index no more than 0.02 below that peer's: {fair:+.3f}")
        least = min((beaten(run, lock), lock) for lock in run.locks if counts_hints(lock))
        n = beaten(run, spin)
        s.verdict(n <= least[0], 'beaten in no more cells than the least beaten of those peers '
                  f'({least[1]}, {least[0]}): {n}')
        kept = [mean(us, 'per_us', *threads) / mean(them, 'per_us', *threads)
                for threads in ((1, 1), (2, run.processors)) if threads[0] <= run.processors]
        same = [mean(run.locks[lock], 'per_us', 1, 1) / mean(them, 'per_us', 1, 1) for lock in run.locks
                if run.kinds[lock] == 's' and not lock.startswith('mutex')] or [1]
        s.verdict(min(kept) >= 0.98, 'nothing lost alone, nor with a processor for each '
                  f'thread: {" and ".join(f"{ratio:.4f}" for ratio in kept)} times that peer; aim 0.98. Alone, the '
                  f'settings of the search are the same code, and differ: {min(same):.3f} to {max(same):.3f}')
    peer = best(run, lambda lock: run.kinds[lock] in 'pnk')
    if peer:
        more, tail = (mean(run.locks[peer], field) / mean(us, field) for field in ('per_us', 'p999_ns'))
        s.add(f'- Of all peers {peer} has the highest throughput: {more:.2f} times that of {spin}, '
              f'for {tail:.1f} times the p99.9.')
        s.figures.update(top=more, top_tail=tail)
    peer = best(run, lambda lock: run.kinds[lock] == 'k')
    if peer:
        more, cost, tail = (mean(run.locks[mutex], field) / mean(run.locks[peer], field)
                            for field in ('per_us', 'cpu_ns', 'p999_ns'))
        s.verdict(more >= 1 and cost <= 1, 'examples/mutex.c: throughput at least, and processor time at most, that of '
                  f'the best lock that blocks ({peer}): {more:.2f} and {cost:.2f} times, with {tail:.2f} times its '
                  'p99.9')
        s.figures.update(mutex=more, mutex_cost=cost, mutex_tail=tail)
    s.add('')


def search_section(s):
    run = s.run
    settings = [lock for lock in run.locks if run.kinds[lock] == 's']
    if not settings:
        return
    s.section('Search', '''
        The recommended lock with other settings: START/CAP/LIMIT in ns, and the weight of a contended delay if it is
        not 1/8; and the mutex with other limits. From the same run.''')
    same = run.machine['setting']
    if same in run.locks:
        ratio = [run.locks[same][cell]['per_us'] / fields['per_us'] for cell, fields in run.locks['cpu_relax'].items()
                 if cell[0] > 1]
        whole = mean(run.locks[same], 'per_us') / mean(run.locks['cpu_relax'], 'per_us')
        tail = mean(run.locks[same], 'p999_ns') / mean(run.locks['cpu_relax'], 'p999_ns')
        most = max(*ratio, 1 / min(ratio)) - 1
        tails = [run.locks[same][cell]['p999_ns'] / fields['p999_ns'] for cell, fields in run.locks['cpu_relax'].items()
                 if cell[0] > 1]
        s.add(f'`{same}` and `cpu_relax` are the same code. In this run they differ by {abs(whole - 1):.1%} in',
              f'throughput and {abs(tail - 1):.0%} in p99.9, in one cell by up to {most:.0%} in throughput and',
              f'{max(*tails, 1 / min(tails)):.1f} times in p99.9,',
              f'and are beaten in {beaten(run, same)} and {beaten(run, "cpu_relax")} cells: no smaller difference is a',
              'result.', '')
    s.add(*overview(run, settings + [lock for lock in run.locks if run.kinds[lock] in 'oe' or counts_hints(lock)]))
    s.picture('search', 'Each point is a setting.')


def hints_section(s):
    run, rows = s.run, []
    names = [lock for lock in run.hints if '(' not in lock.replace('(re-created)', '')]
    s.section("Independent of the hint's length, with stand-ins on this machine", '''
        The same source with other hints: `nop` takes 0.3 ns, and as many hints as take 100 ns stand for a long one.
        Throughput, geometric mean of the cells with two threads and more, acquisitions/µs. A change may be a gain.'''
              + ('' if ours(run)[0] == 'cpu_relax' else f' `cpu_relax` is {run.machine["setting"]} here.'))
    for lock in names:
        three = [mean(run.hints[lock + suffix], 'per_us') for suffix in (' (short hint)', '', ' (long hint)')]
        rows.append((lock, *three, max(three) / min(three)))
    s.add(*table(['lock', 'short hint', "this CPU's", 'long hint', 'highest over lowest'],
                 [(row[0], *map(digits, row[1:4]), f'{row[4]:.2f}') for row in rows]))
    s.picture('hints', 'A flat line is a lock that does not depend on what one hint takes.')
    spread = {row[0]: row[4] for row in rows}
    s.figures.update(spread=spread['cpu_relax'],
                     peer_spread=min(value for lock, value in spread.items() if lock != 'cpu_relax'))
    s.add('Aim:', '')
    s.verdict(spread['cpu_relax'] <= 1.15, f'at most 15% between them: {spread["cpu_relax"]:.2f} times')
    s.add('')
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for (lock, *three, _), style in zip(sorted(rows), ('-', '--', ':')):
        axes.plot(range(3), three, label=lock, lw=2, marker=KINDS[what(run.kinds[lock])][2],
                  ls=style, color=KINDS[what(run.kinds[lock])][1])
    axes.set_xticks(range(3), ['short hint', "this CPU's", 'long hint'])
    axes.set_ylim(0)
    axes.set_ylabel('acquisitions per µs, geometric mean')
    axes.legend()
    save(run, figure, 'hints')


def hint_section(s):
    run, found, rows = s.run, s.run.medians('hint', ('name', 'figure'), 'value'), []
    names = list(dict.fromkeys(row['name'] for row in run.rows('hint')))

    def cost(name):
        base = found.get(('empty C++ file' if name.startswith(('tbb', 'boost')) else 'empty C file', 'ms'))
        value = found.get((name, 'ms'))
        return None if value is None or base is None else value - base
    for name in names:
        if name.startswith('empty') or name in ('clock read', 'sched_yield', 'sleep'):
            continue
        values = [found.get((name, figure)) for figure in ('ns', 'bytes', 'lines')]
        values.append(cost(name))
        rows.append((name, *('-' if value is None else digits(value) for value in values)))
    s.section('Hint')
    s.add(*table(['hint', 'ns', 'bytes', 'lines included', 'ms to compile, over an empty file'], rows))
    us = {figure: found[('cpu_relax', figure)] for figure in ('ns', 'bytes', 'lines')}
    cheaper = [f'{name} ({figure})' for name, figure in found if figure in us and not name.startswith('cpu_relax')
               and name not in ('clock read', 'sched_yield', 'sleep')
               and found[name, figure] < us[figure] * (0.95 if figure == 'ns' else 1)]
    s.add('Aims:', '')
    s.verdict(not cheaper, "no peer's hint is shorter or faster, nor includes less"
              + ''.join(f'; but {x}' for x in cheaper))
    if cost('cpu_relax_wait.h') is not None:
        ratio = found['cpu_relax_wait.h', 'ms'] / found['empty C file', 'ms']
        s.verdict(ratio < 1.25, f'including cpu_relax_wait.h takes {ratio:.2f} times what an empty file takes; '
                  'aim: under 1.25')
    s.add('')


def handover_section(s):
    run = s.run
    early = list(dict.fromkeys(row['early_us'] for row in run.rows('handover')))
    waits = list(dict.fromkeys(row['wait'] for row in run.rows('handover')))
    names = re.findall(r'^    \{"([^"]*)", "', (HERE / 'handover.c').read_text(), re.M)
    order = [wait for wait in names if wait in waits]
    s.section('Hand-over', '''
        One thread waits, another stores. `while_eq32` is `cpu_relax_while_eq32`, without a timeout (no clock is read)
        and with one that is not reached; `polls` is with `CPU_RELAX_NO_MONITOR`; the clock of 1 us stands for one
        whose reading is a system call.''')
    found = {value: run.medians('handover', ('wait', 'early_us'), value) for value in ('median_ns', 'p99_ns', 'cpu_ns')}
    for value, title in (('median_ns', 'From store to seen, ns: median'), ('p99_ns', 'From store to seen, ns: p99'),
                         ('cpu_ns', 'Processor time of one wait, ns')):
        s.add(title, '', *table(['wait', *(f'{e} µs early' for e in early)],
                                [(wait, *(digits(found[value][wait, e]) if (wait, e) in found[value] else '-'
                                          for e in early)) for wait in order]))
    median, cpu = found['median_ns'], found['cpu_ns']
    half = run.medians('hint', ('name', 'figure'), 'value').get(('cpu_relax', 'ns'), 40) / 2
    s.add('Aims:', '')

    def behind(wait, other):
        """How late it is at most, if the value is stored 0.2 us after the wait began or later: ns, ratio, us."""
        return max((median[wait, e] - median[other, e], median[wait, e] / median[other, e], e)
                   for e in early if float(e) >= 0.2)

    for wait, figure in (('while_eq32', 'late'), ('while_eq32, timeout', 'timed')):
        for other, name in (('hint', 'a loop of the hint'), ('bare load', 'a bare load')):
            ns, ratio, at = behind(wait, other)
            s.verdict(ns <= half or ratio <= 1.05, f'{wait}, 0.2 to 100 µs early, within 5% of {name}, or half a hint '
                      f'({half:.0f} ns) behind it: at most {ns:.0f} ns behind it ({at} µs early)')
        s.figures[figure] = behind(wait, 'bare load')[0]
    s.figures['hint_late'] = behind('hint', 'bare load')[0]
    slow = 'while_eq32, polls, clock of 1 us'
    for wait, name in ((slow, 'slow'), (slow + ', timeout', 'slow_timed')):
        s.figures[name] = behind(wait, 'bare load')[0]
    s.add(f'- With a clock of 1 µs a reading: at most {s.figures["slow"]:.0f} ns behind a bare load without a timeout, '
          f'{s.figures["slow_timed"]:.0f} ns with one.')
    for wait in 'back-off + futex', 'back-off of 5000 ns + futex':
        parked = cpu[wait, '100'] / cpu['bare load', '100']
        s.verdict(parked <= 0.12, f'processor time of a wait of 100 µs, {wait}: {parked:.3f} of a bare load; aim 0.12. '
                  f'The futex alone takes {cpu["futex", "100"] / cpu["bare load", "100"]:.3f}')
    s.add('')


def delay_section(s):
    run, rows = s.run, defaultdict(dict)
    for row in run.rows('delay'):
        rows[row['kind']][int(row['asked'])] = {key: float(row[key]) for key in ('quartile1', 'median', 'quartile3')}
    asked = sorted(next(iter(rows.values())))
    s.section('Delay', 'Measured, in ns: the median.')
    s.add(*table(['asked for', *rows], [(a, *(digits(kind[a]['median']) for kind in rows.values())) for a in asked]))
    s.picture('delay', "On the grey line a delay takes as long as was asked for; a fixed number of hints, 10 ns each, "
              "is as far off as this CPU's hint is from that.")
    late = [rows['cpu_relax_for_ns'][a]['median'] - a for a in asked if a >= 100]
    hint = run.medians('hint', ('name', 'figure'), 'value')
    s.figures.update(delay_low=min(late), delay=max(late))
    if ('clock read', 'ns') in hint:
        most = 2 * hint['cpu_relax', 'ns'] + 2 * hint['clock read', 'ns']
        s.add('Aim:', '')
        over = max(rows['cpu_relax_for_ns'][a]['median'] - 1.1 * a for a in asked if a >= 100)
        s.verdict(min(late) >= 0 and over <= most, 'cpu_relax_for_ns from 100 ns to 100 µs: the median at least as '
                  f'asked for, and at most a tenth, two hints and two clock reads ({most:.0f} ns) more: '
                  f'{min(late):.0f} to {max(late):.0f} ns')
    s.add('')
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    axes.plot(asked, asked, color='#888888', label='as asked for')
    colours = {'cpu_relax_for_ns': 'ours', 'count': 'p', 'nanosleep': 'k'}
    for kind, (_, colour, mark) in ((kind, KINDS[colours[kind]]) for kind in rows):
        middle = [rows[kind][a]['median'] for a in asked]
        axes.errorbar(asked, middle, [[m - rows[kind][a]['quartile1'] for a, m in zip(asked, middle)],
                                      [rows[kind][a]['quartile3'] - m for a, m in zip(asked, middle)]],
                      color=colour, marker=mark, label=kind)
    axes.set(xscale='log', yscale='log', xlabel='asked for, ns (log scale)',
             ylabel='measured, ns (log scale): median, quartiles')
    axes.legend()
    save(run, figure, 'delay')


def programs_section(s):
    run = s.run
    keys = 'version program threads'.split()
    rate, cost = run.medians('programs', keys, 'per_us'), run.medians('programs', keys, 'cpu_ns')
    s.section('Programs', '''
        Two uses of other projects' code (`bench/programs.cc`), before and after: `tbb::spin_mutex` with
        `cpu_relax_backoff`, and the semaphore of moodycamel's blocking queue with `cpu_relax_while_eq` of 5 µs,
        twice, in place of 10000 polls. Ratios, after over before, medians of one run.''')
    rows = [(program, threads, f'{rate["after", program, threads] / rate["before", program, threads]:.2f}',
             f'{cost["after", program, threads] / cost["before", program, threads]:.2f}')
            for version, program, threads in rate if version == 'before']
    s.add(*table(['program', 'threads', 'throughput', 'processor time per operation'], rows))


# ---- plots -----------------------------------------------------------------------------------------
def save(run, figure, name):
    if run.quick:
        figure.text(0.99, 0.005, 'a quick run: not a result', ha='right', color='#CC0000')
    write(figure, run.folder / f'{name}.svg')


def write(figure, path):
    figure.tight_layout()
    figure.savefig(path, metadata={'Date': None})
    pyplot.close(figure)


def points(axes, run, locks):
    """Throughput against p99.9: a mark for each lock, and its name beside it where it covers no other name."""
    place = {lock: (mean(run.locks[lock], 'per_us'), mean(run.locks[lock], 'p999_ns') / 1e3) for lock in locks}
    for kind, (label, colour, mark) in KINDS.items():
        some = [place[lock] for lock in locks if what(run.kinds[lock]) == kind]
        if some:
            axes.scatter(*zip(*some), color=colour, marker=mark, s=90 if kind == 'ours' else 35, label=label, zorder=3)
    low, high = (edge(x for x, _ in place.values()) for edge in (min, max))
    axes.set(yscale='log', xlim=(low - 0.05 * (high - low), high + 0.25 * (high - low)),
             xlabel='throughput, acquisitions per µs (geometric mean)',
             ylabel='p99.9 of the time to acquire, µs (log scale)')
    axes.yaxis.set_major_formatter('{x:g}')
    axes.yaxis.set_minor_formatter('{x:g}')
    axes.legend(loc='best', fontsize=9)
    axes.figure.canvas.draw()
    taken = [axes.get_legend().get_window_extent()]
    taken += [Bbox.from_extents(x - 4, y - 4, x + 4, y + 4) for x, y in axes.transData.transform(list(place.values()))]
    for lock in sorted(locks, key=lambda lock: (what(run.kinds[lock]) != 'ours', -place[lock][0])):
        for dy in (0, 9, -9, 18, -18, 27, -27, 36, -36, 45, -45):
            for dx, side in ((7, 'left'), (-7, 'right')):
                text = axes.annotate(lock, place[lock], (dx, dy), textcoords='offset points', ha=side, va='center',
                                     fontsize=9, color=KINDS[what(run.kinds[lock])][1],
                                     arrowprops=LINE if abs(dy) > 9 else None)
                box = text.get_window_extent()
                if not any(box.overlaps(other) for other in taken) and axes.bbox.x0 < box.x0 and box.x1 < axes.bbox.x1:
                    break
                text.remove()
            else:
                continue
            taken.append(box)
            break


def plot_points(run, locks, name):
    figure, axes = pyplot.subplots(figsize=(10, 7))
    points(axes, run, locks)
    axes.set_title(run.name)
    save(run, figure, name)


def plot_by_threads(run, field, name, label):
    wanted = [(ours(run)[0], '-'), (ours(run)[1], '--'), ('jemalloc (re-created)', '-'), ('std::mutex', '-'),
              ('pthread_spin_lock', '-')]
    figure, panels = pyplot.subplots(2, 2, figsize=(10, 8), sharex=True)
    for axes, section in zip(panels.flat, (10, 100, 1000, 10000)):
        for lock, style in wanted:
            cells = sorted((n, fields[field]) for (n, s), fields in run.locks.get(lock, {}).items() if s == section)
            if cells:
                _, colour, mark = KINDS[what(run.kinds[lock])]
                axes.plot(*zip(*cells), color=colour, marker=mark, ls=style, label=lock)
        axes.axvline(run.processors, color='#888888', lw=1, label='processors')
        axes.set(xscale='log', yscale='log', title=f'{section} ns inside the lock', ylabel=f'{label} (log)')
        axes.set_xticks(sorted({n for cells in run.locks.values() for n, _ in cells}))
        axes.xaxis.set_major_formatter('{x:g}')
        axes.minorticks_off()
    for axes in panels[1]:
        axes.set_xlabel('threads (log scale)')
    panels[0][0].legend(fontsize=9)
    save(run, figure, name)


# ---- all together ----------------------------------------------------------------------------------
def report(folder):
    """Makes summary.md and the plots of a run; returns the run and the figures that the README may show."""
    run = Run(folder)
    m, s = run.machine, Summary(run)
    s.add('<!-- made by bench/report.py from the CSVs beside it -->')
    if run.quick:
        s.add('**A quick run: fewer and shorter repetitions. Nothing here is a result.**', '')
    s.add(f'{run.name}{virtual(run)}; {m["kernel"]}, {m["compiler"]}. '
          f'Made by `{m["command"]}`{made(run)}, on {m["date"]}.',
          f'Load when it began, and before each section: {", ".join(run.loads)}.', '')
    if 'cpu_relax' in run.locks:
        lock_section(s)
        search_section(s)
        plain = shown(run)
        plot_points(run, plain, 'locks')
        settings = [lock for lock in run.locks if run.kinds[lock] in 'seo' or counts_hints(lock)]
        if len(settings) > len([lock for lock in plain if lock in settings]):
            plot_points(run, settings, 'search')
        plot_by_threads(run, 'per_us', 'throughput', 'acquisitions per µs')
        plot_by_threads(run, 'p999_ns', 'latency', 'p99.9 of the time to acquire, ns')
    for rows, section in (('hints', hints_section), ('hint', hint_section), ('handover', handover_section),
                          ('delay', delay_section), ('programs', programs_section)):
        if run.rows(rows):
            section(s)
    if (folder / 'notes.md').exists():
        s.add(*(folder / 'notes.md').read_text().splitlines())
    (folder / 'summary.md').write_text('\n'.join(s.lines).rstrip() + '\n')
    return run, s.figures


def between(values, form='{:.2f}'):
    texts = [form.format(edge(values)) for edge in (min, max)]
    return texts[0] if texts[0] == texts[1] else ' to '.join(texts)


def ranged(figures, name, form='{:.2f}'):
    """Over the machines, from the lowest to the highest: NAME_low, if there is one, to NAME."""
    return between([f[key] for f in figures for key in (f'{name}_low', name) if key in f], form)


def virtual(run):
    return {'yes': ', a virtual machine', 'no': ''}.get(run.machine['virtual'], ', perhaps a virtual machine')


def made(run):
    """What a run that run.sh did not make says of itself."""
    return ', ' + run.machine['made'] if 'made' in run.machine else ''


def percent(ratio):
    return f'{100 * (ratio - 1):.0f}%'


def readme(runs, figures):
    """Five lines, each with the range over the machines."""
    def has(name):
        return any(name in f for f in figures)

    where = '; '.join(f'{run.name}{virtual(run)} ({run.machine["compiler"]}{made(run)})' for run in runs)
    crowd = max((threads / run.processors for run in runs for cells in run.locks.values() for threads, _ in cells),
                default=1)
    yield '![Throughput against p99.9 of each lock](bench/results/front.svg)\n'
    yield ('Each point is a lock; blue stars are this library. Each thread works for as long outside the lock as '
           f'inside, and up to {crowd:.0f} share a processor. Measured on {where}:\n')
    if has('throughput'):
        matched = f', and {ranged(figures, "matched_tail", "{:.1f}")} times with a processor for each thread' \
            if has('matched_tail') else ''
        yield (f'- **Contended lock**: {ranged(figures, "throughput")} times the throughput of the best policy that '
               f'counts hints. Against each of these, the p99.9 of the time to acquire is {ranged(figures, "tail")} '
               f'times as long{matched}. '
               f'The fastest other lock has {ranged(figures, "top")} times our throughput, but '
               f'{ranged(figures, "top_tail", "{:.1f}")} times our p99.9.')
    if has('spread'):
        most = max(f['spread'] for f in figures if 'spread' in f)
        least = min(f['peer_spread'] for f in figures if 'spread' in f)
        yield ("- **Independent of the hint's length**: with a no-op, or with hints of about 100 ns, in its place, our "
               f'throughput changes by {percent(most)}, that of policies that count hints by {percent(least)} or more.')
    if has('mutex'):
        yield (f'- **Mutex**: [`examples/mutex.c`](examples/mutex.c) has {ranged(figures, "mutex")} times the '
               'throughput of the best mutex of glibc, libstdc++ and abseil, with '
               f'{ranged(figures, "mutex_cost")} times its processor time and {ranged(figures, "mutex_tail")} times '
               'its p99.9.')
    if has('late'):
        late, timed, hint = (max(0, *(f[name] for f in figures if name in f))
                             for name in ('late', 'timed', 'hint_late'))
        yield (f'- **Hand-over**, medians: `cpu_relax_while_eq32` sees a new value at most {late:.0f} ns after a bare '
               f'polling load does, {timed:.0f} ns with a timeout; a loop of `cpu_relax()`, {hint:.0f} ns.')
    if has('delay'):
        yield f'- **Delay**: 100 ns to 100 µs, median overshoot {ranged(figures, "delay", "{:.0f}")} ns.'


def plot_published(folder):
    """What others have published of more processors: figures, not ours."""
    rows = list(csv.DictReader((HERE / 'published.csv').open()))
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for lock, kind in (('TAS', 'b'), ('ticket', 'n'), ('queued', 'k'), ('back-off', 'p')):
        _, colour, mark = KINDS[kind]
        some = [(int(row['threads']), float(row['per_us'])) for row in rows if row['lock'] == lock]
        axes.plot(*zip(*some), color=colour, marker=mark, label=lock)
    axes.set(xscale='log', yscale='log', xlabel='threads (log scale)', ylabel='acquisitions per µs (log scale)')
    axes.set_xticks([1, 2, 4, 8, 16, 32, 48], [1, 2, 4, 8, 16, 32, 48])
    axes.minorticks_off()
    axes.legend()
    write(figure, folder / 'published.svg')


def report_all(published):
    both = [report(path.parent) for path in sorted(published.glob('*/machine.csv'))]
    runs, figures = [run for run, _ in both], [f for _, f in both]
    with_locks = [run for run in runs if run.locks]
    if with_locks:
        figure, panels = pyplot.subplots(len(with_locks), 1, figsize=(11, 7.5 * len(with_locks)), squeeze=False)
        for axes, run in zip(panels.flat, with_locks):
            points(axes, run, shown(run))
            axes.set_title(run.name)
        write(figure, published / 'front.svg')
    plot_published(published)
    (published / 'readme.md').write_text('\n'.join(readme(runs, figures)) + '\n')
    lines = ['<!-- made by bench/report.py from the CSVs of each machine -->',
             'Each machine has a folder of its own, with its tables, its plots and the result of each aim:', '']
    for run in runs:
        text = (run.folder / 'summary.md').read_text()
        good, bad = text.count('- **reached**'), text.count('- **not reached**')
        lines.append(f'- [{run.name}]({run.folder.name}/summary.md), {run.machine["date"]}: '
                     f'{good} of {good + bad} aims reached')
    (published / 'summary.md').write_text('\n'.join(lines) + '\n\n' + (HERE / 'published.md').read_text().lstrip())


def publish(source, published):
    run = Run(source)
    if run.quick:
        sys.exit(f'report.py: {source} is a quick run: run sh bench/run.sh without --quick')
    name = re.sub('[^a-z0-9]+', '-', re.sub(' family| model| processors', '', run.name).lower())
    old = published / name
    lost = {path.name for path in old.glob('*.csv')} - {path.name for path in source.glob('*.csv')}
    if lost or old.resolve() == source.resolve():
        sys.exit(f'report.py: {source} cannot replace {old}: ' +
                 (f'it lacks {", ".join(sorted(lost))}' if lost else 'they are the same folder'))
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(source, old)
    print(old)


def main(arguments):
    published = Path(arguments[-1]) if len(arguments) == 3 or arguments[:1] == ['--all'] and len(arguments) == 2 \
        else HERE / 'results'
    if arguments[:1] == ['--publish'] and len(arguments) in (2, 3):
        publish(Path(arguments[1]), published)
        report_all(published)
    elif arguments[:1] == ['--all'] and len(arguments) < 3:
        report_all(published)
    elif len(arguments) == 1 and Path(arguments[0], 'machine.csv').exists():
        report(Path(arguments[0]))
    else:
        sys.exit('report.py: no folder with a machine.csv given\n' + __doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
