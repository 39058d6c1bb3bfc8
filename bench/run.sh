#!/bin/sh
# run.sh - measures this library and its peers side by side; makes the figures, the tables, the plots
# SPDX-License-Identifier: MIT
#
# usage: sh bench/run.sh [--quick] [SECTION...]
#
#   hint      time and bytes of a hint, cost of including each header
#   handover  one thread waits, another stores
#   delay     delay asked against delay got
#   search    the waiting policies among which the recommended one was searched
#   hints     the recommended lock and the policies that count hints, with hints of 0.3 and 100 ns
#   lock      a contended lock with each waiting policy, and peers' own locks
#
# All sections by default: seven minutes on 2 processors, one and a half with --quick, which has fewer and
# shorter runs. Needs the machine for itself: what else runs is in the figures, and the load is
# recorded with them. Writes *.csv, *.svg and summary.md into a folder named after the machine in
# bench/results/, or where BENCH_RESULTS says, and readme.md beside it; BENCH_MACHINE is another
# name for the folder. Rows come one by one, so that an interrupted run leaves what it has. Programs
# go to build/bench/.
#
# Meant for Debian 12. Packages that are missing are installed, with sudo unless run as root;
# BENCH_INSTALL=0 installs none, and peers then have rows that say which package they need. BENCH_CFLAGS
# goes to the compiler, say -DCPU_RELAX_BACKOFF_LIMIT_NS=5000 to try another constant.
set -eu
cd "$(dirname "$0")/.."
results=${BENCH_RESULTS:-bench/results} build=${BENCH_BUILD:-build/bench}
command="sh bench/run.sh${*:+ $*}"

quick=0 sections=''
for argument; do
    case $argument in
    --quick) quick=1 ;;
    hint | handover | delay | search | hints | lock) sections="$sections $argument" ;;
    *)
        echo "run.sh: no such section: $argument (there are hint, handover, delay, search, hints, lock)" >&2
        exit 2
        ;;
    esac
done
: "${sections:=hint handover delay search hints lock}"
cores=$(getconf _NPROCESSORS_ONLN)

started=$(date +%s)
say() { printf '[%4ds] %s\n' "$(($(date +%s) - started))" "$*" >&2; }
die() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 1
}

# ---- packages -----------------------------------------------------------------------------------
mkdir -p "$build"
if [ "${BENCH_INSTALL:-1}" = 1 ]; then
    # shellcheck disable=SC2046
    sh tests/packages.sh $(sed '/^#/d' bench/packages.txt) ||
        die 'packages are missing; BENCH_INSTALL=0 does without'
fi
for tool in cc c++ gnuplot nm; do
    command -v $tool >/dev/null || die "needs $tool: apt-get install gcc g++ binutils gnuplot-nox"
done

# DPDK's headers alone, unpacked: its package would bring two hundred others with it.
dpdk=$build/dpdk
if [ ! -d "$dpdk/usr" ] && [ "${BENCH_INSTALL:-1}" = 1 ]; then
    mkdir -p "$dpdk"
    if (cd "$dpdk" && { apt-get download libdpdk-dev || { apt-get update && apt-get download libdpdk-dev; }; } &&
        dpkg-deb -x libdpdk-dev_*.deb .) >"$build/dpdk.log" 2>&1; then
        rm -f "$dpdk"/libdpdk-dev_*.deb
    else
        say "no headers of libdpdk-dev: DPDK will be shown as missing (log: $build/dpdk.log)"
    fi
fi
multiarch=$(cc -print-multiarch)
flags="-O2 ${BENCH_CFLAGS:-} -Iinclude -isystem $dpdk/usr/include/dpdk -isystem $dpdk/usr/include/$multiarch/dpdk"
compile() { # SOURCE PROGRAM [MORE...]
    source=$1 program=$2
    shift 2
    # shellcheck disable=SC2086
    cc $flags -Wall -Wextra "bench/$source" -o "$build/$program" "$@" -pthread -lm
}

# ---- what the figures were made on --------------------------------------------------------------
# A folder for each kind of machine: its processor, and how many of them.
machine=$(awk -F '[\t ]*: *' -v cores="$cores" '
    !($1 in is) { is[$1] = $2 }
    END { print is["model name"], is["cpu family"], is["model"], is["CPU part"], cores }' /proc/cpuinfo |
    tr '[:upper:]' '[:lower:]' | sed 's/([a-z]*)//g; s/[^a-z0-9]\{1,\}/-/g; s/^-//')
