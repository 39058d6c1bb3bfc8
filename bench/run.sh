#!/bin/sh
# run.sh - measures this library and its peers side by side; makes the figures, the tables, the plots
# SPDX-License-Identifier: MIT
set -eu
help() {
    cat <<'HELP'
usage: sh bench/run.sh [--quick] [SECTION...]
       sh bench/run.sh --publish RUN

Sections, all by default but lock, which search contains:
  hint      time and bytes of a hint, cost of including each header
  handover  one thread waits, another stores
  delay     delay asked for against delay measured
  hints     the recommended lock and the policies that count hints, with hints of 0.3 ns and of 100 ns
  lock      a contended lock with each waiting policy, and peers' own locks
  search    the same, and the recommended locks with other settings of the back-off
  programs  a hash map that oneTBB locks, and moodycamel::BlockingConcurrentQueue, before and after

A run takes eight minutes on 2 processors, one with --quick, which has fewer and shorter repetitions and
cannot be published. It needs the machine for itself; the load is recorded. Each run has a folder of its own,
build/bench/results/TIME: the rows (*.csv), which come one by one, the plots (*.svg) and summary.md.
--publish copies such a folder into bench/results and makes the tables for all machines again.

Environment: BENCH_RESULTS is the folder of the run, BENCH_BUILD that of the programs (build/bench), and
BENCH_PUBLISHED that of what is published (bench/results). BENCH_CFLAGS goes to the compiler.
BENCH_INSTALL=0 installs no packages: peers that are missing then have rows that say which they need.
Meant for Debian 12.
HELP
}
cd "$(dirname "$0")/.."
build=${BENCH_BUILD:-build/bench}
out=${BENCH_RESULTS:-$build/results/$(date -u +%Y-%m-%d-%H%M%S)}
python=/usr/bin/python3 # Debian's, for which Debian has matplotlib
published=${BENCH_PUBLISHED:-bench/results}
command="sh bench/run.sh${*:+ $*}"
started=$(date +%s)
say() { printf '[%4ds] %s\n' "$(($(date +%s) - started))" "$*" >&2; }
die() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 2
}

quick=no sections=''
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        help
        exit
        ;;
    --publish)
        [ -f "${2-}/machine.csv" ] || die '--publish needs the folder of a run: build/bench/results/TIME'
        exec $python bench/report.py --publish "$2" "$published"
        ;;
    --quick) quick=yes ;;
    hint | handover | delay | hints | lock | search | programs) sections="$sections $1" ;;
    *) die "no such section: $1; see sh bench/run.sh --help" ;;
    esac
    shift
done
: "${sections:=hint handover delay hints search programs}"

# ---- packages -----------------------------------------------------------------------------------
mkdir -p "$build"
build=$(cd "$build" && pwd)
if [ "${BENCH_INSTALL:-1}" = 1 ]; then
    # shellcheck disable=SC2046
    sh tests/packages.sh $(sed '/^#/d' bench/packages.txt) ||
        die 'packages are missing; BENCH_INSTALL=0 does without'
fi
for tool in cc c++ nm $python; do
    command -v "$tool" >/dev/null || die "needs $tool: apt-get install gcc g++ binutils python3-matplotlib"
done

# DPDK's headers alone, unpacked: its package would bring two hundred others with it.
dpdk=$build/dpdk
if [ ! -d "$dpdk/usr" ] && [ "${BENCH_INSTALL:-1}" = 1 ]; then
    mkdir -p "$dpdk"
    if (cd "$dpdk" && { apt-get download libdpdk-dev || { apt-get update && apt-get download libdpdk-dev; }; } &&
        dpkg-deb -x libdpdk-dev_*.deb .) >"$build/dpdk.log" 2>&1; then
        rm -f "$dpdk"/libdpdk-dev_*.deb
    else
        say "no headers of libdpdk-dev: DPDK is shown as missing (log: $build/dpdk.log)"
    fi
fi
flags="-O2 -Wall -Wextra ${BENCH_CFLAGS:-} -Iinclude -isystem $dpdk/usr/include/dpdk"
flags="$flags -isystem $dpdk/usr/include/$(cc -print-multiarch)/dpdk"
compile() { # SOURCE OBJECT [OPTION...]
    compile_source=bench/$1 compile_object=$build/$2.o
    shift 2
    # shellcheck disable=SC2086
    cc $flags "$@" -c "$compile_source" -o "$compile_object"
}
link() { # PROGRAM OBJECT...
    link_program=$build/$1
    shift
    # shellcheck disable=SC2086
    cc ${BENCH_CFLAGS:-} -o "$link_program" "$@" -pthread -lm
}
wait=include/cpu_relax_wait.h
setting() { sed -n "s/^# *define CPU_RELAX_BACKOFF_$1_NS \([0-9]*\)$/\1/p" $wait | tail -n 1; }

