/*
 * wait_fake.h - cpu_relax_wait.h with a clock and a hint of the test's own
 * SPDX-License-Identifier: MIT
 *
 * So that every line of the contract can be checked exactly, and faulty clocks can be simulated. For one
 * program of one source file; wait.c adds others. A program that sleeps defines FAKE_SLEEPS.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

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
#if !defined(FAKE_SLEEPS)
#  define CPU_RELAX_NO_MONITOR /* a sleeping processor reads no clock */
#endif
#include "cpu_relax_wait.h"
#include "cpu_relax_wait.h" /* the second inclusion adds nothing */

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A configuration with many rounds runs long delays and waits, too: emulators take seconds for them. */
#if defined(ROUNDS) && ROUNDS >= 1000000
enum { LONG = 1 };
#else
enum { LONG = 0 };
#endif

static uint64_t step;

/* Each reading is one step later. */
static uint64_t read_steps(void)
{
    return clock_ns += step;
}

/* Correct: time passes in each hint and in each reading; the reading moves in steps. */
static uint64_t hint_ns = 24, read_ns = 25;

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

/* How long a test may take before it counts as hung: not a verdict on speed. */
#ifndef HANG_SECONDS
#  define HANG_SECONDS 120
#endif

static const char *running;

static int setup(void **state)
{
    running = *state;
#if defined(SIGALRM) /* elsewhere CTest's own limit has to do */
    alarm(HANG_SECONDS);
#endif
    begin(read_steps, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
#if defined(SIGALRM)
    alarm(0);
#endif
    return 0;
}

#if defined(SIGALRM)
static void hung(int signal_number)
{
    static const char before[] = "[  FAILED  ] ", after[] = ": hung\n";

    (void)signal_number;
    _exit(write(STDOUT_FILENO, before, sizeof(before) - 1) < 0 ||
          write(STDOUT_FILENO, running, strlen(running)) < 0 ||
          write(STDOUT_FILENO, after, sizeof(after) - 1) < 0 || 1);
}
#endif

#define TEST(f) cmocka_unit_test_prestate_setup_teardown(f, setup, teardown, (void *)#f)

/* Runs the tests, or the one that argv names. */
static int run(const char *name, int argc, char **argv, const struct CMUnitTest *tests,
               size_t count)
{
#if defined(SIGALRM)
    signal(SIGALRM, hung);
#endif
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return _cmocka_run_group_tests(name, tests, count, NULL, NULL) != 0;
}
