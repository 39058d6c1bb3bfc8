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

struct hint_values hint_reference(void)
{
    struct hint_values v = {1, 2, 3, 5, 7, 11, 0, 1.0};
    double y = 0.5;
    uint32_t round;

    for (round = 0; round < HINT_ROUNDS; round++) {
        v.a += round;
        v.b ^= v.a;
        v.c += v.b;
        v.d ^= v.c;
        v.wide += (uint64_t)v.a << 7;
        v.e += v.d;
        v.f ^= v.e;
        v.x += y;
        y = 1.0 - y;
    }
    return v;
}
