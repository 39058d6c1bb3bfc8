"""A run that was interrupted, or whose build folder is damaged, does not change the next one's verdict.
SPDX-License-Identifier: MIT

That the machinery reports failures, such as a runner that runs nothing: mutation/machinery.toml.
"""
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

import documents
import targets
from conftest import sh

TEST = [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-p', 'no:xdist', 'test_unit.py',
        '-k', 'host-gcc-hint-O0']
BUILD = 'build/unit/host-gcc'


@pytest.fixture
def tree(tmp_path):
    """A copy of the project, and how its unit tests are run."""
    copy = documents.copy_tree(tmp_path / 'tree')
    environment = {name: value for name, value in os.environ.items() if not name.startswith('PYTEST_')}
    return copy, dict(cwd=copy / 'tests', env=dict(environment, CPU_RELAX_SYSROOTS=str(targets.SYSROOTS)))


@pytest.mark.parametrize('moment', ['CMakeCache.txt', 'build.ninja', 'tests/hint-O0'])
def test_after_an_interruption(moment, tree):
    """Killed as soon as this file is there."""
    copy, options = tree
    process = subprocess.Popen(TEST, stdout=subprocess.DEVNULL, start_new_session=True, **options)
    while process.poll() is None and not (copy / BUILD / moment).exists():
        time.sleep(0.02)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    status, said = sh(*TEST, **options)
    assert status == 0 and '1 passed' in said, said


def test_interrupted_before_the_end_of_configuration(tree):
    copy, options = tree
    assert sh(*TEST, **options)[0] == 0
    (copy / BUILD / 'settings').unlink()
    status, said = sh(*TEST, **options)
    assert status == 0, said


@pytest.mark.parametrize('damaged', ['CMakeCache.txt', 'build.ninja', 'settings'])
def test_after_damage(damaged, tree):
    """It passes, or fails and passes once the folder is removed."""
    copy, options = tree
    assert sh(*TEST, **options)[0] == 0
    (copy / BUILD / damaged).write_text('not such a file\n')
    if sh(*TEST, **options)[0] != 0:
        shutil.rmtree(copy / BUILD)
        status, said = sh(*TEST, **options)
        assert status == 0 and '1 passed' in said, said