# ---- what the figures were made on --------------------------------------------------------------
virtual() { # only the /proc/cpuinfo of x86 shows a hypervisor
    case $(uname -m) in
    x86_64 | i?86) grep -q '^flags.* hypervisor' /proc/cpuinfo && echo yes || echo no ;;
    *) echo unknown ;;
    esac
}
cpu() { LC_ALL=C lscpu | sed -n "s/^$1: *//p" | head -n 1; }
processors=$(nproc)
mkdir -p "$out"
{
    echo "date,$(date -u +%Y-%m-%d)"
    echo "command,$command"
    echo "quick,$quick"
    echo "setting,$(setting START)/$(setting CAP)/$(setting LIMIT)"
    echo "mutex,mutex $(sed -n 's/.*MUTEX_SPIN_NS = \([0-9]*\).*/\1/p' examples/mutex.c)"
    echo "cpu,$(cpu 'Model name' | tr -d ,)"
    echo "family,$(cpu 'CPU family')"
    echo "model,$(cpu Model)"
    echo "stepping,$(cpu Stepping)"
    echo "processors,$processors"
    echo "threads per core,$(cpu 'Thread(s) per core')"
    echo "machine,$(uname -m)"
    echo "kernel,$(uname -sr)"
    echo "virtual,$(virtual)"
    echo "compiler,$(cc --version | head -n 1)"
    echo "load,$(cut -d ' ' -f 1 /proc/loadavg)" # one row when it began, one more before each section
} >"$out/machine.csv"

# ---- sections -----------------------------------------------------------------------------------
# name | package | language | header | hint
hints='cpu_relax||c|cpu_relax.h|cpu_relax()
__builtin pause||c||__builtin_ia32_pause()
_mm_pause||c|immintrin.h|_mm_pause()
ck_pr_stall|libck-dev|c|ck_pr.h|ck_pr_stall()
rte_pause|libdpdk-dev|c|rte_config.h rte_pause.h|rte_pause()
tbb machine_pause|libtbb-dev|c++|oneapi/tbb/detail/_machine.h|tbb::detail::d0::machine_pause(1)
boost sp_thread_pause|libboost-dev|c++|boost/smart_ptr/detail/sp_thread_pause.hpp|boost::detail::sp_thread_pause()
boost fiber cpu_relax|libboost-dev|c++|boost/fiber/detail/cpu_relax.hpp|cpu_relax()
cpu_relax_wait.h||c|cpu_relax_wait.h|cpu_relax()'


section_hint() {
    echo repetition,name,figure,value
    rm -rf "$build/hint"
    mkdir -p "$build/hint"
    : >"$build/hint/empty.c"
    : >"$build/hint/empty.c++"
    objects='' number=0
    set -- 'empty C file' "cc -O2 -c $build/hint/empty.c -o $build/hint/empty.o" \
        'empty C++ file' "c++ -O2 -x c++ -c $build/hint/empty.c++ -o $build/hint/empty.o"
    while IFS='|' read -r name package language header hint; do
        number=$((number + 1))
        file=$build/hint/$number
        for h in $header; do echo "#include <$h>"; done >"$file.include.$language"
        {
            cat "$file.include.$language"
            [ "$language" = c ] || echo 'extern "C" {'
            echo "void one_$number(void); void none_$number(void); void loop_$number(unsigned long);"
            echo "void one_$number(void) { $hint; }"
            echo "void none_$number(void) {}"
            echo "void loop_$number(unsigned long n) { while (n-- > 0) { $hint; } }"
            [ "$language" = c ] || echo '}'
        } >"$file.$language"
        driver=$([ "$language" = c ] && echo cc || echo c++)
        # shellcheck disable=SC2086
        if ! $driver $flags -x "$language" -c "$file.$language" -o "$file.o" 2>"$file.log"; then
            echo "1,$name,ns,missing: needs ${package:-another CPU}"
            continue
        fi
        [ "$name" = cpu_relax_wait.h ] || {
            objects="$objects $file.o"
            echo "HINT($number, $name)" >>"$build/hint/hints.inc"
            size() { nm -S -t d "$file.o" | sed -n "s/^[0-9]* 0*\([0-9]\{1,\}\) . $1_$number\$/\1/p"; }
            echo "1,$name,bytes,$(($(size one) - $(size none)))"
        }
        [ -n "$header" ] || continue
        # shellcheck disable=SC2086
        lines=$($driver $flags -x "$language" -E "$file.include.$language" | grep -v '^#' | grep -c '[^[:space:]]' || :)
        echo "1,$name,lines,$lines"
        set -- "$@" "$name" "$driver $flags -x $language -c $file.include.$language -o $build/hint/include.o"
    done <<HINTS
$hints
HINTS
    compile hint.c hint/hint -I"$build/hint"
    # shellcheck disable=SC2086
    link hint/hint "$build/hint/hint.o" $objects
    repetitions=$([ $quick = yes ] && echo 5 || echo 21)
    "$build/hint/hint" "$repetitions" ns
    "$build/hint/hint" "$repetitions" ms "$@"
}

