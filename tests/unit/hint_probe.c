/*
 * hint_probe.c - compiled, not run: what the compilers make of cpu_relax.h (test_codegen.py)
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax.h"

#include "probe.h"

#if defined(RESULT)

/* Loads *p before the hint, and with -DRESULT="before == *p" after it. Without a barrier that is -DRESULT=1. */
int function(const int *p);
int function(const int *p)
{
    int before = *p;

    (void)before;
    cpu_relax();
    return RESULT;
}

#else

void probe(void);
void probe(void)
{
    PROBE_GLOBAL_LABEL("cpu_relax_probe_begin");
    cpu_relax();
    PROBE_GLOBAL_LABEL("cpu_relax_probe_end");
}

#endif
