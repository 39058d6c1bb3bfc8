/*
 * tunables.c - delays, backs off and waits, whatever the tunables are
 * SPDX-License-Identifier: MIT
 *
 * Its clock moves by 1 us each time it is read, so the longest delay is a million readings and nothing
 * depends on real time.
 */
#include <stdint.h>
#include <stdio.h>

static uint64_t time_ns;

static uint64_t clock_ns(void)
{
    time_ns += 1000;
    return time_ns;
}

#define CPU_RELAX_CLOCK_NS() clock_ns()
#include "cpu_relax_wait.h"

static int failures;

static void expect(int true_one, const char *what)
{
    if (!true_one) {
        printf("FAILED %s\n", what);
        failures++;
    }
}

/* Between two calls the clock is read `readings` times: 0 is an uncontended poll, 100 a cache miss. */
static void back_off(int calls, int readings)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    int spinning = 1, i, j;

    for (i = 0; i < calls; i++) {
        const int again = cpu_relax_backoff(&b);

        expect(again == 0 || again == 1, "cpu_relax_backoff returns 0 or 1");
        expect(i > 0 || again == 1, "the first call waits");
        expect(spinning || again == 0, "once cpu_relax_backoff has returned 0, it keeps to it");
        spinning = again;
        for (j = 0; j < readings; j++)
            (void)clock_ns();
    }
    cpu_relax_backoff_reset(&b);
    expect(cpu_relax_backoff(&b) == 1, "after a reset it waits again");
}

int main(void)
{
    static const uint32_t lengths[] = {0, 1, 999, 1999, 2000, 2001, 999999, 1000001, 3000000};
    static uint32_t word = 5;
    unsigned i;

    back_off(10, 0);
    back_off(10, 100);
    for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint64_t begin = time_ns;

        cpu_relax_for_ns(lengths[i]);
        expect(time_ns - begin >= lengths[i], "a delay is not shorter than its length");
        begin = time_ns;
        expect(cpu_relax_while_eq32(&word, 5, lengths[i]) == 5,
               "a wait that has expired returns the old value");
        expect(time_ns - begin >= lengths[i], "a wait does not expire before its timeout");
        expect(cpu_relax_while_eq32(&word, 6, lengths[i]) == 5, "a wait returns another value");
    }
    return failures != 0;
}
