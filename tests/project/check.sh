#!/bin/sh
# check.sh - one check of the project as a whole; status 77 is "not run"
# SPDX-License-Identifier: MIT
#
# usage: check.sh NAME [ARGUMENT...]
set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0

failed() {
    printf 'FAILED %s\n' "$*"
    status=1
}
need() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null || { echo "not run: needs $2"; exit 77; }
}
sources() { git ls-files --cached --others --exclude-standard -- "$@"; }

headers='include/cpu_relax.h include/cpu_relax_wait.h include/cpu_relax_sleep.h'
gnu='-Wall -Wextra -Wpedantic -Wundef -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Werror'
c='c90 c99 c11 c17 c2x gnu90 gnu99 gnu11 gnu17 gnu2x'
cxx='c++98 c++11 c++14 c++17 c++20 c++2b gnu++98 gnu++2b'

check=$1
shift
case $check in

# Every dialect; "all" must be known to the compiler, of "known" at least C90, C99 and C11.
dialects) # all|known COMPILER [FLAGS]
    required=$1
    shift
    need "$1" "$1"
    tried=''
    for standard in $c $cxx; do
        case $standard in
        *++98) language=c++ extra=$gnu ;;
        *++*) language=c++ extra="$gnu -Wold-style-cast -Wzero-as-null-pointer-constant" ;;
        *) language=c extra="$gnu -Wstrict-prototypes -Wmissing-prototypes" ;;
        esac
        case $standard in
        *90 | *++98) header=cpu_relax.h ;;
        *) header=cpu_relax_wait.h ;; # and the other with it
        esac
        : >"$work/use.c"
        for _ in 1 2 3; do printf '#include "%s"\n' "$PWD/include/$header" >>"$work/use.c"; done
        # shellcheck disable=SC2086
        if "$1" $extra ${2:-} -ffreestanding -x $language -std=$standard -O2 -S "$work/use.c" -o "$work/use.s" 2>"$work/log"; then
            tried="$tried $standard"
        elif [ "$required" != known ] || "$1" ${2:-} -x $language -std=$standard -fsyntax-only /dev/null 2>/dev/null; then
            failed "$1 -std=$standard: $(grep -m 1 error "$work/log")"
        fi
    done
    echo "$1:$tried"
    case "$tried " in
    *' c90 c99 c11 '*) ;;
    *) failed "$1 knows too few dialects:$tried" ;;
    esac
    ;;

# All of clang's warnings, less those that contradict C90 or speak of the dialect itself.
everything) # COMPILER
    need "$1" "$1"
    less='-Wno-declaration-after-statement -Wno-unsafe-buffer-usage -Wno-c++98-compat -Wno-c++98-compat-pedantic'
    "$1" -Wno-unsafe-buffer-usage -Werror -E -x c /dev/null >/dev/null 2>&1 || less=${less#* -Wno-unsafe-buffer-usage}
    for standard in $c $cxx; do
        language=c
        [ "${standard#*++}" = "$standard" ] || language='c++'
        for header in $headers; do
            case $header:$standard in *_[ws]*.h:*90 | *_[ws]*.h:*++98) continue ;; esac
            printf '#include "%s"\n' "$PWD/$header" >"$work/use.c"
            # shellcheck disable=SC2086
            "$1" -x $language -std=$standard -Weverything $less -Wno-unknown-warning-option -Werror \
                -fsyntax-only "$work/use.c" 2>"$work/log" ||
                failed "$1 -std=$standard $header: $(grep -m 1 error "$work/log")"
        done
    done
    ;;

# A header that is included and not used adds nothing to the object.
unused)
    for compiler in gcc clang; do
        need $compiler $compiler
        for level in -O0 -O2; do
            : >"$work/empty.c"
            $compiler $level -c "$work/empty.c" -o "$work/empty.o"
            for header in $headers; do
                printf '#include "%s"\n' "$PWD/$header" >"$work/empty.c"
                $compiler $level -c "$work/empty.c" -o "$work/header.o"
                cmp "$work/empty.o" "$work/header.o" || failed "$compiler $level: unused, $header changes the object"
            done
        done
    done
    ;;

# Each line of bad-input.txt is refused with its message.
bad-input)
    need gcc gcc
    count=0
    sed '/^#/d; /^$/d; s/ *| */|/g' tests/project/bad-input.txt >"$work/lines"
    while IFS='|' read -r header flags message; do
        count=$((count + 1))
        # shellcheck disable=SC2086 # flags are words
        if echo "#include \"$PWD/include/$header\"" |
            gcc -Werror -Wall $flags -fsyntax-only -x c - 2>"$work/log"; then
            failed "accepted: $flags"
        elif ! grep -qF "$message" "$work/log"; then
            failed "$flags: the message is $(grep -m 1 error "$work/log")"
        fi
    done <"$work/lines"
    [ $count -gt 0 ] || failed 'bad-input.txt has no line'
    ;;

# Each line of tunables.txt gives the tunables that it says.
tunables)
    need gcc gcc
    count=0
    sed '/^#/d; /^$/d; s/ *| */|/g' tests/project/tunables.txt >"$work/lines"
    printf '#include "%s"\nare CPU_RELAX_BACKOFF_START_NS CPU_RELAX_BACKOFF_CAP_NS CPU_RELAX_BACKOFF_LIMIT_NS CPU_RELAX_POLL_NS\n' \
        "$PWD/include/cpu_relax_wait.h" >"$work/use.c"
    while IFS='|' read -r flags expected; do
        count=$((count + 1))
        # shellcheck disable=SC2086 # flags are words
        found=$(gcc -Werror $flags -E -P "$work/use.c" 2>"$work/log" | sed -n 's/^are //p')
        [ "$found" = "$expected" ] || failed "$flags: $found, not $expected"
        [ ! -s "$work/log" ] || failed "$flags: $(head -n 1 "$work/log")"
    done <"$work/lines"
    [ $count -gt 0 ] || failed 'tunables.txt has no line'
    ;;

