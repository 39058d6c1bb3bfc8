#!/bin/sh
# cell.sh - one compiler with one set of flags: what does it make of cpu_relax()?
# SPDX-License-Identifier: MIT
#
# usage: cell.sh INCLUDE PROOF CPU COMPILER FLAGS HINT BYTES
#
# Named checks, each printed when it fails:
#   compiles  without a warning, at -O0 and -O2
#   hint      CPU_RELAX_HINT is HINT
#   inlined   no symbol of its own and no call, at -O0 too
#   bytes     between the labels lies BYTES and nothing else ("" for -; no such check for ?)
#   barrier   a load before the hint is repeated after it
#   wait      cpu_relax_wait.h compiles without a warning, and adds nothing where it is not used
#   acquire   its load is followed, or done, by an instruction that orders (run rows, weak memory)
# The last two once a row: with CELL_OF_MANY set they are left to its first cell.
# PROOF and CPU are those of targets.txt.
# Exit status: 0 passed, 1 failed, 77 not run for want of a program.
set -u

include=$1 proof=$2 cpu=$3 compiler=$4 flags=$5 hint=$6 bytes=$7
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0

failed() { # CHECK WHAT
    printf 'FAILED %s: %s\n' "$1" "$2"
    status=1
}

for program in "$compiler" llvm-nm-22 llvm-objdump-22 llvm-readobj-22; do
    command -v "$program" >/dev/null || { echo "not run: needs the program $program"; exit 77; }
done

clang='' # also behind a script of another name
"$compiler" --version 2>/dev/null | grep -q clang && clang=1

warnings='-Wall -Wextra -Wpedantic -Wundef -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Werror'
cc() {
    # shellcheck disable=SC2086 # flags are words
    "$compiler" $warnings $flags -I"$include" "$@"
}

# Objects know symbols and sections; the tools are LLVM's, which read every format here.
section() { # OBJECT: its code in hexadecimal, one line
    llvm-readobj-22 --hex-dump=.text --hex-dump=__text "$1" 2>/dev/null |
        sed -n 's/^0x[0-9a-f]* \(.\{35\}\).*/\1/p' | tr -d ' \n'
}
address() { # SYMBOL: decimal offset
    printf '%d' "0x$(awk -v s="$1" '$1 == s { print $3 }' "$work/symbols")"
}
between_in_object() {
    first=$(address cpu_relax_probe_begin) last=$(address cpu_relax_probe_end)
    [ "$first" = "$last" ] || section "$1" | cut -c "$((2 * first + 1))-$((2 * last))"
}
# Assembly: the lines between the labels, less comments and blanks.
between_in_text() {
    sed -n '/cpu_relax_probe_begin:/,/cpu_relax_probe_end:/p' "$1" |
        sed -e '/cpu_relax_probe/d' -e '/^[[:space:]]*\(#\|\/\/\|;\|@\)/d' -e '/^[[:space:]]*$/d' \
            -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e 's/[[:space:]][[:space:]]*/ /g' | paste -s -d '~' -
}

[ "$bytes" = - ] && expected='' || expected=$bytes

printf '#include "cpu_relax.h"\nhint_is=CPU_RELAX_HINT=\n' >"$work/name.c"
case $proof in
compile | small) warnings='' ;;
esac
if [ "$proof" != small ]; then # its program looks itself, and one of its compilers prints nothing
    name=$(cc -E "$work/name.c" 2>"$work/log" | tr -d ' ' | sed -n 's/.*hint_is="\(.*\)"=.*/\1/p')
    [ "$name" = "$(printf %s "$hint" | tr -d ' ')" ] || failed hint "CPU_RELAX_HINT is \"$name\", not \"$hint\" $(head -n 3 "$work/log")"
fi

case $proof in
select)
    found=$(printf '#include "cpu_relax.h"\n' | cc -E -P -x c - 2>"$work/log" | tr '\n' ' ' |
        sed -n 's/.*void(cpu_relax)(void) { *\([^}]*[^} ]\) *}.*/\1/p')
    [ "$found" = "$bytes" ] || failed selected "\"$found\", not \"$bytes\" $(head -n 3 "$work/log")"
    exit $status
    ;;
