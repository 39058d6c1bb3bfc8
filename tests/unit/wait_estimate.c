/*
 * wait_estimate.c - the header as firmware has it: no OS, no clock of its own
 * SPDX-License-Identifier: MIT
 *
 * Built with -ffreestanding.
 */
#include "cpu_relax.h"

static unsigned long hints;

#define cpu_relax() (hints++)
#include "cpu_relax_wait.h"

#include "wait.h"

#if __STDC_HOSTED__
#  error "wait_estimate.c is a test of -ffreestanding: build it so"
#endif

uint64_t wait_estimated_hints(uint64_t ns)
{
    hints = 0;
    cpu_relax_ns(ns);
    return hints;
}

int wait_estimated_back_off(void)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    int calls = 0;

    while (cpu_relax_backoff(&b) && calls < 1000)
        calls++;
    return calls;
}
