"""The first steps: the demo, the CMake command, presets, an IDE, an empty Debian. SPDX-License-Identifier: MIT"""
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

import documents
from conftest import INCLUDE, ROOT, need, run, sh, skip
from documents import block
from targets import SYSROOTS


DEMO, TESTS = block('start').splitlines()


# ---- the demo ---------------------------------------------------------------------------------------
def test_demo():
    said = run('sh', '-ec', DEMO, cwd=ROOT)
    for line in ('Hint +(pause|yield|isb|nop)$', 'Bytes +([0-9a-f]{2} )+in memory', r'Cost +\d', r'Delay .* \d',
                 'Spinlock'):
        assert re.search(f'^{line}', said, re.M), f'no line {line}: {said}'


@pytest.mark.parametrize('compiler, options, status, why', [
    ('no-such-cc', [], 1, "CC names the command 'no-such-cc'"), ('false', [], 1, "'false' failed to build"),
    ('cc', ['--nonsense'], 2, 'unknown option')])
def test_demo_fails(compiler, options, status, why, tmp_path):
    """With a message, and leaves nothing."""
    ended, said = sh('sh', ROOT / 'examples/demo.sh', options, env=dict(os.environ, CC=compiler, TMPDIR=str(tmp_path)))
    assert (ended, list(tmp_path.iterdir())) == (status, []) and why in said, said


MANAGERS = {  # what each package manager must be called with
    'apt-get': 'apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends gcc libc6-dev',
    'dnf': 'dnf install -y gcc',
    'apk': 'apk add gcc musl-dev',
    'pacman': 'pacman -Sy --noconfirm gcc',
    'zypper': 'zypper --non-interactive install gcc',
}
# A package manager that installs a compiler whose programs print `ran`
MANAGER = '''#!/bin/sh
echo "{name} $*" >>"{bin}/log"
for word; do [ "$word" != update ] || exit 0; done
cat >"{bin}/gcc" <<"END"
#!/bin/sh
while [ "$1" != -o ]; do shift; done
printf "#!/bin/sh\\necho ran\\n" >"$2"
{chmod} +x "$2"
END
{chmod} +x "{bin}/gcc"
'''
SUDO = '#!/bin/sh\n[ "$1" != -n ] || shift\necho "sudo $1" >>"{bin}/log"\nexec "$@"\n'


@pytest.fixture
def demo(tmp_path):
    """demo(OPTION..., manager, uid, sudo): runs it with few programs in PATH; (status, output, what it called)."""
    bin = tmp_path / 'bin'

    def program(name, text):
        (bin / name).write_text(text.format(name=name, bin=bin, chmod=shutil.which('chmod')))
        (bin / name).chmod(0o755)

    def start(*options, manager=None, uid=0, sudo=False):
        bin.mkdir()
        for tool in 'sh dirname mktemp rm env sed cat uname paste'.split():
            (bin / tool).symlink_to(shutil.which(tool))
        program('id', f'#!/bin/sh\necho {uid}\n')
        program('true', '#!/bin/sh\n')
        if sudo:
            program('sudo', SUDO)
        if manager:
            program(manager, MANAGER)
        (bin / 'log').touch()
        status, said = sh('env', '-i', f'PATH={bin}', 'sh', ROOT / 'examples/demo.sh', options)
        return status, said, (bin / 'log').read_text().splitlines()
    return start


@pytest.mark.parametrize('manager', MANAGERS)
def test_demo_installs_a_compiler(manager, demo):
    """By the package manager that is available; a message comes first."""
    status, said, called = demo(manager=manager)
    assert status == 0, said
    assert said.splitlines()[-1] == 'ran'
    assert MANAGERS[manager] in called
    assert re.search(f'no C compiler found: installing gcc.*{manager}', said)


def test_demo_installs_by_sudo(demo):
    status, said, called = demo(manager='dnf', uid=1000, sudo=True)
    assert status == 0, said
    assert 'sudo env' in called and MANAGERS['dnf'] in called


