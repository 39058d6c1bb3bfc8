/*
 * wait_backoff.c - the back-off: its contention signal, its limit by time, its jitter
 * SPDX-License-Identifier: MIT
 *
 * The clock and the hint are the test's own (wait_fake.h).
 */
#include "wait_fake.h"

/* One call, so long after the last one; how long it waited: the clock moves by 1 ns for each hint. */
static uint64_t waited(cpu_relax_backoff_t *b, uint64_t check_ns)
{
    clock_ns += check_ns;
    hints = 0;
    assert_int_equal(cpu_relax_backoff(b), 1);
    return hints;
}

/* The check of a line that nobody writes takes no longer than two clock reads. */
static void latency_of_the_check_is_the_signal(void **state)
{
    static const uint64_t steps[] = {1, 16}, slow[] = {0, 100, 1000000, 2000000};

    for (size_t j = 0; j < SIZE(steps); j++) {
        cpu_relax_backoff_t b;

        begin(read_steps, steps[j]);
        cpu_relax_backoff_init(&b, UINT32_MAX);
        assert_int_equal(waited(&b, 1000000), 1); /* the first call is one hint */
        for (int i = 0; i < 1000; i++) {
            uint64_t ns = waited(&b, step) * step; /* with the reading itself: two */

            assert_true(ns + step > CPU_RELAX_BACKOFF_START_NS / 2);
            assert_true(ns < CPU_RELAX_BACKOFF_START_NS + step);
            ns = waited(&b, step + 2 + slow[i % 4]) * step; /* one more is rounding */
            assert_true(ns + step > CPU_RELAX_BACKOFF_CAP_NS / 2);
            assert_true(ns < CPU_RELAX_BACKOFF_CAP_NS + step);
        }
    }
}

/* W2: odd readings counted as contention. */
static void unmoved_clock_is_no_contention(void **state)
{
    for (uint64_t at = 1000; at < 1016; at++) {
        cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
        uint64_t calls = 0;

        begin(read_standing, 0);
        clock_ns = at;
        while (cpu_relax_backoff(&b))
            calls++;
        assert_true(calls >= CPU_RELAX_BACKOFF_LIMIT_NS / CPU_RELAX_BACKOFF_START_NS);
        assert_true(calls <= CPU_RELAX_BACKOFF_LIMIT_NS * 2 / CPU_RELAX_BACKOFF_START_NS + 2);
    }
}

/* A clock in steps of 41 ns, as at 24 MHz, or of 1 us, which may stand for a whole delay: none is contended. */
static void coarse_clock_is_no_contention(void **state)
{
    static const uint64_t steps[] = {41, 1000};

    for (size_t s = 0; s < SIZE(steps); s++) {
        cpu_relax_backoff_t b;

        begin(read_coarse, steps[s]);
        hint_ns = 10;
        read_ns = 5;
        clock_ns = 100000;
        cpu_relax_backoff_init(&b, 1000000000);
        for (int i = 0; i < 1000; i++) {
            const uint64_t start = time_now();

            assert_int_equal(cpu_relax_backoff(&b), 1);
            assert_true(time_now() - start < CPU_RELAX_BACKOFF_CAP_NS / 2);
            clock_ns += 2; /* a load from the own cache */
        }
    }
}

/* W3: by time that has passed, from the first call until the result is 0 */
static uint64_t time_until_0(uint32_t limit_ns, uint64_t check_ns, unsigned *calls)
{
    cpu_relax_backoff_t b;
    const uint64_t start = time_now();

    cpu_relax_backoff_init(&b, limit_ns);
    for (*calls = 1; cpu_relax_backoff(&b); ++*calls)
        clock_ns += check_ns;
    assert_int_equal(cpu_relax_backoff(&b), 0); /* and from then on */
    return time_now() - hint_ns - start;
}

