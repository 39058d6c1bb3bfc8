#!/bin/sh
# libgcc.sh - GCC's own library for big-endian ARM, out of Debian's source of GCC 12
# SPDX-License-Identifier: MIT
#
# usage: libgcc.sh DIR CC    DIR/src/libgcc has the sources; libgcc.a is built in the working directory
#
# Debian's cross compiler generates code for either byte order, but has the library for one. For C alone: no unwinding.
# Of 690 MB only the files that libgcc.a takes for 32-bit ARM are kept. A DIR/src/libgcc that exists is complete.
set -eu
[ $# = 2 ] || { echo 'usage: libgcc.sh DIR CC' >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
src=$1/src

if [ ! -d "$src/libgcc" ]; then
    sh "$here/fetch.sh" "$src" gcc-12
    rm -rf "$src/libgcc.tmp"
    mkdir -p "$src/libgcc.tmp"
    tar -xJf "$src"/gcc-12/gcc-12.*.tar.xz -C "$src/libgcc.tmp" --strip-components=1 \
        --wildcards --no-wildcards-match-slash 'gcc-*/include/*.h' 'gcc-*/libgcc/*.[ch]' \
        'gcc-*/libgcc/Makefile.in' 'gcc-*/libgcc/config/arm/*'
    mv "$src/libgcc.tmp" "$src/libgcc"
    rm -rf "$src/gcc-12"
fi

# libgcc's own configure wants a configured GCC around it. Instead the lists of functions come out of its makefiles,
# and these headers replace the generated ones.
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
# What GCC calls and libgcc lacks: libatomic's 8-byte atomics for CPUs without LDREXD, made of libgcc's __sync functions,
# which call the kernel's compare-and-exchange; and the personality routines that objects with unwind tables refer to.
cat >extra.c <<'EOL'
typedef unsigned long long u64;
u64 __atomic_load_8(const volatile void *p, int order) { return __sync_fetch_and_add((u64 *)p, 0); }
u64 __atomic_exchange_8(volatile void *p, u64 v, int order) { return __sync_lock_test_and_set((u64 *)p, v); }
u64 __atomic_fetch_add_8(volatile void *p, u64 v, int order) { return __sync_fetch_and_add((u64 *)p, v); }
void __atomic_store_8(volatile void *p, u64 v, int order) { __sync_lock_test_and_set((u64 *)p, v); }
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
void __aeabi_unwind_cpp_pr0(void) {}
void __aeabi_unwind_cpp_pr1(void) {}
void __aeabi_unwind_cpp_pr2(void) {}
EOL
ln -s "$src/libgcc" gcc
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
make -j"$(nproc)" CC="$2" AR="${2%%gcc *}ar"
"${2%%gcc *}ar" rcs libatomic.a # empty, so that the linker does not find Debian's, which is little-endian
