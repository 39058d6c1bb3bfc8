/*
 * wait_threads.c - cpu_relax_wait.h with the real clock: threads, signals, time
 * SPDX-License-Identifier: MIT
 *
 * Data is neither volatile nor atomic, on purpose: only the order of the waits makes it right, and
 * ThreadSanitizer, where it is used, sees any that they do not order.
 */
#define _GNU_SOURCE /* sched_setaffinity */
#include "test.h"
#include "threads.h"

#include "wait.h" /* first: it declares what CPU_RELAX_FEATURES() may be (tests/CMakeLists.txt) */

#include "cpu_relax.h"
#if defined(CPU_RELAX_FEATURES)
#  define __volatile__ TRAPPING
volatile unsigned int wait_isbs __asm__("wait_isbs") __attribute__((__used__));
#  if defined(__aarch64__)
/* For the assembler `isb` is a macro, which counts it and then is it. */
__asm__(".macro isb\n\tstp x0, x1, [sp, -16]!\n\tadrp x0, wait_isbs\n"
        "\tldr w1, [x0, :lo12:wait_isbs]\n\tadd w1, w1, 1\n\tstr w1, [x0, :lo12:wait_isbs]\n"
        "\tldp x0, x1, [sp], 16\n\t.inst 0xd5033fdf\n\t.endm\n");
#  endif
#endif
#include "cpu_relax_wait.h"
#include "wait_private.h"
#undef __volatile__

#if CPU_RELAX_HAS_MONITOR && defined(_M_X64)
#  include <intrin.h>
#elif CPU_RELAX_HAS_MONITOR && defined(__x86_64__)
#  include <cpuid.h>
#endif
#if defined(__linux__)
#  include <sched.h>
#  include <sys/auxv.h>
#endif
#if !defined(_WIN32)
#  include <sys/time.h>
#endif

#ifndef ROUNDS
#  define ROUNDS 100000
#endif

#ifndef MESSAGES
#  define MESSAGES ROUNDS
#endif

#ifndef SIGNALS
#  define SIGNALS 30
#endif

/* Waits that end for no reason but a new value: for ever, or again and again for a short time. */
static uint32_t next_value(const volatile uint32_t *p, uint32_t old, uint64_t ns)
{
    uint32_t value;

    do
        value = cpu_relax_while_eq32(p, old, ns);
    while (value == old);
    return value;
}

static const uint64_t patience[] = {CPU_RELAX_FOREVER, 0, 100, 3000};

/* Each of two threads on a processor of its own, where the OS can do that: on one processor they would
 * alternate, and each hand-over would take a time slice. */
#if defined(__linux__)
static cpu_set_t allowed;

static void apart(int side)
{
    cpu_set_t one;

    if (side == 0)
        sched_getaffinity(0, sizeof(allowed), &allowed);
    CPU_ZERO(&one);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed) && side-- == 0)
            CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof(one), &one); /* fails if there is none for this side */
}

static void together(void)
{
    sched_setaffinity(0, sizeof(allowed), &allowed);
}
#else
static void apart(int side)
{
}

static void together(void)
{
}
#endif

/* Far apart, so that the words disturb each other only by what the test does. */
static struct {
    uint32_t there;
    char apart1[252];
    uint32_t back;
    char apart2[252];
    uint32_t message[16];
} box;

static void *echo(void *unused)
{
    uint32_t round = 0;

    apart(1);
    while (round < MESSAGES) {
        round = next_value(&box.there, round, patience[round / 1000 % 4]);
        for (uint32_t i = 0; i < 16; i++)
            if (box.message[i] != round + i)
                return box.message;
        for (uint32_t i = 0; i < 16; i++)
            box.message[i] = ~(round + i);
        STORE(&box.back, round);
    }
    return unused;
}

/* There and back: what was written before the flag is read after the wait, on both sides. */
void wait_messages_arrive_whole(void **state)
{
    struct thread other;

    memset(&box, 0, sizeof(box));
    apart(0);
    assert_true(thread_start(&other, echo, NULL));
    for (uint32_t round = 1; round <= MESSAGES; round++) {
        for (uint32_t i = 0; i < 16; i++)
            box.message[i] = round + i;
        STORE(&box.there, round);
        assert_int_equal(next_value(&box.back, round - 1, patience[round / 1000 % 4]), round);
        for (uint32_t i = 0; i < 16; i++)
            assert_int_equal(box.message[i], (uint32_t) ~(round + i));
    }
    assert_null(thread_join(&other));
    together();
}

/* Hand-overs and nothing else: each store meets the other thread as it arms, loads or sleeps. */
static uint32_t ball32;
static uint64_t ball64;
static void *ball_pointer;

