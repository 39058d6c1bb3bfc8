/*
 * demo.c - shows the hint of cpu_relax() on this CPU, its cost, and its effect on a spinlock
 * SPDX-License-Identifier: MIT
 *
 *     demo [CPU]      CPU is the name to print
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime, nanosleep, under -std=c99 too */
#define _DARWIN_C_SOURCE        /* CLOCK_UPTIME_RAW, which it hides */

#include "cpu_relax_wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

#if defined(__TINYC__)
#  define COMPILER "TinyCC " TEXT(__TINYC__)
#elif defined(__clang__)
#  define COMPILER __VERSION__
#elif defined(__GNUC__)
#  define COMPILER "GCC " __VERSION__
#else
#  define COMPILER "unknown"
#endif

/* This version decides between `yield` and `nop`. The CPU may have a later one. */
#if defined(__arm__) && defined(__ARM_ARCH)
#  define BUILT_FOR ", built for ARM version " TEXT(__ARM_ARCH)
#else
#  define BUILT_FOR ""
#endif

static long long clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static long long now_ns(void)
{
#if defined(CLOCK_UPTIME_RAW) /* Apple: its CLOCK_MONOTONIC moves in microseconds */
    return clock_ns(CLOCK_UPTIME_RAW);
#else
    return clock_ns(CLOCK_MONOTONIC);
#endif
}

struct quartiles {
    double low, median, high;
};

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct quartiles quartiles(double *sample, size_t n)
{
    struct quartiles q;
    qsort(sample, n, sizeof *sample, by_value);
    q.low = sample[n / 4];
    q.median = sample[n / 2];
    q.high = sample[n - 1 - n / 4];
    return q;
}

/*
 * The bytes of one cpu_relax() in memory, between two labels. The declarations name the symbols in
 * assembly, because some platforms put a `_` before the names of C.
 */
#if defined(__TINYC__) || !defined(__GNUC__) || !defined(__OPTIMIZE__)
#  define NOT_READ "this needs GNU assembly and an optimised build"
#elif defined(__wasm__) || defined(__OpenBSD__) || defined(_AIX)
#  define NOT_READ "a program cannot read its own code"
#elif defined(__mips16) || defined(__mips_micromips)
#  define NOT_READ "a label is not the address of its code"
#else
extern const unsigned char hint_begin[] __asm__("cpu_relax_demo_begin");
extern const unsigned char hint_end[] __asm__("cpu_relax_demo_end");

__attribute__((__noinline__, __used__)) static void one_hint(void)
{
    __asm__ volatile(".globl cpu_relax_demo_begin\ncpu_relax_demo_begin:");
    cpu_relax();
    __asm__ volatile(".globl cpu_relax_demo_end\ncpu_relax_demo_end:");
}
#endif

static void show_bytes(void)
{
#if defined(NOT_READ)
    printf("Bytes      not read here: " NOT_READ "\n");
#else
    /* volatile, because compilers assume that two arrays never begin at one address */
    const unsigned char *volatile const begin = hint_begin;
    const unsigned char *volatile const end = hint_end;
    const unsigned char *byte;

    printf("Bytes      ");
    for (byte = begin; byte != end; byte++)
        printf("%02x ", *byte);
    printf("%s\n", begin == end ? "none" : "in memory, read by this program from itself");
#endif
}

/*
 * Cost: one loop has 16 hints in each iteration, the other 32. The difference is 16 hints and no loop
 * overhead, and neither loop can be optimised away.
 */
enum { HINTS = 16, BATCHES = 1001, BATCH_NS = 100000 };

#define FOUR(x) x x x x

static long long time_once(long iterations)
{
    const long long start = now_ns();
    long i;
    for (i = 0; i < iterations; i++) {
        FOUR(FOUR(cpu_relax();))
    }
    return now_ns() - start;
}

static long long time_twice(long iterations)
{
    const long long start = now_ns();
    long i;
    for (i = 0; i < iterations; i++) {
        FOUR(FOUR(cpu_relax(); cpu_relax();))
    }
    return now_ns() - start;
}

/* The smallest step of the clock, measured. */
static long long clock_step_ns(void)
{
    long long step = BATCH_NS;
    int i;
    for (i = 0; i < 20; i++) {
        const long long before = now_ns();
        long long after;
        while ((after = now_ns()) == before)
            ;
        if (after - before < step)
            step = after - before;
    }
    return step;
}

