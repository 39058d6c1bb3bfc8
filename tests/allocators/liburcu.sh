#!/bin/sh
# liburcu.sh - liburcu (user-space RCU) with the header vendored: its own tests must pass
# SPDX-License-Identifier: MIT
#
# Its caa_cpu_relax() is a part of its interface: the header is installed with liburcu's own and
# compiled into the programs of others, in C++ inside extern "C". Their names stay theirs.
# shellcheck source=tests/allocators/common.sh
. "$(dirname "$0")/common.sh"

hint() { becomes 'caa_cpu_relax()' urcu/arch.h "$@"; }

build() {
    unpack
    configure CFLAGS=-O1 --disable-shared
    hint -I liburcu/include >before
    vendor
    sed -i 's/sleep(10);/sleep(2);/' liburcu/tests/regression/rcutorture.h
    for directory in src tests/utils; do
        quietly make -C liburcu/$directory -j"$(nproc)"
    done
    quietly make -C liburcu/tests/unit ${RUN:+LDFLAGS=-all-static} test_urcu_multiflavor
    quietly make -C liburcu/tests/regression ${RUN:+LDFLAGS=-all-static} rcutorture_urcu_mb
    quietly make -C liburcu/include install DESTDIR="$PWD/installed"
    hint -I installed/usr/local/include >after
    if [ -z "$RUN" ]; then
        installed='-Wall -Wextra -Werror -I installed/usr/local/include'
        # shellcheck disable=SC2016,SC2086
        for language in c c++; do
            # A program with a function of that name, and one with its own copy of the header
            printf '#include <urcu/arch.h>\nvoid cpu_relax(void);\nvoid cpu_relax(void) {}\nint main() { caa_cpu_relax(); cpu_relax(); }\n' >user
            quietly cc -x $language $installed user -o own -lstdc++
            printf '#include <urcu/arch.h>\n#include <cpu_relax.h>\nint main() { caa_cpu_relax(); cpu_relax(); }\n' >user
            quietly cc -x $language $installed -I "$CPU_RELAX/include" user -o both -lstdc++
        done
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
# Its writer spins on 4 readers, for two seconds of the ten that it takes.
tap liburcu/tests/regression/rcutorture_urcu_mb 4 stress
grep -o 'n_updates: [1-9].*' rcutorture_urcu_mb.log || die 'no writer ran'
gained "$(cat before)" "$(cat after)"