section_handover() {
    compile handover.c handover
    compile polls.c polls
    compile polls.c slow_clock -DSLOW_CLOCK
    link handover "$build/handover.o" "$build/polls.o" "$build/slow_clock.o"
    if [ $quick = yes ]; then set -- 3 10; else set -- 9 60; fi
    "$build/handover" "$@"
}

section_delay() {
    compile delay.c delay
    link delay "$build/delay.o"
    "$build/delay"
}

# What is searched: START CAP LIMIT, in ns, and the shift that makes the weight of a contended delay; or the limit of
# the mutex. The first is the default: its code is that of cpu_relax, so what parts the two is noise.
settings="$(setting START) $(setting CAP) $(setting LIMIT) 3
50 2000 1000 3
50 2000 2000 3
50 2000 3000 3
50 2000 5000 3
50 2000 9000 3
25 2000 1500 3
100 2000 1500 3
200 2000 1500 3
50 1000 1500 3
50 3000 1500 3
50 4000 1500 3
50 2000 1500 0
50 2000 1500 2
50 2000 1500 4
50 2000 1500 5
50 2000 3000 4
50 3000 3000 3
50 4000 3000 3
100 2000 3000 3
200 3000 3000 3
200 4000 2000 3
mutex 1500
mutex 3000
mutex 5000
mutex 9000"

