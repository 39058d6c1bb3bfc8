"""A copy of the headers under another name, beside the plain ones. SPDX-License-Identifier: MIT"""
import itertools
import re
import shutil

import pytest

from conftest import HERE, INCLUDE, ROOT, WARNINGS, compile, run, sh
from documents import block

HEADERS = sorted(path.name for path in INCLUDE.glob('*.h'))
RENAME = 's/cpu_relax/my_relax/g; s/CPU_RELAX/MY_RELAX/g'  # as README.md and the header say
INCLUDES = 'cpu_relax.h', 'cpu_relax_wait.h', 'my/my_relax.h', 'my/my_relax_wait.h'


def renamed(path):
    status, text = sh('sed', RENAME, path)
    assert status == 0
    return text


@pytest.fixture
def installed(tmp_path):
    """An include directory with a library's renamed copy of every header, as its users get it."""
    (tmp_path / 'my').mkdir()
    for header in HEADERS:
        (tmp_path / 'my' / header.replace('cpu_relax', 'my_relax')).write_text(renamed(INCLUDE / header))
    return tmp_path


@pytest.mark.parametrize('document', ['include/cpu_relax.h', 'README.md', 'VENDORING.md'])
def test_documents_show_the_command(document):
    assert f"sed '{RENAME}'" in (ROOT / document).read_text()


def test_readme_command(installed):
    """Makes the same file from the header in the working directory. An includer's own cpu_relax stays free."""
    shutil.copy(INCLUDE / 'cpu_relax.h', installed)
    run('sh', '-ec', block('rename'), cwd=installed)
    assert (installed / 'my_relax.h').read_text() == (installed / 'my/my_relax.h').read_text()
    use = installed / 'use.c'
    use.write_text('#include "my_relax.h"\nstatic int cpu_relax;\nint main(void) { my_relax(); return cpu_relax; }\n')
    compile('gcc', WARNINGS, '-O2', f'-I{installed}', use, '-o', installed / 'use')
    run(installed / 'use')
    assert re.search('pause|isb', compile('gcc', '-O2', '-S', f'-I{installed}', use, '-o', '-')), 'no hint'


@pytest.mark.parametrize('name', ['LICENSE', *(f'include/{header}' for header in HEADERS)])
def test_notice_stays(name):
    """Renaming leaves the licence and the holder of the copyright as they are."""
    notice = [line for line in (ROOT / name).read_text().splitlines() if re.search('SPDX|Copyright', line)]
    assert notice and all(line in renamed(ROOT / name).splitlines() for line in notice)


@pytest.mark.parametrize('header', HEADERS)
def test_every_name_is_renamed(header, installed):
    """No macro of the copy, and no word of its code, has the plain name."""
    use = f'#include "my/{header.replace("cpu_relax", "my_relax")}"\n'
    for option in '-dM', '-P':
        said = compile('gcc', '-E', option, f'-I{installed}', '-x', 'c', '-', input=use)
        assert not re.findall(r'\w*cpu_relax\w*', said, re.I)


@pytest.mark.parametrize('order', ['', '-DCOPY_FIRST'])
@pytest.mark.parametrize('compiler', ['gcc', 'clang-22', 'g++ -x c++', 'clang++-22 -x c++'])
def test_calls_of_both(compiler, order, installed):
    """Each with its own tunables; a value of one means the same to the other."""
    compile(compiler.split(), WARNINGS, order.split(), '-O2', f'-I{installed}/my', f'-I{INCLUDE}',
            HERE / 'callers/copy.c', '-o', installed / 'copy')
    assert sh(installed / 'copy')[0] == 0


@pytest.mark.parametrize('compiler', ['gcc', 'g++'])
@pytest.mark.parametrize('order', itertools.permutations(INCLUDES), ids='-'.join)
def test_beside_the_plain_headers(compiler, order, installed):
    """In every order, each with its own instruction: the copy's is the user's choice, the plain one is not."""
    use = installed / ('use.cc' if '++' in compiler else 'use.c')
    use.write_text('#define MY_RELAX_INSN "nop"\n' + ''.join(f'#include "{name}"\n' for name in order) + '''
#include <string.h>
int main(void)
{
    my_relax();
    MY_RELAX_STATEMENT();
    cpu_relax();
    CPU_RELAX_STATEMENT();
    return strcmp(MY_RELAX_HINT, "user") != 0 || strcmp(CPU_RELAX_HINT, "user") == 0;
}
''')
    compile(compiler, WARNINGS, '-O2', f'-I{installed}', f'-I{INCLUDE}', use, '-o', installed / 'use')
    assert sh(installed / 'use')[0] == 0
