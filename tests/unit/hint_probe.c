/*
 * probe.c - what the compile-only checks compile: see cell.sh
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax.h"

#include "../unit/probe.h"

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
