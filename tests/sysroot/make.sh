#!/bin/sh
# make.sh - builds or unpacks what the tests need and Debian does not install
# SPDX-License-Identifier: MIT
#
# usage: make.sh NAME...    into $CPU_RELAX_SYSROOTS, by default build/sysroot
#
#   src/PACKAGE   the upstream source of a Debian package (fetch.sh)
#   debian        an empty Debian 12, as root
#   msp430, wine-arm64, or a C library that musl.sh knows
#
# Names: python3 tests/targets.py sysroots. What is complete is left alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${CPU_RELAX_SYSROOTS:-$here/../../build/sysroot}
mkdir -p "$dir"

sources=''
for name; do
    case $name in src/*) sources="$sources ${name#src/}" ;; esac
done
# shellcheck disable=SC2086 # one call fetches all
[ -z "$sources" ] || sh "$here/fetch.sh" "$dir/src" $sources

for name; do
    case $name in
    src/*) continue ;;
    debian) [ "$(id -u)" = 0 ] || { echo 'debian needs root: not made'; continue; } ;;
    esac
    echo "making $name"
    case $name in
    debian | msp430 | wine-arm64) sh "$here/$name.sh" "$dir" ;;
    *) sh "$here/musl.sh" "$dir" "$name" ;;
    esac
done
