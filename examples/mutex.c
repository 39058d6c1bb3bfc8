/*
 * mutex.c - a mutex that backs off, then parks, in C11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     cc -Iinclude examples/mutex.c -pthread && ./a.out          (Windows: and -lsynchronization)
 */
#if defined(__linux__)
#  define _GNU_SOURCE /* syscall */
#elif defined(_WIN32) && !defined(_WIN32_WINNT)
#  define _WIN32_WINNT 0x0602 /* WaitOnAddress: Windows 8 */
#endif
#include "cpu_relax_wait.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

/* 0: the mutex works between the threads of one process. 1: also between processes, in shared memory, on Linux only. */
#if !defined(MUTEX_SHARED)
#  define MUTEX_SHARED 0
#endif
#if MUTEX_SHARED && !defined(__linux__)
#  error "MUTEX_SHARED needs a futex: only Linux has one that works between processes"
#endif

typedef struct {
    _Atomic uint32_t word; /* FREE, HELD, or CONTENDED: held, and threads may be parked */
} mutex;
enum { FREE, HELD, CONTENDED };
#define MUTEX_INIT                                                                                 \
  {                                                                                                \
    FREE                                                                                           \
  }
enum { MUTEX_SPIN_NS = 5000 }; /* about the cost of parking and waking */

/* mutex_park returns when the word is not CONTENDED, or spuriously. mutex_wake ends at least one such call. It does not
 * access the mutex, which another thread may have freed. */
#if defined(__linux__) /* not <linux/futex.h>, which musl does not install */
#  include <sys/syscall.h>
#  include <unistd.h>
#  if !defined(SYS_futex) /* 32-bit systems whose time has always had 64 bits */
#    define SYS_futex SYS_futex_time64
#  endif
enum { PARK = 0, WAKE = 1, PRIVATE = 128 }; /* FUTEX_WAIT, FUTEX_WAKE, FUTEX_PRIVATE_FLAG */
static void mutex_futex(mutex *m, int operation, unsigned int value)
{
    const int error = errno; /* a lock leaves errno unchanged */
    syscall(SYS_futex, &m->word, operation, value, NULL, NULL, 0);
    errno = error;
}
static void mutex_park(mutex *m)
{
    mutex_futex(m, MUTEX_SHARED ? PARK : PARK | PRIVATE, CONTENDED);
}
static void mutex_wake(mutex *m)
{
    mutex_futex(m, MUTEX_SHARED ? WAKE : WAKE | PRIVATE, 1);
}
#elif defined(_WIN32)
#  include <windows.h>
static void mutex_park(mutex *m)
{
    uint32_t contended = CONTENDED;
    WaitOnAddress(&m->word, &contended, sizeof contended, INFINITE);
}
static void mutex_wake(mutex *m)
{
    WakeByAddressSingle((void *)&m->word);
}
#else /* one of each for all mutexes */
static pthread_mutex_t mutex_guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t mutex_changed = PTHREAD_COND_INITIALIZER;
static void mutex_park(mutex *m)
{
    pthread_mutex_lock(&mutex_guard);
    if (atomic_load_explicit(&m->word, memory_order_relaxed) == CONTENDED)
        pthread_cond_wait(&mutex_changed, &mutex_guard);
    pthread_mutex_unlock(&mutex_guard);
}
static void mutex_wake(mutex *m)
{
    (void)m;
    /* A thread that is about to park has parked by now, or sees the new word. */
    pthread_mutex_lock(&mutex_guard);
    pthread_cond_broadcast(&mutex_changed);
    pthread_mutex_unlock(&mutex_guard);
}
#endif

static int mutex_try_lock(mutex *m)
{
    uint32_t free = FREE;
    return atomic_compare_exchange_strong_explicit(&m->word, &free, HELD, memory_order_acquire,
                                                   memory_order_relaxed);
}

/* Loads the word before it tries: a load leaves the cache line to its owner. Once the back-off returns 0, the word is
 * CONTENDED whenever this thread parks or takes the lock, because other threads may be parked. */
static void mutex_lock(mutex *m)
{
    if (mutex_try_lock(m))
        return;

    cpu_relax_backoff_t b;
    cpu_relax_backoff_init(&b, MUTEX_SPIN_NS);
    do
        if (!cpu_relax_backoff(&b)) {
            while (atomic_exchange_explicit(&m->word, CONTENDED, memory_order_acquire) != FREE)
                mutex_park(m);
            return;
        }
    while (atomic_load_explicit(&m->word, memory_order_relaxed) != FREE || !mutex_try_lock(m));
}

static void mutex_unlock(mutex *m)
{
    if (atomic_exchange_explicit(&m->word, FREE, memory_order_release) == CONTENDED)
        mutex_wake(m);
}

/* The rest is a demonstration: four threads count, and no count is lost. */
enum { THREADS = 4, COUNTS = 500000 };

static mutex lock = MUTEX_INIT;
static long total;

static void *count(void *unused)
{
    for (int i = 0; i < COUNTS; i++) {
        mutex_lock(&lock);
        total++;
        mutex_unlock(&lock);
    }
    return unused;
}

int main(void)
{
    pthread_t thread[THREADS];
    int started = 0;
    while (started < THREADS && pthread_create(&thread[started], NULL, count, NULL) == 0)
        started++;
    if (started < THREADS)
        fprintf(stderr, "mutex: cannot start %d threads, only %d\n", THREADS, started);
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);

    printf("%d threads counted to %ld, expected %d\n", started, total, THREADS * COUNTS);
    return total != (long)THREADS * COUNTS;
}
