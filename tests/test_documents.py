"""Documents are complete, in order, and agree with the headers, tables and figures. SPDX-License-Identifier: MIT"""
import hashlib
import json
import re
import shlex
import sys

import pytest

import documents
from conftest import C_INPUT, HERE, INCLUDE, ROOT, compile, need, run, sh

README = ROOT / 'README.md'
MAN = ROOT / 'man/cpu_relax.3'
HEADERS = sorted(INCLUDE.glob('*.h'))


# ---- what is made from a table or from figures ------------------------------------------------------
def made(what):
    """What targets.py makes of the table."""
    return run(sys.executable, HERE / 'targets.py', what)


def test_support_table():
    assert documents.marked('support table') == made('support'), \
        'put the output of tests/targets.py support between its marks'


def test_presets():
    assert json.loads((ROOT / 'CMakePresets.json').read_text()) == json.loads(made('presets')), \
        'update it by: tests/targets.py presets'


def test_readme_figures():
    assert documents.marked('performance') == (ROOT / 'bench/results/readme.md').read_text(), 'copy the file'


def test_lines_of_mm_pause():
    lines = re.search(r'its header has (\d+) lines', README.read_text())[1]
    measured = ''.join(path.read_text() for path in (ROOT / 'bench/results').glob('*/hint.csv'))
    assert f',_mm_pause,lines,{lines}\n' in measured, f'no hint.csv has {lines}'


def test_share_of_mutants():
    """The README's percentage is the one that the tests demand."""
    percent = re.search(r'[Tt]ests must (?:find|detect) (\d+) ?%', README.read_text())[1]
    programs = ''.join(path.read_text() for path in documents.files('tests/mutation/*.py'))
    assert f'0.{percent}' in programs, f'nothing demands {percent} %'


# ---- links, blocks, length --------------------------------------------------------------------------
def test_links():
    assert documents.broken_links() == []


def test_readme_is_short():
    """But for the table, which has a line for each CPU."""
    text = re.sub('(?s)<!-- support table.*?<!-- end of support table -->', '', README.read_text())
    assert len(text.splitlines()) <= 228


def test_readme_of_the_tests():
    """Names each test file; each pytest command collects something."""
    text = (HERE / 'README.md').read_text()
    files = {path.name for path in HERE.glob('test_*.py')}
    assert set(re.findall(r'`(test_\w+\.py)`', text)) == files | {'test_NAME.py'}
    for options in re.findall(r'^    python3 -m pytest (.*?)(?: -n 2)? +#', text, re.M):
        run('/usr/bin/python3', '-m', 'pytest', '--collect-only', '-p', 'no:cacheprovider', options.split(), cwd=HERE)


@pytest.mark.parametrize('document', 'README.md VENDORING.md CONTRIBUTING.md CHANGELOG.md man/cpu_relax.3'.split())
def test_names_exist(document):
    """In the headers, in the build's files, or in the table of calls, of which N is a width."""
    known = set(re.findall(r'\w+', ''.join((ROOT / file).read_text() for file in (
        'include/cpu_relax.h', 'include/cpu_relax_wait.h', 'CMakeLists.txt', 'cmake/toolchain.cmake'))))
    known |= {call.rstrip('0123456789') + n for call in known if re.match('cpu_relax_(while|until)_', call)
              for n in ('', 'N')}
    found = re.findall(r'(?<![\w/-])(?:cpu_relax|CPU_RELAX)_\w*[^\W_](?![\w.*]|\.\w)', (ROOT / document).read_text())
    unknown = set(found) - known - {'cpu_relax_mutex'}
    assert unknown == set()


@pytest.mark.parametrize('document', ['README.md', 'man/cpu_relax.3', 'include/cpu_relax_wait.h'])
def test_numbers_of_sleeps(document):
    """A wait polls, and sleeps if eight times as long remains; WFE's period fits between two polls."""
    poll = int(re.search(r'define CPU_RELAX_POLL_NS (\d+)', (INCLUDE / 'cpu_relax_wait.h').read_text())[1])
    text = ' '.join((ROOT / document).read_text().replace('\n *', ' ').split()).replace('µ', 'u')
    assert re.search(rf'[Ww]aits (and delays )?of more than {9 * poll // 1000} us sleep', text)
    assert re.search(rf'(WFE needs|`wfe` \(from) {(200000 + 2 * poll) // 1000} us', text)


