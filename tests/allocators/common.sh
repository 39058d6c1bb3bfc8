# shellcheck shell=sh
# common.sh - what the tests in this folder share; each sources it and is named after its package
# SPDX-License-Identifier: MIT
#
# From the environment:
#   ROW      a row of tests/targets.txt: its compiler is CC, its flags CFLAGS, its emulator RUN
#   SOURCES  where tests/sysroot/fetch.sh has unpacked the source packages
#   RECIPES  the document with the recipes
# Works in the current folder.
set -eu
export LC_ALL=C # compilers' messages are compared

here=$(cd "$(dirname "$0")" && pwd)
package=$(basename "$0" .sh)
CPU_RELAX=$(cd "$here/../.." && pwd)
export CPU_RELAX # as the recipes call it

die() {
    echo "FAILED: $*" >&2
    exit 1
}

for command in "$CC" ${RUN:+"${RUN%% *}"} make; do
    command -v "$command" >/dev/null || {
        echo "not run: needs $command (Debian: make $(sh "$here/../table.sh" packages "$ROW" | paste -s -d " " -))"
        exit 77
    }
done
[ -d "$SOURCES/$package" ] || die "no source in $SOURCES: run \`sh tests/sysroot/fetch.sh build/sysroot/src $package\`"
awk -v name="vendor $package" -f "$here/../consumers/snippet.awk" "$RECIPES" >recipe.sh

cc() {
    # shellcheck disable=SC2086 # flags are words
    "$CC" $CFLAGS "$@"
}

run() { # PROGRAM [ARGUMENT...]
    # shellcheck disable=SC2086 # an emulator and its arguments
    $RUN "$@"
}

quietly() { # COMMAND...: what it says is of interest only if it fails
    "$@" >build.log 2>&1 || die "$* says: $(tail -n 20 build.log)"
}

configure() { # [OPTION...]
    # shellcheck disable=SC2016 # the inner shell's
    quietly sh -c 'cd "$1" && shift && ./configure "$@"' sh "$package" ${RUN:+--host="$($CC -dumpmachine)"} \
        CC="$CC $CFLAGS" "$@"
}

# Calls `build` unless what it made last, from the same things, is there. Cut short, it starts anew.
build_once() {
    from="$CC $CFLAGS $(cc -dumpfullversion)
$(cat "$0" "$here/common.sh" "$CPU_RELAX/include/cpu_relax.h" recipe.sh | cksum)"
    if [ -f built ] && [ "$(cat built)" = "$from" ]; then
        return
    fi
    rm -f built
    build
    echo "$from" >built
}

unpack() {
    rm -rf "$package"
    cp -Rp "$SOURCES/$package" .
}

vendor() {
    (cd "$package" && sh -eu ../recipe.sh)
}

# What the compiler makes of a call: its assembly, and whether it loads again what it had before.
becomes() { # CALL HEADERS [OPTION...]
    # shellcheck disable=SC2086 # headers are words
    printf '#include <%s>\n' $2 >probe.c
    cat >>probe.c <<EOC
int probe(const int *p)
{
    int before = *p;
    __asm__ volatile("probe_begin:" : :); /* without the colons it would be a barrier */
    $1;
    __asm__ volatile("probe_end:" : :);
    return AGAIN;
}
EOC
    shift 2
    set -- -O2 -w -fmax-errors=1 "$@" -S probe.c
    cc "$@" -DAGAIN='before == *p' -o loads.s
    cc "$@" -DAGAIN=1 -o constant.s
    assembly=$(sed -e '1,/probe_begin:/d' -e '/probe_end:/,$d' loads.s |
        sed -e '/^[[:space:]]*\([#@]\|\/\/\)/d' -e '/[.]\(arm\|thumb\|syntax\)/d' \
            -e 's/[[:space:]]\{1,\}/ /g' -e 's/^ //' |
        sed '$!s/$/;/' | paste -s -d ' ' -)
    printf '%s' "${assembly:+\`}${assembly:-nothing}${assembly:+\`}"
    ! cmp -s loads.s constant.s || printf ', no barrier'
}

# The call must have become what cpu_relax() is, and the document must say what it was.
gained() { # BEFORE AFTER
    [ "$2" = "$(becomes 'cpu_relax()' cpu_relax.h -I "$CPU_RELAX/include")" ] ||
        die "the hint of $package is $2: does the recipe still fit?"
    line="| $package | $ROW | $1 | $2 |"
    echo "$line"
    grep -q -x -F "$line" "$RECIPES" || die "$RECIPES lacks this line"
}