static void show_cost(void)
{
    static double ns[BATCHES];
    const long long step = clock_step_ns();
    struct quartiles q;
    long iterations = 1;
    int i;

    if (step > BATCH_NS / 100) {
        printf("Cost       not measured: the clock's resolution is %lld us or more\n", step / 1000);
        return;
    }
    /* Two in a row, because an interruption makes one measurement too long. */
    while (time_twice(iterations) < BATCH_NS || time_twice(iterations) < BATCH_NS)
        iterations *= 2;
    for (i = 0; i < BATCHES; i++) {
        const long long once = time_once(iterations);
        ns[i] = (double)(time_twice(iterations) - once) / (double)(iterations * HINTS);
    }
    q = quartiles(ns, BATCHES);
    if (q.low > 0)
        printf("Cost       %.2f ns for one cpu_relax(), quartiles %.2f to %.2f\n", q.median, q.low,
               q.high);
    else
        printf("Cost       too small to measure: quartiles %+.3f to %+.3f ns\n", q.low, q.high);
    printf("           %d batches of %d x %ld hints; a loop with twice as many, less that loop\n",
           (int)BATCHES, (int)HINTS, iterations);
}

/* Waits: where their time comes from, what can sleep, and how exact a delay is. */
enum { DELAYS = 1001, DELAY_NS = 1000 };

static void show_waits(void)
{
    static double ns[DELAYS];
    const int can_sleep = (cpu_relax_features() & ~(unsigned)CPU_RELAX_FEATURE_SB) != 0;
    struct quartiles q;
    int i;

    printf("Clock      " CPU_RELAX_CLOCK "\n");
    printf("Monitor    " CPU_RELAX_MONITOR "%s\n", can_sleep ? "" : ": waits do not sleep here");
    for (i = 0; i < DELAYS; i++) {
        const long long start = now_ns();
        cpu_relax_for_ns(DELAY_NS);
        ns[i] = (double)(now_ns() - start);
    }
    q = quartiles(ns, DELAYS);
    printf("Delay      cpu_relax_for_ns(%d) took %.0f ns, quartiles %.0f to %.0f\n", (int)DELAY_NS,
           q.median, q.low, q.high);
}

/* Contention: two threads take a spinlock without the hint, with it, and with the back-off. */
#if !defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L || defined(__STDC_NO_ATOMICS__)
static void show_contention(void)
{
    printf("Spinlock   skipped: this compiler has no C11 atomics with these options\n");
}
#else
#  include <pthread.h>
#  include <sched.h>
#  include <stdatomic.h>

enum { THREADS = 2, RUNS = 25, RUN_NS = 30000000 };

/* On separate cache lines, so that the threads contend for the lock alone. 128 bytes are two lines on
 * x86, which fetches pairs, and one line on Apple's CPUs. */
static struct {
    _Alignas(128) atomic_int lock;
    long count; /* guarded by it */
    _Alignas(128) atomic_int ready, stop;
} shared;

enum way { NO_HINT, HINT, BACKOFF, WAYS };

struct worker {
    enum way way;
    long locks;
    double per_second;
};

static void lock_with_hint(atomic_int *lock)
{
    while (atomic_exchange_explicit(lock, 1, memory_order_acquire))
        while (atomic_load_explicit(lock, memory_order_relaxed))
            cpu_relax();
}

static void lock_without(atomic_int *lock)
{
    while (atomic_exchange_explicit(lock, 1, memory_order_acquire))
        while (atomic_load_explicit(lock, memory_order_relaxed))
            ;
}

static void lock_with_backoff(atomic_int *lock)
{
    if (atomic_exchange_explicit(lock, 1, memory_order_acquire) == 0)
        return;

    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    do {
        if (!cpu_relax_backoff(&b))
            sched_yield();
    } while (atomic_load_explicit(lock, memory_order_relaxed) ||
             atomic_exchange_explicit(lock, 1, memory_order_acquire));
}

static void *work(void *argument)
{
    struct worker *me = argument;
    long long start;
    long locks = 0;

    atomic_fetch_add(&shared.ready, 1);
    cpu_relax_until_eq(&shared.ready, THREADS, CPU_RELAX_FOREVER);

    start = now_ns();
    do {
        if (me->way == BACKOFF)
            lock_with_backoff(&shared.lock);
        else if (me->way == HINT)
            lock_with_hint(&shared.lock);
        else
            lock_without(&shared.lock);
        shared.count++;
        atomic_store_explicit(&shared.lock, 0, memory_order_release);
        locks++;
    } while (!atomic_load_explicit(&shared.stop, memory_order_relaxed));

    me->locks = locks;
    me->per_second = (double)locks * 1e9 / (double)(now_ns() - start);
    return NULL;
}

