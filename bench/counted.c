/*
 * counted.c - the policies that count hints: run.sh compiles it once for each hint
 * SPDX-License-Identifier: MIT
 *
 * With another CPU_RELAX_INSN it is what a CPU with another hint makes of the same source. SUFFIX goes to the
 * names, TABLE is what the table is called. Both are written again from the constants that their authors publish.
 */
#include "cpu_relax.h"

#include <sched.h>

#include "bench.h"
#include "ttas.h"

/* jemalloc 5: 1, 2, 4, 8, 16 hints, then sched_yield. [include/jemalloc/internal/spin.h] */
static void jemalloc_wait(unsigned *iteration)
{
    if (*iteration < 5) {
        for (unsigned i = 0; i < 1u << *iteration; i++)
            cpu_relax();
        ++*iteration;
    } else {
        sched_yield();
    }
}
TTAS(jemalloc, unsigned iteration = 0, jemalloc_wait(&iteration))

/* crossbeam-utils 0.8, Backoff::snooze: 1 to 64 hints, then yield. [src/backoff.rs] */
static void crossbeam_wait(unsigned *step)
{
    if (*step <= 6)
        for (unsigned i = 0; i < 1u << *step; i++)
            cpu_relax();
    else
        sched_yield();
    if (*step <= 10)
        ++*step;
}
TTAS(crossbeam, unsigned step = 0, crossbeam_wait(&step))

const struct lock TABLE[] = {
    {"jemalloc (re-created)" SUFFIX, "", 'p', jemalloc_acquire, ttas_release, NULL},
    {"crossbeam (re-created)" SUFFIX, "", 'p', crossbeam_acquire, ttas_release, NULL},
};
