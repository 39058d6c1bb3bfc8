"""A program that uses cpu_relax by each build system and package manager. SPDX-License-Identifier: MIT

Its build file is the README's block for that way, to the letter.
"""
import hashlib
import os
import re
import shutil
import sys

import pytest

import documents
from conftest import HERE, INCLUDE, ROOT, TARGETS, need, need_target, run
from documents import block

CONSUMERS = HERE / 'consumers'
VERSION = '.'.join(re.findall(r'define CPU_RELAX_VERSION_[A-Z]+ +(\d+)', (INCLUDE / 'cpu_relax.h').read_text()))
ELSEWHERE = 'CC', 'CXX', 'DESTDIR', 'CMAKE_PREFIX_PATH', 'PKG_CONFIG_PATH', 'PKG_CONFIG_LIBDIR'  # unset here
CFLAGS = '-Wall -Wextra -Wpedantic -Werror'
HOST_AND_ACROSS = pytest.mark.parametrize('target', [pytest.param(None, id='host')] + [
    pytest.param(TARGETS[name], id=name) for name in ('armel', 'armeb-v7a')])


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file())


class Project:
    """A user's folder: app.c, and in cpu_relax a clone or an unpacked release."""
    def __init__(self, folder, tree):
        shutil.copytree(CONSUMERS / 'app', folder, dirs_exist_ok=True)
        (folder / 'cpu_relax').symlink_to(tree)
        self.folder = folder
        self.env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        self.env.update(HOME=str(folder), CFLAGS=CFLAGS)
        self.compiler, self.runner, self.options = ['cc'], [], []

    def across(self, target):
        """From now on the program is for this target."""
        if target is None:
            return
        need_target(target)
        self.compiler, self.runner = [*target.command(), '-static'], target.run()
        # As cross tool chains do, search for packages in the target's root alone.
        self.write('toolchain.cmake', f'set(CMAKE_SYSTEM_NAME {target.system})\n'
                   f'set(CMAKE_C_COMPILER "{self.compiler[0]}")\n'
                   f'set(CMAKE_C_FLAGS_INIT "{" ".join(self.compiler[1:])}")\n'
                   'set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)\n')
        self.options = [f'-DCMAKE_TOOLCHAIN_FILE={self.folder}/toolchain.cmake']

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def run(self, *command):
        __tracebackhide__ = True
        return run(*command, cwd=self.folder, env=self.env)

    def check(self, program):
        """It runs, and was compiled with the headers of this version."""
        __tracebackhide__ = True
        assert self.run(self.runner, self.folder / program) == f'cpu_relax {VERSION}\n'

    def cmake(self, lines, *options):
        __tracebackhide__ = True
        self.write('cpu_relax.cmake', lines)
        self.run('cmake', '-S', '.', '-B', 'build/app', '-Werror=dev', self.options, options)
        self.run('cmake', '--build', 'build/app')
        self.check('build/app/app')

    def meson(self, more=''):
        __tracebackhide__ = True
        self.write('meson.build', block('meson') + more)
        self.run('meson', 'setup', 'build/app')
        self.run('meson', 'compile', '-C', 'build/app')
        self.check('build/app/app')

    def install(self):
        """By the README's commands, which export the prefix. The package has no architecture."""
        said = self.run('sh', '-ec', block('install') + 'echo "$CMAKE_PREFIX_PATH"; echo "$PKG_CONFIG_PATH"')
        self.env['CMAKE_PREFIX_PATH'], self.env['PKG_CONFIG_PATH'] = said.splitlines()[-2:]
        return self.folder / '.local'

    def found_in(self, prefix, share='share/cmake'):
        """CMake took the package of this folder and no other."""
        cache = (self.folder / 'build/app/CMakeCache.txt').read_text()
        return f'cpu_relax_DIR:PATH={prefix}/{share}/cpu_relax\n' in cache

    def has_no_trace(self):
        """As a part of another project cpu_relax sets up, tests and installs nothing."""
        cache = (self.folder / 'build/app/CMakeCache.txt').read_text()
        assert re.findall('^(?:CMAKE_INSTALL_[A-Z]*DIR|BUILD_TESTING):', cache, re.M) == []
        assert 'Total Tests: 0\n' in self.run('ctest', '-N', '--test-dir', 'build/app')
        self.run('cmake', '--install', 'build/app', '--prefix', self.folder / 'installed')
        assert files_in(self.folder / 'installed') == []


@pytest.fixture(scope='session')
def archive(tmp_path_factory):
    """archive(NAME, OPTION...): a release, `git archive` of the files as they are now."""
    work = tmp_path_factory.mktemp('release')
    env = dict(os.environ, GIT_DIR=str(work / 'git'), GIT_WORK_TREE=str(ROOT), GIT_CONFIG_NOSYSTEM='1',
               GIT_CONFIG_GLOBAL='/dev/null', TZ='UTC')

    def git(*words, **options):
        run('git', words, cwd=ROOT, **{'env': env, **options})

    def make(name, *options, zone='UTC'):
        git(options, 'archive', '--prefix=cpu_relax/', '-o', work / name, 'HEAD', env=dict(env, TZ=zone))
        return work / name

    git('init', '-q')
    git('add', '-f', '--pathspec-from-file=-', '--pathspec-file-nul',
        input='\0'.join(str(path.relative_to(ROOT)) for path in documents.files()))
    git('-c', 'user.name=test', '-c', 'user.email=test', 'commit', '-q', '-m', 'release')
    return make