def test_forever():
    header = (INCLUDE / 'cpu_relax_wait.h').read_text()
    value = re.search(r'define CPU_RELAX_FOREVER (0x\w+)u', header)[1]
    assert f'which is {value},' in MAN.read_text() and f'FOREVER  {value}:' in header


def test_licence():
    """MIT, word for word, but for the names."""
    text = (ROOT / 'LICENSE').read_text().partition('\n\nA copy of a header')[0]
    words = re.sub('Copyright.*?authors', '', ' '.join(text.split()))
    assert hashlib.sha256(words.encode()).hexdigest() == \
        'e97b68f4339a9e366ac626c8cba23f33be233dc144e4ad06823617486ebd5a5f'


@pytest.mark.parametrize('document', ['README.md', 'VENDORING.md'])
def test_each_block_is_run_by_a_test(document):
    text = (ROOT / document).read_text()
    tests = ''.join(path.read_text() for path in HERE.glob('test_*.py'))
    for before, language in re.findall(r'(.*)\n```(\w+)\n', text):
        name = re.fullmatch('<!-- test: (.+) -->', before)
        assert name, f'no <!-- test: NAME --> stands before the {language} block after "{before}"'
        recipe = name[1].startswith('vendor ')  # see test_recipes.py::test_each_recipe_is_tested
        assert recipe or f"block('{name[1]}'" in tests, f'no test runs the block "{name[1]}"'


def test_one_spin_lock():
    """The recommended loop has the same text wherever it stands."""
    lock = re.search(r'^static void spin_lock.*?^\{\n(.*?)^\}', documents.block('backoff.c'), re.M | re.S)[1]
    assert lock in (ROOT / 'examples/spinlock.c').read_text(), 'the example has another lock than the README'


# ---- spelling ---------------------------------------------------------------------------------------
TERMS = HERE / 'expected/terms.txt'


def test_codespell():
    known = 'fo,iinclude,nd,te'
    sources = documents.files('*.md', '*.h', '*.c', '*.cc', '*.3', '*.sh', '*.txt', '*.toml', '*.cmake', '*.py')
    run('codespell', '-q', '7', '-L', known, [path for path in sources if path != TERMS])


def test_terms():
    """The field's terms everywhere; expected/terms.txt is codespell's dictionary of the others."""
    run('codespell', '-q', '7', '-D', TERMS, [path for path in documents.files() if path != TERMS])


@pytest.mark.parametrize('document', sorted(path.name for path in ROOT.glob('*.md')))
def test_aspell(document):
    """English words, or those of expected/words.txt; code is left out."""
    need('aspell', 'aspell aspell-en')
    text = (ROOT / document).read_text()
    for code in r'^```.*?^```', r'^<!--.*?-->', r'`[^`]*`', r'(?<=\])\([^)]*\)':
        text = re.sub(code, '', text, flags=re.M | re.S)
    status, unknown = sh('aspell', 'list', '--lang=en_GB', '--encoding=utf-8', '--personal=/dev/null', input=text)
    assert status == 0, unknown
    known = (HERE / 'expected/words.txt').read_text().split()
    assert set(unknown.split()) <= set(known), 'misspelt, or missing in expected/words.txt'


# ---- style ------------------------------------------------------------------------------------------
def test_clang_format():
    sources = documents.files('*.c', '*.h', 'examples/*.cc')
    run('clang-format-14', '--dry-run', '-Werror', sources, cwd=ROOT)


def test_shellcheck():
    scripts = [path.relative_to(ROOT) for path in documents.files('*.sh', '.ci/run')]
    run('shellcheck', scripts, cwd=ROOT)


def test_pyflakes():
    """An undefined name would fail a test of a mutant, and so detect any."""
    run('pyflakes3', documents.files('tests/*.py', 'tests/mutation/*.py'))


@pytest.mark.parametrize('header', HEADERS, ids=lambda header: header.name)
def test_cppcheck(header):
    """Suppressed: what is constant in the one configuration that it reads, and members that only includers use."""
    run('cppcheck', '-q', '--std=c99', '--enable=warning,style,performance,portability',
        '--error-exitcode=1', '--suppress=unusedStructMember', '--suppress=knownConditionTrueFalse',
        '--suppress=toomanyconfigs', f'-I{INCLUDE}', header)


def test_cppcheck_of_an_includer(tmp_path):
    """In C11, whose calls are _Generic."""
    (tmp_path / 'use.c').write_text('#include "cpu_relax_wait.h"\nint f(unsigned *p)\n{\n'
                                    '    if (cpu_relax_until_eq32(p, 1, 1000) != 1)\n        return 2;\n'
                                    '    return 0;\n}\n')
    run('cppcheck', '-q', '--std=c11', '--error-exitcode=1', f'-I{INCLUDE}', tmp_path / 'use.c')


