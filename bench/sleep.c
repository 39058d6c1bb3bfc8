/*
 * sleep.c - what sleeping on the line buys and costs on this machine: for who has the silicon
 * SPDX-License-Identifier: MIT
 *
 *     cc -O2 -pthread -Iinclude bench/sleep.c -o sleep && ./sleep
 *
 * For a wait by hints, and one that sleeps: how long after a store it sees it, how often it looks a
 * second, how much of a processor's time a second takes, and the watts of the package (Linux' powercap,
 * readable by root). A figure that cannot be taken says why. What sleeps how: include/cpu_relax_sleep.h.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t looks;
static uint64_t now_ns(void);
static uint64_t counted_clock(void)
{
    looks++;
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

#if defined(CPU_RELAX_SLEEP_H)
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

/* 200 us apart: long after the waiter has fallen asleep. What it misses, since others ran in its place, is
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
        const struct timespec gap = {0, 200000};

        nanosleep(&gap, NULL);
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

    looks = 0;
    (void)cpu_relax_while_eq32(&word, 5, 1000000000);
    s = (double)(now_ns() - start) / 1e9;
    printf("  looks at the clock: %.0f a second; processor time: %.3f of it\n", (double)looks / s,
           (processor_s() - used) / s);
    watts(before, s);
}

int main(void)
{
    const unsigned int has = cpu_relax_cpu_();
    const struct timespec second = {1, 0};
    const unsigned long long before = energy();

    printf("idle:\n");
    nanosleep(&second, NULL);
    watts(before, 1);
    printf("by hints:\n");
    *cpu_relax_answer_() = CPU_RELAX_CPU_ASKED_; /* as if it had nothing */
    a_second_of_waiting();
    latency();
    if ((has & CPU_RELAX_CPU_SLEEPS_) == 0) {
        printf(
            "asleep: not taken, this CPU, or the machine it stands in, has nothing to sleep by\n");
        return 0;
    }
    printf("asleep:\n");
    *cpu_relax_answer_() = (unsigned char)has;
    a_second_of_waiting();
    latency();
    return 0;
}
#else
int main(void)
{
    printf("nothing sleeps on this CPU, or with this compiler: see include/cpu_relax_sleep.h\n");
    return 0;
}
#endif