static void uncontended_0_comes_within_twice_the_limit(void **state)
{
    static const uint64_t hint[] = {3, 9, 40, 140}, steps[] = {1, 41, 400};
    static const uint32_t limits[] = {500, 1500, 9000};

    for (size_t h = 0; h < SIZE(hint); h++)
        for (size_t l = 0; l < SIZE(limits); l++)
            for (size_t s = 0; s < SIZE(steps); s++)
                for (uint64_t read = 5; read <= limits[l]; read = read * 6 / 5 + 1) {
                    unsigned calls;
                    uint64_t elapsed;

                    begin(read_coarse, steps[s]);
                    hint_ns = hint[h];
                    read_ns = read;
                    clock_ns = 12345678;
                    elapsed = time_until_0(limits[l], 1, &calls);
                    assert_true(elapsed <= 2 * limits[l] + 2 * (step - 1) + 2 * hint_ns);
                    /* a tick may be charged twice */
                    assert_true(2 * elapsed + 2 * step >= limits[l]);
                }
}

/* What a slow clock read costs is charged, as the caller's check is. */
static void limit_is_time_that_has_passed(void **state)
{
    static const uint64_t reads_of[] = {20, 140, 1000};
    unsigned calls, most = UINT32_MAX;

    for (size_t i = 0; i < SIZE(reads_of); i++) {
        uint64_t elapsed;

        begin(read_coarse, 1);
        read_ns = reads_of[i];
        hint_ns = 40;
        clock_ns = 1000000;
        elapsed = time_until_0(1500, 1, &calls);
        assert_true(elapsed <= 2 * 1500 + 2 * hint_ns);
        assert_true(calls < most);
        most = calls;
    }
    begin(read_coarse, 1); /* a check that takes longer than the whole limit */
    clock_ns = 1000000;
    time_until_0(1500, 8 * 1500, &calls);
    assert_int_equal(calls, 2);
}

/* Contended delays count at one eighth. */
static void contended_delays_count_at_an_eighth(void **state)
{
    static const uint32_t limits[] = {100, 1000, 2000, 100000};

    for (size_t i = 0; i < SIZE(limits); i++) {
        cpu_relax_backoff_t b;
        uint64_t start, calls = 0, cut = 0;

        begin(read_steps, 1);
        cpu_relax_backoff_init(&b, limits[i]);
        waited(&b, 0);
        start = clock_ns;
        do {
            assert_true(hints <= CPU_RELAX_BACKOFF_CAP_NS);
            cut += calls > 0 && hints < CPU_RELAX_BACKOFF_CAP_NS / 2;
            hints = 0;
            clock_ns += 100;
            calls++;
        } while (cpu_relax_backoff(&b));
        assert_true(cut <= 1); /* the last, which uses up what remains */
        assert_true(clock_ns - start <= 8 * (uint64_t)limits[i] + 200);
        assert_true(clock_ns - start + 16 * calls >= 8 * (uint64_t)limits[i] - 100);
    }
}

static void limit_ends_it(void **state)
{
    static const uint32_t limits[] = {0, 1, 2, 49, 50, 51, 100, 1000, 2000, 5000, 100000};
    cpu_relax_backoff_t b;

    assert_true(sizeof(b) <= 32);
    for (size_t i = 0; i < SIZE(limits); i++) { /* each object its own */
        cpu_relax_backoff_init(&b, limits[i]);
        for (int again = 0; again < 2; again++) {
            uint64_t start, elapsed;

            begin(read_steps, 1);
            start = clock_ns;
            while (cpu_relax_backoff(&b))
                ;
            elapsed = clock_ns - start;
            assert_true(elapsed >= limits[i] && elapsed <= 2 * (uint64_t)limits[i] + 3);
            for (size_t j = 0; j < 100; j++) { /* then at once, with one hint, every time */
                hints = reads = 0;
                assert_int_equal(cpu_relax_backoff(&b), 0);
                assert_int_equal(hints, 1);
                assert_int_equal(reads, 0);
            }
            cpu_relax_backoff_reset(&b); /* with the same limit */
        }
    }
}

static void reset_starts_again(void **state)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

    for (int i = 0; i < 3; i++) {
        assert_int_equal(waited(&b, 100), 1);
        assert_true(waited(&b, 0) <= CPU_RELAX_BACKOFF_START_NS);
        cpu_relax_backoff_reset(&b);
    }
    begin(read_steps, 0);
    clock_ns = 0; /* also where the clock reads 0 it has started */
    cpu_relax_backoff(&b);
    assert_true(waited(&b, 0) > 1);
}

