/*
 * wait_timer.c - correct clocks and faulty ones: no wait is early, none hangs, each ends about right
 * SPDX-License-Identifier: MIT
 *
 * Virtual clocks (wait_fake.h): coarse, slow to read, standing, stepping back, differing between CPUs.
 */
#include "wait_fake.h"

#include "wait_private.h"

#ifndef EMULATED
#  define EMULATED 0
#endif

/* What an iteration in which the clock stood costs of the budget of 4 * ns + 4 */
enum { COST = HINT_NS > 4 ? 8 : 4 };

/* However coarse the steps, and wherever between two of them it starts: hints of 3 to 140 ns, readings of
 * 0 ns to 1 us, steps of 1 ns to 4 ms. */
static void correct_clocks_are_never_early(void **state)
{
    static const uint64_t hint[] = {3, 9, 40, 140}, read[] = {0, 25, 140, 1000};
    static const uint64_t steps[] = {1, 7, 42, 100, 1000, 1000000, 4000000};
    static const uint64_t asked[] = {1, 10, 50, 100, 300, 999, 1000, 1500, 20000, 1000000, 3000000};

    for (size_t h = 0; h < SIZE(hint); h++)
        for (size_t r = 0; r < SIZE(read); r++)
            for (size_t s = 0; s < SIZE(steps); s++)
                for (size_t n = 0; n < SIZE(asked); n++)
                    for (unsigned phase = 0; phase < 5; phase++) {
                        const uint64_t ns = asked[n];
                        uint64_t start, late;

                        if (ns > (EMULATED ? 1500 : 20000) && (h != 1 || r != 2))
                            continue; /* more of the same, and slow */
                        begin(read_coarse, steps[s]);
                        hint_ns = hint[h];
                        read_ns = read[r];
                        start = clock_ns = 1000 * step + phase * (step - 1) / 4;
                        cpu_relax_for_ns(ns);
                        late = time_now() - start - ns;
                        assert_true(hints <= 4 * ns + 4);
                        assert_true(late <= UINT64_MAX / 2); /* not early */
                        if (step <= ns || step <= 100) /* else the budget may end it: see below */
                            assert_true(late <= 2 * step + 2 * hint_ns + 4 * read_ns);
                    }
}

/* No hint at the end that would outlast what remains: late by three readings, the first and the last of them. */
static void a_long_hint_does_not_delay_the_end(void **state)
{
    for (uint64_t ns = 400; ns < 1500; ns++) {
        uint64_t start;

        begin(read_coarse, 1);
        hint_ns = 99;
        read_ns = 100;
        start = time_now();
        cpu_relax_for_ns(ns);
        assert_true(time_now() - start - ns <= 3 * read_ns + 1);
    }
}

static uint64_t read_with_a_jump(void)
{
    return clock_ns += reads == 3 ? 9000000 : 25;
}

/* The thread was preempted for almost all of the time: what remains has hints, but for its end. */
static void hints_go_on_after_a_jump(void **state)
{
    begin(read_with_a_jump, 1);
    cpu_relax_for_ns(10000000);
    assert_true(hints >= 1000000 / 25 - 4);
}

/* Every value there is would take hours; every bit and what lies beside it does not. */
static void timer_is_exact_at_every_bit(void **state)
{
    for (unsigned bit = 0; bit < 63; bit++)
        for (int beside = -2; beside <= 2; beside++) {
            const uint64_t ns = ((uint64_t)1 << bit) + (uint64_t)(int64_t)beside;
            const uint64_t most = (uint64_t)1 << 61, counts = ns < most ? ns : most;
            uint64_t duration, budget;

            wait_timer(ns, &duration, &budget);
            assert_true(duration == counts && budget == 4 * counts + 4);
        }
}

/* Faulty clocks */

static uint64_t read_backwards(void)
{
    return clock_ns -= 7;
}

static uint64_t read_two_cpus(void)
{
    clock_ns += 1;
    return reads % 2 ? clock_ns : clock_ns + 1000000000;
}

static uint64_t read_two_cpus_behind(void)
{
    return reads == 1 ? clock_ns : clock_ns - 1000000000;
}

static uint64_t read_jump(void)
{
    return clock_ns += reads == 5 ? (uint64_t)1 << 63 : 1;
}

