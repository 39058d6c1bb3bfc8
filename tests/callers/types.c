/*
 * types.c - the words that C11 callers wait for
 * SPDX-License-Identifier: MIT
 *
 * Compiled in each dialect with every warning that callers turn on, and run: no cast, no pragma. A wait for
 * a floating-point number, FLOAT, must be refused, with a message that names the bits.
 */
#include "cpu_relax_wait.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state { EMPTY, FULL };

static atomic_bool flag = true;
static _Atomic uint16_t half = 5;
static uint32_t word = 5;
static const volatile uint32_t constant = 5;
static volatile uint64_t wide = 5;
static enum state state = FULL;
static int variable;
static const int target = 7;
static int *_Atomic pointer = &variable;
static const int *_Atomic pointer_to_const = &target;
static const int *plain_pointer = &target;

#if defined(FLOAT)
static _Atomic(float) atomic_float = 1;
static double plain_double = 1;
static long double long_one = 1;
#endif

int main(void)
{
#if defined(FLOAT)
    return FLOAT == 1;
#else
    const uint64_t forever = CPU_RELAX_FOREVER, wrapped = UINT64_MAX;
    const uint32_t *const const_word = &word;
    const int *const p = (const int *)cpu_relax_while_eqptr(&pointer_to_const, NULL, forever);

    cpu_relax_for_ns(wrapped); /* a difference `deadline - now` that wrapped has expired */
    return !(
        cpu_relax_while_eq(&flag, false, forever) == 1 &&
        cpu_relax_while_eq8(&flag, 0, forever) == 1 &&
        cpu_relax_until_eq(&flag, true, forever) == 1 &&
        cpu_relax_until_eq(&half, 5, forever) == 5 &&
        cpu_relax_until_masked(&half, 4, 4, forever) == 5 &&
        cpu_relax_while_eq(&half, 5, 10) == 5 && cpu_relax_while_eq32(&word, 0, forever) == 5 &&
        cpu_relax_until_eq(&word, 2, wrapped) == 5 && cpu_relax_until_eq(const_word, 2, 10) == 5 &&
        cpu_relax_until_masked(const_word, 3, 5, forever) == 5 &&
        cpu_relax_while_masked(&constant, 4, 0, forever) == 5 &&
        cpu_relax_until_eq32(&constant, 5, forever) == 5 &&
        cpu_relax_while_eq64(&wide, 0, forever) == 5 && cpu_relax_while_eq(&wide, 0, 10) == 5 &&
        cpu_relax_while_masked(&wide, 1, 0, forever) == 5 &&
        cpu_relax_until_eq32(&state, FULL, forever) == FULL && p == &target &&
        cpu_relax_while_eqptr(&pointer, NULL, forever) == &variable &&
        cpu_relax_until_eqptr(&pointer, &variable, 0) == &variable &&
        cpu_relax_until_eqptr(&plain_pointer, &target, forever) == &target);
#endif
}
