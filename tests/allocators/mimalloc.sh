#!/bin/sh
# mimalloc.sh - mimalloc as it is, and with the header vendored
# SPDX-License-Identifier: MIT
#
# usage: mimalloc.sh unpatched   it must not link, for want of mi_atomic_yield
#        mimalloc.sh vendored    its own tests must pass; prints what a hint was and is
# shellcheck source=tests/allocators/common.sh
. "$(dirname "$0")/common.sh"

compile() { cc -w -I mimalloc/include "$@"; }

link() { # OUTPUT SOURCE...
    output=$1
    shift
    # Where the CPU has no 8-byte atomics they are libatomic's, unless the tool chain has its own.
    echo 'int main(void) { return 0; }' >empty.c
    compile -static empty.c -latomic -o empty 2>empty.log && set -- "$@" -latomic
    compile ${RUN:+-static} -pthread "$@" -o "$output"
}

hint() { becomes 'mi_atomic_yield()' 'mimalloc.h mimalloc-internal.h' -I mimalloc/include; }

# Upstream's debug build is what test-api-fill looks at. test-stress is tested as released: in the
# debug build, patched or not, an assertion of 2.0.9 (segment->used == 1) fails on every 32-bit CPU.
# malloc-aligned9 has 5 GiB zeroed, 192 MiB for each of 28 alignments, which is half a minute: here for
# each ninth.
build() {
    unpack
    sed -i 's/i < 28 && ok; i++/i < 28 \&\& ok; i += 9/' mimalloc/test/test-api.c
    grep -q 'i += 9' mimalloc/test/test-api.c || die 'where is malloc-aligned9?'
    hint >before
    vendor
    hint >after
    compile -O0 -c mimalloc/src/static.c -o debug.o
    compile -O2 -DNDEBUG -c mimalloc/src/static.c -o release.o
    link api mimalloc/test/test-api.c debug.o
    link api-fill mimalloc/test/test-api-fill.c debug.o
    link stress mimalloc/test/test-stress.c release.o
}

# Whatever it is compiled for, 2.0.9 with glibc reads the thread register that came with ARMv6K.
[ "$ROW" != armel ] || RUN='qemu-arm -cpu arm1176'

case ${1-} in
unpatched)
    unpack
    compile -c mimalloc/src/static.c -o static.o
    ! link stress mimalloc/test/test-stress.c static.o 2>link.log || die 'it links'
    undefined=$(sed -n 's/.*undefined reference to //p' link.log | sort -u)
    [ "$undefined" = "\`mi_atomic_yield'" ] || die "not what was expected: $(cat link.log)"
    echo "undefined reference to $undefined"
    ;;

vendored)
    build_once
    for test in api api-fill; do
        run ./$test >$test.log 2>&1 || die "test-$test: $(tail -n 20 $test.log)"
        tests=$(compile -E mimalloc/test/test-$test.c | grep -c '"test: %s') || die "test-$test has no tests"
        grep -q -x "succeeded: $tests" $test.log || die "test-$test has $tests tests: $(tail -n 5 $test.log)"
        echo "test-$test: $tests tests succeeded"
    done
    threads=4 iterations=5
    run ./stress $threads 10 $iterations >stress.log 2>&1 || die "test-stress: $(tail -n 20 stress.log)"
    started=$(awk '$1 == "threads:" { print $3 }' stress.log)
    [ "$started" = $((threads * iterations)) ] || die "test-stress: ${started:-no} threads started"
    echo "test-stress: $started threads, $threads at a time"
    gained "$(cat before)" "$(cat after)"
    ;;
*) die 'usage: mimalloc.sh unpatched | vendored' ;;
esac