# What the headers leave defined is what they document, and what their macros need when they are used.
private)
    need gcc gcc
    for header in $headers; do
        for flags in '' '-x c++' '-ffreestanding' '-D_WIN32' -DCPU_RELAX_INSN=mine '-D__aarch64__ -D__ARM_ARCH=8' \
            '-U__linux__ -U__LP64__ -D__aarch64__' '-U__linux__' '-U__GNUC__ -D_MSC_VER=1939' '-D__CUDACC__ -D__CUDACC_VER_MAJOR__=12'; do
            # shellcheck disable=SC2086 # flags are words
            left=$(echo "#include \"$PWD/$header\"" | gcc -dM -E -x c $flags - | sed -n 's/^#define \(CPU_RELAX_[A-Z0-9_]*_\|cpu_relax_[a-z]*_\)\b.*/\1/p' |
                grep -v -x -e 'CPU_RELAX_\(INLINE\|STATIC\|GPU\|OPAQUE\|WIDTH\|OR_16\|OR_32\|OR_64\)_')
            [ "$header" = include/cpu_relax.h ] && left=$(echo "$left" | grep -v -x -e CPU_RELAX_ARM_ -e CPU_RELAX_ISB_)
            [ -z "$left" ] || failed "$header $flags leaves $(echo "$left" | tr '\n' ' ')"
        done
    done
    ;;

# The version is that of the newest entry in the changelog, and in one number, whichever it is.
version)
    need gcc gcc
    version=$(sed -n 's/^# *define CPU_RELAX_VERSION_[A-Z]* //p' include/cpu_relax.h | paste -s -d . -)
    [ "$(sed -n 's/^## \[\(.*\)\].*/\1/p' CHANGELOG.md | head -n 1)" = "$version" ] || failed "CHANGELOG.md does not begin with $version"
    sed 's/\(VERSION_MAJOR\) [0-9]*$/\1 2/; s/\(VERSION_MINOR\) [0-9]*$/\1 3/; s/\(VERSION_PATCH\) [0-9]*$/\1 4/' \
        include/cpu_relax.h >"$work/cpu_relax.h"
    printf '#include "cpu_relax.h"\nint is[CPU_RELAX_VERSION == 20304 ? 1 : -1];\n' >"$work/version.c"
    gcc -c "$work/version.c" -o "$work/version.o" || failed 'CPU_RELAX_VERSION of 2.3.4 is not 20304'
    ;;

# Each line of inlining.txt: the whole of the header, for compilers that cannot be had here
inlining)
    need gcc gcc
    grep -v '^#' tests/project/inlining.txt >"$work/expected"
    sed 's/ |.*//' "$work/expected" | while read -r flags; do
        # shellcheck disable=SC2086 # flags are words
        echo '#include "cpu_relax.h"' | gcc -undef -x c $flags -Iinclude -E -P - | tr -s ' \n' ' ' |
            sed "s/^ *//; s/^/$flags | /; s/ *\$//"
        echo
    done >"$work/found"
    [ -s "$work/expected" ] || failed 'inlining.txt has no line'
    diff "$work/expected" "$work/found" || failed 'not as tests/project/inlining.txt says'
    ;;

# Compilers take an assembly statement that is not volatile, and an operand without a constraint, and mean
# something else.
assembly)
    # shellcheck disable=SC2086 # names without blanks
    grep -n '__asm__' $headers | grep -v -e '__asm__ __volatile__' -e '__asm__("[a-z0-9_]*")' && # a name, a register
        failed 'assembly that is not volatile'
    # shellcheck disable=SC2086
    grep -n '""(' $headers && failed 'an operand without a constraint'
    # WFE, and the PAUSE that sleeps, trap nowhere: no test that is run could miss them.
    # At -O0, which leaves nothing out.
    need clang-22 clang-22
    for sleep in '--target=aarch64-linux-gnu|wfe' '--target=mips-linux-gnu -march=mips32r2|pause' '--target=riscv32-linux-gnu -march=rv32ia|lr.w'; do
        flags=${sleep%|*}
        # shellcheck disable=SC2086 # flags are words
        {
            printf '#include "cpu_relax_wait.h"\nint f(int *p) { return (int)cpu_relax_while_eq32(p, 1, CPU_RELAX_FOREVER); }\n' |
                clang-22 $flags -O0 -nostdlibinc '-DCPU_RELAX_CLOCK_NS()=0' -Iinclude -S -x c - -o "$work/sleep.s"
            clang-22 $flags -c "$work/sleep.s" -o "$work/sleep.o" || failed "does not assemble: $flags"
        }
        grep -q -w "${sleep#*|}" "$work/sleep.s" || failed "no ${sleep#*|}: $flags"
    done
    # Without it, nothing of it is called.
    echo '#include "cpu_relax_wait.h"' |
        clang-22 --target=aarch64-linux-gnu -DCPU_RELAX_NO_MONITOR -ffreestanding -Werror -Iinclude -fsyntax-only -x c - ||
        failed 'CPU_RELAX_NO_MONITOR does not compile'
    ;;

# A null back-off is refused where the compiler can; a misaligned word is found by UBSan.
null)
    need gcc gcc
    gcc -Wall -Werror -DUSE_NULL -Iinclude -c tests/unit/wait_probe.c -o "$work/null.o" 2>"$work/log" &&
        failed 'a null back-off is compiled'
    grep -q 'nonnull' "$work/log" || failed "another message than that of nonnull: $(head -n 2 "$work/log")"
    ;;
misaligned)
    need gcc gcc
    for offset in 0 1; do
        cat >"$work/misaligned.c" <<E
#include "cpu_relax_wait.h"
#include <stdint.h>
int main(void)
{
    static uint32_t words[2] = {0x05050505, 0x05050505};
    return cpu_relax_while_eq32((const volatile uint32_t *)(const void *)((char *)words + $offset), 6, 1) != 0x05050505;
}
E
        gcc -fsanitize=alignment -fno-sanitize-recover=all -Iinclude "$work/misaligned.c" -o "$work/misaligned"
        "$work/misaligned" 2>"$work/log$offset"
        echo "offset $offset: status $?" >>"$work/log$offset"
    done
    grep -q 'status 0' "$work/log0" || failed "an aligned word: $(cat "$work/log0")"
    grep -q 'misaligned address' "$work/log1" || failed "a misaligned word is not found: $(cat "$work/log1")"
    ;;

