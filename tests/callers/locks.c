/*
 * locks.c - what callers write in C: a spin lock, a ticket lock, a flag bit, a sequence lock and flags
 * SPDX-License-Identifier: MIT
 *
 * Compiled in each dialect with every warning that callers turn on, and run: no cast, no pragma.
 */
#include "cpu_relax_wait.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { COUNTS = 20000 };

/* A spin lock of one byte */
static _Atomic uint8_t spin;

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
static _Atomic uint16_t next_ticket, serving;

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
static _Atomic uint32_t bit_and_count;

static void bit_lock(void)
{
    while (atomic_fetch_or_explicit(&bit_and_count, LOCKED, memory_order_acquire) & LOCKED)
        if (cpu_relax_until_masked32(&bit_and_count, LOCKED, 0, 2000) & LOCKED)
            sched_yield();
}

static void bit_unlock(void)
{
    atomic_fetch_and_explicit(&bit_and_count, ~(uint32_t)LOCKED, memory_order_release);
}

/* A sequence lock: odd while it is written */
static _Atomic uint32_t sequence;
static _Atomic uint64_t left, right;

static void sequence_write(uint64_t value)
{
    atomic_fetch_add_explicit(&sequence, 1, memory_order_acquire);
    atomic_store_explicit(&left, value, memory_order_release);
    atomic_store_explicit(&right, ~value, memory_order_release);
    atomic_fetch_add_explicit(&sequence, 1, memory_order_release);
}

static int sequence_read_is_whole(void)
{
    uint32_t before;
    uint64_t l, r;

    do {
        before = atomic_load_explicit(&sequence, memory_order_acquire);
        if (before & 1)
            before = cpu_relax_until_masked(&sequence, 1, 0, CPU_RELAX_FOREVER);
        l = atomic_load_explicit(&left, memory_order_acquire);
        r = atomic_load_explicit(&right, memory_order_acquire);
    } while (atomic_load_explicit(&sequence, memory_order_acquire) != before);
    return l == ~r;
}

/* Flags: a bool, a plain word, a volatile one, an enumeration, pointers */
enum state { EMPTY, FULL };
static atomic_bool flag;
static uint32_t plain_word = 1;
static volatile uint64_t volatile_word = 1;
static enum state state = FULL;
static int *_Atomic pointer;
static const int *_Atomic pointer_to_const;
static int target;
static const int const_target = 1;

static int flags_are_read(void)
{
    const uint32_t *const const_word = &plain_word;
    int right_ones = 0;

    atomic_store(&flag, 1);
    atomic_store(&pointer, &target);
    atomic_store(&pointer_to_const, &const_target);
    right_ones += cpu_relax_while_eq8(&flag, 0, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_eq32(&plain_word, 0, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_eq64(&volatile_word, 0, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_eq32(&state, EMPTY, CPU_RELAX_FOREVER) == FULL;
    right_ones += cpu_relax_while_eqptr(&pointer, NULL, CPU_RELAX_FOREVER) == &target;
    right_ones += cpu_relax_until_eqptr(&pointer, &target, 0) == &target;
    right_ones += cpu_relax_until_eqptr(&pointer_to_const, &const_target, 0) == &const_target;
    right_ones += cpu_relax_while_eq(&flag, 0, 0) == 1;
    right_ones += cpu_relax_while_eq(&serving, 7, 0) != 7;
    right_ones += cpu_relax_while_eq(&plain_word, 1, 10) == 1;
    right_ones += cpu_relax_while_eq(&volatile_word, 0, 10) == 1;
    right_ones += cpu_relax_until_eq(&flag, 1, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_until_eq(const_word, 2, 10) == 1;
    right_ones += cpu_relax_until_masked(const_word, 3, 5, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_masked(&volatile_word, 1, 0, CPU_RELAX_FOREVER) == 1;
    return right_ones == 15;
}

/* A difference `deadline - now` that wrapped has expired: neither call waits. */
static int wrapped_times_end(void)
{
    const uint64_t wrapped = UINT64_MAX;

    cpu_relax_for_ns(wrapped);
    return cpu_relax_until_eq(&plain_word, 2, wrapped) == 1;
}

static long spins, tickets, bits;
static atomic_int torn;

static void *count(void *unused)
{
    int i;

    for (i = 0; i < COUNTS; i++) {
        spin_lock();
        spins++;
        sequence_write((uint64_t)i);
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
    if (!flags_are_read() || !wrapped_times_end() || pthread_create(&other, NULL, count, NULL) != 0)
        return 1;
    count(NULL);
    pthread_join(other, NULL);
    printf("%ld %ld %ld %d\n", spins, tickets, bits, atomic_load(&torn));
    return spins != 2 * COUNTS || tickets != 2 * COUNTS || bits != 2 * COUNTS ||
           atomic_load(&bit_and_count) != 2 * COUNTS * ONE || atomic_load(&torn) != 0;
}
