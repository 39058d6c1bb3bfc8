/*
 * bench.h - what the measurements share: a clock, a generator of noise, the locks
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Time stamps, cheap next to what they stand around: on x86 the counter itself, the same on all
 * processors where the kernel takes its own clock from it; elsewhere that clock. */
#if defined(__x86_64__) || defined(__i386__)
#  define STAMPS_ARE_TICKS 1
static inline uint64_t stamp(void)
{
    return __builtin_ia32_rdtsc();
}
#else
#  define STAMPS_ARE_TICKS 0
static inline uint64_t stamp(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}
#endif

/* Nanoseconds to a stamp: the median of nine reads of both clocks, 2 ms each. */
static inline int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline double stamp_ns(void)
{
    double found[9];

    for (int i = 0; i < 9; i++) {
        const uint64_t t0 = clock_ns(CLOCK_MONOTONIC), s0 = stamp();
        uint64_t t1;

        do
            t1 = clock_ns(CLOCK_MONOTONIC);
        while (t1 - t0 < 2000000);
        found[i] = (double)(t1 - t0) / (double)(stamp() - s0);
    }
    qsort(found, 9, sizeof(found[0]), by_value);
    return STAMPS_ARE_TICKS ? found[4] : 1;
}

/* xorshift64*; good enough to shuffle and to jitter. [Vigna, "An experimental exploration of
 * Marsaglia's xorshift generators, scrambled", 2016] */
static inline uint64_t noise(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

static inline void die(const char *what)
{
    perror(what);
    exit(1);
}

/*
 * A lock: one cache line or more of memory, all zero when it is free, and two functions. `acquire` is
 * null where the peer's package was missing when this was compiled.
 */
struct lock {
    const char *name, *package;
    /* 'o': examples/spinlock.c, 'e': examples/mutex.c, 's': either with another setting;
     * 'a': what else this library has, 'p': a peer's policy, 'b': a baseline, all in the same lock;
     * 'n': a peer's own spinlock; 'k': a peer's own lock that blocks */
    char kind;
    void (*acquire)(void *), (*release)(void *);
    void (*init)(void *); /* null: all zero will do */
};

#ifdef __cplusplus
extern "C" {
#endif
extern const struct lock cpp_locks[];
extern const int cpp_locks_count;
#ifdef __cplusplus
}
#endif

#endif