@pytest.mark.parametrize('options, here, why', [
    pytest.param([], {'manager': 'dnf', 'uid': 1000}, 'that needs root or sudo', id='neither root nor sudo'),
    pytest.param([], {}, 'no known package manager', id='no package manager'),
    pytest.param(['--no-install'], {'manager': 'dnf'}, '--no-install prevents that', id='no-install')])
def test_demo_advises(options, here, why, demo):
    """Where it may not install, or cannot, it says why and names the packages."""
    status, said, called = demo(*options, **here)
    assert status == 1, said
    assert f'no C compiler found. Nothing was installed: {why}' in said
    assert 'apt-get install gcc libc6-dev' in said
    assert called == []


@pytest.mark.parametrize('script', ['examples/demo.sh', 'tests/run.sh', 'tests/packages.sh', '.ci/run', 'bench/run.sh'])
def test_help(script):
    assert re.match('usage: .*sh ', run('sh', ROOT / script, '--help'))


# ---- the CMake command, presets, an IDE -------------------------------------------------------------
GENERATORS = pytest.mark.parametrize('generator', ['Unix Makefiles', 'Ninja', 'Ninja Multi-Config'])
WITHOUT = ' '.join(f'-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON' for name in ('cmocka', 'PkgConfig'))  # neither finds it


@pytest.fixture
def tree(tmp_path):
    """A copy, since the README's commands build in the tree."""
    return documents.copy_tree(tmp_path / 'tree')


@pytest.fixture
def built(tree, tmp_path):
    """built(GENERATOR, OPTION): the README's CMake command with this generator; its output."""
    def start(generator, option=''):
        need('ninja' if 'Ninja' in generator else 'make', 'ninja-build make')
        env = dict(os.environ, CMAKE_GENERATOR=generator, DESTDIR=str(tmp_path / 'stage'))
        command = block('cmake').partition('\n')[2]  # the first line installs packages
        said = run('sh', '-ec', command.replace('-B build', f'-B build {option}', 1), cwd=tree, env=env)
        assert (tmp_path / 'stage/usr/local/include/cpu_relax.h').exists(), 'it installs nothing'
        return said
    return start


@GENERATORS
def test_cmake_command(generator, built):
    assert '100% tests passed' in built(generator)


@GENERATORS
def test_cmake_command_without_cmocka(generator, built):
    """CMake's last message of this project names what to install."""
    said = built(generator, WITHOUT)
    assert re.search(r'No test will run: .*libcmocka-dev.*\n-- Configuring done', said)


def test_tests_that_cannot_be_built_are_an_error(tree):
    status, said = sh('cmake', '-S', tree, '-B', tree / 'build', WITHOUT.split(), '-DCPU_RELAX_BUILD_TESTS=ON')
    assert status != 0, 'tests that were requested are left out'
    assert 'cmocka not found' in said and 'libcmocka-dev' in said


def test_presets_have_names():
    said = run('cmake', '--list-presets', cwd=ROOT)
    for preset in json.loads((ROOT / 'CMakePresets.json').read_text())['configurePresets']:
        assert re.search(f'"{preset["name"]}" +- {re.escape(preset["displayName"])}', said)
    assert re.search('host-tsan.*ThreadSanitizer', said)


@pytest.mark.parametrize('preset', ['host-debug', 'host-release', 'host-asan-ubsan', 'host-tsan'])
def test_preset(preset, tree):
    """Configures, keeps CFLAGS, builds and passes."""
    need('ninja', 'ninja-build')
    env = dict(os.environ, CFLAGS='-DKEPT', CMAKE_GENERATOR='Ninja')
    run('cmake', '--preset', preset, cwd=tree, env=env)
    run('cmake', '--build', '--preset', preset, cwd=tree, env=env)
    run('ctest', '--preset', preset, cwd=tree, env=env)
    cache = (tree / 'build' / preset / 'CMakeCache.txt').read_text()
    assert re.search('^CMAKE_C_FLAGS:STRING=.*-DKEPT', cache, re.M), 'CFLAGS of the environment are dropped'


