#!/bin/sh
# libgcc.sh - the sources of GCC's own library, out of Debian's source of GCC 12
# SPDX-License-Identifier: MIT
#
# usage: libgcc.sh DIR    DIR/libgcc
#
# Of 690 MB only the files that libgcc.a takes for 32-bit ARM are kept. A DIR/libgcc that exists is complete.
set -eu
[ $# = 1 ] || { echo 'usage: libgcc.sh DIR' >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
[ ! -d "$1/libgcc" ] || exit 0

sh "$here/fetch.sh" "$1" gcc-12
rm -rf "$1/libgcc.tmp"
mkdir -p "$1/libgcc.tmp"
tar -xJf "$1"/gcc-12/gcc-12.*.tar.xz -C "$1/libgcc.tmp" --strip-components=1 \
    --wildcards --no-wildcards-match-slash 'gcc-*/include/*.h' 'gcc-*/libgcc/*.[ch]' \
    'gcc-*/libgcc/Makefile.in' 'gcc-*/libgcc/config/arm/*' 'gcc-*/libgcc/soft-fp/*' \
    'gcc-*/libgcc/config/*/sfp-machine.h'
mv "$1/libgcc.tmp" "$1/libgcc"
rm -rf "$1/gcc-12"
