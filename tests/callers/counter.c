/*
 * counter.c - the back-off by a counter of any rate, simulated: the contract of Windows' performance counter
 * SPDX-License-Identifier: MIT
 *
 * Only its own reads and the caller's tries take time, in picoseconds.
 */
#include <stdint.h>
#include <stdio.h>

static uint64_t now_ps, read_ps, rate_mhz;

union _LARGE_INTEGER {
    uint64_t ticks;
};
int QueryPerformanceCounter(union _LARGE_INTEGER *counter);
int QueryPerformanceFrequency(union _LARGE_INTEGER *hz);

int QueryPerformanceCounter(union _LARGE_INTEGER *counter)
{
    now_ps += read_ps;
    counter->ticks = now_ps * rate_mhz / 1000000;
    return 1;
}

int QueryPerformanceFrequency(union _LARGE_INTEGER *hz)
{
    hz->ticks = rate_mhz * 1000000;
    return 1;
}

#include "cpu_relax_wait.h"

enum { CALLS = 1000 };

/* How many of these calls took each try for a cache miss. */
static int contended(uint64_t mhz, uint64_t read_ns, uint64_t try_ns)
{
    cpu_relax_backoff_t b;
    int count = 0;

    rate_mhz = mhz;
    read_ps = read_ns * 1000;
    cpu_relax_backoff_init(&b, 1000000000);
    for (int i = 0; i < CALLS; i++) {
        const uint64_t start_ps = now_ps;

        (void)cpu_relax_backoff(&b);
        count += now_ps - start_ps > 500 * 1000; /* START is 50 ns, CAP 2000 */
        now_ps += try_ns * 1000;
    }
    return count;
}

int main(void)
{
    static const struct {
        uint64_t mhz, read_ns, try_ns;
        int least, most;
    } runs[] = {
        /* a try in the own cache: fast, however many ticks the read takes */
        {200, 8, 6, 0, 0},
        {122, 12, 6, 0, 0},
        {100, 16, 6, 0, 0},
        {62, 30, 6, 0, 0},
        {54, 32, 6, 0, 0},
        /* a cache miss is found, by ticks of 41 ns, too */
        {24, 28, 100, CALLS / 2, CALLS},
        {100, 16, 100, CALLS - 2, CALLS},
        {1000, 16, 100, CALLS - 2, CALLS},
    };
    int wrong = 0;

    for (unsigned i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        const int found = contended(runs[i].mhz, runs[i].read_ns, runs[i].try_ns);

        if (found < runs[i].least || found > runs[i].most) {
            printf("%u MHz, a try of %u ns: %d of %d calls found contention\n",
                   (unsigned)runs[i].mhz, (unsigned)runs[i].try_ns, found, (int)CALLS);
            wrong = 1;
        }
    }
    return wrong;
}
