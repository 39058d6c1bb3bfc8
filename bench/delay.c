/*
 * delay.c - delay asked against delay got, as CSV: cpu_relax_for_ns, a count of hints, nanosleep
 * SPDX-License-Identifier: MIT
 *
 *     delay [NS]      the count is that of a program written where one hint takes NS, 10 by default
 *
 * All times take turns. `first` is the first call of the process with that time. What reading
 * the clock takes is taken off; the median is of SAMPLES calls.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime, nanosleep */

#include "cpu_relax_wait.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SAMPLES = 2001, SLEEPS = 101 };

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void nothing(uint64_t unused)
{
    (void)unused;
}

static uint32_t ns_per_hint = 10;

static void count_hints(uint64_t ns)
{
    const uint64_t wanted = ns / ns_per_hint; /* not in the loop: a hint is a compiler barrier */
    uint64_t hints;

    for (hints = 0; hints < wanted; hints++)
        cpu_relax();
}

static void sleeping(uint64_t ns)
{
    const struct timespec t = {0, (long)ns};
    nanosleep(&t, NULL);
}

static const uint32_t asked[] = {50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000};
enum { ASKED = sizeof asked / sizeof *asked };

static int64_t sample[ASKED][SAMPLES], first[ASKED];

/* Each time in turn, then each time's samples sorted. */
static void measure(void (*delay)(uint64_t), int samples)
{
    int i, s;
    for (s = 0; s < samples; s++)
        for (i = 0; i < ASKED; i++) {
            const int64_t start = now_ns();
            delay(asked[i]);
            sample[i][s] = now_ns() - start;
        }
    for (i = 0; i < ASKED; i++) {
        first[i] = sample[i][0];
        qsort(sample[i], (size_t)samples, sizeof sample[i][0], by_value);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*delay)(uint64_t);
        int samples;
    } kind[] = {{"cpu_relax_for_ns", cpu_relax_for_ns, SAMPLES},
                {"count", count_hints, SAMPLES},
                {"nanosleep", sleeping, SLEEPS}};
    int64_t clock;
    size_t k;

    if (argc > 1) {
        char *end;
        const unsigned long value = strtoul(argv[1], &end, 10);
        if (*end != '\0' || value < 1 || value > 1000) {
            fprintf(stderr, "delay: \"%s\" is no time of a hint: give 1 to 1000 ns\n", argv[1]);
            return 2;
        }
        ns_per_hint = (uint32_t)value;
    }

    measure(nothing, SAMPLES);
    clock = sample[0][SAMPLES / 2];
    printf("kind,asked,first,quartile1,median,quartile3\n");
    for (k = 0; k < sizeof kind / sizeof *kind; k++) {
        const int n = kind[k].samples;
        int i;
        measure(kind[k].delay, n);
        for (i = 0; i < ASKED; i++)
            printf("%s,%lu,%lld,%lld,%lld,%lld\n", kind[k].name, (unsigned long)asked[i],
                   (long long)(first[i] - clock), (long long)(sample[i][n / 4] - clock),
                   (long long)(sample[i][n / 2] - clock),
                   (long long)(sample[i][n - 1 - n / 4] - clock));
        fflush(stdout);
    }
    return 0;
}
