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
    configure LDFLAGS="${RUN:+-static}" EXTRA_CFLAGS='-O0 -g0' --with-lg-page=12 \
        --disable-cxx --disable-doc --disable-libdl
    hint >before
    vendor
    hint >after
    [ "$way" = vendored ] || return 0
    # To find the private names, which another jemalloc in the same program would need prefixed,
    # everything is compiled once more: not here.
    [ -z "$RUN" ] || sed -i 's/define NINCRS 2000000/define NINCRS 200000/' jemalloc/test/unit/mtx.c # a quarter of a minute
    names=include/jemalloc/internal/private_namespace_jet.h
    : >jemalloc/$names
    for test in $tests; do
        quietly make -C jemalloc -j"$(nproc)" -o $names "test/unit/$test"
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
