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
from conftest import ROOT, compile, need

BENCH = ROOT / 'bench'
PLOTS = 'locks search throughput latency hints delay'.split()
SECTIONS = ['Contended lock', 'Search', "Independent of the hint's length, with stand-ins on this machine", 'Hint',
            'Hand-over', 'Delay', 'Programs']
MINUTES = 60
pytestmark = pytest.mark.xdist_group('bench')  # one worker makes the results


@pytest.fixture(scope='session')
def results(tmp_path_factory):
    """The folder of a quick run. It installs nothing: peers that are missing have rows that say so."""
    for program in 'cc', 'c++', 'nm':
        need(program, 'those of bench/packages.txt')
    pytest.importorskip('matplotlib', reason='needs python3-matplotlib')
    folder = tmp_path_factory.mktemp('bench')
    # The package would bring many others: sh tests/sysroot/fetch.sh build/sysroot/src libdpdk-dev:amd64
    headers = targets.SYSROOTS / 'src/libdpdk-dev:amd64'
    if headers.is_dir():
        (folder / 'build').mkdir()
        (folder / 'build/dpdk').symlink_to(headers)
    compile('sh', BENCH / 'run.sh', '--quick', limit=20 * MINUTES,
            env=dict(os.environ, BENCH_RESULTS=str(folder / 'results'), BENCH_BUILD=str(folder / 'build'),
                     BENCH_INSTALL='0'))
    return folder / 'results'


def names(pattern, *files):
    """What the sources of the benchmark call their rows."""
    found = [match for file in files for match in re.findall(pattern, (BENCH / file).read_text(), re.M)]
    assert found, f'nothing in {", ".join(files)} is like {pattern}'
    return found


def settings():
    """What run.sh calls the settings of its table: START/CAP/LIMIT, or the limit of the mutex."""
    (table,) = names(r'^settings="[^\n]*\n((?:.|\n)*?)"$', 'run.sh')
    for line in table.splitlines():
        *numbers, last = line.split()
        if numbers == ['mutex']:
            yield f'mutex {last}'
        else:
            yield '/'.join(numbers) + ('' if last == '3' else f' weight 1/{1 << int(last)}')


def wanted(processors):
    """{file: the first columns of its rows}, without the number of the repetition."""
    lock = r'^    \{"([^"]*)"[ A-Z]*, "[^"]*", \'[a-z]\''
    counted = ['cpu_relax'] + names(lock, 'counted.c')
    locks = {'locks.csv': [*counted, 'cpu_relax mutex', *names(lock, 'locks.h', 'peers.cc'), *settings()],
             'hints.csv': counted + [f'{name} ({hint} hint)' for name in counted for hint in ('short', 'long')]}
    threads, sections = '1 2 4 8 16'.split(), '10 100 1000 10000'.split()
    rows = {file: set(itertools.product(threads, sections, those)) for file, those in locks.items()}
    if processors > 1:
        waits = names(r'^    \{"([^"]*)", "[^"]*", [a-z_]*, [a-z_]*, \w+\},', 'handover.c')
        rows['handover.csv'] = set(itertools.product('0 0.2 1 10 100'.split(), waits))
    (table,) = names(r"^hints='((?:.|\n)*?)'$", 'run.sh')
    hints = [line.split('|')[0] for line in table.splitlines()] + names(r'^    \{"([^"]*)", loop_\w+\}', 'hint.c')
    rows['hint.csv'] = {(hint, 'lines' if hint.endswith('.h') else 'ns') for hint in hints}
    kinds = names(r'\{"(\w+)", \w+, SAMPLES\}', 'delay.c')
    rows['delay.csv'] = set(itertools.product(kinds, '100 1000 10000 100000'.split()))
    programs = names(r'measure\("([^"]*)"', 'programs.cc')
    rows['programs.csv'] = set(itertools.product(('before', 'after'), programs, '2'))
    return rows


def missing(results):
    """What is not there of what should be."""
    found = []
    processors = dict(row[:2] for row in csv.reader((results / 'machine.csv').open()))['processors']
    for file, rows in wanted(int(processors)).items():
        begin = 0 if file == 'delay.csv' else 1  # others begin with the number of the repetition
        width = len(next(iter(rows)))
        there = {tuple(row[begin:begin + width]) for row in csv.reader((results / file).open())
                 if re.fullmatch(r'[-+.e\d]+|missing: needs .+', row[-1])}
        found += [f'{file}: {",".join(row)}' for row in sorted(rows - there)]
    plots = [results / f'{plot}.svg' for plot in PLOTS]
    found += [f'{plot.name}: </svg>' for plot in plots if not plot.exists() or '</svg>' not in plot.read_text()]
    summary = (results / 'summary.md').read_text()
    found += [f'summary.md: {section}' for section in SECTIONS if f'\n## {section}\n' not in summary]
    return found