struct outcome {
    double millions[RUNS]; /* of locks a second, both threads together */
    double share[RUNS];    /* locks of the slower thread to locks of the faster */
};

/* Returns the fraction of the time during which both threads ran, at least. */
static double contend(enum way way, struct outcome *outcome, int run)
{
    const struct timespec run_time = {0, RUN_NS};
    struct worker worker[THREADS];
    pthread_t thread[THREADS];
    const long long start = now_ns(), cpu_start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    long long wall_ns, cpu_ns;
    double a, b;
    int i;

    shared.count = 0;
    atomic_store(&shared.ready, 0);
    atomic_store(&shared.stop, 0);
    for (i = 0; i < THREADS; i++) {
        worker[i].way = way;
        if (pthread_create(&thread[i], NULL, work, &worker[i]) != 0) {
            fputs("demo: cannot start two threads\n", stderr);
            exit(1);
        }
    }
    nanosleep(&run_time, NULL);
    atomic_store(&shared.stop, 1);
    for (i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    wall_ns = now_ns() - start;
    cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;

    if (shared.count != worker[0].locks + worker[1].locks) {
        fputs("demo: the spinlock lost counts: it does not exclude\n", stderr);
        exit(1);
    }
    a = worker[0].per_second;
    b = worker[1].per_second;
    outcome->millions[run] = (a + b) / 1e6;
    outcome->share[run] = a < b ? a / b : b / a;
    return (double)(cpu_ns - wall_ns) / (double)wall_ns;
}

static void show_outcome(const char *name, struct outcome *outcome, double *ratio)
{
    const struct quartiles rate = quartiles(outcome->millions, RUNS);
    const struct quartiles share = quartiles(outcome->share, RUNS);
    const struct quartiles times = quartiles(ratio, RUNS);
    char rates[64];
    snprintf(rates, sizeof rates, "%.3g (%.3g to %.3g)", rate.median, rate.low, rate.high);
    printf("  %-9s%-24s %.2f (%.2f to %.2f)    %.2f (%.2f to %.2f)\n", name, rates, share.median,
           share.low, share.high, times.median, times.low, times.high);
}

static void show_contention(void)
{
    static struct outcome outcome[WAYS];
    static double ratio[WAYS][RUNS], overlap[WAYS * RUNS];
    double together;
    int run, i;

    for (run = 0; run < RUNS; run++) {
        for (i = 0; i < WAYS; i++) { /* each way comes first once in WAYS runs */
            const enum way way = (enum way)((run + i) % WAYS);
            overlap[WAYS * run + i] = contend(way, &outcome[way], run);
        }
        for (i = 0; i < WAYS; i++)
            ratio[i][run] = outcome[i].millions[run] / outcome[NO_HINT].millions[run];
    }

    together = quartiles(overlap, WAYS * RUNS).median;
    if (together < 0.1) {
        printf("Spinlock   skipped: its two threads hardly ran at the same time; this needs two\n"
               "           idle CPUs\n");
        return;
    }
    printf("Spinlock   two threads; median (quartiles) of %d runs of %d ms each way;\n"
           "           both ran at once for %.0f %% of the time or more%s\n",
           (int)RUNS, RUN_NS / 1000000, 100 * together,
           together < 0.9 ? ": CPUs are busy, try again" : "");
    printf("           million locks/s          slower/faster thread   ratio to no hint\n");
    show_outcome("no hint", &outcome[NO_HINT], ratio[NO_HINT]);
    show_outcome("hint", &outcome[HINT], ratio[HINT]);
    show_outcome("back-off", &outcome[BACKOFF], ratio[BACKOFF]);
}
#endif

int main(int argc, char **argv)
{
    printf("cpu_relax %d.%d.%d, on this machine and in this run:\n\n", CPU_RELAX_VERSION_MAJOR,
           CPU_RELAX_VERSION_MINOR, CPU_RELAX_VERSION_PATCH);
    printf("CPU        %s" BUILT_FOR "\n", argc > 1 ? argv[1] : "unknown");
    printf("Compiler   " COMPILER "\n");
    printf("Hint       " CPU_RELAX_HINT "\n");
    printf("Assembler  %s\n", CPU_RELAX_INSN[0] ? CPU_RELAX_INSN : "none: a compiler barrier");
    show_bytes();
    fflush(stdout);
    show_cost();
    show_waits();
    fflush(stdout);
    show_contention();
    return 0;
}
