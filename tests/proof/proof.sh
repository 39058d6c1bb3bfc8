#!/bin/sh
# proof.sh - one proof of what cpu_relax_wait.h promises
# SPDX-License-Identifier: MIT
#
# usage: proof.sh PROOF [FAULT]
#
#   wp[:FUNCTION[:GOAL]]    Frama-C's WP: wp.c, each function, or that one alone, or one goal of its
#   eva:FLAGS               Frama-C's Eva: eva.c, compiled with FLAGS
#   all[:HZ]                every value: all.c, with a clock in nanoseconds, or a counter at HZ
#   spin:MONITOR            Spin: sleep.pml
#
# FAULT, an edit of the header for sed (for spin a -D), must change something. The last line says PROVED or
# NOT PROVED; the exit status is 0, 1, or 2 where the proof does not fit the header or a tool fails. No
# limit is one of time: a busy machine proves what an idle one does.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
include=$(cd "$here/../../include" && pwd)
proof=$1 fault=${2:-}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'proof.sh: %s\n' "$*" >&2
    exit 2
}
verdict() { # STATUS WHAT
    [ "$1" = 0 ] && echo "PROVED: $2" && exit 0
    echo "NOT PROVED: $2"
    exit 1
}
need() {
    for program; do
        command -v "$program" >/dev/null || { echo "not run: needs the program $program"; exit 77; }
    done
}

cp "$include"/*.h "$work"
case $proof in
spin:*) ;;
*)
    if [ -n "$fault" ]; then
        cat "$work"/*.h >"$work/before"
        sed -i -e "$fault" "$work"/*.h
        ! cat "$work"/*.h | cmp -s - "$work/before" ||
            fail "the fault changes nothing, mend it in mutants.txt: $fault"
    fi
    ;;
esac

case $proof in
wp*)
    need frama-c why3 cvc4
    functions=$(sed -n 's/^static .*[ *]\(cpu_relax_[a-z_]*\)(.*/\1/p' "$here/wp.c" | grep -v -x 'cpu_relax_\(load\|cpu\|arm\|sleep\)_')
    for function in $functions; do
        cat "$work"/*.h | grep -q "^\([A-Za-z].*\\b\)\{0,1\}$function(" ||
            fail "wp.c speaks of $function, which the header has not"
    done
    goal=''
    case $proof in
    wp:*:*) functions=${proof#wp:} goal=${functions#*:} functions=${functions%:*} ;;
    wp:*) functions=${proof#wp:} ;;
    esac
    awk -f "$here/annotate.awk" "$work/cpu_relax_wait.h" >"$work/annotated" || exit 2
    mv "$work/annotated" "$work/cpu_relax_wait.h"
    export HOME="$work"
    why3 config detect >"$work/log" 2>&1 || fail "why3 finds no prover: $(tail -n 2 "$work/log")"
    # Steps: the headers' goals need fewer than 120000; more would only delay the end of a mutant.
    prove() { # OPTION...: "3 / 4", of the goals
        # WP's own hypotheses, that no pointer points to the proof's variables, hold since none does.
        frama-c -wp -wp-rte -wp-no-warn-memory-model -machdep gcc_x86_64 -cpp-extra-args="-I$work" \
            "$@" -wp-prover cvc4 -wp-timeout 600 -wp-steps 150000 -wp-par "$(nproc)" "$here/wp.c" >"$work/log" 2>&1 ||
            fail "frama-c: $(grep -A 2 -e 'User Error' -e annot-error "$work/log" | head -n 4)"
        grep -e 'Goal.*: [^V]' "$work/log" >&2 || true
        sed -n 's/.*Proved goals: *\([0-9]* \/ [1-9][0-9]*\)$/\1/p' "$work/log"
    }
    all() { [ "${1% /*}" = "${1#*/ }" ]; }
    lemmas='0 / 0' # of one function: proved with all
    [ "$proof" != wp ] || lemmas=$(prove -wp-prop @lemma)
    goals=$(prove -wp-fct "$(printf %s "$functions" | tr '\n' ,)" ${goal:+-wp-prop "$goal"})
    case :$lemmas:$goals: in *::*) fail "no goal: $(tail -n 3 "$work/log")" ;; esac
    all "$lemmas" && all "$goals" && verdict 0 "$goals goals, $lemmas lemmas"
    verdict 1 "$goals goals, $lemmas lemmas"
    ;;

eva:*)
    need frama-c
    # Eva knows no assembly: what it reads from the CPU is anything at all.
    sed -i 's/__asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high));/low = high = (cpu_relax_u32_)any();/' "$work/cpu_relax_sleep.h"
    grep -q 'low = high = (cpu_relax_u32_)any();' "$work/cpu_relax_sleep.h" || fail 'the edit of rdtsc does not fit: mend it'
    # Not -eva-precision: that of this version loses a division by zero.
    frama-c -eva -eva-slevel 100 -eva-no-show-progress -machdep gcc_x86_64 \
        -cpp-extra-args="-I$work ${proof#eva:}" "$here/eva.c" >"$work/log" 2>&1 ||
        fail "frama-c: $(grep -A 2 'User Error' "$work/log" | head -n 4)"
    grep -A 1 'eva:alarm' "$work/log" || true
    alarms=$(sed -n 's/.* \([0-9]*\) alarms\{0,1\} generated.*/\1/p' "$work/log")
    [ -n "$alarms" ] || fail "no count of alarms: $(tail -n 3 "$work/log")"
    [ "$alarms" != 0 ] || ! grep -q 'non-terminating\|NON TERMINATING' "$work/log" || fail 'some call never returns: nothing after it is looked at'
    verdict "$alarms" "$alarms alarms, $(sed -n 's/.*, \([0-9]* statements reached.*\)/\1/p' "$work/log")"
    ;;

all*)
    need gcc
    rate=${proof#all}
    gcc -std=gnu99 -O2 -w ${rate:+-DHZ="${rate#:}u"} -I "$work" "$here/all.c" -o "$work/all" || fail 'all.c does not compile'
    "$work/all" >"$work/log" || verdict 1 "$(cat "$work/log")"
    verdict 0 "$(cat "$work/log")"
    ;;

spin:*)
    need spin gcc
    cd "$work"
    cp "$here/sleep.pml" .
    for flag in "-D${proof#spin:}" $fault; do
        grep -q "defined(${flag#-D})\\|^ \\* $flag " sleep.pml || fail "sleep.pml does not ask for $flag"
    done
    # shellcheck disable=SC2086 # flags are words
    spin "-D${proof#spin:}" $fault -a sleep.pml >log 2>&1 || fail "spin: $(cat log)"
    gcc -w -DSAFETY -o pan pan.c || fail 'pan.c does not compile'
    ./pan -m100000 >log 2>&1 || true
    grep '^pan:1' log || true
    ! grep -q 'max search depth too small' log || fail 'the search is cut short'
    errors=$(sed -n 's/.*errors: \([0-9]*\)$/\1/p' log)
    [ -n "$errors" ] || fail "no count of errors: $(tail -n 3 log)"
    verdict "$errors" "$(sed -n 's/^ *\([0-9]* states, stored\).*/\1/p' log), $errors errors"
    ;;
*) fail "no such proof: $proof" ;;
esac
