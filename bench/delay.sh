#!/bin/sh
# delay.sh - draws delay asked against delay got on this machine
# SPDX-License-Identifier: MIT
#
#     sh bench/delay.sh FOLDER [NS]     writes FOLDER/delay.csv and FOLDER/delay.svg
#
# NS is what one hint takes where the count of hints was written: see delay.c. CC is the C compiler.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo 'usage: sh bench/delay.sh FOLDER [NS]' >&2
    exit 2
fi
folder=$1 hint=${2:-10}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v gnuplot >/dev/null || {
    echo 'delay.sh: needs gnuplot: install it (Debian: apt install gnuplot-nox)' >&2
    exit 1
}

mkdir -p "$folder"
program=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
trap 'rm -f "$program"' EXIT
# shellcheck disable=SC2086 # CC may hold options
${CC:-cc} -O2 -I"$here/../include" "$here/delay.c" -o "$program"
"$program" "$hint" >"$folder/delay.csv"

gnuplot <<END
set terminal svg size 720,480 background "white"
set output "$folder/delay.svg"
set datafile separator ","
set logscale xy
set key top left
set grid
set xlabel "asked (ns)"
set ylabel "got (ns): median, quartiles"
plot [80:130000] x with lines lc rgb "gray" title "as asked", \
  "< grep ^cpu_relax_for_ns, '$folder/delay.csv'" using 2:5:4:6 with yerrorlines lw 2 pt 7 ps 0.5 \
    title "cpu_relax_for_ns", \
  "< grep ^count, '$folder/delay.csv'" using 2:5:4:6 with yerrorlines lw 2 pt 5 ps 0.5 \
    title "hints counted at $hint ns each"
END
echo "$folder/delay.csv $folder/delay.svg"
