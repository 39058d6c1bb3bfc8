/*
 * hint_other.c - a second translation unit, and the arithmetic of hint_checks.h without a hint
 * SPDX-License-Identifier: MIT
 */
#include "hint.h"

#include "cpu_relax.h"

void hint_other_call(void)
{
    cpu_relax();
}

const char *hint_other_name(void)
{
    return CPU_RELAX_HINT;
}

void hint_reference(struct hint_values *v)
{
    static const struct hint_values start = {1, 2, 3, 5, 7, 11, 0, HINT_ONE};
    hint_real y = HINT_HALF;
    uint32_t round;

    *v = start;
    for (round = 0; round < HINT_ROUNDS; round++) {
        v->a += round;
        v->b ^= v->a;
        v->c += v->b;
        v->d ^= v->c;
        v->wide += (hint_wide)v->a << 7;
        v->e += v->d;
        v->f ^= v->e;
        v->x += y;
        y = HINT_ONE - y;
    }
}
