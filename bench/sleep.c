/*
 * sleep.c - what sleeping on the cache line gains and costs on this machine
 * SPDX-License-Identifier: MIT
 *
 *     cc -O2 -pthread -Iinclude bench/sleep.c -o sleep && ./sleep
 *     cc -O2 -pthread -Iinclude -DCPU_RELAX_NO_MONITOR bench/sleep.c -o poll && ./poll
 *
 * Of a wait, by monitors in the first and by hints in the second: how long after a store it sees the value,
 * how often it reads the clock, how much processor time a second takes, and the watts of the package
 * (Linux' powercap, readable by root). A figure that is not available here says why.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t clock_reads;
static uint64_t now_ns(void);
static uint64_t counted_clock(void)
{
    clock_reads++;
    return now_ns();
}
#define CPU_RELAX_CLOCK_NS() counted_clock()
#include "cpu_relax_wait.h"

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

enum { HANDOVERS = 2001 };

static uint32_t turn;
static uint64_t stored_at[HANDOVERS + 1], seen_after[HANDOVERS + 1];

static void *waiter(void *unused)
{
    uint32_t seen = 0;

    while (seen < HANDOVERS) {
        seen = cpu_relax_while_eq32(&turn, seen, CPU_RELAX_FOREVER);
        seen_after[seen] = now_ns() - stored_at[seen];
    }
    return unused;
}

static int by_size(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* 200 us apart: long after the waiter has fallen asleep. What it misses because others ran in its place is
 * left out and counted. */
static void latency(void)
{
    pthread_t thread;
    uint32_t i, missed = 0;

    memset(seen_after, 0, sizeof(seen_after));
    turn = 0;
    if (pthread_create(&thread, NULL, waiter, NULL) != 0) {
        printf("  seen after a store: not taken, no thread\n");
        return;
    }
    for (i = 1; i <= HANDOVERS; i++) {
        const struct timespec pause = {0, 200000};

        nanosleep(&pause, NULL);
        stored_at[i] = now_ns();
        __atomic_store_n(&turn, i, __ATOMIC_RELEASE);
    }
    pthread_join(thread, NULL);
    qsort(seen_after + 1, HANDOVERS, sizeof(seen_after[0]), by_size);
    while (missed < HANDOVERS && seen_after[1 + missed] == 0)
        missed++;
    if (missed == HANDOVERS) {
        printf("  seen after a store: not taken, all were missed\n");
        return;
    }
    i = HANDOVERS - missed;
    printf("  seen after a store: median %llu ns, p99 %llu ns; %u of %d missed\n",
           (unsigned long long)seen_after[1 + missed + i / 2],
           (unsigned long long)seen_after[1 + missed + (i - 1) * 99 / 100], (unsigned)missed,
           HANDOVERS);
}

/* Joules used so far, in millionths; 0: cannot be read */
static unsigned long long energy(void)
{
    FILE *f = fopen("/sys/class/powercap/intel-rapl:0/energy_uj", "r");
    unsigned long long uj = 0;

    if (f == NULL)
        return 0;
    if (fscanf(f, "%llu", &uj) != 1)
        uj = 0;
    fclose(f);
    return uj;
}

static double processor_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void watts(unsigned long long before, double s)
{
    const unsigned long long after = energy();

    if (before == 0 || after <= before)
        printf("  watts: not taken, /sys/class/powercap/intel-rapl:0/energy_uj cannot be read\n");
    else
        printf("  watts of the package: %.2f\n", (double)(after - before) / 1e6 / s);
}

static void a_second_of_waiting(void)
{
    const uint32_t word = 5;
    const unsigned long long before = energy();
    const double used = processor_s();
    const uint64_t start = now_ns();
    double s;

    clock_reads = 0;
    (void)cpu_relax_while_eq32(&word, 5, 1000000000);
    s = (double)(now_ns() - start) / 1e9;
    printf("  clock reads: %.0f a second; processor time: %.3f of it\n", (double)clock_reads / s,
           (processor_s() - used) / s);
    watts(before, s);
}

int main(void)
{
    const struct timespec second = {1, 0};
    const unsigned long long before = energy();

    printf("idle:\n");
    nanosleep(&second, NULL);
    watts(before, 1);
    if (cpu_relax_features() == 0)
        printf("waiting by hints, monitor " CPU_RELAX_MONITOR ":\n");
    else
        printf("waiting by " CPU_RELAX_MONITOR ", features %u:\n", cpu_relax_features());
    a_second_of_waiting();
    latency();
    return 0;
}
