/*
 * lock.c - contended locks: throughput, fairness, time to acquire, processor time
 * SPDX-License-Identifier: MIT
 *
 * usage: lock SET REPETITIONS MILLISECONDS THREADS... >CSV
 *
 * SET is what takes part:
 *   locks     this library's locks, the baselines, and the peers
 *   hints     this library's and the policies that count hints, with three hints
 *   settings  this library's with each setting of settings.inc, and the policies that count hints
 *   search    the same and all of locks
 *
 * MILLISECONDS is the length of a run; longer with more threads than processors, by as much, or it
 * would show in what order the scheduler began with them, and nothing else.
 *
 * Each thread takes the lock, works inside, lets go, works as long outside, and so on. One row for
 * each run; all locks are measured in each cell, in a new random order each time, and all cells before
 * the next repetition, so that what disturbs the machine disturbs all alike and an interrupted run
 * has all locks in it.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include <string.h>

#include "locks.h"

enum { MAX_THREADS = 1024, SUB = 32, BUCKETS = 40 * SUB };

/* A histogram with 32 buckets to each power of two: within 3%. */
struct histogram {
    uint32_t count[BUCKETS];
};

static unsigned bucket(uint64_t v)
{
    const unsigned shift = v < 2 * SUB ? 0 : 63 - 5 - (unsigned)__builtin_clzll(v);

    return shift * SUB + (unsigned)(v >> shift) < BUCKETS ? shift * SUB + (unsigned)(v >> shift)
                                                          : BUCKETS - 1;
}

static double middle_of(unsigned b)
{
    const unsigned shift = b < 2 * SUB ? 0 : b / SUB - 1;

    return ((double)(b - shift * SUB) + 0.5) * (double)(1ull << shift);
}

static struct {
    _Alignas(128) char memory[128];
    _Alignas(128) volatile uint64_t guarded; /* what the lock guards */
    uint64_t mixed;
    _Alignas(128) int stop;
} shared;

struct thread {
    _Alignas(128) pthread_t id;
    uint64_t acquired, cpu_ns;
    struct histogram waits;
};
static struct thread thread[MAX_THREADS];

static const struct lock *lock;
static unsigned iterations, sample_mask;
static pthread_barrier_t start;

/* A chain of multiplications: takes the same time whatever the other cores do. */
static inline uint64_t work(uint64_t x, unsigned n)
{
    while (n-- > 0) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        __asm__ volatile("" : "+r"(x));
    }
    return x;
}

static void *run(void *argument)
{
    struct thread *const me = argument;
    void (*const acquire)(void *) = lock->acquire, (*const release)(void *) = lock->release;
    uint64_t mine = 1, n = 0, cpu0;

    memset(&me->waits, 0, sizeof(me->waits));
    pthread_barrier_wait(&start);
    cpu0 = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    do {
        const uint64_t before = (n & sample_mask) == 0 ? stamp() : 0;

        acquire(shared.memory);
        if ((n & sample_mask) == 0)
            me->waits.count[bucket(stamp() - before)]++;
        shared.guarded++;
        shared.mixed = work(shared.mixed, iterations);
        release(shared.memory);
        mine = work(mine, iterations);
        n++;
    } while (!__atomic_load_n(&shared.stop, __ATOMIC_RELAXED));
    me->cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu0;
    me->acquired = n + (mine == 0); /* never 0: keeps the work */
    return NULL;
}

static double quantile(const struct histogram *h, double q)
{
    uint64_t all = 0, seen = 0;

    for (unsigned b = 0; b < BUCKETS; b++)
        all += h->count[b];
    for (unsigned b = 0; b < BUCKETS; b++)
        if ((seen += h->count[b]) >= q * (double)all && seen > 0)
            return middle_of(b);
    return 0;
}

static void measure(unsigned threads, unsigned ms, double ns_per_stamp)
{
    static struct histogram waits;
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
    uint64_t t0, t1, sum = 0, cpu = 0, most = 0, least = UINT64_MAX;
    double squares = 0;

    memset(&shared, 0, sizeof(shared));
    memset(&waits, 0, sizeof(waits));
    if (lock->init)
        lock->init(shared.memory);
    if (pthread_barrier_init(&start, NULL, threads + 1) != 0)
        die("pthread_barrier_init");
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&thread[i].id, NULL, run, &thread[i]) != 0)
            die("pthread_create");
    t0 = clock_ns(CLOCK_MONOTONIC);
    pthread_barrier_wait(&start);
    nanosleep(&pause, NULL);
    __atomic_store_n(&shared.stop, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(thread[i].id, NULL);
    t1 = clock_ns(CLOCK_MONOTONIC);
    pthread_barrier_destroy(&start);
    for (unsigned i = 0; i < threads; i++) {
        const uint64_t n = thread[i].acquired;

        sum += n;
        cpu += thread[i].cpu_ns;
        squares += (double)n * (double)n;
        most = n > most ? n : most;
        least = n < least ? n : least;
        for (unsigned b = 0; b < BUCKETS; b++)
            waits.count[b] += thread[i].waits.count[b];
    }
    if (sum != shared.guarded) {
        fprintf(stderr, "lock: %s let two threads in: %llu of %llu are left\n", lock->name,
                (unsigned long long)shared.guarded, (unsigned long long)sum);
        exit(1);
    }
    printf("%.5g,%.4f,%.4f,%.4g,%.4g,%.4g,%.4g\n", (double)sum * 1e3 / (double)(t1 - t0),
           (double)sum * (double)sum / (threads * squares), (double)least / (double)most,
           quantile(&waits, 0.5) * ns_per_stamp, quantile(&waits, 0.99) * ns_per_stamp,
           quantile(&waits, 0.999) * ns_per_stamp, (double)cpu / (double)sum);
    fflush(stdout);
}

