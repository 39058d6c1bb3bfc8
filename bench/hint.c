/*
 * hint.c - what one hint takes, per peer, and what commands take
 * SPDX-License-Identifier: MIT
 *
 * usage: hint REPETITIONS ns               a row for each hint: its time
 *        hint REPETITIONS ms NAME COMMAND ...  a row for each command: its processor time
 *
 * hints.inc, which run.sh writes, has a line HINT(number, name) for each peer that is there; the loop
 * of each is in a file of its own, since their headers do not all go together.
 */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <sched.h>

#include "bench.h"
#include "cpu_relax_wait.h"

#define HINT(number, name) void loop_##number(unsigned long);
#include "hints.inc"
#undef HINT

/* No hints. A read of the clock that delays use. */
static void loop_clock(unsigned long n)
{
    uint64_t ticks;

    while (n-- > 0)
        (void)cpu_relax_clock_(&ticks);
}

/* What a caller may do once back-off says 0. The shortest sleep that there is. */
static void loop_yield(unsigned long n)
{
    while (n-- > 0)
        sched_yield();
}

static void loop_sleep(unsigned long n)
{
    const struct timespec t = {0, 1};

    while (n-- > 0)
        nanosleep(&t, NULL);
}

static const struct {
    const char *name;
    void (*loop)(unsigned long);
} hints[] = {
#define HINT(number, name) {#name, loop_##number},
#include "hints.inc"
    {"clock read", loop_clock},
    {"sched_yield", loop_yield},
    {"sleep", loop_sleep},
};
enum { HINTS = sizeof(hints) / sizeof(hints[0]) };

static double children_ms(void)
{
    struct rusage u;

    getrusage(RUSAGE_CHILDREN, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

int main(int argc, char **argv)
{
    const int repetitions = argc > 2 ? atoi(argv[1]) : 0, commands = (argc - 3) / 2;
    uint64_t random = clock_ns(CLOCK_REALTIME) | 1;

    if (repetitions < 1 || (strcmp(argv[2], "ns") != 0 &&
                            (strcmp(argv[2], "ms") != 0 || argc % 2 == 0 || commands < 1))) {
        fprintf(stderr, "usage: hint REPETITIONS ns | hint REPETITIONS ms NAME COMMAND...\n");
        return 2;
    }
    for (int r = 1; r <= repetitions; r++) {
        const int n = argv[2][0] == 'n' ? HINTS : commands;
        const int offset = (int)(noise(&random) % (unsigned)n);

        for (int k = 0; k < n; k++) {
            const int i = (k + offset) % n;
            double before;

            if (argv[2][0] == 'n') {
                const unsigned long calls = hints[i].loop == loop_sleep ? 100 : 20000;

                before = (double)clock_ns(CLOCK_MONOTONIC);
                hints[i].loop(calls);
                printf("%d,%s,ns,%.4g\n", r, hints[i].name,
                       ((double)clock_ns(CLOCK_MONOTONIC) - before) / (double)calls);
            } else {
                before = children_ms();
                if (system(argv[4 + 2 * i]) != 0) {
                    fprintf(stderr, "hint: failed: %s\n", argv[4 + 2 * i]);
                    return 1;
                }
                printf("%d,%s,ms,%.4g\n", r, argv[3 + 2 * i], children_ms() - before);
            }
            fflush(stdout);
        }
    }
    return 0;
}
