#!/bin/sh
# armeb.sh - builds a static tool chain for big-endian ARM Linux
# SPDX-License-Identifier: MIT
#
# usage: armeb.sh DIR NAME [FLAG...]
#
#   DIR/NAME/bin/cc     GCC with FLAGs (-march=..., -mthumb, ...); its caller's come later and win
#   DIR/NAME/include    musl's headers
#   DIR/NAME/lib        musl, and the part of libgcc that C programs need
#
# Debian has no C library for big-endian ARM, but its ARM cross compiler generates code for either
# byte order. The libraries are compiled here from Debian's source packages; programs run under
# qemu-armeb. GCC links -march=armv6 and later as BE8 (little-endian instructions), older as BE32.
#
# One build of the libraries serves every -march: it is for ARMv4T and the soft-float calling
# convention, which code for any later ARM or Thumb can call, -mfloat-abi=hard excepted; whether BE8
# or BE32 is decided only when a program is linked; and musl reads from the kernel what the CPU has. So
# a test is compiled with its own flags, what merely supports it is not, and that is built once.
#
# For C only: no C++, unwinding, sanitizers or shared libraries, and none of the kernel's headers.
#
# A DIR/NAME that exists is complete; one made from the same FLAGs by the same script is left alone.
# Runs may be cut short, repeated, and go on side by side. Source trees stay in DIR/src.
set -eu

die() {
    printf 'armeb.sh: %s\n' "$*" >&2
    exit 1
}

