/*
 * wait_monitor.c - sleeping in hardware that is not there: no wake-up may be lost
 * SPDX-License-Identifier: MIT
 *
 * Built for a CPU with WAITPKG, MONITORX or Zawrs, run on one without. Each instruction traps, and
 * the handler stands in for it: it stores at the worst moment, and counts a sleep that no store
 * would end. Where the CPU has the instructions none of that can be seen, and the test is skipped.
 */
#define _GNU_SOURCE /* REG_RIP */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

static uint64_t look_at_clock(void);
#define CPU_RELAX_CLOCK_NS() look_at_clock()
#include "cpu_relax_wait.h"

#define OLD 0x80000005u
#define NEW 7u
enum moment { NEVER, AFTER_FAST_PATH, WHILE_ARMING, AFTER_LOOK, THIRD_SLEEP };

static volatile uint64_t word;
static volatile enum moment moment;
static volatile int arms, sleeps, lost, bad;
static uint64_t clock_ns;

static void change(enum moment now)
{
    if (now == moment) {
        moment = NEVER;
        word = (word & ~(uint64_t)UINT32_MAX) | NEW;
    }
}

static uint64_t look_at_clock(void)
{
    change(AFTER_FAST_PATH); /* the slow path's first deed is to start its timer */
    return clock_ns += 100;
}

static int has_changed(void)
{
    return (uint32_t)word == NEW;
}

/* A store before arming does not end the sleep, one after it does. */
static void sleep_now(int changed_before)
{
    sleeps++;
    lost += changed_before;
    change(AFTER_LOOK);
    if (sleeps == 3)
        change(THIRD_SLEEP);
}

#if defined(__x86_64__)
static int changed_when_armed;

/* Arming is one trap, the sleep another. */
static void emulate(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
    greg_t *r = c->uc_mcontext.gregs;
    const unsigned char *at = (const unsigned char *)r[REG_RIP];
    const size_t rex = (at[1] & 0xf0) == 0x40, length = (at[0] == 0x0f ? 3 : 4) + rex;

    (void)signal_number;
    (void)info;
    if (at[0] == 0xf3 || (at[0] == 0x0f && at[1] == 1 && at[2] == 0xfa)) { /* UMONITOR, MONITORX */
        arms++;
        change(WHILE_ARMING);
        changed_when_armed = has_changed();
    } else if (at[0] == 0xf2) { /* UMWAIT: until EDX:EAX */
        const uint64_t until = (uint64_t)(uint32_t)r[REG_RDX] << 32 | (uint32_t)r[REG_RAX];

        bad += until - (__builtin_ia32_rdtsc() - 1000000000) > 1000000000 + 65536;
        sleep_now(changed_when_armed);
    } else if (at[0] == 0x0f && at[1] == 1 && at[2] == 0xfb) { /* MWAITX: for EBX, if ECX says so */
        bad += (uint32_t)r[REG_RCX] != 2 || (uint32_t)r[REG_RBX] > 65536;
        sleep_now(changed_when_armed);
    } else {
        abort();
    }
    r[REG_RIP] += (greg_t)length;
}
#elif defined(__riscv)
static void emulate(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
    const uint16_t *at = (const uint16_t *)c->uc_mcontext.__gregs[REG_PC];

    (void)signal_number;
    (void)info;
    if (at[0] != 0x0073 || at[1] != 0x01d0) /* WRS.STO */
        abort();
    arms++;
    sleep_now(has_changed()); /* LR, just before, saw what there is now */
    c->uc_mcontext.__gregs[REG_PC] += 4;
}
#endif

static int traps;

/* Waits for the low half, or the whole; true if it ended as it must. */
static int ends(enum moment when, int wide, uint32_t ns)
{
    const volatile uint32_t *half = (const volatile uint32_t *)&word; /* little-endian, all three */
    const uint64_t old = (uint64_t)9 << 32 | OLD;
    const uint64_t expected = when == NEVER ? old : (old & ~(uint64_t)UINT32_MAX) | NEW;

    arms = sleeps = lost = bad = 0;
    word = old;
    moment = when;
    if (wide)
        return cpu_relax_while_eq64(&word, old, ns) == expected;
    return cpu_relax_while_eq32(half, (uint32_t)old, ns) == (uint32_t)expected;
}

/* In each test, as cmocka handles the signal itself. */
static void stand_in(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_sigaction = emulate;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGILL, &action, NULL);
}

static void no_wake_up_is_lost(void **state)
{
    static const enum moment moments[] = {AFTER_FAST_PATH, WHILE_ARMING, AFTER_LOOK, THIRD_SLEEP};
    static const uint32_t patience[] = {CPU_RELAX_FOREVER, 100000};
    size_t i, j;
    int wide;

    (void)state;
    if (!traps)
        skip();
    stand_in();
    for (i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
        for (j = 0; j < 2; j++)
            for (wide = 0; wide < 2; wide++) {
#if defined(__riscv)
                if (moments[i] == WHILE_ARMING)
                    continue; /* LR does not trap */
#endif
                assert_true(ends(moments[i], wide, patience[j]));
                assert_int_equal(lost, 0);
                assert_int_equal(bad, 0);
            }
}

static void it_does_sleep_and_gives_up_in_time(void **state)
{
    const uint64_t start = clock_ns;

    (void)state;
    stand_in();
    assert_true(ends(NEVER, 0, 100000));
    assert_true(sleeps > 0 || !traps);
    assert_int_equal(arms, sleeps);
    assert_int_equal(bad, 0);
    assert_true(clock_ns - start >= 100000);
}

int main(int argc, char **argv) /* the name of a test: that one alone */
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_wake_up_is_lost),
        cmocka_unit_test(it_does_sleep_and_gives_up_in_time),
    };

    stand_in();
    alarm(120);

    ends(NEVER, 0, 1000);
    traps = arms != 0;
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("wait_monitor", tests, NULL, NULL) != 0;
}