# What callers write, with their warnings on: callers/locks.c and locks.cc are run, in each dialect.
callers-c) # COMPILER
    need "$1" "$1"
    for standard in c11 c17 c2x; do
        # shellcheck disable=SC2086
        "$1" -std=$standard -D_POSIX_C_SOURCE=200809L $gnu -Wredundant-decls -O2 -pthread -Iinclude \
            tests/callers/locks.c -o "$work/locks" || failed "$1 -std=$standard does not compile locks.c"
        "$work/locks" || failed "$1 -std=$standard: locks.c: status $?"
    done
    for standard in c99 c11 c17 c2x; do
        for level in -O0 -O2 -Os; do
            # shellcheck disable=SC2086
            "$1" -std=$standard -pedantic-errors $gnu -Wredundant-decls $level -Iinclude -c \
                tests/callers/inline.c -o "$work/inline.o" || failed "$1 -std=$standard $level does not compile inline.c"
        done
    done
    ;;
callers-cxx) # COMPILER
    need "$1" "$1"
    printf '#include "cpu_relax_wait.h"\nint f(long i);\nint f(long i) { return (int)i; }\n' |
        "$1" -Wold-style-cast -Iinclude -fsyntax-only -x c++ - 2>&1 | grep -q 'old-style cast' || failed "after the header $1 warns no more"
    extra=-Wuseless-cast
    case $1 in clang*) extra='' ;; esac
    for standard in c++11 c++14 c++17 c++20 c++2b; do
        # shellcheck disable=SC2086
        "$1" -std=$standard $gnu $extra -Wold-style-cast -Wzero-as-null-pointer-constant -Wredundant-decls -O2 \
            -pthread -Iinclude tests/callers/locks.cc -o "$work/locks" || failed "$1 -std=$standard does not compile locks.cc"
        "$work/locks" || failed "$1 -std=$standard: locks.cc: status $?"
    done
    ;;

# A word of another width is refused, and the message says what is wrong. Where there are fewer widths,
# the call that takes any takes those.
widths)
    need clang-22 clang-22
    for widths in avr:8 msp430-none-elf:8,16 armv4t-none-eabi:8,16,32 x86_64-linux-gnu:8,16,32,64; do
        words='' uses=''
        for bits in $(echo "${widths#*:}" | tr , ' '); do
            words="$words uint${bits}_t word$bits;" uses="$uses cpu_relax_while_eq(&word$bits, 0, 0);"
        done
        printf '#include "cpu_relax_wait.h"\n#include <stdint.h>\n%s\nvoid f(void);\nvoid f(void) { %s }\n' \
            "$words" "$uses" >"$work/use.c"
        clang-22 --target="${widths%:*}" -std=c11 -ffreestanding -Iinclude -fsyntax-only "$work/use.c" >"$work/log" 2>&1 ||
            failed "${widths%:*}: cpu_relax_while_eq: $(grep -m 1 error "$work/log")"
    done
    for compiler in gcc clang-22 'g++ -x c++' 'clang-22 -x c++'; do
        need "${compiler%% *}" "${compiler%% *}"
        for bits in 8 16 32 64 ptr eq; do
            case $bits in
            8) word='unsigned int' call=_eq8 ;;
            16) word='unsigned char' call=_eq16 ;;
            32) word='unsigned long long' call=_eq32 ;;
            64) word='unsigned int' call=_eq64 ;;
            ptr) word='unsigned char' call=_eqptr ;;
            eq) word='struct { char c[3]; }' call=_eq ;;
            esac
            printf '#include "cpu_relax_wait.h"\n%s word;\nvoid f(void);\nvoid f(void) { cpu_relax_while%s(&word, 0, 0); }\n' \
                "$word" "$call" >"$work/use.c"
            # shellcheck disable=SC2086
            if $compiler -Iinclude -fsyntax-only "$work/use.c" 2>"$work/log"; then
                failed "$compiler: $call takes a word of type $word"
            elif ! grep -q -e 'another.width' -e 'not compatible with any.* association' -e 'cpu_relax_width_<3' "$work/log"; then
                failed "$compiler: $call: the message is $(grep -m 1 error "$work/log")"
            fi
        done
    done
    ;;

# An inline function and a template that a C++20 module exports
module)
    need clang-22 clang-22
    options='-std=c++20 -Wall -Wextra -Wpedantic -Werror'
    # shellcheck disable=SC2086
    {
        clang-22 -x c++-module $options -Iinclude --precompile tests/callers/module.cppm -o "$work/spin.pcm" ||
            failed 'module.cppm does not compile'
        clang-22 -x c++ $options -fmodule-file=spin="$work/spin.pcm" -c tests/callers/module_user.cc -o "$work/user.o" ||
            failed 'module_user.cc does not compile'
    }
    clang-22 -c "$work/spin.pcm" -o "$work/spin.o"
    clang-22 "$work/user.o" "$work/spin.o" -o "$work/user"
    "$work/user" || failed "the module's user: status $?"
    ;;

# Both sides of CUDA and HIP, without a toolkit
kernel)
    need clang-22 clang-22
    for language in cuda hip; do
        for side in device host; do
            case $language in # on a machine without CUDA clang takes PTX 4.2, which has no nanosleep
            cuda) options='-nocudainc -nocudalib --cuda-gpu-arch=sm_70 --cuda-feature=+ptx63 -Wno-unknown-cuda-version -Wno-unused-command-line-argument' hint='nanosleep[.]u32 64' ;;
            hip) options='-nogpuinc -nogpulib --offload-arch=gfx900' hint='s_sleep 1' ;;
            esac
            [ $side = device ] || hint='\bpause\b'
            # shellcheck disable=SC2086
            clang-22 -x $language $options -std=c++17 -Wall -Wextra -Werror -S --cuda-$side-only -Iinclude \
                tests/callers/kernel.cu -o "$work/kernel.s" || failed "$language does not compile for the $side"
            count=$(grep -c "$hint" "$work/kernel.s")
            case $side$count in device3 | host2) ;; *) failed "$language, $side: $count hints" ;; esac
        done
    done
    ;;

