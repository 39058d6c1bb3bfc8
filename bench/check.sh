#!/bin/sh
# check.sh - did the runs make every row that they should have? Never: how fast was it
# SPDX-License-Identifier: MIT
#
# usage: sh bench/check.sh [FOLDER]
#
# Of each machine in FOLDER. What there should be is read from the sources. A row that says "missing: needs
# PACKAGE" is a row.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$here/results}"
failed=0
complain() {
    echo "check.sh: $*" >&2
    failed=1
}
names=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
wanted=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
trap 'rm -f "$names" "$wanted"' EXIT
# A row of FILE that begins with KEY, less the number of its run; it must end in a number or in what is needed.
want() { printf '%s %s\n' "$1" "$2" >>"$wanted"; }
# The names of the locks in those sources
table() { (cd "$here" && sed -n 's/^    {"\([^"]*\)"[ A-Z]*, "[^"]*", .[a-z].*/\1/p' "$@"); }

machines=$(find . -mindepth 2 -maxdepth 2 -name machine.csv | sed 's|^[.]/||; s|/machine.csv$||' | sort)
[ -n "$machines" ] || complain 'no folder with a machine.csv'
for m in $machines; do
    : >"$wanted"
    for file in hint locks search hints handover delay; do
        [ -s "$m/$file.csv" ] || complain "$m/$file.csv is missing"
    done
    [ $failed = 0 ] || exit 1

    for set in locks hints search; do
        case $set in
        locks) { table counted.c locks.h peers.cc; sed -n 's/.*struct lock example_mutex = {"\([^"]*\)".*/\1/p' "$here/mutex.c"; } ;;
        hints) { table counted.c; table counted.c | sed 's/$/ (short hint)/'; table counted.c | sed 's/$/ (long hint)/'; } ;;
        search) { table counted.c; sed -n 's/^    POLICY(\([0-9]*\), \([0-9]*\), \([0-9]*\), "\([^"]*\)".*/\1\/\2\/\3\4/p' "$here/search.h"; } ;;
        esac >"$names"
        [ "$(wc -l <"$names")" -gt 3 ] || complain "found no lock of $set in the sources"
        while read -r name; do
            for threads in 1 2 4 8 16; do
                for section in 10 100 1000 10000; do
                    want $set.csv "$threads,$section,$name"
                done
            done
        done <"$names"
    done

    if [ "$(sed -n 's/^processors,//p' "$m/machine.csv")" -gt 1 ]; then
        sed -n 's/^    {"\([^"]*\)", "[^"]*", [a-z_]*, [a-z_]*},/\1/p' "$here/handover.c" >"$names"
        [ -s "$names" ] || complain 'found no wait in the sources'
        while read -r name; do
            for early in 0 0.2 1 10 100; do want handover.csv "$early,$name"; done
        done <"$names"
    fi

    sed -n "/^hints='/,/'\$/p" "$here/run.sh" | sed "s/^hints='//; s/|.*//" >"$names"
    [ -s "$names" ] || complain 'found no hint in the sources'
    echo look >>"$names"
    while read -r name; do
        case $name in
        cpu_relax_wait*) want hint.csv "$name,lines" ;;
        *) want hint.csv "$name,ns" ;;
        esac
    done <"$names"

    for kind in cpu_relax_ns count; do
        for asked in 100 1000 10000 100000; do want delay.csv "$kind,$asked"; done
    done
    # Which columns name a row: after that of the run, two or three; delay's rows have no run.
    (cd "$m" && awk -F , '
        FILENAME == ARGV[1] { wanted[$0]; next }
        !/,([-+.e0-9]+|missing: needs .+)$/ { next }
        FILENAME == "delay.csv" { there[FILENAME " " $1 "," $2]; next }
        { there[FILENAME " " $2 "," $3]; there[FILENAME " " $2 "," $3 "," $4] }
        END { for (row in wanted) if (!(row in there)) { print "no row " row; status = 1 } exit status }
        ' "$wanted" locks.csv search.csv hints.csv handover.csv hint.csv delay.csv) >&2 ||
        complain "$m lacks rows"
    for plot in locks search throughput latency hints delay; do
        grep -q '</svg>' "$m/$plot.svg" 2>/dev/null || complain "$m/$plot.svg is missing or cut short"
    done
    for heading in 'Contended lock' Search 'Other hints' Hint Hand-over Delay; do
        grep -q "^## $heading\$" "$m/summary.md" || complain "$m/summary.md: no section $heading"
    done
    grep -q "($m/summary.md)" summary.md || complain "summary.md does not name $m"
done
for plot in front published; do
    grep -q '</svg>' $plot.svg 2>/dev/null || complain "$plot.svg is missing or cut short"
done
[ "$(grep -c '^- [*][*]' readme.md)" = 5 ] || complain 'readme.md has not its five lines'
[ $failed = 0 ] && echo "check.sh: every row is there"
exit $failed
