/*
 * types.c - the words that C11 callers wait for
 * SPDX-License-Identifier: MIT
 *
 * Compiled with every warning that callers turn on, -Wc++-compat too, and run: no cast, no pragma. Each of
 * FLOAT=1 to 4 must be refused, with a message that names the bits.
 */
#include "cpu_relax_wait.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state { EMPTY, FULL };

static atomic_bool flag = true;
static _Atomic uint16_t half = 5;
static const volatile uint32_t constant = 5;
static enum state state = FULL;
static const int target = 7;
static const int *_Atomic pointer = &target;
static const int *plain_pointer = &target;

#if defined(FLOAT)
static _Atomic(float) atomic_float = 1;
static double plain_double = 1;
static long double long_one = 1;
#endif

int main(void)
{
#if !defined(FLOAT)
    const uint64_t forever = CPU_RELAX_FOREVER;
    const int *const p = (const int *)cpu_relax_while_eqptr(&pointer, NULL, forever);

    return !(cpu_relax_while_eq(&flag, false, forever) == 1 &&
             cpu_relax_until_eq(&flag, true, forever) == 1 &&
             cpu_relax_until_eq(&half, 5, forever) == 5 &&
             cpu_relax_until_masked(&half, 4, 4, forever) == 5 &&
             cpu_relax_while_masked(&constant, 4, 0, forever) == 5 &&
             cpu_relax_until_eq32(&constant, 5, forever) == 5 &&
             cpu_relax_until_eq32(&state, FULL, forever) == FULL && p == &target &&
             cpu_relax_until_eqptr(&plain_pointer, &target, forever) == &target);
#elif FLOAT == 1
    return cpu_relax_while_eq(&atomic_float, 0, 0) == 1;
#elif FLOAT == 2
    return cpu_relax_until_eq32(&atomic_float, 0, 0) == 1;
#elif FLOAT == 3
    return cpu_relax_until_masked64(&plain_double, 1, 1, 0) == 1;
#else
    return cpu_relax_while_eq(&long_one, 1, 0) == 1;
#endif
}
