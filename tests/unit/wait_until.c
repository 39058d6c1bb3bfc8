/*
 * wait_until.c - until_eq, until_masked, while_masked: one timeout over the whole wait
 * SPDX-License-Identifier: MIT
 *
 * The clock and the hint are the test's own (wait_fake.h).
 */
#include "wait_fake.h"

static volatile uint32_t word;

/* Another thread that stores a new value with each hint, or is done at some hint. */
static uint64_t done_at;
static uint32_t done_with;

static void count(void)
{
    word = hints == done_at ? done_with : word + 0x100;
}

static void begin_count(uint64_t at, uint32_t with)
{
    begin(read_steps, 1);
    at_hint = count;
    done_at = at;
    done_with = with;
    word = 0x80000000u;
}

static void until_waits_while_the_word_changes(void **state)
{
    for (uint64_t at = 1; at < 1000; at += 7) {
        begin_count(at, 7);
        assert_int_equal(cpu_relax_until_eq32(&word, 7, CPU_RELAX_FOREVER), 7);
        assert_int_equal(hints, at);
        begin_count(at, 7);
        assert_int_equal(cpu_relax_until_eq32(&word, 7, 1000000), 7);
        assert_int_equal(hints, at);
        begin_count(at, 0x12345607);
        assert_int_equal(cpu_relax_until_masked32(&word, 0xff, 7, 1000000), 0x12345607);
        assert_int_equal(hints, at);
        begin_count(at, 0x12345607);
        assert_int_equal(cpu_relax_while_masked32(&word, 0xff, 0, 1000000), 0x12345607);
        assert_int_equal(hints, at);
    }
}

static const char object[2];
static const void *volatile pointer;

static void point(void)
{
    pointer = hints == done_at ? &object[0] : &object[1];
}

/* All bits of a pointer count, the lowest too. W11: one to const needs no cast. */
static void until_waits_for_a_pointer(void **state)
{
    for (uint64_t at = 1; at < 1000; at += 7) {
        begin(read_steps, 1);
        at_hint = point;
        done_at = at;
        pointer = &object[1];
        assert_ptr_equal(cpu_relax_until_eqptr(&pointer, &object[0], 1000000), &object[0]);
        assert_int_equal(hints, at);
        hints = 0;
        pointer = &object[1];
        assert_ptr_equal(cpu_relax_while_eqptr(&pointer, &object[1], 1000000), &object[0]);
        assert_int_equal(hints, at);
    }
    begin(read_steps, 1);
    pointer = NULL;
    assert_null(cpu_relax_until_eqptr(&pointer, NULL, CPU_RELAX_FOREVER));
    assert_null(cpu_relax_while_eqptr(&pointer, &object[0], CPU_RELAX_FOREVER));
    assert_int_equal(hints, 0);
    assert_null(cpu_relax_until_eqptr(&pointer, &object[0], 100));
    assert_null(cpu_relax_while_eqptr(&pointer, NULL, 100));
    assert_int_equal(hints, 200);
}

/* However often the word changes meanwhile, the timeout is not started again. */
static void timeout_spans_the_whole_wait(void **state)
{
    static const uint64_t asked[] = {1, 10, 1000, 100000};

    for (size_t i = 0; i < SIZE(asked); i++) {
        uint32_t last;

        begin_count(0, 0);
        last = cpu_relax_until_eq32(&word, 7, asked[i]);
        assert_int_equal(last, word); /* the last value loaded */
        assert_int_equal(hints, asked[i]);
        begin_count(0, 0);
        last = cpu_relax_until_masked32(&word, 0xff, 7, asked[i]);
        assert_int_equal(last, word);
        assert_int_equal(hints, asked[i]);
        begin_count(0, 0);
        last = cpu_relax_while_masked32(&word, 0xff, 0, asked[i]);
        assert_int_equal(last, word);
        assert_int_equal(hints, asked[i]);
    }
}

static void condition_that_holds_returns_at_once(void **state)
{
    static const uint64_t asked[] = {0, 1, 1000, CPU_RELAX_FOREVER, UINT64_MAX};

    word = 0xabcd1234;
    for (size_t i = 0; i < SIZE(asked); i++) {
        assert_int_equal(cpu_relax_until_eq32(&word, 0xabcd1234, asked[i]), word);
        assert_int_equal(cpu_relax_until_masked32(&word, 0xf0, 0x30, asked[i]), word);
        assert_int_equal(cpu_relax_while_masked32(&word, 0xf0, 0x40, asked[i]), word);
    }
    assert_int_equal(hints, 0);
    assert_int_equal(reads, 0);
}

static void expired_timeout_checks_and_returns(void **state)
{
    static const uint64_t asked[] = {0, (uint64_t)1 << 63, UINT64_MAX};

    word = 5;
    for (size_t i = 0; i < SIZE(asked); i++) {
        assert_int_equal(cpu_relax_until_eq32(&word, 7, asked[i]), 5);
        assert_int_equal(cpu_relax_until_masked32(&word, 2, 2, asked[i]), 5);
        assert_int_equal(cpu_relax_while_masked32(&word, 1, 1, asked[i]), 5);
    }
    assert_int_equal(hints, 0);
    assert_int_equal(reads, 0);
}

