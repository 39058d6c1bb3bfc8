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
# With CELL_OF_MANY set, what no -march changes is left to the row's first cell: -O0 and the last three. With
# CELL_ONLY=CHECK that one alone is made, as a mutant wants it. PROOF and CPU are those of targets.txt.
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

wanted() { # CHECK...
    case " $* " in *" ${CELL_ONLY:-$1} "*) ;; *) return 1 ;; esac
}

for program in "$compiler" objdump llvm-objdump-22; do
    command -v "$program" >/dev/null || { echo "not run: needs the program $program"; exit 77; }
done

warnings='-Wall -Wextra -Wpedantic -Wundef -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Werror'
cc() {
    # shellcheck disable=SC2086 # flags are words
    "$compiler" $warnings $flags -I"$include" "$@"
}

# Objects know symbols and sections. Of symbols ELF and Mach-O tell the address first, COFF before the name.
look_at() { # OBJECT: its symbols with their addresses, U for those of others, and its code
    # GNU's reads ELF of any machine, and starts ten times faster than LLVM's, which reads the rest as well.
    # Not -j, with which GNU's leaves out the symbols of others, too
    objdump -t -s "$1" >"$work/dump" 2>"$work/log" ||
        llvm-objdump-22 -t -s "$1" >"$work/dump" 2>"$work/log" ||
        failed compiles "llvm-objdump-22: $(head -n 1 "$work/log")"
    awk '/^Contents/ { exit }
        /[*]UND[*]/ || /^\[.*[(]sec  0[)].*[(]scl   2[)]/ { print $NF, "U"; next }
        /^\[/ { print $NF, $(NF - 1); next }
        /^[0-9a-f]+ / { print $NF, $1 }' "$work/dump" >"$work/symbols"
    code=$(sed -n '/^Contents of section \([.]text\|.*__text\):/,/^Contents of/s/^ [0-9a-f]\{4,\} \(.\{35\}\).*/\1/p' "$work/dump" |
        tr -d ' \n')
}
address() { # SYMBOL: decimal offset
    printf '%d' "0x$(awk -v s="$1" '$1 == s { sub(/^0x/, "", $2); print $2 }' "$work/symbols")"
}
between_in_object() {
    first=$(address cpu_relax_probe_begin) last=$(address cpu_relax_probe_end)
    [ "$first" = "$last" ] || printf %s "$code" | cut -c "$((2 * first + 1))-$((2 * last))"
}
# Assembly: the lines between the labels, less comments and blanks.
between_in_text() {
    sed -n '/cpu_relax_probe_begin:/,/cpu_relax_probe_end:/p' "$1" |
        sed -e '/cpu_relax_probe/d' -e '/^[[:space:]]*\(#\|\/\/\|;\|@\)/d' -e '/^[[:space:]]*$/d' \
            -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e 's/[[:space:]][[:space:]]*/ /g' | paste -s -d '~' -
}

[ "$bytes" = - ] && expected='' || expected=$bytes

printf '#include "cpu_relax.h"\nhint_is=CPU_RELAX_HINT=\n#ifdef __clang_major__\nit_is_clang\n#endif\n' >"$work/name.c"
case $proof in
compile | small) warnings='' ;;
esac
if [ "$proof" != small ]; then # its program looks itself, and one of its compilers prints nothing
    cc -E "$work/name.c" 2>"$work/log" | tr -d ' ' >"$work/names"
    name=$(sed -n 's/.*hint_is="\(.*\)"=.*/\1/p' "$work/names")
    ! wanted hint || [ "$name" = "$(printf %s "$hint" | tr -d ' ')" ] || failed hint "CPU_RELAX_HINT is \"$name\", not \"$hint\" $(head -n 3 "$work/log")"
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

clang=$(grep it_is_clang "$work/names") # behind whatever name
case $proof$flags in
text* | *wasm*) form=-S ;; # WebAssembly's objects have no labels in code
*) form=-c ;;
esac

levels='-O0 -O2'
[ -z "${CELL_OF_MANY:-}" ] || levels=-O2
for level in $levels; do
    wanted compiles inlined bytes || break
    if ! cc "$level" $form "$here/probe.c" -o "$work/probe" 2>"$work/log"; then
        failed compiles "at $level: $(grep -m 1 -i 'error' "$work/log" || head -n 1 "$work/log")"
        continue
    fi
    if [ $form = -S ]; then
        found=$(between_in_text "$work/probe")
    else
        look_at "$work/probe"
        grep -q '^cpu_relax_probe_begin ' "$work/symbols" || failed bytes "at $level: the object has no label"
        found=$(between_in_object)
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

[ -z "${CELL_OF_MANY:-}" ] || exit $status

if ! wanted barrier; then
    :
elif [ -n "$clang" ]; then
    # It repeats loads around any volatile assembly, clobber or not; its IR has the clobber, or the fence
    # that stands for Microsoft's barrier.
    cc -O0 -S -emit-llvm -DRELOADS "$here/probe.c" -o - 2>/dev/null |
        grep -q -e 'asm sideeffect .*~{memory}' -e 'fence syncscope("singlethread") seq_cst' ||
        failed barrier 'no "memory" clobber'
elif cc -O2 -S -DRELOADS "$here/probe.c" -o "$work/reloads" 2>/dev/null &&
    cc -O2 -S -DCONSTANT "$here/probe.c" -o "$work/constant" 2>/dev/null; then
    cmp -s "$work/reloads" "$work/constant" && failed barrier 'the second load is gone'
else
    failed barrier 'does not compile'
fi

if wanted wait; then
    # Unused it adds nothing, where nothing is optimized away either.
    if cc -O0 -std=c99 -ffreestanding "$form" "$here/../unit/wait_probe.c" -o "$work/wait" 2>"$work/log"; then
        [ "$form" = -S ] || look_at "$work/wait"
        [ "$form" = -S ] || [ -z "$code" ] || failed wait 'unused, it adds code'
    else
        failed wait "unused: $(grep -m 1 -i error "$work/log")"
    fi
    # What sleeps, and what asks, of each OS: by clang, which needs no header of the OS for it
    os=-ffreestanding
    [ -z "$clang" ] || os=-nostdlibinc
    cc -O2 -std=c99 $os -S -DUSE_DELAY "$here/../unit/wait_probe.c" -o "$work/wait" 2>"$work/log" ||
        failed wait "a delay: $(grep -m 1 -i error "$work/log")"
fi

wanted acquire || exit $status
case $proof:$cpu in
run:arm | run:arm4 | run:arm64 | run:arm64v9 | run:mips | run:ppc | run:riscv)
    cc -O2 -std=c99 -S -DUSE_WAIT -DCPU_RELAX_NO_MONITOR "$here/../unit/wait_probe.c" -o - |
        sed -n '/^probe:/,/[.]size/p' |
        grep -q -w -e lda -e ldar -e dmb -e fence -e isync -e sync -e lwsync -e __sync_synchronize -e mcr ||
        failed acquire 'nothing orders the load'
    ;;
esac
exit $status
