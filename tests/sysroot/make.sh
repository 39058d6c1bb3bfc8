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

if [ $# -gt 1 ]; then # several at a time: some wait for the network, others compile
    sources='' others=''
    for name; do
        case $name in src/*) sources="$sources ${name#src/}" ;; *) others="$others $name" ;; esac
    done
    fetching='' failed=0
    if [ -n "$sources" ]; then # shellcheck disable=SC2086 # one call fetches all
        sh "$here/fetch.sh" "$dir/src" $sources &
        fetching=$!
    fi
    echo "$others" | xargs -r -n 1 -P 3 sh "$0" || failed=1
    [ -z "$fetching" ] || wait $fetching || failed=1
    exit $failed
fi

case $1 in
src/*) exec sh "$here/fetch.sh" "$dir/src" "${1#src/}" ;;
debian) [ "$(id -u)" = 0 ] || { echo 'debian needs root: not made'; exit; } ;;
esac
echo "making $1"
case $1 in
debian | msp430 | wine-arm64) sh "$here/$1.sh" "$dir" ;;
*) sh "$here/musl.sh" "$dir" "$1" ;;
esac