@pytest.fixture(scope='session')
def release(archive):
    """The folder of an unpacked release, its archive beside it."""
    path = archive('cpu_relax.tar.gz')
    shutil.unpack_archive(path, path.parent)
    return path.parent / 'cpu_relax'


@pytest.fixture
def project(release, tmp_path):
    return Project(tmp_path, release)


# ---- a release --------------------------------------------------------------------------------------
def test_release_has_the_same_bytes_elsewhere(archive):
    again = archive('again.tar.gz', '-c', 'core.autocrlf=true', '-c', 'core.eol=crlf', zone='Pacific/Auckland')
    assert archive('once.tar.gz').read_bytes() == again.read_bytes(), 'it has other bytes'


def test_release_is_whole(release):
    """Without what only developers need."""
    assert documents.broken_links(release) == []
    assert [path.name for path in release.iterdir() if path.name[0] == '.'] == []


def test_minimum_versions():
    """The oldest build systems: to require more is a decision, not an accident."""
    assert 'cmake_minimum_required(VERSION 3.14...' in (ROOT / 'CMakeLists.txt').read_text()
    assert "meson_version: '>=0.54'" in (ROOT / 'meson.build').read_text()


# ---- CMake ------------------------------------------------------------------------------------------
def test_folders_of_the_user(project):
    project.run('cmake', '-S', 'cpu_relax', '-B', 'build', '-DCMAKE_INSTALL_INCLUDEDIR=i', '-DCMAKE_INSTALL_DATADIR=d',
                '-DCMAKE_INSTALL_MANDIR=m')
    project.run('cmake', '--install', 'build', '--prefix', project.folder / 'usr')
    assert {name.partition('/')[0] for name in files_in(project.folder / 'usr')} == {'i', 'd', 'm'}


@HOST_AND_ACROSS
@pytest.mark.parametrize('tree', ['release', 'clone'])
def test_add_subdirectory(target, tree, release, tmp_path):
    project = Project(tmp_path, release if tree == 'release' else ROOT)
    project.across(target)
    project.cmake(block('add_subdirectory'))
    project.has_no_trace()


def test_two_copies(project):
    """Two libraries of one project may each bring their own: both use the first."""
    project.cmake(block('add_subdirectory') + 'add_subdirectory(cpu_relax second)\n')


def test_installed_beside_another(project):
    """GNUInstallDirs, in another directory before, leaves empty cache entries."""
    (project.folder / 'other').mkdir()
    project.write('other/CMakeLists.txt', 'include(GNUInstallDirs)\n')
    project.cmake('add_subdirectory(other)\n' + block('add_subdirectory'), '-DCPU_RELAX_INSTALL=ON')
    project.run('cmake', '--install', 'build/app', '--prefix', project.folder / 'usr')
    assert {'share/pkgconfig/cpu_relax.pc', 'share/man/man3/cpu_relax.3'} < set(files_in(project.folder / 'usr'))


def test_absolute_folder_of_headers(project):
    """--prefix does not change it, in CMake's package nor in pkg-config's."""
    headers = project.folder / 'headers'
    project.run('cmake', '-S', 'cpu_relax', '-B', 'build', '-DCPU_RELAX_BUILD_TESTS=OFF',
                f'-DCMAKE_INSTALL_INCLUDEDIR={headers}')
    project.run('cmake', '--install', 'build', '--prefix', project.folder / 'usr')
    project.env['PKG_CONFIG_PATH'] = f'{project.folder}/usr/share/pkgconfig'
    assert project.run('pkg-config', '--cflags', 'cpu_relax').strip() == f'-I{headers}'


def test_fetch_content(project, release):
    archive = release.with_name('cpu_relax.tar.gz')
    shutil.copy(archive, project.folder)
    project.cmake(block('FetchContent').replace('HASH)', hashlib.sha256(archive.read_bytes()).hexdigest() + ')'))
    project.has_no_trace()


@HOST_AND_ACROSS
def test_find_package(target, project):
    project.across(target)
    installed = project.install()
    project.cmake(block('find_package'), f'-DCMAKE_FIND_ROOT_PATH={installed}' if target else [])
    assert project.found_in(installed)


def test_find_package_by_cmake_3_14(project):
    """The package tests CMAKE_VERSION to leave out what old versions lack. It can be moved."""
    moved = project.install().rename(project.folder / 'moved')
    project.env['CMAKE_PREFIX_PATH'] = str(moved)
    project.write('3.14.cmake', 'set(CMAKE_VERSION 3.14.0)\n')
    project.cmake(block('find_package'), f'-DCMAKE_PROJECT_INCLUDE={project.folder}/3.14.cmake')
    assert project.found_in(moved)


