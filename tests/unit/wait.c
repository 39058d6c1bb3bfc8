/*
 * wait.c - delay and wait, the same for every target
 * SPDX-License-Identifier: MIT
 *
 * The clock and the hint are the test's own (wait_fake.h). The tests with the real ones, run from here, are
 * in wait_threads.c.
 */
#include "wait_fake.h"

#include "probe.h"
#include "wait.h"

#include <setjmp.h>

/* Delay */

static void delay_counts_in_nanoseconds(void **state)
{
    static const uint64_t asked[] = {1, 2, 3, 99, 100, 1000, 65535, 65536, 1000000};

    for (size_t i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(read_steps, 1);
        start = clock_ns + 1; /* the first reading */
        cpu_relax_for_ns(asked[i]);
        assert_int_equal(clock_ns - start, asked[i] + 1); /* and the closing tick */
        assert_int_equal(hints, asked[i]);
    }
}

static void delay_of_zero_is_one_hint(void **state)
{
    static const uint64_t asked[] = {0, (uint64_t)1 << 63, UINT64_MAX - 1000000, UINT64_MAX};

    for (size_t i = 0; i < SIZE(asked); i++) { /* nor has one that has expired any more */
        begin(read_steps, 1);
        cpu_relax_for_ns(asked[i]);
        assert_int_equal(hints, 1);
        assert_int_equal(reads, 0);
    }
}

static void delay_has_64_bits(void **state)
{
    static const uint64_t asked[] = {5000000000u, (uint64_t)1 << 40, (uint64_t)1 << 61};

    for (size_t i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(read_steps, asked[i] / 1000);
        clock_ns = 0;
        start = clock_ns + step;
        cpu_relax_for_ns(asked[i]);
        assert_true(clock_ns - start >= asked[i]);
        assert_true(clock_ns - start <= asked[i] + 2 * step);
    }
    begin(read_steps, (uint64_t)1 << 55); /* more than that is cut to it, and does not wrap */
    clock_ns = 0;
    cpu_relax_for_ns(CPU_RELAX_FOREVER - 1);
    assert_true(clock_ns >= (uint64_t)1 << 61);
    assert_true(clock_ns <= ((uint64_t)1 << 61) + 4 * step);
}

#if defined(_MSC_VER) /* the compiler's setjmp() is not this C library's */
static void delay_forever_does_not_end(void **state)
{
    skip();
}
#else
static jmp_buf out_of_the_delay;

static void leave_after_1000_hints(void)
{
    if (hints == 1000)
        longjmp(out_of_the_delay, 1);
}

static void delay_forever_does_not_end(void **state)
{
    begin(read_steps, (uint64_t)1 << 60);
    at_hint = leave_after_1000_hints;
    if (setjmp(out_of_the_delay) == 0) {
        cpu_relax_for_ns(CPU_RELAX_FOREVER);
        fail();
    }
    assert_int_equal(hints, 1000);
    assert_int_equal(reads, 0);
}
#endif

/* Wait */

/* A word that changes when the clock reaches a time. */
static volatile uint32_t word32;
static uint64_t changes_at, changed_at;

static uint64_t read_and_change(void)
{
    clock_ns += step;
    if (clock_ns >= changes_at && changed_at == 0) {
        word32 = 7;
        changed_at = clock_ns;
    }
    return clock_ns;
}

static void begin_change(uint64_t after_ns)
{
    begin(read_and_change, 1);
    clock_ns = 1000;
    changes_at = clock_ns + after_ns;
    changed_at = 0;
    word32 = 5;
}

static void wait_returns_a_new_value_at_once(void **state)
{
    static const uint64_t asked[] = {0, 1, 1000, UINT32_MAX, CPU_RELAX_FOREVER, UINT64_MAX};

    word32 = 7;
    for (size_t i = 0; i < SIZE(asked); i++)
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 7);
    assert_int_equal(hints, 0);
    assert_int_equal(reads, 0);
}

static void wait_ends_after_its_timeout(void **state)
{
    static const uint64_t asked[] = {1, 10, 100, 1000, 10000, 1000000};

    for (size_t i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(read_steps, 1);
        word32 = 5;
        start = clock_ns + 1;
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 5);
        assert_int_equal(clock_ns - start, asked[i] + 1);
        assert_int_equal(hints, asked[i]);
    }
}

/* W1: a deadline that passes between two clock reads of the caller */
static void wrapped_differences_have_expired(void **state)
{
    static const uint64_t wrapped[] = {1, 2, 361, 1000000, (uint64_t)1 << 62, (uint64_t)1 << 63};

    word32 = 5;
    for (size_t i = 0; i < SIZE(wrapped); i++)
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, 0 - wrapped[i]), 5);
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, 0), 5);
    assert_int_equal(hints, 0);
    assert_int_equal(reads, 0);
    assert_true(CPU_RELAX_FOREVER == UINT64_MAX / 2);
}