/* Iterations of work() to the nanosecond: the best of nine, as only disturbances make it slower. */
static double iterations_per_ns(void)
{
    double best = 0;

    for (int i = 0; i < 9; i++) {
        const uint64_t t0 = clock_ns(CLOCK_MONOTONIC), x = work(t0, 1000000);
        const double found = 1e6 / (double)(clock_ns(CLOCK_MONOTONIC) - t0 + (x == 0));

        best = found > best ? found : best;
    }
    return best;
}

enum { MOST_LOCKS = 128 };
static const struct lock *locks[MOST_LOCKS];
static int all;

static void add(const struct lock *more, size_t n, const char *kinds)
{
    for (size_t i = 0; i < n; i++)
        if (strchr(kinds, more[i].kind)) {
            if (all == MOST_LOCKS) {
                fprintf(stderr, "lock: more than %d locks: raise MOST_LOCKS\n", MOST_LOCKS);
                exit(1);
            }
            locks[all++] = &more[i];
        }
}

static void choose(const char *set)
{
#define SETTING(table) &table,
    static const struct lock *const settings[] = {
#include "settings.inc"
        NULL};
#undef SETTING

    const int search = strcmp(set, "search") == 0;

    add(&example_spin, 1, "o");
    add(counted, COUNTED, "p");
    if (search || strcmp(set, "settings") == 0) {
        for (size_t i = 0; settings[i]; i++)
            add(settings[i], 1, "s");
    }
    if (search || strcmp(set, "locks") == 0) {
        add(&example_mutex, 1, "e");
        add(c_locks, sizeof(c_locks) / sizeof(c_locks[0]), "abpnk");
        add(cpp_locks, (size_t)cpp_locks_count, "pnk");
    }
    if (strcmp(set, "hints") == 0) {
        add(&example_spin_short, 1, "o");
        add(&example_spin_long, 1, "o");
        add(counted_short, COUNTED, "p");
        add(counted_long, COUNTED, "p");
    }
    if (all == 1 + COUNTED) {
        fprintf(stderr, "lock: no such set: %s (there are locks, hints, settings, search)\n", set);
        exit(2);
    }
}

/* The processors that this process may use: fewer than there are under taskset, or in a container. */
static int processors(void)
{
    cpu_set_t mine;

    return sched_getaffinity(0, sizeof(mine), &mine) == 0 ? CPU_COUNT(&mine)
                                                          : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int main(int argc, char **argv)
{
    static const unsigned sections[] = {10, 100, 1000, 10000};
    const int cores = processors();
    const double per_ns = iterations_per_ns(), ns_per_stamp = stamp_ns();
    uint64_t random = clock_ns(CLOCK_REALTIME) | 1;
    int repetitions, ms;

    if (argc < 5 || (repetitions = atoi(argv[2])) < 1 || (ms = atoi(argv[3])) < 1) {
        fprintf(stderr,
                "usage: lock locks|hints|settings|search REPETITIONS MILLISECONDS THREADS...\n");
        return 2;
    }
    choose(argv[1]);
    printf("repetition,threads,section_ns,lock,kind,per_us,jain,slowest_to_fastest,p50_ns,p99_ns,"
           "p999_ns,cpu_ns\n");
    for (int r = 1; r <= repetitions; r++)
        for (int a = 4; a < argc; a++)
            for (unsigned s = 0; s < sizeof(sections) / sizeof(sections[0]); s++) {
                const int threads = atoi(argv[a]);

                if (threads < 1 || threads > MAX_THREADS) {
                    fprintf(stderr, "lock: threads: from 1 to %d, not %s\n", MAX_THREADS, argv[a]);
                    return 2;
                }
                for (int i = all - 1; i > 0; i--) {
                    const int j = (int)(noise(&random) % (unsigned)(i + 1));
                    const struct lock *const swap = locks[i];

                    locks[i] = locks[j];
                    locks[j] = swap;
                }
                fprintf(stderr, "\rlock: repetition %d of %d, %2d threads, %5u ns ", r, repetitions,
                        threads, sections[s]);
                for (int i = 0; i < all; i++) {
                    lock = locks[i];
                    iterations = (unsigned)(sections[s] * per_ns + 0.5);
                    sample_mask = sections[s] < 1000 ? 7 : 0;
                    printf("%d,%d,%u,%s,%c,", r, threads, sections[s], lock->name, lock->kind);
                    if (lock->acquire)
                        measure((unsigned)threads,
                                (unsigned)(threads > cores ? ms * threads / cores : ms),
                                ns_per_stamp);
                    else
                        printf("missing: needs %s\n", lock->package);
                }
            }
    fputc('\n', stderr);
    return 0;
}