def test_ide_shows_the_headers(tmp_path):
    query = tmp_path / '.cmake/api/v1/query'
    query.mkdir(parents=True)
    (query / 'codemodel-v2').touch()
    run('cmake', '-S', ROOT, '-B', tmp_path, '-DCPU_RELAX_BUILD_TESTS=OFF')
    reply = tmp_path / '.cmake/api/v1/reply'
    targets = [json.loads(path.read_text()) for path in reply.glob('target-cpu_relax-*.json')]
    shown = {source['path'] for target in targets for source in target['sources']}
    missing = {f'include/{path.name}' for path in INCLUDE.glob('*.h')} - shown
    assert not missing, 'the target has no such source'


# ---- what the README says, and nothing else, on an empty Debian 12 (sysroot/debian.sh) --------------
DEBIAN = SYSROOTS / 'debian'


class System:
    """A copy of an empty Debian, or of one with a compiler, with the tree in /srv/cpu_relax."""
    def __init__(self, kind, root):
        self.root = root
        run('cp', '-al', DEBIAN / kind, root)  # linked: package managers replace files, they do not write into them
        run('cp', '--remove-destination', '/etc/resolv.conf', root / 'etc/')
        documents.copy_tree(root / 'srv/cpu_relax')

    def sh(self, where, script, user=0):
        return sh('env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'chroot', f'--userspec={user}',
                  self.root, 'sh', '-ec', f'cd {where}; {script}', limit=600)

    def run(self, where, script):
        __tracebackhide__ = True
        status, said = self.sh(where, script)
        assert status == 0, f'status {status}: {said[-3000:]}'
        return said


@pytest.fixture
def debian():
    """debian(KIND): a System, removed after the test."""
    why = 'needs root' if os.getuid() else '' if DEBIAN.is_dir() else 'needs: sh tests/sysroot/debian.sh build/sysroot'
    if why:
        skip(why)
    folder = Path(tempfile.mkdtemp(prefix='newcomer-', dir=DEBIAN))
    yield lambda kind: System(kind, folder / kind)
    shutil.rmtree(folder)


def test_demo_on_an_empty_system(debian):
    system = debian('empty')
    assert system.run('/', 'command -v cc gcc || echo none') == 'none\n', 'there is a compiler already'
    system.run('/srv/cpu_relax', DEMO)
    cache = 'var/cache/apt/archives'
    run('cp', '-n', '-t', DEBIAN / 'empty' / cache, list((system.root / cache).glob('*.deb')))  # quick the next time


@pytest.mark.parametrize('command, missing', [(DEMO, 'gcc libc6-dev'), (TESTS, 'python3')], ids=['demo', 'tests'])
def test_without_root_on_an_empty_system(command, missing, debian):
    """It says what is missing and why nothing was installed, fails, and leaves nothing that CMake would read."""
    system = debian('empty')
    run('chown', '-R', '65534', system.root / 'srv/cpu_relax')
    status, said = system.sh('/srv/cpu_relax', command, user=65534)
    assert status == 1, said
    assert 'Nothing was installed: that needs root or sudo' in said and missing in said, said
    assert not (system.root / 'srv/cpu_relax/build/CMakeCache.txt').exists()


def test_cmake_command_on_a_system_with_a_compiler(debian):
    """The tests run, and the README's line uninstalls what it installed."""
    system = debian('compiler')
    assert '100% tests passed' in system.run('/srv/cpu_relax', block('cmake'))
    header = system.root / 'usr/local/include/cpu_relax.h'
    assert header.exists(), 'it installs nothing'
    system.run('/srv/cpu_relax', re.search('To uninstall .*: `(.*)`', (ROOT / 'README.md').read_text())[1])
    assert not header.exists(), 'it is still there'
