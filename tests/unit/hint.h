/*
 * hint.h - what the suite calls in its other translation units
 * SPDX-License-Identifier: MIT
 */
#ifndef CPU_RELAX_TESTS_HINT_H
#define CPU_RELAX_TESTS_HINT_H

#include <stdint.h>

#ifndef HINT_ROUNDS /* even, so that the doubles come back to where they were */
#  define HINT_ROUNDS 500000u
#endif

/* Compilers that have only standard C's barrier, a call that they cannot see through, take no
 * instruction, nor does the one in Microsoft's mode. */
#if defined(HINT_STANDARD_C) || (defined(_MSC_VER) && !defined(__clang__))
#  define HINT_HAS_ASM 0
#else
#  define HINT_HAS_ASM 1
#endif

#ifdef HINT_SMALL /* a compiler, or its library, without 64 bits and doubles */
typedef uint32_t hint_wide;
typedef int32_t hint_real;
#  define HINT_HALF 1
#  define HINT_ONE 2
#else
typedef uint64_t hint_wide;
typedef double hint_real;
#  define HINT_HALF 0.5
#  define HINT_ONE 1.0
#endif

struct hint_values {
    uint32_t a, b, c, d, e, f;
    hint_wide wide;
    hint_real x;
};

/* hint_other.c: a second user of the header in the same program */
void hint_other_call(void);
const char *hint_other_name(void);
void hint_reference(struct hint_values *v); /* the arithmetic of hint_checks.h, without a hint */

/* hint_hostile.c: how many of the includer's macros the header has changed */
int hint_hostile_damage(void);

/* hint_user.c: the header with an instruction of the includer's own */
const char *hint_user_name(void);
int hint_user_polls(int count);

#endif