compile | small) # a compiler with a language of its own: no labels, no GNU warnings
    printf '#include "cpu_relax.h"\nvoid spin(char *p);\nvoid spin(char *p) { while (!*p) cpu_relax(); }\n' >"$work/use.c"
    cc -c "$work/use.c" -o "$work/use.rel" 2>"$work/log" || failed compiles "$(head -n 3 "$work/log")"
    [ ! -s "$work/log" ] || failed compiles "not silent: $(head -n 3 "$work/log")"
    exit $status
    ;;
esac

case $compiler in
*tcc) exit $status ;; # it inlines nothing and writes no assembly: the rest is for the running program
esac

for level in -O0 -O2; do
    case $proof$flags in
    text* | *wasm*) form=-S ;; # WebAssembly's objects have no labels in code
    *) form=-c ;;
    esac
    if ! cc $level $form "$here/probe.c" -o "$work/probe" 2>"$work/log"; then
        failed compiles "at $level: $(grep -m 1 -i 'error' "$work/log" || head -n 1 "$work/log")"
        continue
    fi
    if [ $form = -S ]; then
        found=$(between_in_text "$work/probe")
    else
        llvm-nm-22 --format=posix "$work/probe" >"$work/symbols"
        found=$(between_in_object "$work/probe")
        # Less what every function brings: the TOC or GOT, and on ARM64EC what returns to x86 code.
        odd=$(awk '$1 ~ /^_?cpu_relax$/ || $2 == "U"' "$work/symbols" |
            grep -v -e '^[.]TOC[.] ' -e '^_GLOBAL_OFFSET_TABLE_ ' -e '^__os_arm64x_dispatch_ret ' | tr '\n' ' ')
        [ -z "$odd" ] || failed inlined "at $level, symbols: $odd"
    fi
    # Without optimization GCC follows every inlined call with a nop of its own.
    case $level$bytes:$found in
    "-O2$bytes:$expected" | "-O0$bytes:$expected"* | *'?:'*) ;;
    *) failed bytes "at $level between the labels: \"$found\", not \"$expected\"" ;;
    esac
done

if cc -O2 -S -DRELOADS "$here/probe.c" -o "$work/reloads" 2>/dev/null &&
    cc -O2 -S -DCONSTANT "$here/probe.c" -o "$work/constant" 2>/dev/null; then
    cmp -s "$work/reloads" "$work/constant" && failed barrier 'the second load is gone'
    # clang repeats loads around any volatile assembly, clobber or not; its IR has the clobber, or
    # the fence that stands for Microsoft's barrier.
    [ -z "$clang" ] || cc -O0 -S -emit-llvm -DRELOADS "$here/probe.c" -o - |
        grep -q -e 'asm sideeffect .*~{memory}' -e 'fence syncscope("singlethread") seq_cst' ||
        failed barrier 'no "memory" clobber'
else
    failed barrier 'does not compile'
fi

[ -z "${CELL_OF_MANY:-}" ] || exit $status

for level in -O0 -O2; do
    cc $level -std=c99 -ffreestanding "$form" "$here/../unit/wait_probe.c" -o "$work/wait" 2>"$work/log" ||
        failed wait "at $level: $(grep -m 1 -i error "$work/log")"
    : >"$work/empty.c"
    [ "$form" = -S ] || ! cc $level -Wno-pedantic -ffreestanding -c "$work/empty.c" -o "$work/empty" 2>/dev/null ||
        [ "$(section "$work/wait")" = "$(section "$work/empty")" ] || failed wait "unused, it adds code at $level"
done

# What sleeps, and what asks, of each OS, without its headers
[ -z "$clang" ] || cc -O2 -std=c99 -nostdlibinc -S -DUSE_DELAY "$here/../unit/wait_probe.c" -o "$work/wait" 2>"$work/log" ||
    failed wait "hosted: $(grep -m 1 -i error "$work/log")"

case $proof:$cpu in
run:arm | run:arm4 | run:arm64 | run:arm64v9 | run:mips | run:ppc | run:riscv)
    cc -O2 -std=c99 -S -DUSE_WAIT -DCPU_RELAX_NO_MONITOR "$here/../unit/wait_probe.c" -o - |
        sed -n '/^probe:/,/[.]size/p' |
        grep -q -w -e lda -e ldar -e dmb -e fence -e isync -e sync -e lwsync -e __sync_synchronize -e mcr ||
        failed acquire 'nothing orders the load'
    ;;
esac
exit $status