/* Both return null, or the first word that was wrong. */
static void *play(void *second)
{
    const uint32_t mine = second != NULL;

    if (second != NULL)
        apart(1);
    for (uint32_t round = mine; round < ROUNDS; round += 2) {
        if (cpu_relax_while_eq32(&ball32, round - 1, CPU_RELAX_FOREVER) != round)
            return &ball32;
        STORE(&ball32, round + 1);
    }
#if CPU_RELAX_HAS_EQ64
    for (uint32_t round = mine; round < ROUNDS; round += 2) {
        const uint64_t old = (uint64_t)(round - 1u) << 32, now = (uint64_t)round << 32;

        if (cpu_relax_while_eq64(&ball64, old, CPU_RELAX_FOREVER) != now)
            return &ball64;
        STORE(&ball64, (uint64_t)(round + 1) << 32);
    }
#endif
    for (uint32_t round = mine; round < ROUNDS; round += 2) {
        void *const old = mine ? NULL : &ball_pointer, *const now = mine ? &ball_pointer : NULL;

        if (cpu_relax_while_eqptr(&ball_pointer, old, CPU_RELAX_FOREVER) != now)
            return &ball_pointer;
        STORE(&ball_pointer, old);
    }
    return NULL;
}

/* The same by until: words that change to other values on the way there. */
static void *play_until(void *second)
{
    const uint32_t mine = second != NULL;

    if (second != NULL)
        apart(1);
    for (uint32_t round = mine; round < ROUNDS; round += 2) {
        if (cpu_relax_until_eq32(&ball32, round, CPU_RELAX_FOREVER) != round)
            return &ball32;
        STORE(&ball32, round + 1);
        if ((cpu_relax_until_masked32(&ball32, 1, mine, CPU_RELAX_FOREVER) & 1) != mine)
            return &ball32;
        if (cpu_relax_while_masked32(&ball32, UINT32_MAX, round, CPU_RELAX_FOREVER) == round)
            return &ball32;
    }
    if (!mine) /* the other side waits for its odd value; ROUNDS is even */
        STORE(&ball32, ROUNDS + 1);
    return NULL;
}

static void play_both_sides(void *(*side)(void *))
{
    struct thread second;

    ball32 = 0;
    ball64 = 0;
    ball_pointer = NULL;
    apart(0);
    assert_true(thread_start(&second, side, &ball32));
    assert_null(side(NULL));
    assert_null(thread_join(&second));
    together();
}

void wait_no_wake_up_is_lost(void **state)
{
    play_both_sides(play);
}

void wait_until_no_wake_up_is_lost(void **state)
{
    play_both_sides(play_until);
}

/* A barrier of more threads than there are processors: the thread that stores must get a turn. */
enum { SLICES = 20 };
static uint32_t threads, arrived, generation;

static void *march(void *unused)
{
    uint32_t now = 0;

    while (now < SLICES) {
        if (ADD(&arrived, 1) % threads == 0)
            STORE(&generation, now + 1);
        now = cpu_relax_while_eq32(&generation, now, CPU_RELAX_FOREVER);
    }
    return unused;
}

void wait_more_waiters_than_processors(void **state)
{
    struct thread thread[64];
    const long processors = PROCESSORS();

    threads = processors < 1 ? 2 : processors > 31 ? 64 : (uint32_t)processors * 2;
    arrived = generation = 0;
    for (uint32_t i = 0; i < threads; i++)
        assert_true(thread_start(&thread[i], march, NULL));
    for (uint32_t i = 0; i < threads; i++)
        assert_null(thread_join(&thread[i]));
    assert_int_equal(generation, SLICES);
    assert_int_equal(arrived, SLICES * threads);
}

/* Signals arrive in the middle of each call, and their handler makes the same calls. Windows has no such signals;
 * NO_SIGNALS: handlers have misaligned stacks in qemu 7.2 for x86. */
#if defined(_WIN32) || defined(NO_SIGNALS)
void wait_in_signal_handlers(void **state)
{
    skip();
}
#else
static uint32_t handled;

static void handle(int signal_number)
{
    static const uint32_t word = 5;
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

    cpu_relax_for_ns(1000);
    while (cpu_relax_backoff(&b))
        ;
    if (cpu_relax_while_eq32(&word, 5, 1000) == 5)
        ADD(&handled, 1);
}

void wait_in_signal_handlers(void **state)
{
    const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    uint32_t seen = 0;

    handled = 0;
    signal(SIGVTALRM, handle);
    assert_int_equal(setitimer(ITIMER_VIRTUAL, &often, NULL), 0);
    while (seen < SIGNALS) {
        cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

        cpu_relax_for_ns(100000);
        while (cpu_relax_backoff(&b))
            ;
        seen = cpu_relax_while_eq32(&handled, seen, 100000);
    }
    seen = next_value(&handled, seen, CPU_RELAX_FOREVER); /* wakes the thread that it interrupts */
    assert_true(seen > SIGNALS);
    assert_int_equal(setitimer(ITIMER_VIRTUAL, &never, NULL), 0);
    signal(SIGVTALRM, SIG_DFL);
}
#endif

