#!/bin/sh
# debian.sh - Debian 12 as a newcomer has it: empty, and with a C compiler and CMake
# SPDX-License-Identifier: MIT
#
# usage: debian.sh DIR      makes DIR/debian/empty and DIR/debian/compiler
#
# Needs root, debootstrap, and the network. A DIR/debian that exists is complete.
set -eu

die() {
    printf 'debian.sh: %s\n' "$*" >&2
    exit 1
}

[ $# = 1 ] || die 'usage: debian.sh DIR'
mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ ! -d "$dir/debian" ] || exit 0
[ "$(id -u)" = 0 ] || die 'this needs root'
command -v debootstrap >/dev/null || die 'no debootstrap: install it'

mirror() { # SUITE
    # shellcheck disable=SC2016 # apt's variable, not the shell's
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
        "Codename: $1" 'Component: main' | head -n 1)
    [ -n "$uri" ] || die "apt knows no mirror of Debian $1 main: run apt-get update, or add a source"
    echo "$uri"
}
mirror=$(mirror bookworm)
security=$(mirror bookworm-security) # has compilers that bookworm lacks

new=$dir/.debian
rm -rf "$new"
mkdir "$new"
debootstrap --variant=minbase bookworm "$new/empty" "$mirror" >"$dir/debian.log" 2>&1 || {
    tail -n 20 "$dir/debian.log" >&2
    die "debootstrap failed (whole log: $dir/debian.log)"
}
echo "deb $security bookworm-security main" >>"$new/empty/etc/apt/sources.list"
echo force-unsafe-io >"$new/empty/etc/dpkg/dpkg.cfg.d/quick" # a scratch system
cp -a "$new/empty" "$new/compiler"
cp /etc/resolv.conf "$new/compiler/etc/"
chroot "$new/compiler" sh -ec 'export DEBIAN_FRONTEND=noninteractive
    apt-get update -q && apt-get install -q -y --no-install-recommends gcc libc6-dev cmake make
    apt-get clean' >>"$dir/debian.log" 2>&1 || {
    tail -n 20 "$dir/debian.log" >&2
    die "cannot install a compiler and CMake (whole log: $dir/debian.log)"
}
mv "$new" "$dir/debian"