[ $# -ge 2 ] || die 'usage: armeb.sh DIR NAME [FLAG...]'
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
root=$(cd "$1" && pwd)
name=$2
shift 2
flags=$*

cross=arm-linux-gnueabi
absent=
while read -r tool package; do
    command -v "$tool" >/dev/null || absent="$absent $package"
done <<EOL
$cross-gcc gcc-$cross
make make
xz xz-utils
qemu-armeb qemu-user
EOL
[ -z "$absent" ] || die "Debian packages to install first:$absent"

version=$($cross-gcc -dumpversion)
stamp="$(cksum <"$here/armeb.sh") gcc $version"

# A directory is made under another name, stamped with what it is made from, and renamed at the end.
current() { # DIRECTORY STAMP
    [ -f "$1/stamp" ] && IFS= read -r was <"$1/stamp" && [ "$was" = "$2" ]
}
publish() { # DIRECTORY STAMP
    printf '%s\n' "$2" >"$1.tmp/stamp"
    rm -rf "$1"
    mv "$1.tmp" "$1"
}
! current "$root/$name" "$stamp $flags" || exit 0

# The children inherit the lock, so that it also holds while orphans of a killed run still write.
exec 9>"$root/.armeb.lock"
flock -n 9 || {
    echo "armeb.sh: $name: waiting for another run in $root" >&2
    flock 9
}
! current "$root/$name" "$stamp $flags" || exit 0

# run WHAT DIRECTORY COMMAND... runs the command in an empty directory; what it says is of interest
# only if it fails. Reporting that by a trap, not by ||, keeps set -e alive in the functions below.
log=$root/.armeb.log
doing=
failed() {
    [ -n "$doing" ] || return 0
    tail -n 20 "$log"
    echo "armeb.sh: cannot $doing; see above, or all of $log"
}
trap 'failed >&2' EXIT
run() {
    doing=$1 in=$2
    shift 2
    rm -rf "$in"
    mkdir -p "$in"
    (
        cd "$in"
        "$@"
    ) >"$log" 2>&1
    doing=
}

# What a caller passes to make(1) is not meant for the makefiles below.
unset MAKEFLAGS MFLAGS
jobs=-j$(nproc)

base=$root/.armeb
libgcc=$root/src/libgcc
base_cc="$cross-gcc -mbig-endian -march=armv4t -marm -mfloat-abi=soft -fno-pie -pipe"

# libgcc's own configure wants a configured GCC around it. Short of that, the lists of functions
# come out of its makefiles, the rules are simple, and these headers replace the generated ones.
build_libgcc() {
    touch auto-host.h coretypes.h tconfig.h
    echo '#include "config/arm/bpabi-lib.h"' >libgcc_tm.h
    cat >tm.h <<'EOL'
#define BITS_PER_UNIT 8
#define MIN_UNITS_PER_WORD 4
EOL
    cat >tsystem.h <<'EOL'
#include <stddef.h>
#define CHAR_BIT __CHAR_BIT__
#define abort() __builtin_trap()
#define gcc_assert(x) ((void)0)
EOL
    # What GCC calls and libgcc lacks: libatomic's 8-byte atomics for CPUs without LDREXD, made of
    # libgcc's __sync functions, which go through the kernel's compare-and-exchange; and the
    # personality routines that objects with unwind tables refer to.
    cat >extra.c <<'EOL'
typedef unsigned long long u64;
u64 __atomic_load_8(const volatile void *p, int order)
{
    return __sync_fetch_and_add((u64 *)p, 0);
}
u64 __atomic_exchange_8(volatile void *p, u64 v, int order)
{
    return __sync_lock_test_and_set((u64 *)p, v);
}
void __atomic_store_8(volatile void *p, u64 v, int order)
{
    __sync_lock_test_and_set((u64 *)p, v);
}
_Bool __atomic_compare_exchange_8(volatile void *p, void *expected, u64 v, int order, int failure)
{
    u64 old = *(u64 *)expected, now;
    do {
        if (__sync_bool_compare_and_swap((u64 *)p, old, v))
            return 1;
        now = __atomic_load_8(p, failure);
    } while (now == old);
    *(u64 *)expected = now;
    return 0;
}
#define FETCH_OP(op)                                                     \
    u64 __atomic_fetch_##op##_8(volatile void *p, u64 v, int order)      \
    {                                                                    \
        return __sync_fetch_and_##op((u64 *)p, v);                       \
    }                                                                    \
    u64 __atomic_##op##_fetch_8(volatile void *p, u64 v, int order)      \
    {                                                                    \
        return __sync_##op##_and_fetch((u64 *)p, v);                     \
    }
FETCH_OP(add) FETCH_OP(sub) FETCH_OP(and) FETCH_OP(or) FETCH_OP(xor) FETCH_OP(nand)
void __aeabi_unwind_cpp_pr0(void) {}
void __aeabi_unwind_cpp_pr1(void) {}
void __aeabi_unwind_cpp_pr2(void) {}
EOL
    ln -s "$libgcc" gcc
    sed -n '/^lib2funcs = /,/^LIB2FUNCS_ST := /p' gcc/libgcc/Makefile.in >lib2funcs.mk
    cat >Makefile <<'EOL'
libgcc.a:
gcc_compile_bare = $(CC)
srcdir = gcc/libgcc
arm = $(srcdir)/config/arm
include $(arm)/t-arm $(arm)/t-elf $(arm)/t-bpabi $(arm)/t-linux-eabi lib2funcs.mk
asm := $(addsuffix .o,$(sort $(LIB1ASMFUNCS)))
c := $(addsuffix .o,$(lib2funcs) $(LIB2_DIVMOD_FUNCS))
whole := bpabi.o unaligned-funcs.o linux-atomic.o linux-atomic-64bit.o extra.o
compile = $(CC) -w -O2 -fomit-frame-pointer -fno-stack-protector -fno-unwind-tables \
  -fno-asynchronous-unwind-tables -fbuilding-libgcc -DIN_GCC -DIN_LIBGCC2 \
  -nostdinc -isystem $(shell $(CC) -print-file-name=include) -I. -I$(srcdir) -Igcc/include -c -o $@
$(asm): $(arm)/lib1funcs.S; $(compile) -DL$(basename $@) -xassembler-with-cpp $<
$(c): $(srcdir)/libgcc2.c; $(compile) -DL$(basename $@) $<
vpath %.c $(arm)
$(whole): %.o: %.c; $(compile) $<
libgcc.a: $(asm) $(c) $(whole); $(AR) rcs $@ $^
EOL
    make "$jobs" CC="$base_cc" AR="$cross-ar"
}

# Nothing waits for the speed of this library, and -O1 saves a sixth of the time that -O2 takes.
# Paths are relative because make(1) cannot take those with white space.
build_musl() {
    CC=$base_cc LIBCC=../libgcc/libgcc.a CROSS_COMPILE=$cross- CFLAGS=-O1 CPPFLAGS='' LDFLAGS='' \
        ../../src/musl/configure --target=armeb-linux-musleabi --prefix= \
        --disable-shared --disable-wrapper
    make "$jobs"
    make install DESTDIR=..
}

if ! current "$base" "$stamp"; then
    "$here/fetch.sh" "$root/src" musl
    sh "$here/libgcc.sh" "$root/src"
    rm -rf "$base.tmp"
    run 'build libgcc' "$base.tmp/libgcc" build_libgcc
    run 'build musl' "$base.tmp/musl" build_musl
    mv "$base.tmp/libgcc/libgcc.a" "$base.tmp/lib"
    rm -rf "$base.tmp/libgcc" "$base.tmp/musl"
    publish "$base" "$stamp"
fi

# The specs put these headers, start files and libraries, %R being what --sysroot says, in the place
# of Debian's little-endian ones.
assemble() {
    cp -R "$base/include" "$base/lib" .
    cat >specs <<'EOL'
*cpp:
-nostdinc -isystem %R/include -isystem include%s

*link_libgcc:
-L%R/lib

*libgcc:
-lgcc

*lib:
-lc

*startfile:
%R/lib/crt1.o %R/lib/crti.o

*endfile:
%R/lib/crtn.o

EOL
    mkdir bin
    cat >bin/cc <<EOL
#!/bin/sh
root=\${0%/*}/..
exec $cross-gcc --sysroot="\$root" -specs="\$root/specs" -mbig-endian \\
    -fno-pie -no-pie -static $flags "\$@"
EOL
    chmod +x bin/cc
}

# Byte order, soft float, division, 8-byte atomics and threads, which is all that could be amiss.
try() {
    cat >try.c <<'EOL'
#include <pthread.h>
#include <stdio.h>
#include <string.h>
static unsigned long long sum;
static void *add(void *arg)
{
    for (int i = 0; i < 1000; i++)
        __atomic_add_fetch(&sum, 1ull << 33, __ATOMIC_SEQ_CST);
    return arg;
}
int main(int argc, char **argv)
{
    pthread_t other;
    char text[64];
    if (pthread_create(&other, NULL, add, NULL) != 0)
        return 1;
    add(NULL);
    pthread_join(other, NULL);
    snprintf(text, sizeof text, "%d %llu %.3f", *(char *)&(int){2}, sum / 1000, argc / 8.);
    return puts(text) < 0 || strcmp(text, "0 17179869184 0.125") != 0;
}
EOL
    "$new/bin/cc" try.c -o try -pthread
    qemu-armeb ./try
}

new=$root/$name.tmp
run "assemble $name" "$new" assemble
run "build and run a program with $name/bin/cc, flags '$flags'" "$new/try" try
rm -rf "$new/try"
publish "$root/$name" "$stamp $flags"