static uint64_t read_anything(void)
{
    clock_ns ^= clock_ns << 13;
    clock_ns ^= clock_ns >> 7;
    return clock_ns ^= clock_ns << 17;
}

static uint64_t (*const faulty[])(void) = {read_standing,        read_backwards, read_two_cpus,
                                           read_two_cpus_behind, read_jump,      read_anything};

static void faulty_clocks_hang_no_delay(void **state)
{
    static const uint64_t asked[] = {1, 100, 100000};

    for (size_t f = 0; f < SIZE(faulty); f++)
        for (size_t i = 0; i < SIZE(asked); i++) {
            begin(faulty[f], 1);
            cpu_relax_for_ns(asked[i]);
            assert_true(hints >= 1);
            assert_true(hints <= 4 * asked[i] + 4);
        }
}

/* W12: each iteration costs four times its shortest duration. */
static void standing_clock_ends_by_the_budget(void **state)
{
    static const uint64_t asked[] = {1, 100, 1000, 100000, 1000000};

    for (size_t i = 0; i < SIZE(asked); i++) {
        const uint64_t most = (4 * asked[i] + 4) / COST + 1;

        begin(read_standing, 0);
        hint_ns = HINT_NS;
        cpu_relax_for_ns(asked[i]);
        assert_in_range(hints, most - 1 > 0 ? most - 1 : 1, most);
        assert_true(hints * hint_ns + reads * read_ns <= 30 * asked[i] + 100);
    }
}

/* A clock of steps of 1 us that goes back once, when so much has passed. */
static uint64_t back_at, back_by;
static int went_back;

static uint64_t read_back(void)
{
    clock_ns += read_ns;
    if (!went_back && time_now() >= back_at) {
        went_back = 1;
        clock_ns -= back_by;
    }
    return time_now();
}

/* W13: ended after 361 ns. A step back starts the wait again: not early, and at most twice as long. */
static void step_back_neither_ends_nor_hangs(void **state)
{
    static const uint64_t asked[] = {1000, 20000, 1000000}, by[] = {1, 300, 5000, 3600000000000u};

    for (size_t i = 0; i < SIZE(asked); i++)
        for (size_t j = 0; j < SIZE(by); j++)
            for (unsigned part = 0; part <= 4; part++) {
                const uint64_t ns = asked[i];
                uint64_t start, elapsed;

                begin(read_back, 1);
                start = clock_ns = (uint64_t)1 << 60;
                back_at = start + ns * part / 4;
                back_by = by[j];
                went_back = 0;
                cpu_relax_for_ns(ns);
                elapsed = time_now() + (went_back ? back_by : 0) - start;
                assert_true(elapsed >= ns);
                assert_true(elapsed <= 2 * ns + by[j] % 10000 + 200);
            }
}

static void faulty_clocks_hang_no_wait(void **state)
{
    static const uint64_t asked[] = {0, 1, 100, 100000};
    const uint32_t word = 5;

    for (size_t f = 0; f < SIZE(faulty); f++)
        for (size_t i = 0; i < SIZE(asked); i++) {
            begin(faulty[f], 1);
            assert_int_equal(cpu_relax_while_eq32(&word, 5, asked[i]), 5);
            assert_true(hints <= 4 * asked[i] + 4);
            begin(faulty[f], 1);
            assert_int_equal(cpu_relax_until_masked32(&word, 3, 2, asked[i]), 5);
            assert_true(hints <= 4 * asked[i] + 4);
        }
}

static void faulty_clocks_hang_no_backoff(void **state)
{
    for (size_t f = 0; f < SIZE(faulty); f++) {
        cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
        int calls = 0;

        begin(faulty[f], 1);
        while (cpu_relax_backoff(&b))
            assert_true(++calls <= CPU_RELAX_BACKOFF_LIMIT_NS);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(correct_clocks_are_never_early),   TEST(a_long_hint_does_not_delay_the_end),
        TEST(hints_go_on_after_a_jump),         TEST(timer_is_exact_at_every_bit),
        TEST(faulty_clocks_hang_no_delay),      TEST(standing_clock_ends_by_the_budget),
        TEST(step_back_neither_ends_nor_hangs), TEST(faulty_clocks_hang_no_backoff),
        TEST(faulty_clocks_hang_no_wait),
    };

    return run("wait_timer", argc, argv, tests, SIZE(tests));
}
