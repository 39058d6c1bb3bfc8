/*
 * wait_clock.c - which clock of the OS the header asks, and what it makes of the answer
 * SPDX-License-Identifier: MIT
 *
 * The OS's call is the test's own, so no verdict depends on time. It writes seconds and nanoseconds of 64
 * bits each, as C libraries with 64-bit time do: a header that thinks them smaller loses its caller's
 * memory. On 32-bit Linux glibc is asked for that time; musl has no other.
 */
#define _TIME_BITS 64
#define _FILE_OFFSET_BITS 64
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>
#if defined(_WIN32) /* first here, last in wait_strict.c: neither order may warn */
#  include <windows.h>
#endif

#include "cpu_relax_wait.h"

/* What has no such call to answer: a counter of the architecture, or of Windows */
#if defined(__aarch64__) || defined(__s390x__) || defined(_WIN32)
#  define COUNTER 1
static uint64_t counter(void)
{
    uint64_t ticks;
#  if defined(__aarch64__)
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
#  elif defined(__s390x__)
    __asm__ __volatile__("stckf %0" : "=Q"(ticks) : : "cc");
#  else
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    ticks = (uint64_t)now.QuadPart;
#  endif
    return ticks;
}
#else
#  define COUNTER 0
#endif

static uint64_t rate(void)
{
    uint64_t hz = 1000000000;
#if defined(__aarch64__)
    __asm__("mrs %0, cntfrq_el0" : "=r"(hz));
#elif defined(__s390x__)
    hz = 4096000000u;
#elif defined(_WIN32)
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    hz = (uint64_t)frequency.QuadPart;
#endif
    return hz;
}

#if !COUNTER
/* Volatile, as libraries promise that their function does not call back. When the test is not telling it is
 * cmocka that asks, whose structure may be the old one. */
static volatile int telling, asked_for;
static volatile unsigned asked;
static volatile uint64_t seconds;
static volatile uint32_t nanoseconds;

static int tell(int id, void *where)
{
    const struct {
        uint64_t s, ns;
    } t = {seconds, nanoseconds};

    memcpy(where, &t, telling ? sizeof(t) : 2 * sizeof(long));
    asked_for = id;
    asked++;
    return 0;
}

/* Under each name that C libraries give it. Not declared as theirs: this is who answers them. */
int stub(int id, void *where) __asm__("clock_gettime");
int stub(int id, void *where)
{
    return tell(id, where);
}
int stub64(int id, void *where) __asm__("__clock_gettime64");
int stub64(int id, void *where)
{
    return tell(id, where);
}
#endif

static void the_monotonic_clock_is_asked(void **state)
{
    (void)state;
#if COUNTER
    skip();
#else
    static const uint64_t s[] = {0, 1, 4294967295u, 4294967296u, (uint64_t)1 << 33};
    static const uint32_t ns[] = {0, 1, 999999999};
    uint64_t ticks;
    size_t i, j;

    for (i = 0; i < sizeof(s) / sizeof(s[0]); i++)
        for (j = 0; j < sizeof(ns) / sizeof(ns[0]); j++) {
            asked = 0;
            telling = 1;
            seconds = s[i];
            nanoseconds = ns[j];
            ticks = cpu_relax_ticks_();
            telling = 0;
            assert_true(ticks == s[i] * 1000000000 + ns[j]);
            assert_int_equal(asked, 1);
            assert_int_equal(asked_for, CLOCK_MONOTONIC);
        }
#endif
}

static void the_counter_is_read(void **state)
{
    (void)state;
#if COUNTER
    {
        const uint64_t before = counter(), now = cpu_relax_ticks_(), after = counter();

        assert_true(before <= now && now <= after);
    }
#else
    skip();
#endif
}

/* The rate is read, not learned, and turns nanoseconds into ticks, rounded up. */
static void ticks_are_by_the_rate(void **state)
{
    static const uint64_t ns[] = {1,          2,          1000,       999999999,
                                  1000000000, 1000000001, 1000000123, (uint64_t)1 << 61};
    const uint64_t hz = rate();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(ns) / sizeof(ns[0]); i++) {
        const uint64_t whole = ns[i] / 1000000000 * hz, part = ns[i] % 1000000000 * hz;

        assert_true(cpu_relax_start_(ns[i]).span ==
                    whole + part / 1000000000 + (part % 1000000000 != 0));
    }
}

/* HWCAP, bit by bit: each feature by its own bit of its own word, and by no other */
#if defined(__aarch64__) && defined(__linux__)
static volatile unsigned long caps[2];

unsigned long stub_auxval(unsigned long type) __asm__("getauxval");
unsigned long stub_auxval(unsigned long type)
{
    return type == 16 ? caps[0] : type == 26 ? caps[1] : 0;
}
#endif

static void features_are_told_by_their_bits(void **state)
{
    (void)state;
#if defined(__aarch64__) && defined(__linux__)
    {
        unsigned bit, second;

        for (second = 0; second < 2; second++)
            for (bit = 0; bit < 64; bit++) {
                unsigned int has = CPU_RELAX_CPU_ASKED_;

                if (second == 0 && bit == 2)
                    has |= CPU_RELAX_CPU_EVTSTRM;
                if (second == 0 && bit == 29)
                    has |= CPU_RELAX_CPU_SB;
                if (second == 1 && bit == 31)
                    has |= CPU_RELAX_CPU_WFXT;
                caps[second] = 1ul << bit;
                caps[!second] = 0;
                *cpu_relax_answer_() = 0;
                assert_int_equal(cpu_relax_cpu_(), has);
            }
    }
#else
    skip();
#endif
}

static void nothing_else_is_written(void **state)
{
    volatile uint64_t before[4] = {1, 2, 3, 4};
    volatile uint64_t after[4] = {5, 6, 7, 8};

    (void)state;
#if !COUNTER
    telling = 1;
#endif
    (void)cpu_relax_ticks_();
    cpu_relax_ns(1); /* where the clock is the test's it stands still: the bound ends it */
#if !COUNTER
    telling = 0;
#endif
    assert_true(before[0] == 1 && before[1] == 2 && before[2] == 3 && before[3] == 4);
    assert_true(after[0] == 5 && after[1] == 6 && after[2] == 7 && after[3] == 8);
}

int main(int argc, char **argv) /* the name of a test: that one alone */
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_monotonic_clock_is_asked),
        cmocka_unit_test(the_counter_is_read),
        cmocka_unit_test(ticks_are_by_the_rate),
        cmocka_unit_test(features_are_told_by_their_bits),
        cmocka_unit_test(nothing_else_is_written),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("wait_clock", tests, NULL, NULL) != 0;
}
