#!/bin/sh
# jemalloc.sh - jemalloc with the header vendored: its own tests must pass
# SPDX-License-Identifier: MIT
#
# usage: jemalloc.sh vendored    its tests, and what a hint was and is
#        jemalloc.sh hint        the latter alone
# shellcheck source=tests/allocators/common.sh
. "$(dirname "$0")/common.sh"

# Those that spin, directly (retained waits with spin_adaptive) or on a contended mutex
tests='spin mtx mq retained background_thread'

hint() {
    becomes 'spin_cpu_spinwait()' 'stdint.h sched.h jemalloc/internal/jemalloc_internal_defs.h
        jemalloc/internal/spin.h' -I jemalloc/include
}

build() {
    unpack
    configure LDFLAGS="${RUN:+-static}" --enable-debug --with-lg-page=12 \
        --disable-cxx --disable-doc --disable-libdl
    hint >before
    vendor
    hint >after
    [ "$way" = vendored ] || return 0
    # Emulated, a tenth of the turns: a minute less
    [ -z "$RUN" ] || sed -i '/define NINCRS\|define NMSGS/s/0$//' jemalloc/test/unit/mtx.c jemalloc/test/unit/mq.c
    # Its makefile compiles file by file, and all once more to find the private names, which another
    # jemalloc in the same program would need prefixed: a minute. One file takes 4 seconds,
    # by --enable-debug, without which all that it wants inlined is.
    : >jemalloc/include/jemalloc/internal/private_namespace_jet.h
    rm jemalloc/src/zone.c # macOS's
    (cd jemalloc && printf '#include "%s"\n' src/*.c >all.c)
    compile() { cc -std=gnu11 -w -O0 -D_GNU_SOURCE -D_REENTRANT -I jemalloc -I jemalloc/include "$@"; }
    compile -DJEMALLOC_JET -c jemalloc/all.c -o all.o
    for source in jemalloc/test/src/*.c; do
        compile -DJEMALLOC_UNIT_TEST -I jemalloc/test/include -c "$source" -o "test-$(basename "$source" .c).o"
    done
    for test in $tests; do
        compile -DJEMALLOC_UNIT_TEST -I jemalloc/test/include ${RUN:+-static} "jemalloc/test/unit/$test.c" test-*.o all.o \
            -pthread -lm -o "jemalloc/test/unit/$test"
    done
}

way=${1-}
case $way in
vendored) ;;
hint) tests='' ;;
*) die 'usage: jemalloc.sh vendored | hint' ;;
esac
build_once
for test in $tests; do
    run "jemalloc/test/unit/$test" >"$test.log" 2>&1 || die "$test: $(tail -n 20 "$test.log")"
    passed=$(sed -n 's|^--- pass: \([0-9]*\)/\1, skip: 0/\1, fail: 0/\1 ---$|\1|p' "$test.log")
    [ "${passed:-0}" -ge "$(grep -c '^TEST_BEGIN' "jemalloc/test/unit/$test.c")" ] ||
        die "$test: $(tail -n 5 "$test.log")"
    echo "$test: $passed tests passed"
done
gained "$(cat before)" "$(cat after)"