out=$results/${BENCH_MACHINE:-$machine}
mkdir -p "$out"
{
    echo "date,$(date -u +%Y-%m-%d)"
    echo "command,$command"
    echo "cpu,$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1 | tr -d ,), $(uname -m)"
    echo "processors,$cores"
    echo "kernel,$(uname -sr)"
    echo "virtual,$(grep -q '^flags.* hypervisor' /proc/cpuinfo && echo 'a virtual machine' || echo no)"
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
    repetitions=$([ $quick = 1 ] && echo 5 || echo 21)
    csv=$out/hint.csv
    echo repetition,name,figure,value >"$csv"
    rm -rf "$build/hint"
    mkdir -p "$build/hint"
    : >"$build/hint/hints.inc"
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
            echo "1,$name,ns,missing: needs ${package:-another CPU}" >>"$csv"
            continue
        fi
        [ "$name" = cpu_relax_wait.h ] || {
            objects="$objects $file.o"
            echo "HINT($number, $name)" >>"$build/hint/hints.inc"
            nm -S "$file.o" | awk -v n="$number" -v name="$name" '
                function size(hex, i, v) {
                    for (i = 1; i <= length(hex); i++)
                        v = 16 * v + index("123456789abcdef", tolower(substr(hex, i, 1)))
                    return v
                }
                $NF == "one_" n { one = size($2) }
                $NF == "none_" n { none = size($2) }
                END { printf "1,%s,bytes,%d\n", name, one - none }' >>"$csv"
        }
        [ -n "$header" ] || continue
        # shellcheck disable=SC2086
        lines=$($driver $flags -x "$language" -E "$file.include.$language" | grep -v '^#' | grep -c '[^[:space:]]' || :)
        echo "1,$name,lines,$lines" >>"$csv"
        set -- "$@" "$name" "$driver $flags -x $language -c $file.include.$language -o $build/hint/include.o"
    done <<END
$hints
END
    # shellcheck disable=SC2086
    compile hint.c hint/hint -I"$build/hint" $objects
    "$build/hint/hint" "$repetitions" ns >>"$csv"
    "$build/hint/hint" "$repetitions" ms "$@" >>"$csv"
}

compile_locks() { # once
    [ -z "${compiled:-}" ] || return 0
    compiled=1
    # shellcheck disable=SC2046
    absl=$(pkg-config --libs absl_synchronization 2>/dev/null || :)
    # shellcheck disable=SC2086
    c++ -std=c++20 $flags -Wall -Wextra -c bench/peers.cc -o "$build/peers.o"
    # As many hints one after another as take 100 ns, and the shortest that there is
    hint=$(middle hint.csv ',cpu_relax,ns,' 4)
    one=$(echo CPU_RELAX_INSN | cc -Iinclude -include cpu_relax.h -E -P - | tail -n 1 | tr -d '"')
    many=$(echo "${hint:-25}" | awk '{ n = int(100 / $1 + 0.5); print n < 1 ? 1 : n }')
    counted() { # NAME SUFFIX [HINT]
        # shellcheck disable=SC2086
        cc $flags -Wall -Wextra ${3:+"-DCPU_RELAX_INSN=\"$3\""} -DTABLE="$1" -DEXAMPLE="$1_main" -DSUFFIX="\"$2\"" \
            -c bench/counted.c -o "$build/$1.o"
    }
    counted counted ''
    counted counted_short ' (short hint)' nop
    counted counted_long ' (long hint)' ".rept $many\\n\\t$one\\n\\t.endr"
    # shellcheck disable=SC2086
    cc $flags -Wall -Wextra -c bench/mutex.c -o "$build/mutex.o"
    # shellcheck disable=SC2086
    compile lock.c lock "$build/counted.o" "$build/counted_short.o" "$build/counted_long.o" "$build/mutex.o" \
        "$build/peers.o" $absl -lstdc++
}
# SET MILLISECONDS: with 1 thread, as many as processors, two to eight times that; and up to the machine's own
run_locks() {
    compile_locks
    threads=$(printf '%s\n' 1 2 4 8 16 "$cores" | awk -v cores="$cores" '
        { want[$1] } END { for (n = 32; n < cores; n *= 2) want[n]; for (n in want) print n }' | sort -n)
    # shellcheck disable=SC2086
    if [ $quick = 1 ]; then set -- "$1" 1 3 $threads; else set -- "$1" 5 "$2" $threads; fi
    "$build/lock" "$@" >"$out/$1.csv"
}
section_lock() { run_locks locks 20; }
section_search() { run_locks search 10; }
section_hints() { run_locks hints 12; }

section_handover() {
    compile handover.c handover bench/polls.c
    if [ $quick = 1 ]; then set -- 3 20; else set -- 9 60; fi
    "$build/handover" "$@" >"$out/handover.csv"
}

section_delay() {
    compile delay.c delay
    "$build/delay" >"$out/delay.csv"
}

middle() { # FILE ROW FIELD: the median of that field, of the rows that match
    awk -v row="$2" -v field="$3" -f bench/quantile.awk -f bench/middle.awk "$out/$1"
}
say "$cores processors, load $(cut -d ' ' -f 1 /proc/loadavg); results go to $out"
for section in $sections; do
    say "$section"
    echo "load before $section,$(cut -d ' ' -f 1 /proc/loadavg)" >>"$out/machine.csv"
    "section_$section"
done

# ---- tables and plots ---------------------------------------------------------------------------
sh bench/report.sh "$results"
say "done: $out/summary.md"
