#!/bin/sh
# demo.sh - what cpu_relax() is, costs and does on this machine, in about three seconds
# SPDX-License-Identifier: MIT
#
#     sh examples/demo.sh                     with the C compiler that is there; without one,
#                                             it installs one first, as root or by sudo
#     sh examples/demo.sh --no-install        without one, it says what to install
#     CC='clang -m32' sh examples/demo.sh     with another, and its options
set -u

say() {
    printf 'demo.sh: %s\n' "$@" >&2
}

advise() {
    say 'what brings a C compiler and its headers:' \
        '  Debian, Ubuntu   apt install gcc libc6-dev' \
        '  Fedora, RHEL     dnf install gcc' \
        '  Arch             pacman -S gcc' \
        '  Alpine           apk add gcc musl-dev' \
        '  openSUSE         zypper install gcc' \
        '  macOS            xcode-select --install'
}

# With the first of these package managers that is there. What it says is of interest only if it fails.
install() {
    packages=gcc as_root=''
    for manager in apt-get dnf apk pacman zypper; do
        command -v $manager >/dev/null && break
        manager=''
    done
    case $manager in
    apt-get) packages='gcc libc6-dev' install='apt-get update && apt-get install -y --no-install-recommends' ;;
    dnf) install='dnf install -y' ;;
    apk) packages='gcc musl-dev' install='apk add' ;;
    pacman) install='pacman -Sy --noconfirm' ;;
    zypper) install='zypper --non-interactive install' ;;
    *) return 1 ;;
    esac
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; } || return 1
        as_root=sudo
    fi
    say "no C compiler here: installing $packages with ${as_root:+$as_root }$manager (--no-install leaves that to you)"
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$install $packages" >"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        return 1
    }
}

case ${1-} in
'' | --no-install) ;;
*)
    say "no option '$1': the only one is --no-install"
    exit 2
    ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit

folder=$(mktemp -d "${TMPDIR:-/tmp}/cpu_relax.XXXXXX") || exit
trap 'rm -rf "$folder"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

find_compiler() {
    for CC in cc gcc clang tcc c17 c99; do
        command -v "$CC" >/dev/null && return
    done
    return 1
}

if [ -n "${CC:-}" ]; then
    if ! command -v "${CC%% *}" >/dev/null; then
        say "there is no command '${CC%% *}', which CC names: name another, or unset CC"
        exit 1
    fi
elif ! find_compiler && { [ "${1-}" = --no-install ] || ! install || ! find_compiler; }; then
    say 'no C compiler here: install one, or name yours in CC'
    advise
    exit 1
fi

# The first of these that says something. big.LITTLE has several names at once.
cpu_name() {
    {
        LC_ALL=C lscpu | sed -n 's/^ *Model name: *//p' | paste -s -d + -
        sysctl -n machdep.cpu.brand_string # macOS
        sysctl -n hw.model                 # the BSDs
        sed -n 's/^model name[[:blank:]]*: *//p' /proc/cpuinfo
    } 2>/dev/null | sed -n '/[^-+[:blank:]]/{p;q;}'
}

# shellcheck disable=SC2086 # CC may hold options
if ! $CC -O2 -I"$here/../include" "$here/demo.c" -o "$folder/demo" -pthread; then
    say "'$CC' did not build $here/demo.c, see its messages above"
    advise
    exit 1
fi

name=$(cpu_name)
"$folder/demo" "${name:-not named by the OS} ($(uname -m))"
status=$?
case $status in
126 | 127)
    say "this machine does not run what '$CC' built: is that a compiler for another CPU," \
        "or may no program run in $folder (then set TMPDIR)?"
    ;;
esac
exit $status
