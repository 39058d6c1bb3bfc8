/*
 * handover.c - one waits, another stores: how soon it is seen, and what the wait cost
 * SPDX-License-Identifier: MIT
 *
 * usage: handover REPETITIONS MILLISECONDS >CSV
 *
 * One row for each wait, each time by which the waiter is early, and each repetition: the median and
 * the 99th percentile of the time from just before the store to just after the wait, and the
 * processor time of one wait.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#if defined(__linux__)
#  include <linux/futex.h>
#  include <sys/syscall.h>
#endif

#include "bench.h"
#include "cpu_relax_wait.h"
#if __has_include(<rte_pause.h>)
#  include <rte_config.h>
#  include <rte_pause.h>
#endif

static struct {
    _Alignas(128) uint32_t word;  /* what is waited for: the number of the round */
    _Alignas(128) uint32_t ready; /* the round that the waiter is about to wait for */
    _Alignas(128) uint32_t last;  /* the round after which the waiter is done; 0: not known yet */
    _Alignas(128) pthread_mutex_t mutex;
    pthread_cond_t condition;
} shared = {.mutex = PTHREAD_MUTEX_INITIALIZER, .condition = PTHREAD_COND_INITIALIZER};

static uint32_t load_word(void)
{
    return __atomic_load_n(&shared.word, __ATOMIC_ACQUIRE);
}

static void store(uint32_t round)
{
    __atomic_store_n(&shared.word, round, __ATOMIC_RELEASE);
}

/* ---- the waits: each returns once the word is not `old` ------------------------------------------ */
static void bare(uint32_t old)
{
    while (load_word() == old)
        ;
}

static void hint(uint32_t old)
{
    while (load_word() == old)
        cpu_relax();
}

/* A timeout that no wait reaches. */
enum { SECOND = 1000000000 };

static void while_eq(uint32_t old)
{
    cpu_relax_while_eq32(&shared.word, old, CPU_RELAX_FOREVER);
}

static void while_eq_timed(uint32_t old)
{
    cpu_relax_while_eq32(&shared.word, old, SECOND);
}

/* polls.c */
void wait_that_polls(const uint32_t *word, uint32_t old, uint64_t timeout_ns);
void wait_with_slow_clock(const uint32_t *word, uint32_t old, uint64_t timeout_ns);

static void polls(uint32_t old)
{
    wait_that_polls(&shared.word, old, CPU_RELAX_FOREVER);
}

static void polls_timed(uint32_t old)
{
    wait_that_polls(&shared.word, old, SECOND);
}

static void slow_clock(uint32_t old)
{
    wait_with_slow_clock(&shared.word, old, CPU_RELAX_FOREVER);
}

static void slow_clock_timed(uint32_t old)
{
    wait_with_slow_clock(&shared.word, old, SECOND);
}

static void backoff_yield(uint32_t old)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

    while (load_word() == old)
        if (!cpu_relax_backoff(&b))
            sched_yield();
}

