#!/bin/sh
# machinery.sh - a fault of the tests' own machinery: it must be noticed, or be harmless
# SPDX-License-Identifier: MIT
#
# usage: machinery.sh row-dropped | runner-silent | leg-empty | cache-corrupt | run-interrupted
#
# Each is tried on a copy of the tree, with tests/run.sh itself and rows that take seconds.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

mkdir "$work/tree"
(cd "$root" && tar -cf - --exclude=./build --exclude=./.git .) | tar -xf - -C "$work/tree"
cd "$work/tree"
mkdir build
[ ! -d "$root/build/sysroot" ] || ln -s "$root/build/sysroot" build/sysroot

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
# tests/run.sh on a row; its table and verdict in $work/log
run() { sh tests/run.sh "$@" >"$work/log" 2>&1; }
passes() { # ROW WHEN
    run "$1" || fail "$2: $(cat "$work/log")"
    tail -n 1 "$work/log"
}
fails() { # ROW WHY, a word of the table
    ! run "$1" || fail "not noticed: $(tail -n 8 "$work/log")"
    grep -q "$2" "$work/log" build/"$1"/log || fail "it fails, but not with \"$2\": $(cat "$work/log")"
}

case ${1:-} in
row-dropped) # the documents' tables are made from it: see the check `documents`
    made() { sh tests/table.sh support && sh tests/table.sh counts && sh tests/table.sh presets; }
    made >"$work/whole"
    cp tests/targets.txt "$work/targets"
    for row in $(sh tests/table.sh rows); do
        grep -v "^$row *|" "$work/targets" >tests/targets.txt
        if made >"$work/less" 2>&1 && cmp -s "$work/whole" "$work/less"; then
            fail "without the row $row the documents are the same"
        fi
    done
    ;;
runner-silent)
    sed -i 's/| qemu-x86_64 -cpu qemu64 |/| true |/' tests/targets.txt
    fails x86_64 'no unit test passed'
    ;;
leg-empty)
    echo >tests/bench/CMakeLists.txt
    fails bench 'ran no test'
    ;;
cache-corrupt)
    before=$(passes host-tcc 'a first run')
    echo 'not a cache' >build/host-tcc/CMakeCache.txt
    find build/host-tcc -type f ! -name CMakeCache.txt | while read -r file; do echo 'not a file' >"$file"; done
    ! run host-tcc || [ "$(tail -n 1 "$work/log")" = "$before" ] || fail "another verdict: $(cat "$work/log")"
    rm -r build/host-tcc # the way out that run.sh names
    [ "$(passes host-tcc 'after the folder was deleted')" = "$before" ] || fail "another verdict: $(cat "$work/log")"
    ;;
run-interrupted)
    whole=$(passes host-tcc 'a first run')
    for moment in CMakeCache.txt tests/Makefile tests/hint-O0 junit.xml; do
        rm -rf build/host-tcc
        setsid sh tests/run.sh host-tcc >/dev/null 2>&1 &
        until [ -e "build/host-tcc/$moment" ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
        kill -9 -- -$! 2>/dev/null || true
        wait $! || true
        [ "$(passes host-tcc "after a run that ended at $moment")" = "$whole" ] || fail "another verdict: $(cat "$work/log")"
    done
    ;;
*)
    sed -n 's/^# usage: /usage: /p' "$0" >&2
    exit 2
    ;;
esac
