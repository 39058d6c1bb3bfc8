"""Projects with the header vendored by the recipes of VENDORING.md; their own tests pass.

SPDX-License-Identifier: MIT
Their sources: sh tests/sysroot/fetch.sh build/sysroot/src ck jemalloc liburcu libuv1 libuv1@trixie mimalloc onetbb
"""
import re

import pytest

from conftest import INCLUDE, TARGETS, need
from vendored import in_table, mimalloc_link


def on(names):
    """The parameter `target` of a test."""
    return pytest.mark.parametrize('target', [TARGETS[name] for name in names.split()], ids=lambda target: target.name)


# ---- mimalloc ----------------------------------------------------------------------------------------
@on('armeb-v5te armeb-v6 armeb-v7a')
def test_mimalloc_without_the_recipe(target, unpack):
    """mimalloc 2.0.9 has no hint for big-endian ARM: it does not link, for want of that one function."""
    tree = unpack('mimalloc', target)
    status, said = mimalloc_link(tree, 'mimalloc/test/test-stress.c', 'mimalloc/src/static.c', '-o', 'stress')
    assert status != 0, 'it links: is the recipe still needed?'
    assert set(re.findall('undefined reference to (.*)', said)) == {"`mi_atomic_yield'"}, said


@on(in_table('mimalloc'))
def test_mimalloc(target, unpack):
    tree = unpack('mimalloc', target)

    def hint():
        return tree.hint('mi_atomic_yield()', ['mimalloc.h', 'mimalloc-internal.h'], '-Imimalloc/include')

    def build(program, *flags):
        sources = f'mimalloc/test/test-{program}.c', 'mimalloc/src/static.c'
        status, said = mimalloc_link(tree, flags, sources, '-o', program)
        assert status == 0, said

    # malloc-aligned9 has 5 GiB zeroed, 192 MiB for each of 28 alignments: here for each ninth.
    tree.edit('test/test-api.c', 'i < 28 && ok; i++', 'i < 28 && ok; i += 9')
    before = hint()
    tree.vendor()
    # Whatever it is compiled for, 2.0.9 with glibc reads the thread register that came with ARMv6K.
    runner = 'qemu-arm -cpu arm1176'.split() if target.name == 'armel' else None
    for program in 'api', 'api-fill':  # test-api-fill tests the debug build
        build(program, '-O0')
        source = tree.cc('-w', '-Imimalloc/include', '-E', f'mimalloc/test/test-{program}.c')
        tests = source.count('"test: %s')
        said = tree.run(f'./{program}', runner=runner)
        assert tests > 0 and f'succeeded: {tests}\n' in said, f'{program} has {tests} tests: {said[-1000:]}'
    # As released: in the debug build, vendored or not, an assertion of 2.0.9 (segment->used == 1) fails on 32-bit CPUs.
    build('stress', '-O2', '-DNDEBUG')
    threads, scale, iterations = 4, 10, 5
    said = tree.run('./stress', threads, scale, iterations, runner=runner)
    assert re.search(fr'threads: +\d+ +{threads * iterations}\b', said), said[-1000:]
    tree.expect(before, hint())


# ---- jemalloc ----------------------------------------------------------------------------------------
def jemalloc_vendored(tree):
    """Configured and vendored; its hint before and after."""
    def hint():
        headers = 'stdint.h sched.h jemalloc/internal/jemalloc_internal_defs.h jemalloc/internal/spin.h'.split()
        return tree.hint('spin_cpu_spinwait()', headers, '-Ijemalloc/include')

    tree.configure('LDFLAGS=' + ' '.join(tree.static), '--enable-debug', '--with-lg-page=12',
                   '--disable-cxx', '--disable-doc', '--disable-libdl')
    before = hint()
    tree.vendor()
    return before, hint()


