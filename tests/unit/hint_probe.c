/*
 * hint_probe.c - compiled, not run: what the compilers make of cpu_relax.h (test_codegen.py)
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax.h"

#include "probe.h"

#if defined(RELOADS)

/* Reads *p on both sides of the hint. Without a barrier it is constant(). */
int function(const int *p);
int function(const int *p)
{
    int before = *p;

    cpu_relax();
    return before == *p;
}

#elif defined(CONSTANT)

int function(const int *p);
int function(const int *p)
{
    (void)p;
    cpu_relax();
    return 1;
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
