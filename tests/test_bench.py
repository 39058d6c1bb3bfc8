"""bench/run.sh --quick makes every row and plot that it should; how fast anything is, is not judged.

SPDX-License-Identifier: MIT
"""
import csv
import itertools
import os
import re
import shutil

import pytest

import targets
from conftest import ROOT, compile

BENCH = ROOT / 'bench'
PLOTS = 'locks search throughput latency hints delay'.split()
SECTIONS = ['Contended lock', 'Search', 'Other hints', 'Hint', 'Hand-over', 'Delay']
MINUTES = 60
pytestmark = pytest.mark.xdist_group('bench')  # one worker makes the results


@pytest.fixture(scope='session')
def results(tmp_path_factory):
    """The folder of a quick run. It installs nothing: peers that are missing have rows that say so."""
    for program in 'cc', 'c++', 'gnuplot', 'nm':
        if shutil.which(program) is None:
            pytest.skip(f'needs {program} (packages of bench/packages.txt)')
    folder = tmp_path_factory.mktemp('bench')
    # The package would bring many others: sh tests/sysroot/fetch.sh build/sysroot/src libdpdk-dev:amd64
    headers = targets.SYSROOTS / 'src/libdpdk-dev:amd64'
    if headers.is_dir():
        (folder / 'build').mkdir()
        (folder / 'build/dpdk').symlink_to(headers)
    compile('sh', BENCH / 'run.sh', '--quick', limit=20 * MINUTES,
            env=dict(os.environ, BENCH_RESULTS=str(folder / 'results'), BENCH_BUILD=str(folder / 'build'),
                     BENCH_MACHINE='here', BENCH_INSTALL='0'))
    return folder / 'results'


def names(pattern, *files):
    """What the sources of the benchmark call their rows."""
    found = [match for file in files for match in re.findall(pattern, (BENCH / file).read_text(), re.M)]
    assert found, f'nothing in {", ".join(files)} is like {pattern}'
    return found


def wanted(processors):
    """{file: the first columns of its rows}, without the number of the repetition."""
    lock = r'^    \{"([^"]*)"[ A-Z]*, "[^"]*", \'[a-z]\''
    counted = names(lock, 'counted.c')
    policy = r'^    POLICY\((\d+), (\d+), (\d+), "([^"]*)"'
    policies = ['/'.join(numbers) + name for *numbers, name in names(policy, 'search.h')]
    mutex = names(r'example_mutex = \{"([^"]*)"', 'mutex.c')
    locks = {'locks.csv': names(lock, 'counted.c', 'locks.h', 'peers.cc') + mutex,
             'search.csv': counted + policies,
             'hints.csv': counted + [f'{name} ({hint} hint)' for name in counted for hint in ('short', 'long')]}
    threads, sections = '1 2 4 8 16'.split(), '10 100 1000 10000'.split()
    rows = {file: set(itertools.product(threads, sections, those)) for file, those in locks.items()}
    if processors > 1:
        waits = names(r'^    \{"([^"]*)", "[^"]*", [a-z_]*, [a-z_]*\},', 'handover.c')
        rows['handover.csv'] = set(itertools.product('0 0.2 1 10 100'.split(), waits))
    (table,) = names(r"^hints='((?:.|\n)*?)'$", 'run.sh')
    hints = [line.split('|')[0] for line in table.splitlines()] + names(r'^    \{"(\w+)", loop_\w+\}', 'hint.c')
    rows['hint.csv'] = {(hint, 'lines' if hint.endswith('.h') else 'ns') for hint in hints}
    kinds = names(r'\{"(\w+)", \w+, SAMPLES\}', 'delay.c')
    rows['delay.csv'] = set(itertools.product(kinds, '100 1000 10000 100000'.split()))
    return rows


def missing(results):
    """What is not there of what should be."""
    found = []
    machine = results / 'here'
    processors = dict(row[:2] for row in csv.reader((machine / 'machine.csv').open()))['processors']
    for file, rows in wanted(int(processors)).items():
        begin = 0 if file == 'delay.csv' else 1  # others begin with the number of the repetition
        width = len(next(iter(rows)))
        there = {tuple(row[begin:begin + width]) for row in csv.reader((machine / file).open())
                 if re.fullmatch(r'[-+.e\d]+|missing: needs .+', row[-1])}
        found += [f'{file}: {",".join(row)}' for row in sorted(rows - there)]
    plots = [machine / f'{plot}.svg' for plot in PLOTS] + [results / 'front.svg', results / 'published.svg']
    found += [f'{plot.name}: </svg>' for plot in plots if not plot.exists() or '</svg>' not in plot.read_text()]
    summary = (machine / 'summary.md').read_text()
    found += [f'summary.md: {section}' for section in SECTIONS if f'\n## {section}\n' not in summary]
    if '(here/summary.md)' not in (results / 'summary.md').read_text():
        found.append('summary.md: here/summary.md')
    if len(re.findall(r'^- \*\*', (results / 'readme.md').read_text(), re.M)) != 5:
        found.append('readme.md: its five lines')
    return found


def test_every_row(results):
    assert missing(results) == []


@pytest.mark.parametrize('file, lost, says', [
    ('here/locks.csv', ',ck_backoff_eb,', 'locks.csv: 1,10,ck_backoff_eb'),
    ('here/locks.csv', ',cpu_relax mutex,', 'locks.csv: 1,10,cpu_relax mutex'),
    ('here/search.csv', ',50/1000/2000,', 'search.csv: 1,10,50/1000/2000'),
    ('here/hints.csv', '(long hint),', 'hints.csv: 1,10,cpu_relax (long hint)'),
    ('here/handover.csv', ',futex,', 'handover.csv: 0,futex'),
    ('here/hint.csv', ',ck_pr_stall', 'hint.csv: ck_pr_stall,ns'),
    ('here/hint.csv', ',look,', 'hint.csv: look,ns'),
    ('here/delay.csv', 'count,1000,', 'delay.csv: count,1000'),
    ('here/throughput.svg', '</svg>', 'throughput.svg: </svg>'),
    ('front.svg', '</svg>', 'front.svg: </svg>'),
    ('readme.md', 'Mutex', 'readme.md: its five lines'),
    ('summary.md', 'here/', 'summary.md: here/summary.md'),
])
def test_what_is_lost_is_missing(results, file, lost, says, tmp_path):
    """The check finds what is not there: all lines with a text are taken away."""
    copy = shutil.copytree(results, tmp_path / 'results')
    lines = (copy / file).read_text().splitlines(keepends=True)
    (copy / file).write_text(''.join(line for line in lines if lost not in line))
    assert says in missing(copy)


def test_published_tables_are_those_of_the_csvs(need, tmp_path):
    """In bench/results: sh bench/report.sh makes them again. Plots may differ by the version of gnuplot."""
    need('gnuplot', 'gnuplot-nox')
    copy = shutil.copytree(BENCH / 'results', tmp_path / 'results')
    compile('sh', BENCH / 'report.sh', copy)
    for file in copy.rglob('*'):
        if file.is_file() and file.suffix != '.svg':
            published = BENCH / 'results' / file.relative_to(copy)
            same = published.exists() and published.read_text() == file.read_text()
            assert same, f'{published} is old: sh bench/report.sh'
