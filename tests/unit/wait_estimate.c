/*
 * wait_estimate.c - the header in firmware: no OS, no clock of the user
 * SPDX-License-Identifier: MIT
 *
 * Built with -ffreestanding.
 */
#include "wait_hint.h"

static unsigned long hints;

static void cpu_relax(void)
{
    hints++;
}

#include "cpu_relax_wait.h"

#include "wait.h"

#if __STDC_HOSTED__
#  error "wait_estimate.c is a test of -ffreestanding: build it with that"
#endif

int wait_estimate_has_clock(void)
{
    return CPU_RELAX_HAS_CLOCK;
}

uint64_t wait_estimated_hints(uint64_t ns)
{
    hints = 0;
    cpu_relax_for_ns(ns);
    return hints;
}

int wait_estimated_backoff(void)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    int calls = 0;

    while (cpu_relax_backoff(&b) && calls < 1000)
        calls++;
    return calls;
}