static void wait_has_64_bits(void **state)
{
    static const uint64_t asked[] = {UINT32_MAX, 5000000000u, (uint64_t)1 << 40,
                                     CPU_RELAX_FOREVER - 1};

    for (size_t i = 0; i < SIZE(asked); i++) {
        const uint64_t most = (uint64_t)1 << 61, counts = asked[i] < most ? asked[i] : most;

        begin(read_steps, counts / 1000);
        clock_ns = 0;
        word32 = 5;
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 5);
        assert_true(clock_ns - step >= counts);
        assert_true(clock_ns - step <= counts + 2 * step);
    }
}

static void wait_notices_after_one_hint(void **state)
{
    for (uint64_t after = 1; after < 100000; after = after * 5 / 4 + 1) {
        begin_change(after);
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, 1000000), 7);
        assert_true(clock_ns - changed_at <= 2);
    }
}

#if defined(ROUNDS) && ROUNDS >= 1000000
enum { MANY_HINTS = 10000000 };
#else
enum { MANY_HINTS = 1000000 };
#endif

static void change_after_many_hints(void)
{
    if (hints == MANY_HINTS)
        word32 = 7;
}

static void wait_forever_does_not_end(void **state)
{
    word32 = 5;
    at_hint = change_after_many_hints;
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, CPU_RELAX_FOREVER), 7);
    assert_int_equal(hints, MANY_HINTS);
    assert_int_equal(reads, 0); /* a counter may trap */
}

/* Each bit alone, the top one too. The upper half of a register may hold anything beside 32 bits. */
#define COMPARES(bits)                                                                             \
  do {                                                                                             \
    static volatile uint##bits##_t words[3] = {0xaa, 0, 0xaa};                                     \
    for (unsigned bit = 0; bit < bits; bit++) {                                                    \
      const uint##bits##_t other = (uint##bits##_t)(words[1] ^ (uint##bits##_t)1 << bit);          \
      begin(read_steps, 1);                                                                        \
      assert_true(cpu_relax_while_eq##bits(&words[1], other, 9) == words[1] && hints == 0);        \
      assert_true(cpu_relax_while_eq##bits(&words[1], words[1], 9) == words[1] && hints == 9);     \
      words[1] = other;                                                                            \
    }                                                                                              \
  } while (0)

static void wait_compares_every_bit(void **state)
{
    COMPARES(8);
    COMPARES(16);
    COMPARES(32);
#if CPU_RELAX_HAS_EQ64
    COMPARES(64);
#endif
}

/* The caller's own stores, by whatever type, come before the load. */
struct four {
    short halves[2];
};

NOT_INLINED static uint32_t store_and_wait(short *store, const short *from, struct four *word)
{
    *store = *from;
    return cpu_relax_while_eq32(word, 0, 0);
}

NOT_INLINED static void *store_and_wait_for_pointer(void **store, void **from, void **word)
{
    *store = *from;
    return cpu_relax_while_eqptr(word, NULL, 0);
}

static void wait_sees_the_callers_own_stores(void **state)
{
    static struct four word = {{1, 1}};
    static const short fresh = 0x3fc0;
    static void *pointer_word = &word, *fresh_pointer = &pointer_word;
    struct four expected = {{0x3fc0, 1}};
    uint32_t value;

    value = store_and_wait(&word.halves[0], &fresh, &word);
    assert_memory_equal(&value, &expected, sizeof(value));
    assert_ptr_equal(store_and_wait_for_pointer(&pointer_word, &fresh_pointer, &pointer_word),
                     &pointer_word);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(delay_counts_in_nanoseconds),
        TEST(delay_of_zero_is_one_hint),
        TEST(delay_has_64_bits),
        TEST(delay_forever_does_not_end),
        TEST(wait_returns_a_new_value_at_once),
        TEST(wait_ends_after_its_timeout),
        TEST(wrapped_differences_have_expired),
        TEST(wait_has_64_bits),
        TEST(wait_notices_after_one_hint),
        TEST(wait_forever_does_not_end),
        TEST(wait_compares_every_bit),
        TEST(wait_sees_the_callers_own_stores),
        TEST(wait_strict_mode_has_the_same_clock),
        TEST(wait_estimate_counts_hints),
        TEST(wait_features_are_detected),
        TEST(wait_messages_arrive_whole),
        TEST(wait_no_wake_up_is_lost),
        TEST(wait_until_no_wake_up_is_lost),
        TEST(wait_more_waiters_than_processors),
        TEST(wait_in_signal_handlers),
        TEST(wait_delay_is_not_short),
    };

    return run("wait", argc, argv, tests, SIZE(tests));
}
