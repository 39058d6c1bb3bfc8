/*
 * spinlock.c - a spinlock in C11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     cc -Iinclude examples/spinlock.c -pthread && ./a.out
 */
#define _DEFAULT_SOURCE /* nanosleep, in strict modes too */
#include "cpu_relax_wait.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

/* 0: free, 1: held. An int, because a one-byte atomic needs a library on some CPUs. */
typedef atomic_int spinlock;

/* Waiters only load, and back off: the cache line stays with the holder. When blocking is cheaper they yield, because
 * the holder may need the processor. A yield lets no thread of lower priority run, so a real-time waiter must sleep:
 * here after 10000 yields, which take about 2 ms. */
static void spin_lock(spinlock *lock)
{
    if (atomic_exchange_explicit(lock, 1, memory_order_acquire) == 0)
        return;
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    unsigned int yields = 0;
    do {
        if (!cpu_relax_backoff(&b)) /* or block, and then cpu_relax_backoff_reset(&b) */
            yields++ < 10000 ? sched_yield() : nanosleep(&(struct timespec){0, 50000}, NULL);
    } while (atomic_load_explicit(lock, memory_order_relaxed) ||
             atomic_exchange_explicit(lock, 1, memory_order_acquire));
}

static void spin_unlock(spinlock *lock)
{
    atomic_store_explicit(lock, 0, memory_order_release);
}

/* The rest is a demonstration: two threads count, and no count is lost. */
enum { COUNTS = 1000000 };

static spinlock lock;
static long total;

static void *count(void *unused)
{
    for (int i = 0; i < COUNTS; i++) {
        spin_lock(&lock);
        total++;
        spin_unlock(&lock);
    }
    return unused;
}

int main(void)
{
    pthread_t other;
    if (pthread_create(&other, NULL, count, NULL) != 0) {
        fputs("spinlock: cannot start a second thread\n", stderr);
        return 1;
    }
    count(NULL);
    pthread_join(other, NULL);

    printf("two threads counted to %ld, expected %d\n", total, 2 * COUNTS);
    return total != 2 * COUNTS;
}