def test_every_row(results):
    assert missing(results) == []


@pytest.mark.parametrize('file, lost, says', [
    ('locks.csv', ',ck_backoff_eb,', 'locks.csv: 1,10,ck_backoff_eb'),
    ('locks.csv', ',cpu_relax mutex,', 'locks.csv: 1,10,cpu_relax mutex'),
    ('locks.csv', ',50/2000/3000,', 'locks.csv: 1,10,50/2000/3000'),
    ('locks.csv', ',mutex 9000,', 'locks.csv: 1,10,mutex 9000'),
    ('hints.csv', '(long hint),', 'hints.csv: 1,10,cpu_relax (long hint)'),
    ('handover.csv', ',"futex",', 'handover.csv: 0,futex'),
    ('hint.csv', ',ck_pr_stall', 'hint.csv: ck_pr_stall,ns'),
    ('hint.csv', ',clock read,', 'hint.csv: clock read,ns'),
    ('delay.csv', 'count,1000,', 'delay.csv: count,1000'),
    ('programs.csv', ',after,', 'programs.csv: after,map,2'),
    ('throughput.svg', '</svg>', 'throughput.svg: </svg>'),
    ('summary.md', '## Search', 'summary.md: Search'),
])
def test_what_is_lost_is_missing(results, file, lost, says, tmp_path):
    """The check finds what is not there: all lines with a text are taken away."""
    copy = shutil.copytree(results, tmp_path / 'results')
    lines = (copy / file).read_text().splitlines(keepends=True)
    (copy / file).write_text(''.join(line for line in lines if lost not in line))
    assert says in missing(copy)


def test_a_quick_run_says_so_and_is_not_published(results, tmp_path):
    for file in results.iterdir():
        assert 'quick' in file.read_text(), file.name
    with pytest.raises(pytest.fail.Exception, match='is a quick run'):
        compile('sh', BENCH / 'run.sh', '--publish', results, env=dict(os.environ, BENCH_PUBLISHED=str(tmp_path)))


def test_publish(results, tmp_path):
    """Another run, as far as its machine.csv says, goes into a folder of its machine."""
    copy = shutil.copytree(results, tmp_path / 'run')
    machine = (copy / 'machine.csv').read_text()
    machine = re.sub('^(family|model),.*', r'\1,', machine.replace('quick,yes', 'quick,no'), flags=re.M)  # as on ARM
    (copy / 'machine.csv').write_text(re.sub('^virtual,.*', 'virtual,unknown', machine, flags=re.M))
    published = tmp_path / 'published'
    compile('sh', BENCH / 'run.sh', '--publish', copy, env=dict(os.environ, BENCH_PUBLISHED=str(published)))
    (folder,) = [path for path in published.iterdir() if path.is_dir()]
    assert missing(folder) == []
    assert re.search(r'\w, \d+ processors, perhaps a virtual machine', (folder / 'summary.md').read_text())
    assert f'({folder.name}/summary.md)' in (published / 'summary.md').read_text()
    assert len(re.findall(r'^- \*\*', (published / 'readme.md').read_text(), re.M)) == 5
    for plot in 'front.svg', 'published.svg':
        assert '</svg>' in (published / plot).read_text()
    (copy / 'delay.csv').unlink()  # a part of a run does not replace a whole one
    with pytest.raises(pytest.fail.Exception, match='it lacks delay.csv'):
        compile('sh', BENCH / 'run.sh', '--publish', copy, env=dict(os.environ, BENCH_PUBLISHED=str(published)))
    assert missing(folder) == []


def test_published_tables_are_those_of_the_csvs(tmp_path):
    """In bench/results: bench/report.py --all makes them again. Plots may differ by the version of matplotlib."""
    pytest.importorskip('matplotlib', reason='needs python3-matplotlib')
    copy = shutil.copytree(BENCH / 'results', tmp_path / 'results')
    compile('/usr/bin/python3', BENCH / 'report.py', '--all', copy)
    for file in copy.rglob('*'):
        if file.is_file() and file.suffix != '.svg':
            published = BENCH / 'results' / file.relative_to(copy)
            same = published.exists() and published.read_text() == file.read_text()
            assert same, f'{published} is old: python3 bench/report.py --all'
