#!/bin/sh
# demo.sh - shows this CPU's hint, its cost, and its effect on a lock, in about three seconds
# SPDX-License-Identifier: MIT
#
# usage: [CC=COMPILER] sh examples/demo.sh [--no-install]
#
# Installs a C compiler if there is none, as root or with sudo; --no-install prevents that.
# CC chooses the compiler, with its options: CC='clang -m32'.
set -u

say() {
    printf 'demo.sh: %s\n' "$@" >&2
}

case ${1-} in
'' | --no-install) ;;
-h | --help)
    sed -n '/^# usage/,/^set/s/^# \{0,1\}//p' "$0"
    exit
    ;;
*)
    say "unknown option '$1'; the options are --no-install and --help"
    exit 2
    ;;
esac

advise() {
    say 'These packages have a C compiler and the C library'\''s headers:' \
        '  Debian, Ubuntu   apt-get install gcc libc6-dev' \
        '  Fedora, RHEL     dnf install gcc' \
        '  Arch             pacman -S gcc' \
        '  Alpine           apk add gcc musl-dev' \
        '  openSUSE         zypper install gcc' \
        '  macOS            xcode-select --install'
}

# Installs a compiler with the first package manager found; else sets why to the reason. Prints its output on failure.
install() {
    packages=gcc as_root=''
    for manager in apt-get dnf apk pacman zypper; do
        command -v $manager >/dev/null && break
        manager=''
    done
    case $manager in
    apt-get)
        packages='gcc libc6-dev' install='apt-get -o DPkg::Lock::Timeout=600'
        install="$install update && $install install -y --no-install-recommends"
        ;;
    dnf) install='dnf install -y' ;;
    apk) packages='gcc musl-dev' install='apk add' ;;
    pacman) install='pacman -Sy --noconfirm' ;;
    zypper) install='zypper --non-interactive install' ;;
    *)
        why='no known package manager was found'
        return 1
        ;;
    esac
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; } || {
            why='that needs root or sudo'
            return 1
        }
        as_root=sudo
    fi
    say "no C compiler found: installing $packages with ${as_root:+$as_root }$manager (--no-install prevents that)"
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$install $packages" >"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        why="$manager failed, see above"
        return 1
    }
    why="$manager has brought no compiler"
}

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

why='--no-install prevents that'
if [ -n "${CC:-}" ]; then
    if ! command -v "${CC%% *}" >/dev/null; then
        say "CC names the command '${CC%% *}', which was not found: name another, or unset CC"
        exit 1
    fi
elif ! find_compiler && { [ "${1-}" = --no-install ] || ! install || ! find_compiler; }; then
    say "no C compiler found. Nothing was installed: $why." 'Install a C compiler, or set CC to yours.'
    advise
    exit 1
fi

# Prints the first name that one of these commands gives. A big.LITTLE system has several, joined by +.
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
    say "'$CC' failed to build $here/demo.c: see its messages above"
    advise
    exit 1
fi

name=$(cpu_name)
"$folder/demo" "${name:-unknown} ($(uname -m))"
status=$?
case $status in
126 | 127)
    say "this machine cannot run what '$CC' built. Either '$CC' compiles for another CPU," \
        "or programs may not run in $folder: then set TMPDIR."
    ;;
esac
exit $status