@on(in_table('jemalloc'))
def test_jemalloc(target, unpack):
    """jemalloc 5.3 finds no hint for ARM before version 7: its spin loops are empty there."""
    tree = unpack('jemalloc', target)
    tree.expect(*jemalloc_vendored(tree))
    if target.name == 'armhf':
        return  # the hint alone: armel runs the tests
    if target.runner:  # emulated, a tenth of the iterations
        tree.edit('test/unit/mtx.c', 'NINCRS\t\t2000000', 'NINCRS 200000')
        tree.edit('test/unit/mq.c', 'NMSGS\t\t100000', 'NMSGS 10000')
    # Its makefile compiles file by file, and all once more to find the names that another jemalloc in the same program
    # would need prefixed: a minute. One file takes 4 seconds; with --enable-debug all that it wants inlined is.
    tree.path('include/jemalloc/internal/private_namespace_jet.h').write_text('')
    tree.path('src/zone.c').unlink()  # macOS's
    sources = sorted(tree.path('src').glob('*.c'))
    tree.path('all.c').write_text(''.join(f'#include "src/{file.name}"\n' for file in sources))
    flags = '-std=gnu11 -w -O0 -D_GNU_SOURCE -D_REENTRANT -Ijemalloc -Ijemalloc/include'.split()
    test = [*flags, '-DJEMALLOC_UNIT_TEST', '-Ijemalloc/test/include']
    tree.cc(flags, '-DJEMALLOC_JET', '-c', 'jemalloc/all.c', '-o', 'all.o')
    objects = ['all.o']
    for source in tree.path('test/src').glob('*.c'):
        objects.append(f'test-{source.stem}.o')
        tree.cc(test, '-c', source, '-o', objects[-1])
    for name in 'spin', 'mtx', 'mq', 'retained', 'background_thread':  # they spin, directly or on a contended mutex
        source = tree.path(f'test/unit/{name}.c')
        tree.cc(test, tree.static, source, objects, '-pthread', '-lm', '-o', name)
        said = tree.run(f'./{name}')
        passed = re.search(r'^--- pass: (\d+)/\1, skip: 0/\1, fail: 0/\1 ---$', said, re.M)
        assert passed and int(passed[1]) >= source.read_text().count('\nTEST_BEGIN'), f'{name}: {said[-1000:]}'


# ---- liburcu -----------------------------------------------------------------------------------------
def tap(tree, program, *arguments):
    """Runs a program that writes what it has planned and what passed; all must have."""
    said = tree.run(program, *arguments)
    planned = re.search(r'^1\.\.(\d+)$', said, re.M)
    passed = len(re.findall('^ok ', said, re.M))
    assert planned and passed == int(planned[1]) > 0, f'{passed} tests passed: {said[-1000:]}'
    return said


@on(in_table('liburcu'))
def test_liburcu(target, unpack):
    """liburcu 0.13 has a hint for x86 alone. Its caa_cpu_relax() is public, so the header is installed with its own."""
    tree = unpack('liburcu', target)
    tree.configure('CFLAGS=-O1', '--disable-shared')
    before = tree.hint('caa_cpu_relax()', ['urcu/arch.h'], '-Iliburcu/include')
    tree.vendor()
    tree.edit('tests/regression/rcutorture.h', 'sleep(10);', 'sleep(2);')
    static = ['LDFLAGS=-all-static'] if target.runner else []
    for folder in 'src', 'tests/utils':
        tree.command('make', '-C', f'liburcu/{folder}', '-j2')
    tree.command('make', '-C', 'liburcu/tests/unit', static, 'test_urcu_multiflavor')
    tree.command('make', '-C', 'liburcu/tests/regression', static, 'rcutorture_urcu_mb')
    tap(tree, 'liburcu/tests/unit/test_urcu_multiflavor')
    said = tap(tree, 'liburcu/tests/regression/rcutorture_urcu_mb', 4, 'stress')  # its writer spins on 4 readers
    assert re.search('n_updates: [1-9]', said), 'no writer ran'
    tree.command('make', '-C', 'liburcu/include', 'install', f'DESTDIR={tree.folder}/installed')
    tree.expect(before, tree.hint('caa_cpu_relax()', ['urcu/arch.h'], '-Iinstalled/usr/local/include'))


