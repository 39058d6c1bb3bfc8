#!/bin/sh
# small.sh - bare.c by a compiler that takes standard C and one file at a time, run in a simulator
# SPDX-License-Identifier: MIT
#
# usage: small.sh INCLUDE COMPILER FLAGS HINT RUNNER
#
# The names that these compilers and simulators know a file by: sdcc wants .rel and .ihx.
set -eu
include=$1 compiler=$2 flags=$3 hint=$4 runner=$5
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for program in "$compiler" "${runner%% *}"; do
    command -v "$program" >/dev/null || { echo "not run: needs the program $program"; exit 77; }
done
case $compiler in
sdcc) object=rel ;;
*) object=o ;;
esac
cp "$here"/*.[ch] "$work" # cl65 writes beside what it compiles
objects=''
for source in hint_other hint_hostile hint_user hint_named hint_own bare bare_port; do
    objects="$objects $work/$source.$object"
    # shellcheck disable=SC2086 # flags are words
    "$compiler" $flags -DEXPECT_HINT="\"$hint\"" -DHINT_STANDARD_C -DHINT_SMALL -DHINT_ROUNDS=200u -I"$include" \
        -c -o "$work/$source.$object" "$work/$source.c"
done
# shellcheck disable=SC2086
"$compiler" $flags -o "$work/program.ihx" $objects
# shellcheck disable=SC2086
$runner "$work/program.ihx" </dev/null