/* A busy machine makes delays longer, nothing makes them shorter. */
void wait_delay_is_not_short(void **state)
{
    static const uint64_t asked[] = {1, 100, 1000, 10000, 100000, 1000000};

    for (size_t i = 0; i < SIZE(asked); i++)
        for (int round = 0; round < 20; round++) {
            const int64_t start = now_ns();

            cpu_relax_for_ns(asked[i]);
            assert_true(now_ns() - start >= (int64_t)asked[i]);
        }
}

void wait_strict_mode_has_the_same_clock(void **state)
{
#if defined(__linux__) && !defined(__LP64__) && !defined(__x86_64__)
    assert_string_equal(wait_strict_clock(), "estimate");
#else
    assert_string_equal(wait_strict_clock(), CPU_RELAX_CLOCK);
#endif
}

/* By another way than the header's */
static unsigned int features_of_this_cpu(void)
{
    unsigned int features = 0;

#if CPU_RELAX_HAS_MONITOR && defined(_M_X64)
    int leaf[4];

    __cpuidex(leaf, (int)0x80000001u, 0);
    if ((leaf[2] & 1 << 29) != 0)
        return CPU_RELAX_FEATURE_MWAITX;
    __cpuidex(leaf, 0, 0);
    if (leaf[0] >= 7) {
        __cpuidex(leaf, 7, 0);
        features = (leaf[2] & 1 << 5) != 0 ? CPU_RELAX_FEATURE_WAITPKG : 0;
    }
#elif CPU_RELAX_HAS_MONITOR && defined(__x86_64__)
    unsigned int a, b, c, d;

    if (__get_cpuid(0x80000001u, &a, &b, &c, &d) && (c & 1u << 29) != 0)
        features = CPU_RELAX_FEATURE_MWAITX;
    else if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (c & 1u << 5) != 0)
        features = CPU_RELAX_FEATURE_WAITPKG;
#elif defined(__aarch64__) && defined(__APPLE__)
    features = CPU_RELAX_FEATURE_EVTSTRM;
#elif defined(__aarch64__) && defined(__linux__)
    if ((getauxval(AT_HWCAP) & HWCAP_EVTSTRM) != 0)
        features |= CPU_RELAX_FEATURE_EVTSTRM;
    if ((getauxval(AT_HWCAP) & HWCAP_SB) != 0)
        features |= CPU_RELAX_FEATURE_SB;
    if ((getauxval(AT_HWCAP2) & 1ul << 31) != 0)
        features |= CPU_RELAX_FEATURE_WFXT;
#elif defined(__riscv) && defined(__linux__)
    struct {
        int64_t key;
        uint64_t value;
    } pair = {4, 0};

    if (syscall(258, &pair, 1, 0, NULL, 0) == 0 && pair.key == 4 && (pair.value >> 48 & 1) != 0)
        features |= CPU_RELAX_FEATURE_ZAWRS;
#elif defined(__mips__)
    features |= CPU_RELAX_FEATURE_LLPAUSE;
#elif defined(__powerpc__)
    if ((getauxval(AT_HWCAP2) & 0x00040000 /* PPC_FEATURE2_ARCH_3_1 */) != 0)
        features |= CPU_RELAX_FEATURE_ISA31;
#endif
    return features;
}

void wait_features_are_detected(void **state)
{
    const unsigned int features = CPU_RELAX_HAS_MONITOR ? features_of_this_cpu() : 0;

    assert_int_equal(cpu_relax_features(), features);
    assert_int_equal(cpu_relax_features(), features); /* cached */
}

void wait_reset_features(void)
{
#if CPU_RELAX_HAS_MONITOR
    RESET_FEATURES();
#endif
}

unsigned int wait_features(void)
{
    return cpu_relax_features();
}

void wait_delay_of_1_ms(void)
{
    cpu_relax_for_ns(1000000);
}

void wait_backoff_twice(void)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

    cpu_relax_backoff_init(&b, 0); /* returns 0 at once */
    cpu_relax_backoff(&b);
    cpu_relax_backoff(&b);
}

/* Built without an OS: hints are counted, by what one takes on this CPU. */
void wait_estimate_counts_hints(void **state)
{
#if defined(_MSC_VER) /* has no option for "no OS" */
    skip();
#elif defined(__aarch64__) || defined(__s390x__)
    assert_int_equal(wait_estimate_has_clock(), 1); /* a counter */
    skip();
#else
    static const uint64_t asked[] = {0, 1, 1000, 1000000, UINT64_MAX};

    assert_int_equal(wait_estimate_has_clock(), 0);
    for (size_t i = 0; i < SIZE(asked); i++) {
        const uint64_t ns = asked[i] == UINT64_MAX ? 0 : asked[i]; /* expired */

        assert_int_equal(wait_estimated_hints(asked[i]), ns / HINT_NS + 1);
    }
    assert_in_range(wait_estimated_backoff(), 2, 999);
#endif
}
