#!/bin/sh
# headline.sh - the five figures of the README, from the CSVs of a run
# SPDX-License-Identifier: MIT
#
# usage: sh bench/headline.sh [FOLDER]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$here/results}"
awk -F , -f "$here/quantile.awk" -f - machine.csv hint.csv lock.csv handover.csv delay.csv <<'EOF'
FILENAME == "machine.csv" { key = $1; sub(/^[^,]*,/, ""); machine[key] = $0 }
FILENAME == "hint.csv" { add($2 "," $3, $4) }
FILENAME == "lock.csv" { add($4 "," $2 "," $3, $6) }
FILENAME == "handover.csv" { add($3 "," $2 ",seen", $4); add($3 "," $2 ",cpu", $6) }
FILENAME == "delay.csv" { add($1 "," $2, $5) }
function of(key) {
    if (median(key) == "") {
        print "headline.sh: the CSVs have no " key | "cat >&2"
        failed = 1
    }
    return digits(median(key))
}
END {
    print "Medians of `" machine["command"] "` on " machine["date"] ": " machine["cpu"] ", " machine["processors"] \
        " processors" (machine["virtual"] ? " of " machine["virtual"] : "") ". Times in ns unless they say otherwise."
    print ""
    print "- One hint: " of("cpu_relax,ns") "; `_mm_pause`: " of("_mm_pause,ns") ". Lines that its header includes: " \
        of("cpu_relax,lines") "; `<immintrin.h>`: " of("_mm_pause,lines") "."
    print "- A lock with 16 threads and 100 ns held, acquisitions in 1 µs: back-off " of("cpu_relax,16,100") \
        ", `pthread_spin_lock` " of("pthread_spin_lock,16,100") ", glibc's adaptive mutex " of("glibc adaptive mutex,16,100") "."
    print "- A message that comes after 10 µs is seen after: wait " of("cpu_relax_while_eq32,10,seen") ", futex " \
        of("futex,10,seen") ", condition variable " of("condition variable,10,seen") "."
    print "- A delay of 1000: `cpu_relax_ns` " of("cpu_relax_ns,1000") ", a fixed loop of hints " of("count,1000") \
        ", `nanosleep` " of("nanosleep,1000") "."
    print "- Processor time of a wait of 100 µs: back-off and then a futex " of("back-off + futex,100,cpu") \
        ", polling " of("bare load,100,cpu") "."
    exit failed
}
EOF