/* The delays of one waiter, as one number. */
static uint64_t delays(cpu_relax_backoff_t *b, uint64_t *same, uint64_t *calls, uint64_t *least)
{
    uint64_t sum = 0, last = 0;

    for (;;) {
        hints = 0;
        if (!cpu_relax_backoff(b))
            return sum;
        sum = sum * 1000003 + hints;
        ++*calls;
        *same += hints == last || hints == CPU_RELAX_BACKOFF_START_NS;
        if (last > 1 && last < *least) /* not the first call, a hint, nor the last, cut short */
            *least = last;
        last = hints;
    }
}

/* Calls by several waiters: of so many, no two neighbours differ only if none does. */
static void jitter_separates_calls_and_waiters(void **state)
{
    cpu_relax_backoff_t b[8];
    uint64_t before = 0, least = UINT64_MAX, calls = 0, same_calls = 0, same_waiters = 0;

    for (size_t i = 0; i < SIZE(b); i++) {
        uint64_t now;

        cpu_relax_backoff_init(&b[i], 10000);
        begin(read_steps, 1);
        now = delays(&b[i], &same_calls, &calls, &least);
        same_waiters += now == before;
        before = now;
    }
    assert_true(calls > 1000);
    assert_true(same_calls < calls / 4);
    assert_true(least >= CPU_RELAX_BACKOFF_START_NS / 2); /* as few as half, but no fewer */
    assert_true(least <= CPU_RELAX_BACKOFF_START_NS * 9 / 16);
    assert_int_equal(same_waiters, 0);
}

/* W9: whatever was in the memory, after the initialisation it is what CPU_RELAX_BACKOFF_INIT is. */
static void init_sets_every_member(void **state)
{
    static const cpu_relax_backoff_t init = CPU_RELAX_BACKOFF_INIT;
    cpu_relax_backoff_t b = init;
    uint64_t unused = 0, expected;

    expected = delays(&b, &unused, &unused, &unused);
    for (int byte = 0; byte < 256; byte += 5) {
        memset(&b, byte, sizeof(b));
        cpu_relax_backoff_init(&b, CPU_RELAX_BACKOFF_LIMIT_NS);
        begin(read_steps, 1);
        assert_true(delays(&b, &unused, &unused, &unused) == expected);
    }
}

/* One waiter at one address, at several times */
static void jitter_separates_times(void **state)
{
    cpu_relax_backoff_t b;
    uint64_t before = 0, same = 0, unused = 0;

    for (unsigned time = 0; time < 8; time++) {
        uint64_t now;

        cpu_relax_backoff_init(&b, CPU_RELAX_BACKOFF_LIMIT_NS);
        begin(read_steps, 1);
        clock_ns = time * 12345;
        now = delays(&b, &unused, &unused, &unused);
        same += now == before;
        before = now;
    }
    assert_int_equal(same, 0);
}

/* Waiters that differ by 1 ns have first contended delays that differ by more. */
static void jitter_separates_neighbours(void **state)
{
    uint64_t before = 0, close = 0;

    for (unsigned time = 0; time < 64; time++) {
        cpu_relax_backoff_t b;
        uint64_t ns;

        begin(read_steps, 1);
        clock_ns = 1000000 + time;
        cpu_relax_backoff_init(&b, 1000000);
        waited(&b, 0);
        ns = waited(&b, 1000);
        close += ns + 10 > before && ns < before + 10;
        before = ns;
    }
    assert_true(close < 16);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(latency_of_the_check_is_the_signal),
        TEST(unmoved_clock_is_no_contention),
        TEST(coarse_clock_is_no_contention),
        TEST(uncontended_0_comes_within_twice_the_limit),
        TEST(limit_is_time_that_has_passed),
        TEST(contended_delays_count_at_an_eighth),
        TEST(limit_ends_it),
        TEST(reset_starts_again),
        TEST(jitter_separates_calls_and_waiters),
        TEST(init_sets_every_member),
        TEST(jitter_separates_times),
        TEST(jitter_separates_neighbours),
    };

    return run("wait_backoff", argc, argv, tests, SIZE(tests));
}