@on('aarch64')
def test_liburcu_with_a_hint_of_its_own(target, unpack):
    """Since 0.15 liburcu has `yield` for AArch64, in the header of that CPU."""
    tree = unpack('liburcu', target)
    tree.edit('include/urcu/arch/aarch64.h', '#include <urcu/arch/generic.h>',
              '#define caa_cpu_relax()\t__asm__ __volatile__ ("yield" : : : "memory")\n#include <urcu/arch/generic.h>')
    tree.path('include/urcu/config.h').write_text('#define CONFIG_RCU_HAVE_CLOCK_GETTIME 1\n')  # made by configure
    assert tree.hint('caa_cpu_relax()', ['urcu/arch.h'], '-Iliburcu/include') == '`yield`'
    tree.vendor()
    assert tree.hint('caa_cpu_relax()', ['urcu/arch.h'], '-Iliburcu/include') == '`isb`'


def test_liburcu_checkout(unpack):
    """A git checkout has no Makefile.in yet."""
    tree = unpack('liburcu', TARGETS['host-gcc'])
    tree.path('include/Makefile.in').unlink()
    tree.vendor()
    assert 'urcu/caa_cpu_relax.h' in tree.path('include/Makefile.am').read_text()


@on('host-gcc')
def test_liburcu_leaves_its_users_the_name(target, unpack):
    """A program that includes liburcu's headers has a cpu_relax() of its own, or includes cpu_relax.h."""
    tree = unpack('liburcu', target)
    tree.configure('--disable-shared')
    tree.vendor()
    tree.command('make', '-C', 'liburcu/include', 'install', f'DESTDIR={tree.folder}/installed')
    flags = '-Wall -Wextra -Werror -Iinstalled/usr/local/include'.split()
    for own in 'void cpu_relax(void);\nvoid cpu_relax(void) {}', '#include <cpu_relax.h>':
        for language in 'c', 'c++':
            (tree.folder / 'user').write_text(
                f'#include <urcu/arch.h>\n{own}\nint main() {{ caa_cpu_relax(); cpu_relax(); }}\n')
            tree.cc('-x', language, flags, f'-I{INCLUDE}', 'user', '-o', 'program')


# ---- libuv -------------------------------------------------------------------------------------------
LIBUV = ('fs-poll idna inet random strscpy strtok threadpool timer uv-common uv-data-getter-setters version '
         'unix/async unix/core unix/dl unix/epoll unix/fs unix/getaddrinfo unix/getnameinfo unix/linux-core '
         'unix/linux-inotify unix/linux-syscalls unix/loop unix/loop-watcher unix/pipe unix/poll unix/process '
         'unix/procfs-exepath unix/proctitle unix/random-devurandom unix/random-getrandom unix/random-sysctl-linux '
         'unix/signal unix/stream unix/tcp unix/thread unix/tty unix/udp').split()
LIBUV_TESTS = 'async async-null-cb thread thread-equal threadpool threadpool-cancel'.split()


def libuv_tests(tree):
    """Builds and runs libuv's tests of async handles, threads and the pool."""
    # libuv's own program starts itself for each test, which is not possible under an emulator: this main() calls one.
    files = [f'libuv1/test/test-{name}.c' for name in LIBUV_TESTS]
    text = ''.join((tree.folder / file).read_text() for file in files)
    tests = re.findall(r'^TEST_IMPL\((\w+)\)', text, re.M)
    assert len(tests) >= 10, 'where are its tests?'
    declarations = ''.join(f'int run_test_{name}(void);\n' for name in tests)
    calls = ''.join(f'    if (!strcmp(argv[1], "{name}")) return run_test_{name}();\n' for name in tests)
    (tree.folder / 'main.c').write_text(f'#include <string.h>\n{declarations}'
                                        f'int main(int argc, char **argv) {{\n{calls}    return 99 + argc;\n}}\n')
    tree.cc('-w', '-O1', '-D_GNU_SOURCE', '-Ilibuv1/include', '-Ilibuv1/src', 'main.c', files,
            [f'libuv1/src/{name}.c' for name in LIBUV], tree.static, '-pthread', '-o', 'tests')
    for name in tests:
        tree.run('./tests', name)


@on('host-gcc')
def test_libuv_without_the_recipe(target, unpack):
    """The same tests pass without the header, so that a failure with it is the header's."""
    libuv_tests(unpack('libuv1', target))


@on(in_table('libuv1'))
def test_libuv(target, unpack):
    """libuv 1.44 has no hint for ARM before version 7 and for RISC-V, and on AArch64 a no-op."""
    tree = unpack('libuv1', target)

    def hint():
        return tree.hint('cpu_relax()', ['uv.h', 'atomic-ops.h'], '-D_GNU_SOURCE', '-Ilibuv1/include',
                         '-Ilibuv1/src', '-Ilibuv1/src/unix')

    before = hint()
    tree.vendor()
    after = hint()
    libuv_tests(tree)
    tree.expect(before, after)