#if defined(__linux__)
static void futex(uint32_t old)
{
    while (load_word() == old)
        syscall(SYS_futex, &shared.word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
}

static uint32_t backoff_limit; /* of the wait that is measured */
static void backoff_futex(uint32_t old)
{
    cpu_relax_backoff_t b;

    cpu_relax_backoff_init(&b, backoff_limit);
    while (load_word() == old)
        if (!cpu_relax_backoff(&b))
            syscall(SYS_futex, &shared.word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
}

static void store_and_wake(uint32_t round)
{
    store(round);
    syscall(SYS_futex, &shared.word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
#else
static uint32_t backoff_limit;
#  define futex NULL
#  define backoff_futex NULL
#  define store_and_wake NULL
#endif

static void condition(uint32_t old)
{
    pthread_mutex_lock(&shared.mutex);
    while (load_word() == old)
        pthread_cond_wait(&shared.condition, &shared.mutex);
    pthread_mutex_unlock(&shared.mutex);
}

static void store_and_signal(uint32_t round)
{
    pthread_mutex_lock(&shared.mutex);
    store(round);
    pthread_mutex_unlock(&shared.mutex);
    pthread_cond_signal(&shared.condition);
}

#if __has_include(<rte_pause.h>)
static void rte(uint32_t old)
{
    rte_wait_until_equal_32(&shared.word, old + 1, __ATOMIC_ACQUIRE);
}
#else
#  define rte NULL
#endif

static const struct wait {
    const char *name, *needs;
    void (*wait)(uint32_t), (*store)(uint32_t);
    uint32_t backoff_limit;
} waits[] = {
    {"bare load", "", bare, store, 0},
    {"hint", "", hint, store, 0},
    {"while_eq32", "", while_eq, store, 0},
    {"while_eq32, timeout", "", while_eq_timed, store, 0},
    {"while_eq32, polls", "", polls, store, 0},
    {"while_eq32, polls, timeout", "", polls_timed, store, 0},
    {"while_eq32, polls, clock of 1 us", "", slow_clock, store, 0},
    {"while_eq32, polls, clock of 1 us, timeout", "", slow_clock_timed, store, 0},
    {"rte_wait_until_equal_32", "libdpdk-dev", rte, store, 0},
    {"back-off + sched_yield", "", backoff_yield, store, 0},
    {"back-off + futex", "Linux", backoff_futex, store_and_wake, CPU_RELAX_BACKOFF_LIMIT_NS},
    {"back-off of 1000 ns + futex", "Linux", backoff_futex, store_and_wake, 1000},
    {"back-off of 3000 ns + futex", "Linux", backoff_futex, store_and_wake, 3000},
    {"back-off of 5000 ns + futex", "Linux", backoff_futex, store_and_wake, 5000},
    {"futex", "Linux", futex, store_and_wake, 0},
    {"condition variable", "", condition, store_and_signal, 0},
};
enum { WAITS = sizeof(waits) / sizeof(waits[0]), ROUNDS = 20000 };

static const struct wait *method;
static uint64_t early, limit; /* stamps */
static uint64_t stored[ROUNDS + 1], seen[ROUNDS + 1], cpu_ns;
static int processor[2];

/* Each side on a processor of its own, or the OS may let them take turns on one. */
static void pin(int side)
{
#if defined(__linux__)
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET((size_t)processor[side], &one);
    sched_setaffinity(0, sizeof(one), &one);
#else
    (void)side;
#endif
}

static int find_processors(void)
{
#if defined(__linux__)
    cpu_set_t mine;
    int found = 0;

    if (sched_getaffinity(0, sizeof(mine), &mine) != 0)
        die("sched_getaffinity");
    for (int i = 0; i < CPU_SETSIZE && found < 2; i++)
        if (CPU_ISSET((size_t)i, &mine))
            processor[found++] = i;
    return found;
#else
    return sysconf(_SC_NPROCESSORS_ONLN) < 2 ? 1 : 2;
#endif
}

/* The processor time is that of all rounds: it holds the reading of two clocks, too, which is nothing
 * next to what the waiter is early by, where it is. */
static void *waiter(void *nothing)
{
    uint64_t cpu0;

    pin(1);
    cpu0 = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (uint32_t r = 1; __atomic_load_n(&shared.last, __ATOMIC_ACQUIRE) == 0; r++) {
        __atomic_store_n(&shared.ready, r, __ATOMIC_RELEASE);
        method->wait(r - 1);
        seen[r] = stamp();
    }
    cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu0;
    return nothing;
}

static void measure(double ns_per_stamp)
{
    static double took[ROUNDS + 1];
    const uint64_t begun = stamp();
    pthread_t id;
    double middle = 0;
    uint32_t r = 0, n;

    shared.word = shared.ready = shared.last = 0;
    if (pthread_create(&id, NULL, waiter, NULL) != 0)
        die("pthread_create");
    do {
        uint64_t since;

        r++;
        while (__atomic_load_n(&shared.ready, __ATOMIC_ACQUIRE) != r)
            cpu_relax();
        for (since = stamp(); stamp() - since < early;)
            ;
        if (r == ROUNDS || stamp() - begun > limit)
            __atomic_store_n(&shared.last, r, __ATOMIC_RELEASE);
        stored[r] = stamp();
        method->store(r);
    } while (shared.last == 0);
    pthread_join(id, NULL);
    n = r;
    for (r = 1; r <= n; r++)
        took[r - 1] = (double)(int64_t)(seen[r] - stored[r]);
    qsort(took, n, sizeof(took[0]), by_value);
    /* the mean of the middle half: a median, but finer than the counter's steps */
    for (r = n / 4; r < n - n / 4; r++)
        middle += took[r];
    printf("%.4g,%.4g,%.4g\n", middle / (n - 2 * (n / 4)) * ns_per_stamp,
           took[n * 99 / 100] * ns_per_stamp, (double)cpu_ns / n);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const double early_us[] = {0, 0.2, 1, 10, 100};
    const double ns_per_stamp = stamp_ns();
    uint64_t random = clock_ns(CLOCK_REALTIME) | 1;
    int order[WAITS], repetitions, ms;

    if (argc != 3 || (repetitions = atoi(argv[1])) < 1 || (ms = atoi(argv[2])) < 1) {
        fprintf(stderr, "usage: handover REPETITIONS MILLISECONDS\n");
        return 2;
    }
    printf("repetition,early_us,wait,median_ns,p99_ns,cpu_ns\n");
    if (find_processors() < 2) {
        fprintf(stderr, "handover: left out: one processor cannot wait for another\n");
        return 0;
    }
    pin(0);
    for (int i = 0; i < WAITS; i++)
        order[i] = i;
    for (int r = 1; r <= repetitions; r++)
        for (unsigned e = 0; e < sizeof(early_us) / sizeof(early_us[0]); e++) {
            for (int i = WAITS - 1; i > 0; i--) {
                const int j = (int)(noise(&random) % (unsigned)(i + 1)), swap = order[i];

                order[i] = order[j];
                order[j] = swap;
            }
            fprintf(stderr, "\rhandover: repetition %d of %d, %3g us early ", r, repetitions,
                    early_us[e]);
            early = (uint64_t)(early_us[e] * 1e3 / ns_per_stamp);
            limit = (uint64_t)(ms * 1e6 / ns_per_stamp);
            for (int i = 0; i < WAITS; i++) {
                method = &waits[order[i]];
                printf("%d,%g,\"%s\",", r, early_us[e], method->name);
                backoff_limit = method->backoff_limit;
                if (method->wait)
                    measure(ns_per_stamp);
                else
                    printf("missing: needs %s\n", method->needs);
            }
        }
    fputc('\n', stderr);
    return 0;
}
