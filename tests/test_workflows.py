"""The workflows of continuous integration are valid, as far as that shows without running them.

SPDX-License-Identifier: MIT
"""
import re

import pytest
import yaml

import documents
from conftest import INCLUDE, UNIT, compile, run

WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in documents.files('.github/workflows/*.yml')}
JOBS = [pytest.param(job, id=f'{file}-{name}') for file, workflow in WORKFLOWS.items()
        for name, job in workflow['jobs'].items()]


def scripts(job):
    """The shell scripts of a job, those for a virtual machine too."""
    for step in job['steps']:
        for holder in step, step.get('with', {}):
            yield from (holder[key] for key in ('run', 'prepare') if key in holder)


@pytest.mark.parametrize('workflow', WORKFLOWS)
def test_permissions(workflow):
    """A workflow cannot change the repository, and its shell stops at the first error in a pipeline, too."""
    assert WORKFLOWS[workflow]['permissions'] == {'contents': 'read'}
    assert WORKFLOWS[workflow]['defaults'] == {'run': {'shell': 'bash'}}


@pytest.mark.parametrize('job', JOBS)
def test_steps(job):
    """Each step has one action, of a stated version, or one script; no cache hides a step that is missing."""
    assert job['runs-on'] and job['timeout-minutes'] <= 120
    for step in job['steps']:
        assert set(step) <= {'name', 'run', 'uses', 'with'} and ('run' in step) != ('uses' in step), step
        assert re.fullmatch(r'[\w-]+/[\w-]+@v\d+', step.get('uses', 'a/b@v1')), step
        assert not re.search('(?<!disable-)cache', str(step)), step


@pytest.mark.parametrize('job', JOBS)
def test_expressions(job):
    """${{ }} names a key of the matrix, or the job."""
    matrix = job.get('strategy', {}).get('matrix', {}).get('include', [])
    known = {'github.job'} | {f'matrix.{key}' for row in matrix for key in row if all(key in other for other in matrix)}
    assert set(re.findall(r'\$\{\{ (.*?) \}\}', str(job))) <= known


@pytest.mark.parametrize('job', JOBS)
def test_shellcheck(job, tmp_path):
    for script in scripts(job):
        assert '&&' not in script.strip().rpartition('\n')[0], 'a failure before && does not end the script'
        (tmp_path / 'script').write_text(re.sub(r'\$\{\{.*?\}\}', 'value', script) + '\n')
        run('shellcheck', '-s', 'bash', tmp_path / 'script')


@pytest.mark.parametrize('source', sorted(path.name for path in UNIT.glob('*.c') if path.name != 'wait_freebsd.c' and
                                          '"test.h"' in path.read_text()))
def test_cmocka_2(source, tmp_path):
    """Homebrew, vcpkg and FreeBSD have it: it defines stop(), and complains of functions that version 1 has alone."""
    (tmp_path / 'cmocka.h').write_text("""#include_next <cmocka.h>
#define stop() _stop()
#ifndef CMOCKA_DISABLE_DEPRECATION_WARNINGS
#  undef assert_in_range
#  define assert_in_range(...) _Static_assert(0, "deprecated")
#endif
""")
    compile('gcc', '-std=gnu11', '-Wall', '-Werror', '-fsyntax-only', f'-I{tmp_path}', f'-I{INCLUDE}', UNIT / source,
            '-DEXPECT_HINT=""', '-DEXPECT_BYTES=""')


def test_jobs():
    """Each system, at each push and each pull request."""
    assert {'push', 'pull_request'} <= set(WORKFLOWS['test.yml'][True])  # YAML 1.1 takes the key `on` for true
    assert set(WORKFLOWS['test.yml']['jobs']) == {'linux-x64', 'linux-arm64', 'macos-arm64', 'windows', 'freebsd-x64'}


@pytest.mark.parametrize('job', JOBS)
def test_runs_the_tests(job):
    """Without a condition, and a failure fails the job."""
    assert set(job) <= {'runs-on', 'container', 'timeout-minutes', 'steps', 'strategy'}
    assert re.search(r'^sh tests/run\.sh$|-DCPU_RELAX_BUILD_TESTS=ON(.|\n)*ctest --test-dir \S+( -C Release)?$',
                     '\n'.join(scripts(job)), re.M), 'it runs no test'


@pytest.mark.parametrize('job', JOBS)
def test_prints_the_instruction(job):
    """Each job prints what a program read from its own memory: the program hint does, and the demo."""
    assert re.search(r'demo\.sh|--verbose -R hint', '\n'.join(scripts(job)))
