/*
 * hint_other.c - a second translation unit, and the arithmetic of hint.c without a hint
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

static void reference(uint32_t *b_out, uint32_t *f_out, uint64_t *wide_out)
{
    uint32_t i, a = 1, b = 2, c = 3, d = 5, e = 7, f = 11;
    uint64_t wide = 0;

    for (i = 0; i < 1000000; i++) {
        a += i;
        b ^= a;
        c += b;
        d ^= c;
        wide += (uint64_t)a << 7;
        e += d;
        f ^= e;
    }
    *b_out = b;
    *f_out = f;
    *wide_out = wide;
}

uint32_t hint_reference_b(void)
{
    uint32_t b, f;
    uint64_t wide;
    reference(&b, &f, &wide);
    return b;
}

uint32_t hint_reference_f(void)
{
    uint32_t b, f;
    uint64_t wide;
    reference(&b, &f, &wide);
    return f;
}

uint64_t hint_reference_wide(void)
{
    uint32_t b, f;
    uint64_t wide;
    reference(&b, &f, &wide);
    return wide;
}