/* Swapped arguments cannot hang, nor does a want with more bits than the mask. */
static void bits_outside_the_mask_are_ignored(void **state)
{
    word = 0x5a5a5a5a;
    assert_int_equal(cpu_relax_until_masked32(&word, 0, 7, CPU_RELAX_FOREVER), word);
    assert_int_equal(cpu_relax_while_masked32(&word, 0, 7, CPU_RELAX_FOREVER), word);
    assert_int_equal(cpu_relax_while_masked32(&word, 0, word, CPU_RELAX_FOREVER), word);
    for (unsigned bit = 0; bit < 32; bit++) {
        const uint32_t mask = (uint32_t)1 << bit;

        assert_int_equal(cpu_relax_until_masked32(&word, mask, word, CPU_RELAX_FOREVER), word);
        assert_int_equal(cpu_relax_until_masked32(&word, mask, word ^ ~mask, CPU_RELAX_FOREVER),
                         word);
        assert_int_equal(cpu_relax_while_masked32(&word, mask, ~word, CPU_RELAX_FOREVER), word);
        assert_int_equal(hints, 0);
        begin(read_steps, 1);
        assert_int_equal(cpu_relax_until_masked32(&word, mask, ~word, 3), word);
        assert_int_equal(cpu_relax_while_masked32(&word, mask, word, 3), word);
        assert_int_equal(hints, 6);
        begin(read_steps, 1);
    }
}

/* Each width has its own bits, in its own bytes. */
#define WIDTH(bits)                                                                                \
  do {                                                                                             \
    static uint##bits##_t words[3];                                                                \
    static const uint##bits##_t ones = (uint##bits##_t) - 1;                                       \
    const uint##bits##_t top = (uint##bits##_t)((uint##bits##_t)1 << (bits - 1));                  \
    words[0] = words[2] = 0x55;                                                                    \
    words[1] = top;                                                                                \
    assert_true(cpu_relax_until_eq##bits(&words[1], top, 9) == top && hints == 0);                 \
    assert_true(cpu_relax_until_masked##bits(&words[1], top, ones, 9) == top && hints == 0);       \
    assert_true(cpu_relax_while_masked##bits(&words[1], top, 0, 9) == top && hints == 0);          \
    assert_true(cpu_relax_until_eq##bits(&words[1], ones, 9) == top && hints == 9);                \
    assert_true(cpu_relax_until_masked##bits(&words[1], top, 0, 9) == top && hints == 18);         \
    assert_true(cpu_relax_while_masked##bits(&words[1], top, ones, 9) == top && hints == 27);      \
    words[1] = 1;                                                                                  \
    assert_true(cpu_relax_until_eq##bits(&words[1], 0, 9) == 1 && hints == 36);                    \
    begin(read_steps, 1);                                                                          \
  } while (0)

static void each_width_has_its_own_bits(void **state)
{
    WIDTH(8);
    WIDTH(16);
    WIDTH(32);
#if CPU_RELAX_HAS_EQ64
    WIDTH(64);
#endif
}

/* The ones without a number, in C11 */
static void any_width_is_the_one_that_fits(void **state)
{
#if __STDC_VERSION__ >= 201112L
    {
        static volatile uint8_t byte = 5;
        static volatile uint16_t half = 5;
        static const uint32_t full = 5;

        assert_int_equal(cpu_relax_while_eq(&byte, 4, 9), 5);
        assert_int_equal(cpu_relax_until_eq(&half, 5, 9), 5);
        assert_int_equal(cpu_relax_until_masked(&full, 4, 4, 9), 5);
        assert_int_equal(cpu_relax_while_masked(&full, 4, 0, 9), 5);
        assert_int_equal(sizeof(cpu_relax_while_eq(&byte, 4, 9)), 1);
        assert_int_equal(sizeof(cpu_relax_until_masked(&full, 4, 4, 9)), 4);
#  if CPU_RELAX_HAS_EQ64
        {
            static uint64_t wide = (uint64_t)5 << 32;

            assert_true(cpu_relax_until_eq(&wide, (uint64_t)5 << 32, 9) == (uint64_t)5 << 32);
            assert_int_equal(sizeof(cpu_relax_until_eq(&wide, 0, 9)), 8);
        }
#  endif
        assert_int_equal(hints, 0);
    }
#else
    skip();
#endif
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(until_waits_while_the_word_changes),   TEST(timeout_spans_the_whole_wait),
        TEST(condition_that_holds_returns_at_once), TEST(expired_timeout_checks_and_returns),
        TEST(bits_outside_the_mask_are_ignored),    TEST(each_width_has_its_own_bits),
        TEST(any_width_is_the_one_that_fits),       TEST(until_waits_for_a_pointer),
    };

    return run("wait_until", argc, argv, tests, SIZE(tests));
}
