#!/bin/sh
# report.sh - makes the tables and the plots from the CSVs of the runs
# SPDX-License-Identifier: MIT
#
# usage: sh bench/report.sh [FOLDER]
#
# In each folder of FOLDER that has a machine.csv, which is one machine's: summary.md, which ends with notes.md
# if there is one, and *.svg. In FOLDER: front.svg, readme.md, the short form for the README, with paths as
# from there, and summary.md, which names the machines.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$here/results}"
machines=$(find . -mindepth 2 -maxdepth 2 -name machine.csv | sed 's|^[.]/||; s|/machine.csv$||' | sort)
[ -n "$machines" ] || {
    echo "report.sh: no folder with a machine.csv in $PWD: run sh bench/run.sh first" >&2
    exit 1
}
work=$(mktemp -d "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Distinct in colour, for the colour-blind too, and in shape and dash, for print. [Okabe and Ito, "Color universal
# design", 2008]
cat >"$work/style.gp" <<'END'
set datafile separator ","
set grid
set key top left Left reverse samplen 2
set encoding utf8
set linetype 1 lc rgb "#0072B2" pt 7 ps 0.8 lw 2.5 dt 1
set linetype 2 lc rgb "#D55E00" pt 5 ps 0.8 lw 1.5 dt 2
set linetype 3 lc rgb "#009E73" pt 9 ps 0.9 lw 1.5 dt 4
set linetype 4 lc rgb "#000000" pt 13 ps 0.9 lw 1.5 dt 3
END
svg() { printf 'set terminal svg size %s background "white" font "sans,11"\nset output "%s"\n' "$1" "$2"; }

# Throughput against p99.9, a point a lock, its name beside it: ours a star, peers' policies and locks, the rest.
# The names are put where they cover none that was put before: awk -f labels.awk.
front_panel() { # FOLDER SET SIZE
    from=$(awk -F, '{ if (NR == 1 || $3 < x) x = $3 } END { print int(10 * x) / 10 - (x < 0.5 ? 0.1 : 0.2) }' "$work/$1/$2.points")
    awk -v from="$from" -v size="$3" -f "$here/labels.awk" "$work/$1/$2.points" >"$work/$1/$2.labels"
    cat <<END
set xlabel "throughput, the best is 1"
set ylabel "p99.9 of the time to acquire, the shortest is 1"
set logscale y
set xrange [$from:1.15]
set yrange [0.7:$(awk -F, '$4 > y { y = $4 } END { print 1.5 * y }' "$work/$1/$2.points")]
set ytics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
plot "$work/$1/$2.labels" using (\$3 == 0 ? \$1 : NaN):2 with points pt 6 ps 0.9 lc rgb "#888888" notitle, \
    "" using (\$3 == 1 ? \$1 : NaN):2 with points pt 5 ps 0.9 lc rgb "#D55E00" notitle, \
    "" using (\$3 == 2 ? \$1 : NaN):2 with points pt 3 ps 1.8 lw 3 lc rgb "#0072B2" notitle, \
    "" using (\$3 < 2 ? \$4 : NaN):5:6 with labels left font ",9" noenhanced notitle, \
    "" using (\$3 == 2 ? \$4 : NaN):5:6 with labels left font ",12" tc rgb "#0072B2" noenhanced notitle
END
}

# FIELD of locks.csv by threads, four lines at most, a panel for each length of section
plot_lock() { # FOLDER FIELD FILE TITLE
    : >"$work/four"
    for name in cpu_relax 'jemalloc (re-created)' std::mutex pthread_spin_lock; do
        ! grep -qF ",$name," "$1/locks.csv" || echo "$name" >>"$work/four"
    done
    for section in 10 100 1000 10000; do
        while read -r name; do
            echo "\"$name\""
            awk -v field="$2" -v section="$section" -v name="$name" -f "$here/quantile.awk" -f "$here/blocks.awk" "$1/locks.csv"
            printf '\n\n'
        done <"$work/four" >"$work/$section"
    done
    {
        cat "$work/style.gp"
        svg 800,640 "$1/$3.svg"
        cat <<END
set logscale x 2
set logscale y
set xlabel "threads"
set multiplot layout 2,2 title "$4, by threads: $(sed -n 's/^processors,//p' "$1/machine.csv") processors"
do for [section in "10 100 1000 10000"] {
    set title section . " ns inside the lock"
    if (section eq "10") { set key bottom left } else { set key off }
    plot for [i=0:$(($(wc -l <"$work/four") - 1))] "$work/" . section index i using 1:2 with linespoints lt i + 1 \
        title columnheader(1) noenhanced
}
END
    } | gnuplot
}

: >"$work/headline"
for m in $machines; do
    mkdir -p "$work/$m"
    set -- "$m/machine.csv"
    for file in hint locks search hints handover delay; do [ ! -s "$m/$file.csv" ] || set -- "$@" "$m/$file.csv"; done
    awk -v work="$work/$m" -f "$here/quantile.awk" -f "$here/report.awk" "$@" >"$m/summary.md"
    if [ -e "$m/notes.md" ]; then # it speaks of one run
        if grep -qF "$(sed -n 's/^date,//p' "$m/machine.csv")" "$m/notes.md"; then
            cat "$m/notes.md" >>"$m/summary.md"
        else
            echo "report.sh: $m/notes.md is of another day's run: left out, until it names this one" >&2
        fi
    fi
    cat "$work/$m/headline.csv" >>"$work/headline"
    for set in locks search; do
        [ -s "$work/$m/$set.points" ] || continue
        case $set in locks) size=1 ;; search) size=1.5 ;; esac
        { cat "$work/style.gp"; svg "$(echo "$size" | awk '{ print 800 * $1 "," 600 * $1 }')" "$m/$set.svg"; front_panel "$m" "$set" "$size"; } | gnuplot
    done
    if [ -s "$m/locks.csv" ]; then
        plot_lock "$m" 6 throughput 'Acquisitions per µs'
        plot_lock "$m" 11 latency 'Time to acquire, p99.9, ns'
    fi
    if [ -s "$work/$m/hints.points" ]; then
        {
            cat "$work/style.gp"
            svg 480,360 "$m/hints.svg"
            # one line a lock, over the three hints
            awk -F, '{ print "\"" $1 "\""; for (i = 2; i <= 4; i++) print i - 1 "," $i; print "\n" }' "$work/$m/hints.points" >"$work/hints"
            cat <<END
set xtics ("short hint" 1, "this CPU's" 2, "long hint" 3)
set xrange [0.7:3.3]
set yrange [0:*]
set key bottom left
set ylabel "acquisitions per µs, geometric mean"
plot for [i=0:2] "$work/hints" index i using 1:2 with linespoints lt i + 1 title columnheader(1) noenhanced
END
        } | gnuplot
    fi
    if [ -s "$m/delay.csv" ]; then
        kinds=$(awk -F, 'NR > 1 && !seen[$1]++ { print $1 }' "$m/delay.csv")
        {
            cat "$work/style.gp"
            svg 720,480 "$m/delay.svg"
            printf 'set logscale xy\nset xlabel "asked (ns)"\nset ylabel "got (ns): median, quartiles"\n'
            printf 'plot [40:130000] x with lines lw 1 lc rgb "gray" title "as asked"'
            i=0
            for kind in $kinds; do
                i=$((i + 1))
                printf ', "< grep ^%s, %s/delay.csv" using 2:5:4:6 with yerrorlines lt %s title "%s" noenhanced' "$kind" "$m" $i "$kind"
            done
            echo
        } | gnuplot
    fi
