#!/bin/sh
# report.sh - makes the tables and the plots from the CSVs of a run
# SPDX-License-Identifier: MIT
#
# usage: sh bench/report.sh [FOLDER]      writes FOLDER/summary.md, FOLDER/readme.md, FOLDER/*.svg
#
# readme.md is the short form, for the README, with paths as from there: the plots and what came of each aim.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$here/results}"
[ -s machine.csv ] || {
    echo "report.sh: no machine.csv in $PWD: run sh bench/run.sh first" >&2
    exit 1
}

set -- machine.csv
for file in hint lock handover delay model; do [ ! -s $file.csv ] || set -- "$@" $file.csv; done
awk -f "$here/quantile.awk" -f "$here/report.awk" "$@" >summary.md

plots=$(mktemp -d "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
trap 'rm -rf "$plots"' EXIT
cat >"$plots/style.gp" <<'END'
set datafile separator ","
set grid
set key outside right top
set logscale y
END

# FIELD of lock.csv by threads, for sections of SECTION ns: one block of "threads,median,q1,q3" a lock.
locks='cpu_relax
tbb atomic_backoff
crossbeam (re-created)
jemalloc (re-created)
boost yield
ck_backoff_eb
rte_wait_until_equal
pthread_spin_lock
glibc adaptive mutex'
locks=$(echo "$locks" | while read -r name; do
    if grep -qF ",$name," lock.csv 2>/dev/null && ! grep -qF ",$name,p,missing" lock.csv; then echo "$name"; fi
done)
blocks() { # FIELD SECTION
    echo "$locks" | while read -r name; do
        echo "\"$name\""
        awk -v field="$1" -v section="$2" -v name="$name" -f "$here/quantile.awk" -f "$here/blocks.awk" lock.csv
        printf '\n\n'
    done
}
plot_lock() { # FIELD FILE LABEL
    for section in 10 100 1000 10000; do blocks "$1" $section >"$plots/$section"; done
    last=$(($(echo "$locks" | wc -l) - 1))
    gnuplot <<END
load "$plots/style.gp"
set terminal svg size 1000,640 background "white" font "sans,11"
set output "$2.svg"
set logscale x 2
set xlabel "threads"
set multiplot layout 2,2 title "$3, by threads: $(sed -n 's/^processors,//p' machine.csv) processors"
set key at screen 0.99,0.95 samplen 1
do for [section in "10 100 1000 10000"] {
    set title section . " ns inside the lock"
    set size 0.4,0.47
    set origin (section eq "10" || section eq "1000" ? 0 : 0.4), (section + 0 < 1000 ? 0.47 : 0)
    if (section eq "100") { set key on } else { set key off }
    plot for [i=0:$last] "$plots/" . section index i using 1:2 with linespoints \
        lw (i == 0 ? 3 : 1) pt i + 1 ps 0.6 title columnheader(1) noenhanced
}
END
}

if [ -s lock.csv ]; then
    plot_lock 6 throughput 'Acquisitions per µs'
    plot_lock 11 latency 'Time to acquire, p99.9, ns'
fi
if [ -s delay.csv ]; then
    kinds=$(awk -F, 'NR > 1 && !seen[$1]++ { print $1 }' delay.csv)
    {
        printf 'load "%s/style.gp"\nset terminal svg size 720,480 background "white"\n' "$plots"
        printf 'set output "delay.svg"\nset logscale x\nset key top left\n'
        printf 'set xlabel "asked (ns)"\nset ylabel "got (ns): median, quartiles"\n'
        printf 'plot [40:130000] x with lines lc rgb "gray" title "as asked"'
        for kind in $kinds; do
            printf ', "< grep ^%s, delay.csv" using 2:5:4:6 with yerrorlines pt 7 ps 0.5 title "%s" noenhanced' "$kind" "$kind"
        done
        echo
    } >"$plots/delay.gp"
    gnuplot "$plots/delay.gp"
fi
if [ -s model.csv ]; then
    gnuplot <<END
load "$plots/style.gp"
set terminal svg size 720,480 background "white"
set output "model.svg"
set logscale x 2
set xlabel "waiters, each with a core (simulated)"
set ylabel "acquisitions per µs"
plot for [s in "100 1000"] for [p in "hint cpu_relax"] \
    "< awk -F, -v s=" . s . " -v p=" . p . " '\$1 == p && \$6 == s' model.csv" \
    using 5:7 with linespoints ps 0.6 lw (p eq "cpu_relax" ? 2 : 1) title p . ", " . s . " ns inside" noenhanced
END
fi

{
    sed -n '1,2p' summary.md
    for plot in throughput latency delay model; do
        [ ! -s $plot.svg ] || printf '\n![%s](bench/results/%s.svg)\n' $plot $plot
    done
    printf '\nEach aim, and what came of it:\n\n'
    sed -n '/^- [*][*]/{s/; not in .*//;p;}' summary.md
} >readme.md
