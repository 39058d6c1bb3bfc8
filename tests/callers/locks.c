/*
 * locks.c - what callers write in C: a spin lock, a ticket lock, a sequence lock and a flag
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
    uint16_t seen = atomic_load_explicit(&serving, memory_order_acquire);

    while (seen != mine) {
        const uint16_t now = cpu_relax_while_eq16(&serving, seen, 2000);

        if (now == seen)
            sched_yield();
        seen = now;
    }
}

static void ticket_unlock(void)
{
    atomic_fetch_add_explicit(&serving, 1, memory_order_release);
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
        while (before & 1)
            before = cpu_relax_while_eq32(&sequence, before, CPU_RELAX_FOREVER);
        l = atomic_load_explicit(&left, memory_order_acquire);
        r = atomic_load_explicit(&right, memory_order_acquire);
    } while (atomic_load_explicit(&sequence, memory_order_acquire) != before);
    return l == ~r;
}

/* Flags: a bool, a plain word, a volatile one, an enumeration, a pointer */
enum state { EMPTY, FULL };
static atomic_bool flag;
static uint32_t plain_word = 1;
static volatile uint64_t volatile_word = 1;
static enum state state = FULL;
static int *_Atomic pointer;
static int target;

static int flags_are_read(void)
{
    int right_ones = 0;

    atomic_store(&flag, 1);
    atomic_store(&pointer, &target);
    right_ones += cpu_relax_while_eq8(&flag, 0, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_eq32(&plain_word, 0, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_eq64(&volatile_word, 0, CPU_RELAX_FOREVER) == 1;
    right_ones += cpu_relax_while_eq32(&state, EMPTY, CPU_RELAX_FOREVER) == FULL;
    right_ones += cpu_relax_while_eqptr(&pointer, NULL, CPU_RELAX_FOREVER) == &target;
    right_ones += cpu_relax_while_eq(&flag, 0, 0) == 1;
    right_ones += cpu_relax_while_eq(&serving, 7, 0) != 7;
    right_ones += cpu_relax_while_eq(&plain_word, 1, 10) == 1;
    right_ones += cpu_relax_while_eq(&volatile_word, 0, 10) == 1;
    return right_ones == 9;
}

static long spins, tickets;
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
        if (!sequence_read_is_whole())
            atomic_fetch_add(&torn, 1);
    }
    return unused;
}

int main(void)
{
    pthread_t other;

    sequence_write(0);
    if (!flags_are_read() || pthread_create(&other, NULL, count, NULL) != 0)
        return 1;
    count(NULL);
    pthread_join(other, NULL);
    printf("%ld %ld %d\n", spins, tickets, atomic_load(&torn));
    return spins != 2 * COUNTS || tickets != 2 * COUNTS || atomic_load(&torn) != 0;
}
