/*
 * hint_hostile.c - an includer with macros of every name that the header could be tempted to use
 * SPDX-License-Identifier: MIT
 */
#include "hint.h"

#if defined(__clang__)
#  pragma clang diagnostic ignored "-Wkeyword-macro"
#endif

#define cpu_relax(x) hostile_##x
#define asm hostile_asm
#if HINT_HAS_ASM /* standard C has no other words for its barrier */
#  define inline hostile_inline
#  define volatile hostile_volatile
#endif
#define always_inline hostile_always_inline
#define memory hostile_memory
#define code hostile_code
#define pause 1
#define yield 2
#define nop 3
#define isb 4
#define barrier() 5
#define HINT 6
#define INSN 7
#define VERSION 8
#define hostile_zero 9

#include "cpu_relax.h"

#undef inline
#undef volatile

int hint_hostile_damage(void)
{
    (cpu_relax)(); /* the function, since the name is the includer's macro here */
    return (cpu_relax(zero) != 9) + (pause != 1) + (yield != 2) + (nop != 3) + (isb != 4) +
           (barrier() != 5) + (HINT != 6) + (INSN != 7) + (VERSION != 8);
}
