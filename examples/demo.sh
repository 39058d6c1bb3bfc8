#!/bin/sh
# demo.sh - what cpu_relax() is, costs and does on this machine, in about three seconds
# SPDX-License-Identifier: MIT
#
#     sh examples/demo.sh                     with the C compiler that is there
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
        '  macOS            xcode-select --install'
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit

if [ -n "${CC:-}" ]; then
    if ! command -v "${CC%% *}" >/dev/null; then
        say "there is no command '${CC%% *}', which CC names: name another, or unset CC"
        exit 1
    fi
else
    for CC in cc gcc clang tcc c17 c99; do
        command -v "$CC" >/dev/null && break
        CC=''
    done
    if [ -z "$CC" ]; then
        say 'no C compiler here: install one, or name yours in CC'
        advise
        exit 1
    fi
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

folder=$(mktemp -d "${TMPDIR:-/tmp}/cpu_relax.XXXXXX") || exit
trap 'rm -rf "$folder"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

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
