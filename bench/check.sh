#!/bin/sh
# check.sh - did a run make every row that it should have? Never: how fast was it
# SPDX-License-Identifier: MIT
#
# usage: sh bench/check.sh [FOLDER]
#
# What there should be is read from the sources. A row that says "missing: needs PACKAGE" is a row.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$here/results}"
failed=0
complain() {
    echo "check.sh: $*" >&2
    failed=1
}
# Rows of FILE that match PATTERN; at least one must be there, and end in a number or in what is needed.
want() {
    grep -Eq "^($2),([-+.e0-9]+|missing: needs .+)\$" "$1" || complain "$1: no row $2"
}
number='[-+.e0-9]+'
names=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
trap 'rm -f "$names"' EXIT
escape() { sed 's/[][().+*?|]/\\&/g' >"$names"; }

for file in machine hint lock handover delay model; do
    [ -s $file.csv ] || complain "$file.csv is missing"
done
[ $failed = 0 ] || exit 1

{
    sed -n 's/^    {"\([^"]*\)", "[^"]*", .[a-z].*/\1/p' "$here/locks.h" "$here/peers.cc"
    sed -n "s/^alternatives='\(.*\)'/\1/p" "$here/run.sh" | tr ' ' '\n' | sed 's/^/cpu_relax /'
} | escape
[ -s "$names" ] || complain 'found no lock in the sources'
while read -r name; do
    for threads in 1 2 4 8 16; do
        for section in 10 100 1000 10000; do
            want lock.csv "$number,$threads,$section,$name,[a-z](,$number)*"
        done
    done
done <"$names"

if [ "$(sed -n 's/^processors,//p' machine.csv)" -gt 1 ]; then
    sed -n 's/^    {"\([^"]*\)", "[^"]*", [a-z_]*, [a-z_]*},/\1/p' "$here/handover.c" | escape
    [ -s "$names" ] || complain 'found no wait in the sources'
    while read -r name; do
        for early in 0 1 10 100; do want handover.csv "$number,$early,$name(,$number)*"; done
    done <"$names"
    for n in 1 2 16 64; do
        for policy in hint cpu_relax; do want model.csv "$policy,$number,$number,$number,$n,1000(,$number)*"; done
    done
    for constant in start cap limit; do want model.csv "$constant(,$number)*"; done
fi

sed -n "/^hints='/,/'\$/p" "$here/run.sh" | sed "s/^hints='//; s/|.*//" | escape
[ -s "$names" ] || complain 'found no hint in the sources'
echo look >>"$names"
while read -r name; do
    case $name in
    cpu_relax_wait*) want hint.csv "$number,$name,lines" ;;
    *) want hint.csv "$number,$name,ns" ;;
    esac
done <"$names"

for kind in cpu_relax_ns count; do
    for asked in 100 1000 10000 100000; do want delay.csv "$kind,$asked(,$number)*"; done
done
for plot in throughput latency delay model; do
    grep -q '</svg>' $plot.svg 2>/dev/null || complain "$plot.svg is missing or cut short"
done
for heading in 'Contended lock' Hint Hand-over Delay Model; do
    grep -q "^## $heading\$" summary.md || complain "summary.md: no section $heading"
done
[ $failed = 0 ] && echo "check.sh: every row is there"
exit $failed
