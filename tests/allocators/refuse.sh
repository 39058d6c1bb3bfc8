#!/bin/sh
# refuse.sh - a recipe that finds something else than it expects stops with a message and changes nothing
# SPDX-License-Identifier: MIT
#
# usage: refuse.sh SOURCES RECIPES     as in common.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
CPU_RELAX=$(cd "$here/../.." && pwd)
export CPU_RELAX
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# A tree that has the recipe in it already, and one where what it looks for is gone
for package in mimalloc jemalloc liburcu libuv1; do
    awk -v name="vendor $package" -f "$here/../consumers/snippet.awk" "$2" >"$work/recipe.sh"
    for tree in vendored changed; do
        rm -rf "$work/tree" "$work/before"
        mkdir "$work/tree"
        cp -Rp "$1/$package/include" "$1/$package/src" "$work/tree"
        case $tree in
        vendored) (cd "$work/tree" && sh -eu ../recipe.sh) ;;
        changed)
            find "$work/tree" -name '*.h' -exec sed -i -e 's/Yield/Changed/; s/SPIN_INITIALIZER/CHANGED/' \
                -e 's/^#ifndef caa_cpu_relax/#if 1/; s/void cpu_relax(void)/void uv__cpu_relax(void)/' {} +
            ;;
        esac
        cp -Rp "$work/tree" "$work/before"
        if (cd "$work/tree" && sh -eu ../recipe.sh) 2>"$work/log"; then
            echo "FAILED $package: the recipe accepts what is $tree"
            status=1
        elif ! diff -r "$work/before" "$work/tree" >/dev/null; then
            echo "FAILED $package, $tree: the recipe changes something before it stops"
            status=1
        elif ! grep -q '[.]h: no ' "$work/log"; then
            echo "FAILED $package, $tree: it says: $(cat "$work/log")"
            status=1
        else
            echo "$package, $tree: $(cat "$work/log")"
        fi
    done
done
exit $status