# Neither -finstrument-functions nor -O0 makes a call of the hint; assembly takes the macros.
calls)
    for compiler in gcc clang-22 'g++ -x c++' 'clang-22 -x c++'; do
        need "${compiler%% *}" "${compiler%% *}"
        for level in -O0 -O2; do
            printf '#include "cpu_relax.h"\n__attribute__((__no_instrument_function__)) void f(void);\nvoid f(void) { cpu_relax(); }\n' >"$work/use.c"
            # shellcheck disable=SC2086
            $compiler $level -finstrument-functions -Iinclude -S "$work/use.c" -o "$work/use.s" ||
                failed "$compiler $level does not compile"
            ! grep -E '(call|jmp)' "$work/use.s" || failed "$compiler $level makes a call"
            grep -q pause "$work/use.s" || failed "$compiler $level: no hint"
        done
    done
    for compiler in gcc clang-22; do
        $compiler -Iinclude -c tests/callers/assembly.S -o "$work/assembly.o" || failed "$compiler: assembly.S"
        strings "$work/assembly.o" | grep -q pause || failed "$compiler: assembly.S has no CPU_RELAX_HINT"
    done
    ;;

# No wrap-around of unsigned numbers that clang's -fsanitize=integer would report
integers)
    need clang-22 clang-22
    clang-22 -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -fsanitize=integer -fsanitize-trap=integer -pthread -Iinclude \
        tests/callers/locks.c -o "$work/locks" || failed 'locks.c does not compile'
    "$work/locks" || failed "locks.c under -fsanitize=integer: status $?"
    ;;

# Compilers of before: their macros are taken away, and what is left must order the load all the same.
old-compilers)
    need clang-22 clang-22
    cat >"$work/old.c" <<'E'
#include "cpu_relax_wait.h"
int data(const int *p, const volatile unsigned *flag);
int data(const int *p, const volatile unsigned *flag)
{
    const int before = *p;
    (void)cpu_relax_load_(flag, 32);
    return before + *p;
}
#if defined(WANT_NO_POINTERS) && CPU_RELAX_HAS_EQPTR
#  error "pointers of 16 bytes are compared by less"
#endif
E
    atomics='-U__ATOMIC_ACQUIRE -U__GCC_ATOMIC_INT_LOCK_FREE -U__CLANG_ATOMIC_INT_LOCK_FREE'
    # GCC before 4.7 on x86: nothing but the compiler has to be held. Its data is loaded twice.
    for compiler in gcc clang-22; do
        # shellcheck disable=SC2086
        $compiler -O2 -ffreestanding $atomics -Iinclude -S "$work/old.c" -o "$work/old.s" || failed "$compiler without atomics"
        [ "$(grep -c '(%rdi)' "$work/old.s")" = 2 ] || failed "$compiler without atomics: the second load is gone"
    done
    # GCC before 4.7 elsewhere, and before 4.8, which does not say __ARM_ARCH: a barrier for the other processors.
    for machine in 'arm-none-eabi -mcpu=cortex-a9 -U__ARM_ARCH -D__ARM_ARCH_7A__ dmb' "arm-none-eabi -mcpu=cortex-a9 $atomics dmb" \
        "aarch64-none-elf $atomics dmb" "powerpc64le-linux-gnu $atomics sync" "riscv64-none-elf -march=rv64ima $atomics fence"; do
        options=${machine% *}
        # shellcheck disable=SC2086
        clang-22 -O2 -ffreestanding --target=$options -Iinclude -S "$work/old.c" -o "$work/old.s" || failed "$options"
        sed -n '/^data:/,$p' "$work/old.s" | grep -q -w "${machine##* }" || failed "$options: no ${machine##* }"
    done
    # CHERI's pointers
    gcc -ffreestanding -U__SIZEOF_POINTER__ -D__SIZEOF_POINTER__=16 -DWANT_NO_POINTERS -Iinclude -fsyntax-only "$work/old.c" ||
        failed 'pointers of 16 bytes'
    ;;

# Which words can be waited for, and what orders the load, by target and by compiler
loads)
    need clang-22 clang-22
    echo '' | tee "$work/atomic" "$work/intrin.h" >"$work/stdatomic.h"
    printf '#if defined(__APPLE__)\n#  define CLOCK_UPTIME_RAW 8\n#endif\n#if !defined(NO_CLOCK)\n#  define CLOCK_MONOTONIC 1\n#endif\n' >"$work/time.h"
    cat >"$work/loads.c" <<'C'
