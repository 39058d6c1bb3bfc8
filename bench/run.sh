#!/bin/sh
# run.sh - measures this library and its peers side by side; makes the figures, the tables, the plots
# SPDX-License-Identifier: MIT
#
# usage: sh bench/run.sh [--quick] [SECTION...]
#
#   hint      time and bytes of a hint, cost of including each header
#   lock      a contended lock with each waiting policy, and peers' own locks
#   handover  one thread waits, another stores
#   delay     delay asked against delay got
#   model     the lock with up to 1024 waiters: a simulation
#
# All sections by default: about five minutes on 2 processors, a bit over one with --quick, which has
# fewer and shorter runs. Needs them for itself: what else runs is in the figures. Writes *.csv, *.svg
# and summary.md into bench/results/, or where BENCH_RESULTS says; rows come one by one, so that an
# interrupted run leaves what it has. Programs go to build/bench/.
#
# Meant for Debian 12. Packages that are missing are installed, with sudo unless run as root;
# BENCH_INSTALL=0 installs none, and peers then have rows that say which package they need. BENCH_CFLAGS
# goes to the compiler, say -DCPU_RELAX_BACKOFF_LIMIT_NS=5000 to try another constant.
set -eu
cd "$(dirname "$0")/.."
out=${BENCH_RESULTS:-bench/results} build=${BENCH_BUILD:-build/bench}
command="sh bench/run.sh${*:+ $*}"

quick=0 sections=''
for argument; do
    case $argument in
    --quick) quick=1 ;;
    hint | lock | handover | delay | model) sections="$sections $argument" ;;
    *)
        echo "run.sh: no such section: $argument (there are hint, lock, handover, delay, model)" >&2
        exit 2
        ;;
    esac
done
: "${sections:=hint handover delay model lock}"
cores=$(getconf _NPROCESSORS_ONLN)

started=$(date +%s)
say() { printf '[%4ds] %s\n' "$(($(date +%s) - started))" "$*" >&2; }
die() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 1
}

# ---- packages -----------------------------------------------------------------------------------
mkdir -p "$build" "$out"
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
{
    echo "date,$(date -u +%Y-%m-%d)"
    echo "command,$command"
    echo "cpu,$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1 | tr -d ,), $(uname -m)"
    echo "processors,$cores"
    echo "kernel,$(uname -sr)"
    echo "virtual,$(grep -q '^flags.* hypervisor' /proc/cpuinfo && echo 'a virtual machine' || echo no)"
    echo "compiler,$(cc --version | head -n 1)"
    echo "load,$(cut -d ' ' -f 1 /proc/loadavg)"
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

# Other constants for this library's lock, in ns: start/cap/limit
alternatives='100/1000/2000 100/1000/5000'

section_lock() {
    # alone, matched, oversubscribed two to eight times; and up to the machine's own
    threads=$(printf '%s\n' 1 2 4 8 16 "$cores" | awk -v cores="$cores" '
        { want[$1] } END { for (n = 32; n < cores; n *= 2) want[n]; for (n in want) print n }' | sort -n)
    # shellcheck disable=SC2086
    c++ $flags -Wall -Wextra -c bench/peers.cc -o "$build/peers.o"
    set -- "$build/peers.o"
    : >"$build/alternatives.inc"
    for constants in $alternatives; do
        name=alternative_$(echo "$constants" | tr / _)
        echo "ALTERNATIVE($name)" >>"$build/alternatives.inc"
        start=${constants%%/*} cap=${constants#*/} limit=${constants##*/}
        # shellcheck disable=SC2086
        cc $flags -Wall -Wextra -DCPU_RELAX_BACKOFF_START_NS="$start" \
            -DCPU_RELAX_BACKOFF_CAP_NS="${cap%/*}" -DCPU_RELAX_BACKOFF_LIMIT_NS="$limit" \
            -DNAME="$name" -DTITLE="\"cpu_relax $constants\"" \
            -c bench/alternative.c -o "$build/$name.o"
        set -- "$@" "$build/$name.o"
    done
    compile lock.c lock -I"$build" "$@"
    # shellcheck disable=SC2086
    if [ $quick = 1 ]; then set -- 3 4 $threads; else set -- 5 35 $threads; fi
    "$build/lock" "$@" >"$out/lock.csv"
}

section_handover() {
    compile handover.c handover
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
constant() {
    echo "CPU_RELAX_BACKOFF_$1_NS" | cc -Iinclude -include cpu_relax_wait.h -E -P - | tail -n 1
}

section_model() {
    for file in handover hint; do
        [ -s "$out/$file.csv" ] || die "the model needs what hint and handover measure: sh bench/run.sh hint handover model"
    done
    line=$(middle handover.csv ',10,bare load,' 4) hint=$(middle hint.csv ',cpu_relax,ns,' 4)
    away=$(middle hint.csv ',sleep,ns,' 4)
    [ -n "$line" ] || die 'the model needs a hand-over between two processors, and there is one'
    compile model.c model
    echo "model,line $line ns; hint $hint ns; away $away ns" >>"$out/machine.csv"
    set -- "$line" "$hint" "$away" "$(constant START)" "$(constant CAP)" "$(constant LIMIT)"
    [ $quick = 0 ] || set -- "$@" 64
    "$build/model" "$@" >"$out/model.csv"
}

say "$cores processors, load $(cut -d ' ' -f 1 /proc/loadavg); results go to $out"
for section in $sections; do
    say "$section"
    "section_$section"
done

# ---- tables and plots ---------------------------------------------------------------------------
sh bench/report.sh "$out"
say "done: $out/summary.md"
