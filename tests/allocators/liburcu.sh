#!/bin/sh
# liburcu.sh - liburcu (user-space RCU) with the header vendored: its own tests must pass
# SPDX-License-Identifier: MIT
#
# Its caa_cpu_relax() is a part of its interface: the header is installed with liburcu's own and
# compiled into the programs of others, in C++ inside extern "C".
# shellcheck source=tests/allocators/common.sh
. "$(dirname "$0")/common.sh"

hint() { becomes 'caa_cpu_relax()' urcu/arch.h "$@"; }

build() {
    unpack
    configure CFLAGS=-O1 --disable-shared
    hint -I liburcu/include >before
    vendor
    for directory in src tests/utils; do
        quietly make -C liburcu/$directory -j"$(nproc)"
    done
    quietly make -C liburcu/tests/unit ${RUN:+LDFLAGS=-all-static} test_urcu_multiflavor
    quietly make -C liburcu/tests/regression ${RUN:+LDFLAGS=-all-static} rcutorture_urcu_mb
    quietly make -C liburcu/include install DESTDIR="$PWD/installed"
    hint -I installed/usr/local/include >after
    if [ -z "$RUN" ]; then
        printf '#include <urcu/arch.h>\nint main() { caa_cpu_relax(); }\n' >user.cc
        quietly g++ -Wall -Wextra -Werror -I installed/usr/local/include user.cc -o user
    fi
}

tap() { # TEST [ARGUMENT...]
    log=$(basename "$1").log
    run "$@" >"$log" 2>&1 || die "$*: $(tail -n 20 "$log")"
    planned=$(sed -n 's/^1[.][.]//p' "$log")
    passed=$(grep -c '^ok ' "$log") || die "$*: no test passed"
    [ "$passed" = "$planned" ] || die "$*: $passed of $planned tests passed"
    echo "$(basename "$1"): $passed tests passed"
}

build_once
tap liburcu/tests/unit/test_urcu_multiflavor
# Its writer spins on 4 readers, for the 10 seconds that it takes.
tap liburcu/tests/regression/rcutorture_urcu_mb 4 stress
grep -o 'n_updates: [1-9].*' rcutorture_urcu_mb.log || die 'no writer ran'
gained "$(cat before)" "$(cat after)"
