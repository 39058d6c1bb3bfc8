/*
 * hint_own.c - an includer with a function `cpu_relax` of its own, between copies under other names
 * SPDX-License-Identifier: MIT
 */
#include "hint.h"

#define CPU_RELAX_NAME one_relax
#include "cpu_relax.h"

static int cpu_relax(int calls)
{
    one_relax();
    return calls + 1;
}

#define CPU_RELAX_NAME two_relax
#include "cpu_relax.h"

int hint_own(int calls)
{
    two_relax();
    return cpu_relax(calls);
}