#include "cpu_relax_wait.h"
#if CPU_RELAX_HAS_EQ8 == 1
has 8
#endif
#if defined(cpu_relax_while_eq8)
call 8
#endif
#if CPU_RELAX_HAS_EQ16 == 1
has 16
#endif
#if defined(cpu_relax_while_eq16)
call 16
#endif
#if CPU_RELAX_HAS_EQ32 == 1
has 32
#endif
#if defined(cpu_relax_while_eq32)
call 32
#endif
#if CPU_RELAX_HAS_EQ64 == 1
has 64
#endif
#if defined(cpu_relax_while_eq64)
call 64
#endif
#if CPU_RELAX_HAS_EQPTR == 1
has p
#endif
#if defined(cpu_relax_while_eqptr)
call p
#endif
defined CPU_RELAX_INSN CPU_RELAX_HAS_EQ8 CPU_RELAX_HAS_EQ16 CPU_RELAX_HAS_EQ32 CPU_RELAX_HAS_EQ64 CPU_RELAX_HAS_EQPTR
C
    grep -v '^#' tests/project/loads.txt >"$work/expected"
    resources=$(clang-22 -print-resource-dir)
    sed 's/ |.*//' "$work/expected" >"$work/flags"
    while read -r flags; do
        echo "@ $flags"
        # shellcheck disable=SC2086 # flags are words
        clang-22 -ffreestanding -nostdinc -w $flags -I"$work" -Iinclude -isystem "$resources/include" -E -P "$work/loads.c" || status=1
    done <"$work/flags" >"$work/text" 2>"$work/log"
    [ ! -s "$work/log" ] || failed "$(grep -m 1 error "$work/log")"
    # The first word of each list that is in the body of the function is what it does.
    awk -v loads='__atomic_load_n;__atomic_thread_fence(2);std::atomic_thread_fence(std::memory_order_acquire);atomic_thread_fence(memory_order_acquire);__sync_synchronize;__dmb(11);_ReadWriteBarrier;cpu_relax();"memory"' \
        -v starts='mine();cpu_relax_ticks_();ns >> 2;ns >> 3;ns >> 5;ns >> 6' \
        -v ticks='cntvct_el0;0xb27c0000;QueryPerformanceCounter;cpu_relax_clock_gettime_;clock_gettime(1;clock_gettime(8' '
        function first(words, text,   n, i, word) {
            n = split(words, word, ";")
            for (i = 1; i <= n; i++) if (index(text, word[i])) return word[i]
            return "none"
        }
        function tell(   time, load) {
            if (flags == "") return
            time = first(starts, body["start"])
            if (time == "cpu_relax_ticks_()") time = first(ticks, body["ticks"])
            if (calls != has) has = has ", but calls for" calls
            load = first(loads, body["load"])
            if (load == "__atomic_load_n" && body["load"] !~ /, 2[)]/) load = load ", no acquire"
            print flags " |" has " | " load " | " time " | " (sleeps ? "sleeps" : "polls") " |" gnu
        }
        /^@ / { tell(); flags = substr($0, 3); has = calls = gnu = inside = ""; sleeps = 0; delete body; next }
        /^has / { has = has " " $2 }
        /^call / { calls = calls " " $2 } # in C they are macros, too
        flags ~ /c[+][+]/ && match($0, /cpu_relax_while_eq(8|16|32|64|ptr)[(]/) {
            word = substr($0, RSTART + 18, RLENGTH - 19)
            calls = calls " " (word == "ptr" ? "p" : word)
        }
        flags ~ /c[+][+]/ && /^extern [^"]/ { has = has " not extern C: " $0 }
        /cpu_relax_doze_/ { sleeps = 1 }
        /^defined.*CPU_RELAX_/ { has = has " not all defined: " $0 }
        /CPU_RELAX_(MAY_ALIAS|COLD|NONNULL|INLINE|STATIC|OR_[0-9]*)_/ { has = has " a macro undefined: " $0 }
        /__may_alias__/ { gnu = " GNU" }
        match($0, / cpu_relax_(load|start|ticks)_\(/) && /^[a-z]/ { inside = substr($0, RSTART + 11, RLENGTH - 13) }
        inside != "" { body[inside] = body[inside] $0 "\n" }
        /^}/ { inside = "" }
        END { tell() }' "$work/text" >"$work/found"
    [ -s "$work/expected" ] || failed 'loads.txt has no line'
    diff "$work/expected" "$work/found" || failed 'not as tests/project/loads.txt says'
    ;;

# No call has grown since codegen/sizes.txt was made; of the rows whose compilers are here.
sizes)
    need clang-22 clang-22
    sh tests/codegen/sizes.sh >"$work/sizes" || failed 'tests/codegen/sizes.sh'
    awk 'NR == FNR { for (i = 2; i <= NF; i++) was[$1, i] = $i; next }
        FNR == 1 { for (i = 2; i <= NF; i++) call[i] = $i; next }
        { for (i = 2; i <= NF; i++) if ($i != "-") { n++; if ($i > was[$1, i]) print $1 ": " call[i] " has " $i " bytes, had " was[$1, i] } }
        END { if (!n) print "nothing was compiled" }' tests/codegen/sizes.txt "$work/sizes" >"$work/log"
    [ ! -s "$work/log" ] || failed "$(cat "$work/log")"
    ;;

# The examples compile and run.
examples)
    need gcc gcc
    need g++ g++
    g++ -std=c++11 -O2 -Wall -Wextra -Wpedantic -Werror -pthread -Iinclude examples/deadline.cc -o "$work/example" ||
        failed 'examples/deadline.cc does not compile'
    "$work/example" || failed 'examples/deadline.cc'
    for example in spinlock mailbox mutex; do
        gcc -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror -pthread -Iinclude examples/$example.c -o "$work/example" ||
            failed "examples/$example.c does not compile"
        "$work/example" || failed "examples/$example.c"
    done
    ;;

# clang in the manner of Microsoft's compiler takes the GNU assembly.
clang-cl)
    need clang-22 clang-22
    for target in i686 x86_64 aarch64; do
        bytes=f390 section=.text
        [ $target != aarch64 ] || bytes=df3f03d5
        for level in /Od /O2; do
            clang-22 --driver-mode=cl --target=$target-pc-windows-msvc /c /W4 /WX $level /Iinclude \
                "/Fo$work/probe.obj" tests/codegen/probe.c || failed "clang-cl $target $level does not compile"
            llvm-readobj-22 --hex-dump=$section "$work/probe.obj" | tr -d ' ' | grep -q $bytes ||
                failed "clang-cl $target $level: no $bytes"
        done
    done
    ;;