@on('armeb-v5te aarch64 riscv64')
def test_newer_libuv(target, unpack):
    """Since 1.45 the function is in async.c, as uv__cpu_relax()."""
    tree = unpack('libuv1', target, release='@trixie')
    tree.vendor()
    options = '-D_GNU_SOURCE -Ilibuv1/include -Ilibuv1/src -Ilibuv1/src/unix'.split()
    assert 'uv__cpu_relax' not in tree.path('src/unix/async.c').read_text()
    assert tree.hint('cpu_relax()', ['async.c'], *options) == tree.hint('cpu_relax()', ['cpu_relax.h'], f'-I{INCLUDE}')


# ---- Concurrency Kit ---------------------------------------------------------------------------------
CK = {'host-gcc': 'x86_64', 'armhf': 'arm', 'aarch64': 'aarch64', 'powerpc64le': 'ppc64', 's390x': 's390x'}


@on(in_table('ck'))
def test_ck(target, unpack):
    """Concurrency Kit 0.7.1 has a hint for x86 and POWER alone; ck_pr_stall() is public, in an installed header."""
    tree = unpack('ck', target)
    # With a profile its configure compiles nothing, so it must be given the memory model.
    tree.command('sh', '-c', f'CC=cc ./configure --platform={CK[target.name]} --profile={CK[target.name]} '
                 '--memory-model=rmo', folder='ck')
    before = tree.hint('ck_pr_stall()', ['ck_pr.h'], '-Ick/include', f'-D__{CK[target.name]}__')
    tree.vendor()
    for lock in 'cas', 'ticket', 'clh':
        tree.cc('-O1', '-w', '-D_GNU_SOURCE', '-Ick/include', f'-D__{CK[target.name]}__', '-DCORES=2', '-DITERATE=2000',
                tree.static, f'ck/regressions/ck_spinlock/validate/ck_{lock}.c', '-pthread', '-o', lock)
        assert 'done (passed)' in tree.run(f'./{lock}', 2, 1)
    tree.command('make', '-C', 'ck', 'install-headers', f'DESTDIR={tree.folder}/installed')
    installed = f'-I{tree.folder}/installed/usr/local/include'
    tree.expect(before, tree.hint('ck_pr_stall()', ['ck_pr.h'], installed, f'-D__{CK[target.name]}__'))


# ---- oneTBB ------------------------------------------------------------------------------------------
TBB = '''
#include <oneapi/tbb/spin_mutex.h>
#include <oneapi/tbb/spin_rw_mutex.h>
#include <cstdio>
#include <thread>
#include <vector>

template <class Mutex> int count(int threads, int rounds)
{
    Mutex mutex;
    int counted = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < threads; i++)
        all.emplace_back([&] {
            for (int round = 0; round < rounds; round++) {
                typename Mutex::scoped_lock lock(mutex);
                counted++;
            }
        });
    for (std::thread &one : all)
        one.join();
    return counted;
}

int main()
{
    std::printf("%d %d\\n", count<tbb::spin_mutex>(3, 10000), count<tbb::spin_rw_mutex>(3, 10000));
}
'''


@on(in_table('onetbb'))
def test_onetbb(target, unpack):
    """In a namespace, in an installed header, for C++. Its own tests need the whole library: here its spin locks."""
    need(target.command()[0].replace('gcc', 'g++'))
    tree = unpack('onetbb', target)

    def hint():
        return tree.hint('tbb::detail::machine_pause(1)', ['oneapi/tbb/detail/_machine.h'], '-x', 'c++',
                         '-Ionetbb/include')

    before = hint()
    tree.vendor()
    (tree.folder / 'locks.cc').write_text(TBB)
    tree.cc('-O1', '-Wall', '-Wextra', '-Werror', '-Ionetbb/include', 'locks.cc', tree.static, '-lstdc++', '-pthread',
            '-o', 'locks')
    assert tree.run('./locks') == '30000 30000\n'
    tree.expect(before, hint())
