/*
 * locks.c - what callers write in C and C++: a spin lock, a ticket lock, a flag bit, a sequence lock
 * SPDX-License-Identifier: MIT
 *
 * Compiled in each dialect of both languages with every warning that callers turn on, and run: no cast, no pragma.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__cplusplus)
extern "C" { /* as a C header that includes it would be included */
#  include "cpu_relax_wait.h"
}
#  include <atomic>
#  define _Atomic(type) std::atomic<type>
#  undef NULL
#  define NULL nullptr
using namespace std;
#else
#  include "cpu_relax_wait.h"
#  include <stdatomic.h>
#endif

enum { COUNTS = 20000 };

/* A spin lock of one byte */
static _Atomic(uint8_t) spin;

static void spin_lock(void)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

    while (atomic_exchange_explicit(&spin, 1, memory_order_acquire))
        if (!cpu_relax_backoff(&b)) {
            sched_yield();
            cpu_relax_backoff_reset(&b);
        }
}

static void spin_unlock(void)
{
    atomic_store_explicit(&spin, 0, memory_order_release);
}

/* A ticket lock */
static _Atomic(uint16_t) next_ticket, serving;

static void ticket_lock(void)
{
    const uint16_t mine = atomic_fetch_add_explicit(&next_ticket, 1, memory_order_relaxed);

    while (cpu_relax_until_eq16(&serving, mine, 2000) != mine)
        sched_yield();
}

static void ticket_unlock(void)
{
    atomic_fetch_add_explicit(&serving, 1, memory_order_release);
}

/* A lock in one bit of a word, whose other bits are a count */
enum { LOCKED = 1, ONE = 2 };
static _Atomic(uint32_t) bit_and_count;

static void bit_lock(void)
{
    while (atomic_fetch_or_explicit(&bit_and_count, LOCKED, memory_order_acquire) & LOCKED)
        if (cpu_relax_until_masked(&bit_and_count, LOCKED, 0, 2000) & LOCKED)
            sched_yield();
}

static void bit_unlock(void)
{
    atomic_fetch_and_explicit(&bit_and_count, UINT32_MAX - LOCKED, memory_order_release);
}

/* A sequence lock: odd while it is written */
static _Atomic(uint32_t) sequence;
static _Atomic(uint64_t) low, high;

static void sequence_write(uint64_t value)
{
    atomic_fetch_add_explicit(&sequence, 1, memory_order_acquire);
    atomic_store_explicit(&low, value, memory_order_release);
    atomic_store_explicit(&high, ~value, memory_order_release);
    atomic_fetch_add_explicit(&sequence, 1, memory_order_release);
}

static int sequence_read_is_whole(void)
{
    uint32_t before;
    uint64_t l, h;

    do {
        before = atomic_load_explicit(&sequence, memory_order_acquire);
        if (before & 1)
            before = cpu_relax_until_masked(&sequence, 1, 0, CPU_RELAX_FOREVER);
        l = atomic_load_explicit(&low, memory_order_acquire);
        h = atomic_load_explicit(&high, memory_order_acquire);
    } while (atomic_load_explicit(&sequence, memory_order_acquire) != before);
    return l == ~h;
}

static long spins, tickets, bits;
static _Atomic(int) torn;

static void *count_up(void *unused)
{
    for (uint32_t i = 0; i < COUNTS; i++) {
        spin_lock();
        spins++;
        sequence_write(i);
        spin_unlock();
        ticket_lock();
        tickets++;
        ticket_unlock();
        bit_lock();
        bits++;
        atomic_fetch_add_explicit(&bit_and_count, ONE, memory_order_relaxed);
        bit_unlock();
        if (!sequence_read_is_whole())
            atomic_fetch_add(&torn, 1);
    }
    return unused;
}

int main(void)
{
    pthread_t other;

    sequence_write(0);
    if (pthread_create(&other, NULL, count_up, NULL) != 0)
        return 1;
    count_up(NULL);
    pthread_join(other, NULL);
    printf("%ld %ld %ld %d\n", spins, tickets, bits, atomic_load(&torn));
    return spins != 2 * COUNTS || tickets != 2 * COUNTS || bits != 2 * COUNTS ||
           atomic_load(&bit_and_count) != 2 * COUNTS * ONE || atomic_load(&torn) != 0;
}