@pytest.mark.parametrize('header', HEADERS, ids=lambda header: header.name)
def test_clang_tidy(header):
    run('clang-tidy-14', '--quiet', header, '--', '-x', 'c', '-std=c99', f'-I{INCLUDE}', cwd=ROOT)


def test_spdx_lines():
    """Each file that can have a comment states its licence; LICENSE covers documents and figures."""
    kinds = '*.c *.cc *.cppm *.cu *.h *.S *.3 *.ld *.mjs *.pml *.py *.sh *.awk *.toml *.txt *.cmake *.in *.css *.yml'
    code = documents.files(*kinds.split(), 'meson.build', '.ci/run', '.clang-*')
    without = [str(path.relative_to(ROOT)) for path in code
               if 'SPDX-License-Identifier: MIT' not in '\n'.join(path.read_text().splitlines()[:15])]
    assert not without, 'no SPDX line'


# ---- the interface, as the documents describe it ----------------------------------------------------
def prototypes(where):
    """[(type, name, parameters)] of the man page's SYNOPSIS, of the README or of the header's contract."""
    if where == 'man page':
        found = re.findall(r'^\.Ft (.*)\n\.Fn (\S+) ?(.*)$', MAN.read_text(), re.M)
        return [(kind.strip('"'), name, ', '.join(shlex.split(parameters))) for kind, name, parameters in found]
    contract = (INCLUDE / 'cpu_relax_wait.h').read_text().partition('*/')[0]
    text = README.read_text() if where == 'README' else contract
    return re.findall(r'((?:void|(?:unsigned )?int|uint\d+_t) +\**)(cpu_relax\w*)\(([^()]+)\)', text)


@pytest.mark.parametrize('where', ['man page', 'README', 'contract'])
def test_prototypes_are_those_of_the_header(where):
    """A pointer of the documented type takes the function; p is a pointer to any object."""
    found = prototypes(where)
    assert len(found) > 3, f'the {where} has few prototypes: {found}'
    wrong = []
    for kind, name, parameters in found:
        kind = kind.strip()
        parameters = re.sub(r'^p\b', 'const volatile void *p', parameters)
        use = f'#include <stdint.h>\n#include "cpu_relax_wait.h"\n{kind} (*const pointer)({parameters}) = {name};\n'
        if sh('gcc', '-Wall', '-Werror', '-fsyntax-only', C_INPUT, input=use)[0] != 0:
            wrong.append(f'{kind} {name}({parameters})')
    assert not wrong, 'the header has another type'


def test_man_page_has_every_name():
    """All names of the headers but file names, include guards and private names, which end in _."""
    text = ''.join(path.read_text() for path in HEADERS)
    names = re.findall(r'\b(cpu_relax\w*[^\W_]|CPU_RELAX\w*[^\W_])\b(?!\.h)', text)
    missing = [name for name in names if not name.endswith('_H') and not re.search(rf'\b{name}\b', MAN.read_text())]
    assert not missing, f'the man page has no {", ".join(sorted(set(missing)))}'


def test_defaults_are_those_of_the_header():
    """The man page states in brackets the default of each tunable that the includer may define."""
    text = ''.join(path.read_text() for path in HEADERS)
    tunables = sorted(set(re.findall(r'if !defined\((CPU_RELAX_\w+_NS)\)', text)))
    assert tunables
    use = '#include "cpu_relax_wait.h"\n' + ''.join(f'"{name}" {name}\n' for name in tunables)
    defaults = re.findall(r'^"(\w+)" (.*)', compile('gcc', '-E', '-P', C_INPUT, input=use), re.M)
    assert sorted(re.findall(r'^\.Dv (CPU_RELAX_\w+)\n\((\d+)\)', MAN.read_text(), re.M)) == defaults


def test_man_page_is_in_order():
    run('mandoc', '-T', 'lint', '-W', 'warning', MAN)


@pytest.mark.parametrize('compiler', ['gcc', 'clang-22'])
def test_man_page_examples_compile(compiler, tmp_path):
    examples = '\n'.join(re.findall(r'^\.Bd[^\n]*\n(.*?)^\.Ed', MAN.read_text(), re.M | re.S))
    compile(compiler, '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-c', C_INPUT, '-o', tmp_path / 'use.o',
            input=examples)
