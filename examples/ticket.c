/*
 * ticket.c - a ticket lock, which is fair: first come, first served, in C11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     cc -Iinclude examples/ticket.c -pthread && ./a.out
 */
#define _DEFAULT_SOURCE /* nanosleep, in strict modes too */
#include "cpu_relax_wait.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#if !CPU_RELAX_HAS_EQ32
#  error "ticket.c: this CPU or compiler has no 32-bit waits, see cpu_relax_wait.h"
#endif

/* On two cache lines: taking a ticket does not disturb the waiters. */
typedef struct {
    _Alignas(64) _Atomic uint32_t next;    /* ticket */
    _Alignas(64) _Atomic uint32_t serving; /* the ticket whose owner holds the lock */
} ticket_lock;

/* Every number is served until its owner releases, so no waiter can miss its own. After 2 us the waiter lets others
 * run, because the owner may need the processor: by a yield, and after 10000 yields by a short sleep, because a yield
 * lets no lower priority run. */
static void take(ticket_lock *lock)
{
    const uint32_t mine = atomic_fetch_add_explicit(&lock->next, 1, memory_order_relaxed);
    unsigned int yields = 0;

    while (cpu_relax_until_eq32(&lock->serving, mine, 2000) != mine)
        yields++ < 10000 ? sched_yield() : nanosleep(&(struct timespec){0, 50000}, NULL);
}

static void release(ticket_lock *lock)
{
    /* Only the owner writes it. */
    const uint32_t mine = atomic_load_explicit(&lock->serving, memory_order_relaxed);

    atomic_store_explicit(&lock->serving, mine + 1, memory_order_release);
}

/* The rest is a demonstration: two threads count, and no count is lost. */
enum { COUNTS = 100000 };

static ticket_lock lock;
static long total;

static void *count(void *unused)
{
    for (int i = 0; i < COUNTS; i++) {
        take(&lock);
        total++;
        release(&lock);
    }
    return unused;
}

int main(void)
{
    pthread_t other;

    if (pthread_create(&other, NULL, count, NULL) != 0) {
        fputs("ticket: cannot start a second thread\n", stderr);
        return 1;
    }
    count(NULL);
    pthread_join(other, NULL);

    printf("two threads counted to %ld, expected %d\n", total, 2 * COUNTS);
    return total != 2 * COUNTS;
}