example() { # TABLE NAME KIND LOCK FILE [OPTION...]
    example_table=$1
    set -- "$@" -DTABLE="$1" -DMAIN="$1_main" -DNAME="\"$2\"" -DKIND="'$3'" -DPREFIX="$4" -DEXAMPLE="\"$5\""
    shift 5
    compile example.c "$example_table" "$@"
}
# Each setting is the example itself, compiled with other constants or from a copy in which they are edited.
compile_settings() {
    : >"$build/settings.inc"
    objects='' number=0
    while read -r start cap limit shift; do
        number=$((number + 1))
        table=setting_$number copy=$build/setting_$number
        mkdir -p "$copy"
        if [ "$start" = mutex ]; then
            sed "s/MUTEX_SPIN_NS = [0-9]*/MUTEX_SPIN_NS = $cap/" examples/mutex.c >"$copy/mutex.c"
            grep -q "MUTEX_SPIN_NS = $cap " "$copy/mutex.c" || die 'examples/mutex.c has no MUTEX_SPIN_NS to edit'
            example "$table" "mutex $cap" s mutex "$copy/mutex.c"
        else
            sed "s/shift_ = 3;/shift_ = $shift;/" $wait >"$copy/cpu_relax_wait.h"
            grep -q "shift_ = $shift;" "$copy/cpu_relax_wait.h" || die "$wait has no weight to edit"
            name=$start/$cap/$limit
            [ "$shift" = 3 ] || name="$name weight 1/$((1 << shift))"
            example "$table" "$name" s spin ../examples/spinlock.c -I"$copy" -DCPU_RELAX_BACKOFF_START_NS="$start" \
                -DCPU_RELAX_BACKOFF_CAP_NS="$cap" -DCPU_RELAX_BACKOFF_LIMIT_NS="$limit"
        fi
        echo "SETTING($table)" >>"$build/settings.inc"
        objects="$objects $build/$table.o"
    done <<SETTINGS
$settings
SETTINGS
}
compile_locks() {
    compile_settings
    absl=$(pkg-config --static --libs absl_synchronization 2>/dev/null || :)
    # shellcheck disable=SC2086
    c++ -std=c++20 $flags -c bench/peers.cc -o "$build/peers.o"
    # As many hints one after another as take 100 ns, and the shortest that there is
    one=$(echo CPU_RELAX_INSN | cc -Iinclude -include cpu_relax.h -E -P - | tail -n 1 | tr -d '"')
    hint_ns=$(sed -n 's/^[0-9]*,cpu_relax,ns,\([0-9]*\).*/\1/p' "$out/hint.csv" 2>/dev/null | sort -n | head -n 1)
    many=$((100 / (${hint_ns:-25} + 1) + 1))
    for hint in '||' ' (short hint)|_short|nop' " (long hint)|_long|.rept $many\\n\\t$one\\n\\t.endr"; do
        name=${hint%%|*} insn=${hint##*|} suffix=${hint#*|}
        suffix=${suffix%%|*}
        set -- ${insn:+"-DCPU_RELAX_INSN=\"$insn\""}
        example "example_spin$suffix" "cpu_relax$name" o spin ../examples/spinlock.c "$@"
        compile counted.c "counted$suffix" -DTABLE="counted$suffix" -DSUFFIX="\"$name\"" "$@"
        objects="$objects $build/example_spin$suffix.o $build/counted$suffix.o"
    done
    example example_mutex 'cpu_relax mutex' e mutex ../examples/mutex.c
    compile lock.c lock -I"$build"
    # shellcheck disable=SC2086
    link lock "$build/lock.o" "$build/example_mutex.o" $objects "$build/peers.o" $absl -lstdc++
}
# SET MILLISECONDS: with 1 thread, with as many as processors, and with two to eight times that
run_locks() {
    [ -n "${compiled:-}" ] || compile_locks
    compiled=1
    threads=$(printf '%s\n' 1 2 4 8 16 "$processors" "$((2 * processors))" | sort -nu)
    # shellcheck disable=SC2086
    if [ $quick = yes ]; then set -- "$1" 1 1 $threads; else set -- "$1" 5 "$2" $threads; fi
    "$build/lock" "$@"
}
section_lock() { run_locks locks 20; }
section_search() { run_locks search 20; }
section_hints() { run_locks hints 12; }

# Copies of their headers, with a line or two edited each.
section_programs() {
    echo repetition,version,program,threads,per_us,cpu_ns
    copy=$build/programs
    rm -rf "$copy"
    mkdir -p "$copy"
    if ! cp -r /usr/include/oneapi /usr/include/concurrentqueue "$copy"; then
        echo '1,before,programs,1,missing: needs libtbb-dev and libconcurrentqueue-dev,'
        return
    fi
    # the semaphore checks, waits for 5 us at most while the count stays, twice; then it blocks, as before
    sed -i 's/std::atomic_signal_fence(std::memory_order_acquire);.*/cpu_relax_while_eq(\&m_count, oldCount, 5000);/
        s/int maxSpins = 10000/int maxSpins = 2/
        s/^#pragma once/&\n#include "cpu_relax_wait.h"/' "$copy/concurrentqueue/lightweightsemaphore.h"
    # the spin_mutex yields when the back-off returns 0, in place of after 31 hints
    sed -i '/^class atomic_backoff/,/^};/{
            s/std::int32_t count;/&\n    cpu_relax_backoff_t backoff = CPU_RELAX_BACKOFF_INIT;/
            s/if (count <= LOOPS_BEFORE_YIELD) {/if (cpu_relax_backoff(\&backoff)) {\n        } else if (false) {/
        }
        s/^#define __TBB_detail__utils_H/&\n#include "cpu_relax_wait.h"/' "$copy/oneapi/tbb/detail/_utils.h"
    for edited in concurrentqueue/lightweightsemaphore.h oneapi/tbb/detail/_utils.h; do
        [ "$(grep -c cpu_relax "$copy/$edited")" -gt 1 ] || die "section programs: nothing to edit in $edited"
    done
    for version in before after; do
        include=$([ $version = before ] || echo "-I$copy")
        # shellcheck disable=SC2086
        c++ -std=c++17 $include $flags bench/programs.cc -o "$build/programs_$version" -pthread
    done
    if [ $quick = yes ]; then set -- 1 10; else set -- 5 100; fi
    for repetition in $(seq "$1"); do
        for threads in $(printf '%s\n' 2 "$processors" "$((2 * processors))" | sort -nu); do
            for version in before after; do
                "$build/programs_$version" "$2" "$threads" | sed "s/^/$repetition,$version,/"
            done
        done
    done
}

say "$processors processors, load $(cut -d ' ' -f 1 /proc/loadavg); results go to $out"
for section in $sections; do
    say "$section"
    echo "load before $section,$(cut -d ' ' -f 1 /proc/loadavg)" >>"$out/machine.csv"
    case $section in lock | search) file=locks ;; *) file=$section ;; esac
    { [ $quick = no ] || echo '# a quick run: fewer and shorter repetitions'; } >"$out/$file.csv"
    "section_$section" >>"$out/$file.csv"
done

# ---- tables and plots ---------------------------------------------------------------------------
$python bench/report.py "$out"
say "done: $out/summary.md"