# The table has a cell for every -march that the cross compiler knows, in A32 and in Thumb code as far as it
# takes it, in both byte orders.
every-march)
    need arm-linux-gnueabi-gcc gcc-arm-linux-gnueabi
    known=$(arm-linux-gnueabi-gcc -march=none -c -x c /dev/null 2>&1 | sed -n 's/.*valid arguments are: \([^;]*\).*/\1/p')
    [ -n "$known" ] || failed 'the compiler does not tell which -march it knows'
    echo 'int x(void) { return 0; }' >"$work/x.c"
    for march in $known; do
        for state in arm thumb; do
            flags="-m$state -mlittle-endian -mfloat-abi=soft"
            # shellcheck disable=SC2086
            arm-linux-gnueabi-gcc $flags -march="$march" -Werror -S -o /dev/null "$work/x.c" 2>/dev/null || continue
            for order in little big; do
                grep -q "^gcc-.*-m$state -m$order-endian .*[{,=]${march}[,} ]" tests/targets.txt ||
                    failed "no cell for -m$state -m$order-endian -march=$march"
            done
        done
    done
    ;;

# What is made from a table or from the CSVs is what they make today.
documents)
    marked() { sed -n "/^<!-- $1/,/^<!-- end of $1/p" README.md | sed '1d;$d'; }
    sh tests/table.sh support >"$work/support"
    marked 'support table' | cmp -s - "$work/support" ||
        failed 'the support table of README.md is not: sh tests/table.sh support'
    marked performance | cmp -s - bench/results/readme.md ||
        failed 'the figures of README.md are not bench/results/readme.md'
    sh tests/table.sh counts | cmp -s - tests/counts.md || failed 'tests/counts.md is not: sh tests/table.sh counts'
    sh tests/table.sh presets | cmp -s - CMakePresets.json ||
        failed 'CMakePresets.json is not: sh tests/table.sh presets'
    percent=$(sed -n 's/.*Tests must find \([0-9]*\) %.*/\1/p' README.md)
    grep -q "< 0[.]$percent \* tried" tests/faults/sweep.py || failed 'the share of faults in README.md is not that of sweep.py'
    [ "$(wc -l <README.md)" -le 250 ] || failed 'README.md has more than 250 lines'
    sh tests/project/links.sh . || failed 'links'
    # Each block of the README is run by a test, which names it.
    awk '/^```./ && last !~ /^<!-- test: / { print FILENAME ": no test runs the block at line " FNR; bad = 1 }
        { last = $0 } END { exit bad }' README.md VENDORING.md || failed 'blocks'
    sed -n 's/^<!-- test: \(.*\) -->$/\1/p' README.md VENDORING.md | while read -r name; do
        case $name in
        'vendor '*) [ -e "tests/allocators/${name#vendor }.sh" ] || echo "$name" ;;
        *) grep -q "snippet $name\b" tests/project/check.sh tests/consumers/consume.sh || echo "$name" ;;
        esac
    done >"$work/untested"
    [ ! -s "$work/untested" ] || failed "no test runs these blocks: $(cat "$work/untested")"
    # One loop is recommended: its text is the same wherever it stands.
    loop() { sed -n '/^    if (atomic_exchange/,/^ *atomic_exchange.*));$/p' "$1"; }
    [ -n "$(loop README.md)" ] || failed 'README.md has no spin lock'
    [ "$(loop README.md)" = "$(loop examples/spinlock.c)" ] || failed 'the spin lock of README.md is not that of examples/spinlock.c'
    # The figures in what people read, outside the parts that are made
    lines=$(sed -n 's/.*its header has \([0-9]*\) lines.*/\1/p' README.md)
    grep -q ",_mm_pause,lines,$lines\b" bench/results/*/hint.csv ||
        failed 'README.md: the lines of _mm_pause are in no hint.csv'
    ;;

spelling)
    need codespell codespell
    need aspell 'aspell aspell-en'
    # shellcheck disable=SC2046 # names without blanks
    codespell -q 7 -L nd,fo,iinclude,te $(sources '*.md' '*.h' '*.c' '*.cc' '*.3' '*.sh' '*.txt' '*.cmake' '*.py') || failed codespell
    # aspell knows no code, so that is left out; what it does not know either is in words.txt.
    for document in *.md; do
        # shellcheck disable=SC2016
        sed -e '/^```/,/^```/d' -e '/^<!--/d' -e 's/`[^`]*`//g' -e 's/](\([^)]*\))/]/g' "$document"
    done | aspell list --lang=en_GB --encoding=utf-8 --personal=/dev/null | sort -u >"$work/unknown"
    sed '/^#/d' tests/project/words.txt | sort -u | comm -23 "$work/unknown" - >"$work/wrong"
    [ ! -s "$work/wrong" ] || failed "misspelt, or missing in tests/project/words.txt: $(paste -s -d ' ' "$work/wrong")"
    ;;

# The blocks of C, as they stand, and a program of somebody who has a cpu_relax() already.
snippets)
    need gcc gcc
    need g++ g++
    snippet() { awk -v name="$1" -f tests/consumers/snippet.awk README.md; }
    cp include/*.h "$work"
    for file in hint.c backoff.c named.h; do
        case $file in
        hint.c) snippet hint.c >"$work/use.c" ;;
        backoff.c)
            snippet backoff.c >"$work/use.c"
            printf 'void use(atomic_int *lock);\nvoid use(atomic_int *lock) { spin_lock(lock); }\n' >>"$work/use.c"
            ;;
        named.h)
            snippet named.h >"$work/my_relax.h"
            printf '#include "my_relax.h"\n#include "my_relax.h"\nvoid cpu_relax(void);\nvoid cpu_relax(void) {}\nint main(void);\nint main(void) { my_relax(); cpu_relax(); return 0; }\n' >"$work/use.c"
            gcc -O2 "$work/use.c" -o "$work/use" || failed "$file does not link"
            "$work/use" || failed "$file: status $?"
            # shellcheck disable=SC2086
            g++ -std=c++11 $gnu -c -x c++ "$work/use.c" -o "$work/use.o" || failed "$file does not compile as C++"
            ;;
        esac
        # shellcheck disable=SC2086
        gcc -std=c11 $gnu -O2 -c "$work/use.c" -o "$work/use.o" || failed "$file does not compile"
    done
    ;;

# Every preset of this machine configures, keeps CFLAGS, builds and passes.
presets)
    cmake --list-presets | grep -q 'host-tsan.*ThreadSanitizer' || failed 'CMake does not list the presets with their names'
    [ "$(cmake --list-presets | grep -c ' - ')" = "$(sed -n '/configurePresets/,/]/p' CMakePresets.json | grep -c displayName)" ] ||
        failed 'a preset has no displayName'
    tree=$work/tree
    mkdir "$tree"
    sources | xargs cp --parents -t "$tree"
    export CMAKE_GENERATOR=Ninja # first-command tries the others
    for preset in host-debug host-release host-asan-ubsan host-tsan; do
        (cd "$tree" && CFLAGS=-DKEPT cmake --preset $preset && cmake --build --preset $preset && ctest --preset $preset) \
            >"$work/log" 2>&1 || failed "$preset: $(tail -n 20 "$work/log")"
        grep -q '^CMAKE_C_FLAGS:STRING=.*-DKEPT' "$tree/build/$preset/CMakeCache.txt" || failed "$preset drops CFLAGS"
        rm -rf "$tree/build"
    done
    ;;

# The README's first command, with each generator, with cmocka and as if there were none
first-command) # GENERATOR
    command=$(awk -v name=first -f tests/consumers/snippet.awk README.md)
    tree=$work/tree
    mkdir "$tree"
    sources | xargs cp --parents -t "$tree"
    export CMAKE_GENERATOR="$1" DESTDIR="$work/stage"
    (cd "$tree" && sh -ec "$command") >"$work/log" 2>&1 || failed "$1: $(tail -n 20 "$work/log")"
    grep -q '100% tests passed' "$work/log" || failed "$1: ctest runs no test"
    [ -e "$work/stage/usr/local/include/cpu_relax.h" ] || failed "$1 installs nothing"
    # CMake finds no package where its cache says that it is switched off.
    without='-DCMAKE_DISABLE_FIND_PACKAGE_cmocka=ON'
    rm -rf "$tree/build"
    (cd "$tree" && sh -ec "$(echo "$command" | sed "s/-B build/& $without/")") >"$work/log" 2>&1 ||
        failed "$1, without cmocka: $(tail -n 20 "$work/log")"
    [ "$(grep -c 'Tests left out: .*libcmocka-dev' "$work/log")" = 1 ] || failed "$1 does not say why there are no tests"
    rm -rf "$tree/build"
    if cmake -S "$tree" -B "$tree/build" $without -DCPU_RELAX_BUILD_TESTS=ON >"$work/log" 2>&1; then
        failed "$1: tests asked for are left out"
    fi
    grep -q 'cmocka not found: install it (Debian: libcmocka-dev)' "$work/log" || failed "$1 does not say what is missing"
    ;;

# An IDE sees the headers.
ide)
    mkdir -p "$work/build/.cmake/api/v1/query"
    : >"$work/build/.cmake/api/v1/query/codemodel-v2"
    cmake -S . -B "$work/build" -DCPU_RELAX_BUILD_TESTS=OFF >/dev/null || failed 'does not configure'
    for header in include/*.h; do
        grep -q "\"path\" : \"$header\"" "$work"/build/.cmake/api/v1/reply/target-cpu_relax-*.json || failed "the target has no $header"
    done
    ;;

style)
    need clang-format-14 clang-format-14
    need shellcheck shellcheck
    need cppcheck cppcheck
    need clang-tidy-14 clang-tidy-14
    # shellcheck disable=SC2046,SC2086 # names without blanks
    {
        clang-format-14 --dry-run -Werror $(sources '*.c' '*.h' 'examples/*.cc') || failed clang-format
        shellcheck $(sources '*.sh' .ci/run) || failed shellcheck
        # A condition may be known in the one configuration that cppcheck looks at.
        cppcheck -q --std=c99 --enable=warning,style,performance,portability --error-exitcode=1 \
            --suppress=unusedStructMember --suppress=knownConditionTrueFalse --suppress=toomanyconfigs -I include $headers ||
            failed cppcheck
        for header in $headers; do
            clang-tidy-14 --quiet "$header" -- -x c -std=c99 -Iinclude 2>/dev/null ||
                failed "clang-tidy $header"
        done
    }
    for file in $(sources '*.c' '*.h' '*.sh' '*.cmake' '*CMakeLists.txt' '*meson.build' '*.txt' .ci/run); do
        head -n 15 "$file" | grep -q SPDX-License-Identifier || failed "no SPDX line: $file"
    done
    ;;

# The committed tables are those of the committed CSVs.
figures)
    need gnuplot gnuplot-nox
    cp -r bench/results "$work/results"
    sh bench/report.sh "$work/results"
    for file in readme.md summary.md; do
        cmp -s bench/results/$file "$work/results/$file" ||
            failed "bench/results/$file is not what the CSVs beside it make: sh bench/report.sh"
    done
    ;;

# The demo, with a compiler and without one: each package manager gets the right command, through sudo unless
# it is root's; with --no-install, or without either, there is advice.
demo)
    awk -v name=demo -f tests/consumers/snippet.awk README.md >"$work/demo.sh"
    sh -e "$work/demo.sh" >"$work/demo" || failed "the demo: status $?"
    grep -q 'pause\|yield\|isb\|nop\|none' "$work/demo" || failed 'the demo names no hint'
    cat "$work/demo"
    bin=$work/bin
    for case in 'apt-get|0|apt-get install -y --no-install-recommends gcc libc6-dev' 'dnf|0|dnf install -y gcc' \
        'apk|0|apk add gcc musl-dev' 'pacman|0|pacman -Sy --noconfirm gcc' 'zypper|0|zypper --non-interactive install gcc' \
        'dnf|1000 sudo|dnf install -y gcc' 'dnf|1000|' 'none|0|' 'dnf|0 --no-install|'; do
        manager=${case%%|*} user=${case#*|} wanted=${case##*|}
        user=${user%|*} option=''
        case $user in *--no-install) option=--no-install ;; esac
        rm -rf "$bin"
        mkdir "$bin"
        for tool in sh dirname mktemp rm env sed cat uname paste; do ln -s "$(command -v $tool)" "$bin/"; done
        printf '#!/bin/sh\necho %s\n' "${user%% *}" >"$bin/id"
        printf '#!/bin/sh\n' >"$bin/true"
        # shellcheck disable=SC2016
        case $user in *sudo) printf '#!/bin/sh\n[ "$1" != -n ] || shift\necho "sudo $1" >>%s/log\nexec "$@"\n' "$bin" >"$bin/sudo" ;; esac
        # It puts a compiler there, as far as the demo is concerned: one that makes a program that says so.
        # shellcheck disable=SC2016
        {
            printf '#!/bin/sh\necho "%s $*" >>%s/log\n[ "$1" != update ] || exit 0\n' "$manager" "$bin"
            printf 'cat >%s/gcc <<"E"\n#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nprintf "#!/bin/sh\\necho ran\\n" >"$2"\n' "$bin"
            printf '%s +x "$2"\nE\n%s +x %s/gcc\n' "$(command -v chmod)" "$(command -v chmod)" "$bin"
        } >"$bin/$manager"
        chmod +x "$bin"/*
        : >"$bin/log"
        said=$(env -i PATH="$bin" sh examples/demo.sh $option 2>"$work/err" </dev/null)
        status_is=$?
        if [ -n "$wanted" ]; then
            [ "$status_is $said" = '0 ran' ] || failed "$case: status $status_is, $(cat "$work/err")"
            grep -qxF "$wanted" "$bin/log" || failed "$case: $(cat "$bin/log")"
            grep -q "no C compiler here: installing gcc.*$manager" "$work/err" || failed "$case: it does not say so first"
            case $user in *sudo) grep -qx 'sudo env' "$bin/log" || failed "$case: not by sudo" ;; esac
        else
            [ "$status_is" = 1 ] || failed "$case: status $status_is"
            grep -q 'no C compiler here: install one' "$work/err" || failed "$case: no advice: $(cat "$work/err")"
            ! grep -q install "$bin/log" || failed "$case: it installs"
        fi
    done
    ;;

# Newcomers: what the README says, and nothing else, on an empty Debian 12 (see sysroot/debian.sh).
newcomer) # empty|compiler|vendor
    [ "$(id -u)" = 0 ] || { echo 'not run: needs root'; exit 77; }
    [ -d "$DEBIAN" ] || { echo "not run: needs sh tests/sysroot/debian.sh ${DEBIAN%/*}"; exit 77; }
    # Linked, not copied: package managers replace files, they do not write into them.
    root=$DEBIAN/newcomer-$1
    rm -rf "$root"
    trap 'rm -rf "$work" "$root"' EXIT
    cp -al "$DEBIAN/$([ "$1" = empty ] && echo empty || echo compiler)" "$root"
    cp --remove-destination /etc/resolv.conf "$root/etc/"
    mkdir "$root/srv/cpu_relax"
    sources | xargs cp --parents -t "$root/srv/cpu_relax"
    inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$root" sh -ec "cd $1; $2"; }
    snippet() { awk -v name="$1" -f tests/consumers/snippet.awk README.md; }
    case $1 in
    empty)
        ! inside / 'command -v cc gcc' || failed 'there is a compiler already'
        inside /srv/cpu_relax "$(snippet demo)" || failed "the demo: status $?"
        cp -n "$root"/var/cache/apt/archives/*.deb "$DEBIAN/empty/var/cache/apt/archives/" # quick the next time
        ;;
    compiler)
        inside /srv/cpu_relax "$(snippet first)" || failed "the first command: status $?"
        [ -e "$root/usr/local/include/cpu_relax.h" ] || failed 'it installs nothing'
        # shellcheck disable=SC2016
        inside /srv/cpu_relax "$(sed -n 's/.*To uninstall: `\(.*\)`.*/\1/p' README.md)" || failed 'does not uninstall'
        [ ! -e "$root/usr/local/include/cpu_relax.h" ] || failed 'uninstalling leaves the header there'
        ;;
    vendor) # an empty folder, a copy of the one header, the README's block, a name of one's own
        mkdir "$root/srv/mine"
        cp include/cpu_relax.h "$root/srv/mine/"
        snippet named.h >"$root/srv/mine/my_relax.h"
        printf '#include "my_relax.h"\nstatic int cpu_relax;\nint main(void) { my_relax(); return cpu_relax; }\n' >"$root/srv/mine/app.c"
        inside /srv/mine 'cc -Wall -Wextra -Werror -O2 app.c -o app; ./app; cc -O2 -S app.c -o -' >"$work/out" || failed "status $?"
        grep -q 'pause\|isb' "$work/out" || failed "no hint: $(cat "$work/out")"
        ;;
    esac
    ;;

