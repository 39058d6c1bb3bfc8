/*
 * wait_fake.h - cpu_relax_wait.h with a clock and a hint of the test's own
 * SPDX-License-Identifier: MIT
 *
 * So that every line of the contract can be checked exactly, and faulty clocks can be simulated. For one
 * program of one source file; wait.c adds others.
 */
#include <stddef.h>
#include <stdint.h>

#include "wait_hint.h"

static uint64_t clock_ns, reads, hints;
static uint64_t (*reading)(void); /* the value of one clock read */
static void (*at_hint)(void);     /* what another thread does meanwhile */

static uint64_t counted_clock(void)
{
    reads++;
    return reading();
}

static void cpu_relax(void)
{
    hints++;
    if (at_hint != NULL)
        at_hint();
    hint_of_the_cpu();
}

#define CPU_RELAX_CLOCK_NS() counted_clock()
#define CPU_RELAX_NO_MONITOR /* a sleeping processor reads no clock */
#include "cpu_relax_wait.h"
#include "cpu_relax_wait.h" /* the second inclusion adds nothing */

static uint64_t step;

/* Each reading is one step later. */
static uint64_t read_steps(void)
{
    return clock_ns += step;
}

static inline uint64_t read_standing(void)
{
    return clock_ns;
}

/* Correct: time passes in each hint and in each reading; the reading moves in steps. */
static uint64_t hint_ns, read_ns;

static inline uint64_t time_now(void)
{
    return clock_ns + hints * hint_ns;
}

static inline uint64_t read_coarse(void)
{
    clock_ns += read_ns;
    return time_now() / step * step;
}

/* A new clock, which starts just before it wraps. */
static inline void begin(uint64_t (*read)(void), uint64_t new_step)
{
    reading = read;
    step = new_step;
    clock_ns = UINT64_MAX - 500;
    reads = hints = 0;
    hint_ns = 24;
    read_ns = 25;
    at_hint = NULL;
}

#define BEFORE_EACH() begin(read_steps, 1)
#include "test.h"