def test_find_package_versions(project):
    """The package is installed by an enclosing project, which has a compiler."""
    project.cmake(block('add_subdirectory'), '-DCPU_RELAX_INSTALL=ON')
    project.run('cmake', '--install', 'build/app', '--prefix', project.folder / 'usr')
    project.run('cmake', '-S', CONSUMERS / 'versions', '-B', 'build/versions',
                f'-DCMAKE_PREFIX_PATH={project.folder}/usr', f'-DVERSION={VERSION}')


def test_components_and_uninstall(project):
    project.run('cmake', '-S', 'cpu_relax', '-B', 'build', '-DCPU_RELAX_BUILD_TESTS=OFF')
    install, usr, whole = ['cmake', '--install', 'build', '--prefix'], project.folder / 'my usr', project.folder / 'all'
    project.run(install, usr, '--component', 'documentation')
    assert files_in(usr) == ['share/man/man3/cpu_relax.3']
    project.run(install, usr, '--component', 'development')
    project.run(install, whole)
    assert files_in(usr) == files_in(whole)
    uninstall = ['sh', '-ec', re.search('To uninstall .*: `(.*)`', (ROOT / 'README.md').read_text())[1]]
    project.run(uninstall)
    assert files_in(usr) == files_in(whole) == []
    project.run(uninstall)  # a second time it has nothing to do


# ---- others -----------------------------------------------------------------------------------------
@HOST_AND_ACROSS
def test_pkg_config(target, project):
    need('pkg-config')
    project.across(target)
    project.install()
    (project.folder / 'bin').mkdir()
    project.write('bin/cc', f'#!/bin/sh\nPATH=${{PATH#*:}}\nexec {" ".join(project.compiler)} {CFLAGS} "$@"\n')
    (project.folder / 'bin/cc').chmod(0o755)
    project.env['PATH'] = f'{project.folder}/bin:{project.env["PATH"]}'
    project.run('sh', '-ec', block('pkg-config'))
    project.check('app')
    project.run('pkg-config', f'--exact-version={VERSION}', 'cpu_relax')


def test_meson_dependency(project):
    need('pkg-config')
    project.run('meson', 'setup', 'build/cpu_relax', 'cpu_relax', f'--prefix={project.folder}/usr')
    project.run('meson', 'install', '-C', 'build/cpu_relax')
    assert files_in(project.folder / 'usr/include') == [path.name for path in sorted(INCLUDE.glob('*.h'))]
    project.env['PKG_CONFIG_LIBDIR'] = f'{project.folder}/usr/share/pkgconfig'
    project.meson()
    project.run('pkg-config', f'--exact-version={VERSION}', 'cpu_relax')


def test_meson_subproject(project):
    """It installs nothing."""
    (project.folder / 'subprojects').mkdir()
    (project.folder / 'cpu_relax').rename(project.folder / 'subprojects/cpu_relax')
    project.env['PKG_CONFIG_LIBDIR'] = '/nowhere'
    project.meson("dependency('cpu_relax', static: true)\ndependency('cpu_relax', static: false)\n")
    project.run('meson', 'install', '-C', 'build/app', '--destdir', project.folder / 'installed')
    assert files_in(project.folder / 'installed') == []


def test_make(project):
    project.write('Makefile', block('make'))
    project.run('make', 'app')
    project.check('app')


@pytest.mark.parametrize('standard', ['98', '11', '14', '17', '20', '2b'])
@pytest.mark.parametrize('compiler', ['g++', 'clang++'])
def test_cxx(compiler, standard, project):
    project.run(compiler, f'-std=c++{standard}', CFLAGS.split(), '-Icpu_relax/include', '-o', 'app',
                '-x', 'c++', 'app.c')
    project.check('app')


def test_vcpkg(project):
    """By stubs of its functions; what they install is used by CMake."""
    project.run('cmake', f'-DPORT={project.folder}/cpu_relax/packaging/vcpkg/cpu-relax', f'-DWORK={project.folder}',
                f'-DVERSION={VERSION}', '-P', CONSUMERS / 'vcpkg.cmake')
    project.cmake(block('find_package'), f'-DCMAKE_PREFIX_PATH={project.folder}/packages')
    assert project.found_in(project.folder / 'packages', 'share')


def test_conan(project):
    """By stubs of its functions; the program is compiled in the folders that the recipe names."""
    recipe = project.folder / 'cpu_relax/packaging/conanfile.py'
    include = project.run(sys.executable, CONSUMERS / 'conan_recipe.py', recipe, 'package', VERSION).splitlines()
    assert (project.folder / 'package/licenses/LICENSE').read_text() == (ROOT / 'LICENSE').read_text()
    project.run('cc', CFLAGS.split(), [f'-Ipackage/{folder}' for folder in include], '-o', 'app', 'app.c')
    project.check('app')