# Each fault of mutants.txt, in a copy of the tree, is found by the check that it names.
mutants)
    need git git
    sed '/^#/d; /^$/d; s/ *| */|/; s/ *| */|/2' tests/project/mutants.txt >"$work/lines"
    tree=$work/tree
    mkdir "$tree"
    sources | xargs cp --parents -t "$tree"
    git -C "$tree" init -q
    git -C "$tree" add -A
    while IFS='|' read -r name file edit; do
        case $name in *:*) set -- "${name%%:*}" "${name#*:}" ;; *) set -- "$name" ;; esac
        cp "$tree/$file" "$work/sound"
        sed -i "$edit" "$tree/$file"
        if cmp -s "$tree/$file" "$work/sound"; then
            failed "$name: nothing is changed in $file by: $edit"
        elif sh "$tree/tests/project/check.sh" "$@" >"$work/log" 2>&1; then
            failed "$name does not find, in $file: $edit"
        elif ! grep -q '^FAILED ' "$work/log"; then
            failed "$name: $(tail -n 3 "$work/log")"
        fi
        cp "$work/sound" "$tree/$file"
    done <"$work/lines"
    [ -s "$work/lines" ] || failed 'mutants.txt has no line'
    ;;

*)
    echo "check.sh: no check named $check" >&2
    exit 2
    ;;
esac
exit $status
