/*
 * spinlock.c - a spinlock in C11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     cc -Iinclude examples/spinlock.c -pthread && ./a.out
 */
#include "cpu_relax_wait.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

/* 0: free, 1: held. An int, because on some CPUs an atomic of one byte needs a library. */
typedef atomic_int spinlock;

/* Who finds it free has nothing to prepare. Waiters only read, and ever less often: the cache line stays with
 * who holds the lock. Once waiting has cost more than blocking would, they let others run, who may be
 * what they wait for. */
static void spin_lock(spinlock *lock)
{
    if (atomic_exchange_explicit(lock, 1, memory_order_acquire) == 0)
        return;

    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    do {
        if (!cpu_relax_backoff(&b))
            sched_yield(); /* or block, and then cpu_relax_backoff_reset(&b) */
    } while (atomic_load_explicit(lock, memory_order_relaxed) ||
             atomic_exchange_explicit(lock, 1, memory_order_acquire));
}

static void spin_unlock(spinlock *lock)
{
    atomic_store_explicit(lock, 0, memory_order_release);
}

/* What follows only shows it: two threads count, and no count is lost. */
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
