/*
 * polls.c - the wait of cpu_relax_wait.h where nothing is detected and nothing sleeps, for handover.c
 * SPDX-License-Identifier: MIT
 *
 * run.sh compiles it twice: as wait_that_polls, and as wait_with_slow_clock, which has a clock of 1 us a reading, as
 * where each reading is a system call or an exit of the virtual machine.
 */
#define CPU_RELAX_NO_MONITOR
#include "bench.h"

#if defined(SLOW_CLOCK)
static uint64_t slow_clock(void)
{
    const uint64_t start = clock_ns(CLOCK_MONOTONIC);
    uint64_t now;

    do
        now = clock_ns(CLOCK_MONOTONIC);
    while (now - start < 1000);
    return now;
}
#  define CPU_RELAX_CLOCK_NS() slow_clock()
#  define wait_that_polls wait_with_slow_clock
#endif
#include "cpu_relax_wait.h"

void wait_that_polls(const uint32_t *word, uint32_t old, uint64_t timeout_ns);
void wait_that_polls(const uint32_t *word, uint32_t old, uint64_t timeout_ns)
{
    cpu_relax_while_eq32(word, old, timeout_ns);
}
