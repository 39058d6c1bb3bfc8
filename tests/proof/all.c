/*
 * all.c - every value of ns that can be counted through, on the header's own code
 * SPDX-License-Identifier: MIT
 *
 * All 2^32 values that fit 32 bits, with a clock in nanoseconds, and with a counter of the rate HZ, which
 * the header takes for a Windows clock's; then, at several rates, values beside multiples of 2^32 and of
 * 10^9, and beyond 2^61. The compiler does not know the rate, as in a program.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(HZ)
static volatile uint64_t rate;
#  undef __linux__
#  define _WIN32
#  define _WINDOWS_
union _LARGE_INTEGER;
static int QueryPerformanceCounter(union _LARGE_INTEGER *to)
{
    *(uint64_t *)(void *)to = 7;
    return 1;
}
static int QueryPerformanceFrequency(union _LARGE_INTEGER *to)
{
    *(uint64_t *)(void *)to = rate;
    return 1;
}
#else
#  define CPU_RELAX_CLOCK_NS() 7ull
#endif
#include "cpu_relax_wait.h"

static void false_at(const char *claim, uint64_t ns)
{
    printf("FALSE: %s, ns = %llu\n", claim, (unsigned long long)ns);
    exit(1);
}

/* The ticks that ns nanoseconds take, and no fewer. Each asked for by itself: the compiler would else
 * prove the easy ones and run nothing. */
__attribute__((__noipa__)) static void check(uint64_t ns, uint64_t counts, uint64_t ticks)
{
    cpu_relax_timer_ t;

    cpu_relax_timer_start_(&t);
    cpu_relax_timer_set_(&t, ns);
    if (t.duration_ != ticks)
        false_at("the duration is the time, rounded up to a tick", ns);
    if (t.budget_ != 4 * counts + 4)
        false_at("the budget is four iterations to the nanosecond and four", ns);
    if (t.start_ != 7)
        false_at("it starts now", ns);
}

int main(void)
{
    const uint64_t most = (uint64_t)1 << 61;
    uint64_t i;
    int beside;
#if defined(HZ)
    static const uint64_t rates[] = {1,          999,        32768,      1000000,
                                     10000000,   19200000,   24000000,   62500000,
                                     1000000000, 1000000001, 4096000000u};
    size_t r;
    uint64_t ticks = 0, rest = 0; /* ns * rate is ticks * 10^9 - rest */

    for (r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
        rate = rates[r];
        for (i = 0; i < 100000; i++)
            for (beside = -2; beside <= 2; beside++) {
                const uint64_t ns =
                    ((i % 2 ? (uint64_t)1 << 32 : 1000000000u) * i + (uint64_t)(int64_t)beside) %
                    most;
                const unsigned __int128 product = (unsigned __int128)ns * rate + 999999999u;

                check(ns, ns, (uint64_t)(product / 1000000000u));
            }
    }
    rate = 0; /* the firmware has not set it: hints are counted */
    for (i = 1; i <= 0xffffff; i++) {
        cpu_relax_timer_ t;

        cpu_relax_timer_start_(&t);
        cpu_relax_timer_set_(&t, i);
        if (t.budget_ != i / 32 + 1 || t.hz_ != 0)
            false_at("an unknown rate is an estimate", i);
    }
    rate = HZ;
    for (i = 0; i <= 0xffffffffu; i++) {
        check(i, i, ticks);
        for (; rest < rate; rest += 1000000000u)
            ticks++;
        rest -= rate;
    }
#else
    for (i = 0; i <= 0xffffffffu; i++)
        check(i, i, i);
    for (i = 1; i <= 0xffffffffu; i += 999)
        for (beside = -2; beside <= 2; beside++) {
            const uint64_t ns = (i << 32) + (uint64_t)(int64_t)beside,
                           counts = ns < most ? ns : most;

            check(ns, counts, counts);
        }
#endif
    puts("all");
    return 0;
}
