#!/bin/sh
# sizes.sh - how many bytes of code each call is, by row of targets.txt
# SPDX-License-Identifier: MIT
#
# usage: sizes.sh [ROW...]      by default one row for each kind of CPU; needs their compilers
#
# -Os, no unwind tables, each call alone in a function that passes its arguments on: what the first use
# adds to a program. "polled" is "timed" with CPU_RELAX_NO_MONITOR. sizes.txt beside it is the last
# answer; the check "sizes" of tests/project fails where one has grown: give the reason with the commit.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/calls" <<'CALLS'
hint      void f(void) { cpu_relax(); }
delay     void f(uint64_t ns) { cpu_relax_ns(ns); }
back-off  int f(cpu_relax_backoff_t *b) { return cpu_relax_backoff(b); }
for-ever  uint32_t f(const uint32_t *p, uint32_t old) { return cpu_relax_while_eq32(p, old, CPU_RELAX_FOREVER); }
timed     uint32_t f(const uint32_t *p, uint32_t old, uint64_t ns) { return cpu_relax_while_eq32(p, old, ns); }
polled    uint32_t f(const uint32_t *p, uint32_t old, uint64_t ns) { return cpu_relax_while_eq32(p, old, ns); }
CALLS
printf '%-14s' row
cut -d ' ' -f 1 "$work/calls" | while read -r call; do printf ' %9s' "$call"; done
echo
[ $# -gt 0 ] || set -- host-gcc host-clang i686 aarch64 armhf armel armeb-v5te riscv64 mips powerpc s390x cortex-m3
for row; do
    rm -f "$work"/*.o
    fields=$(sh tests/table.sh row "$row")
    compiler=$(printf %s "$fields" | cut -d '|' -f 4) flags=$(printf %s "$fields" | cut -d '|' -f 5)
    case $compiler in */*) compiler=build/sysroot/$compiler ;; esac
    printf '%-14s' "$row"
    while read -r call text; do
        case $call in polled) define=-DCPU_RELAX_NO_MONITOR ;; *) define='' ;; esac
        printf '#include <stdint.h>\n#include "cpu_relax_wait.h"\n%s\n' "$text" >"$work/call.c"
        # shellcheck disable=SC2086 # flags are words
        $compiler -std=gnu99 -Os -fno-asynchronous-unwind-tables -fno-unwind-tables $flags $define -Iinclude -c "$work/call.c" -o "$work/$call.o" 2>"$work/log" || :
    done <"$work/calls"
    (cd "$work" && llvm-size-22 ./*.o) | awk -v calls="$(cut -d ' ' -f 1 "$work/calls" | paste -s -d ' ' -)" '
        { size[$NF] = $1 }
        END {
            n = split(calls, call, " ")
            for (i = 1; i <= n; i++) { o = "./" call[i] ".o"; printf " %9s", o in size ? size[o] : "-" }
        }'
    echo
done
