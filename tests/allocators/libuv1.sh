#!/bin/sh
# libuv1.sh - libuv as it is, and with the header vendored: its own tests of async handles, threads and pool
# SPDX-License-Identifier: MIT
#
# usage: libuv1.sh unpatched | vendored
#
# libuv's program of all tests starts itself for each of them, which is not possible under an emulator. So
# these few get a main() that calls the one that it is told.
# shellcheck source=tests/allocators/common.sh
. "$(dirname "$0")/common.sh"

files='async async-null-cb thread thread-equal threadpool threadpool-cancel'
sources='fs-poll idna inet random strscpy strtok threadpool timer uv-common uv-data-getter-setters version
    unix/async unix/core unix/dl unix/epoll unix/fs unix/getaddrinfo unix/getnameinfo unix/linux-core
    unix/linux-inotify unix/linux-syscalls unix/loop unix/loop-watcher unix/pipe unix/poll unix/process
    unix/procfs-exepath unix/proctitle unix/random-devurandom unix/random-getrandom unix/random-sysctl-linux
    unix/signal unix/stream unix/tcp unix/thread unix/tty unix/udp'

tests() {
    for file in $files; do sed -n 's/^TEST_IMPL(\([a-z_0-9]*\)).*/\1/p' "libuv1/test/test-$file.c"; done
}

hint() { becomes 'cpu_relax()' 'uv.h atomic-ops.h' -D_GNU_SOURCE -I libuv1/include -I libuv1/src -I libuv1/src/unix; }

main_source() {
    echo '#include <string.h>'
    for test in $(tests); do echo "int run_test_$test(void);"; done
    echo 'int main(int count, char **name) {'
    for test in $(tests); do echo "if (count == 2 && !strcmp(name[1], \"$test\")) return run_test_$test();"; done
    echo 'return 99; }'
}

build() {
    unpack
    hint >before
    [ "$way" = unpatched ] || vendor
    hint >after
    main_source >main.c
    set -- main.c
    for source in $sources; do set -- "$@" "libuv1/src/$source.c"; done
    for file in $files; do set -- "$@" "libuv1/test/test-$file.c"; done
    cc -w -O1 -D_GNU_SOURCE -I libuv1/include -I libuv1/src "$@" ${RUN:+-static} -pthread -o tests
}

way=${1-}
case $way in
unpatched | vendored) ;;
*) die 'usage: libuv1.sh unpatched | vendored' ;;
esac
build_once
[ "$(tests | wc -l)" -ge 10 ] || die 'where are its tests?'
for test in $(tests); do
    run ./tests "$test" >"$test.log" 2>&1 || die "$test: status $?: $(tail -n 20 "$test.log")"
done
echo "$(tests | wc -l) tests passed: $(tests | paste -s -d ' ' -)"
[ "$way" = unpatched ] || gained "$(cat before)" "$(cat after)"