done

# ---- all machines together ------------------------------------------------------------------------
# The front: a panel for each machine
columns=0
for m in $machines; do [ ! -s "$work/$m/locks.points" ] || columns=$((columns + 1)); done
if [ $columns -gt 0 ]; then
    {
        cat "$work/style.gp"
        svg $((780 * columns)),560 front.svg
        echo "set multiplot layout 1,$columns"
        for m in $machines; do
            [ -s "$work/$m/locks.points" ] || continue
            echo "set title \"$(cat "$work/$m/name")\" noenhanced"
            front_panel "$m" locks 1
        done
    } | gnuplot
fi
# What others have published of more processors: figures, not ours
if [ -s "$here/published.csv" ]; then
    {
        cat "$work/style.gp"
        svg 720,420 published.svg
        cat <<END
set logscale xy
set xtics (1, 2, 4, 8, 16, 24, 32, 48)
set xrange [0.9:56]
set xlabel "threads"
set ylabel "acquisitions per µs"
set key bottom left
plot for [name in "TAS ticket queued back-off"] "< grep ^x86-2," . name . ", $here/published.csv" using 3:4 with linespoints \
    lt (name eq "back-off" ? 1 : name eq "TAS" ? 2 : name eq "ticket" ? 3 : 4) title name noenhanced
END
    } | gnuplot
fi

awk -f "$here/headline.awk" "$work/headline" >readme.md
{
    echo '<!-- made by bench/report.sh from the CSVs of each machine -->'
    echo 'Each machine has a folder of its own, with its tables, plots and what came of each aim:'
    echo
    for m in $machines; do
        printf -- '- [%s](%s/summary.md), %s' "$(cat "$work/$m/name")" "$m" "$(sed -n 's/^date,//p' "$m/machine.csv")"
        awk '/^- [*][*]reached/ { good++ } /^- [*][*]/ { n++ } END { printf ": %d of %d aims reached\n", good, n }' "$m/summary.md"
    done
    [ ! -s "$here/published.csv" ] || cat "$here/published.md"
} >summary.md
