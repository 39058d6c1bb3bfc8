/*
 * wait.c - the functional suite of cpu_relax_wait.h, the same for every target
 * SPDX-License-Identifier: MIT
 *
 * Here the clock and the hint are the test's own, so that every line of the contract can be told
 * exactly, and lies can be told to the header. The real ones are in wait_threads.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cpu_relax.h"

static uint64_t clock_ns, looks, hints;
static uint64_t (*reading)(void); /* what the clock says at one look */

static uint64_t counted_clock(void)
{
    looks++;
    return reading();
}

static void (*at_hint)(void); /* what another thread does meanwhile */

static void counted_hint(void)
{
    hints++;
    if (at_hint != NULL)
        at_hint();
    cpu_relax();
}

#define cpu_relax() counted_hint()
#define CPU_RELAX_CLOCK_NS() counted_clock()
#define CPU_RELAX_NO_MONITOR /* a sleeping processor looks at no clock */
#include "cpu_relax_wait.h"
#include "cpu_relax_wait.h" /* the second inclusion adds nothing */

#include "wait.h"

/* How long a wait may take before it counts as hung: no verdict on speed. */
#ifndef HANG_SECONDS
#  define HANG_SECONDS 120
#endif

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t step;

static uint64_t tell_steps(void)
{
    return clock_ns += step;
}

/* A new clock, which starts just before it wraps. */
static int begin(uint64_t (*how)(void), uint64_t new_step)
{
    reading = how;
    step = new_step;
    clock_ns = UINT64_MAX - 500;
    looks = hints = 0;
    return 0;
}

static const char *running;

static int setup(void **state)
{
    running = *state;
#if defined(SIGALRM) /* elsewhere CTest's own limit has to do */
    alarm(HANG_SECONDS);
#endif
    return begin(tell_steps, 1);
}

static int teardown(void **state)
{
    (void)state;
#if defined(SIGALRM)
    alarm(0);
#endif
    return 0;
}

/* Delay */

static void delay_counts_in_nanoseconds(void **state)
{
    static const uint32_t asked[] = {1, 2, 3, 99, 100, 1000, 65535, 65536, 1000000};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(tell_steps, 1);
        start = clock_ns + 1; /* what the first look says */
        cpu_relax_ns(asked[i]);
        assert_int_equal(clock_ns - start, asked[i]);
        assert_int_equal(hints, asked[i]);
    }
}

static void delay_of_zero_is_one_hint(void **state)
{
    (void)state;
    cpu_relax_ns(0);
    assert_int_equal(hints, 1);
    assert_int_equal(looks, 0);
}

static void delay_of_the_maximum_is_4_seconds(void **state)
{
    uint64_t start;

    (void)state;
    begin(tell_steps, 1000000);
    start = clock_ns + step;
    cpu_relax_ns(UINT32_MAX);
    assert_true(clock_ns - start >= UINT32_MAX);
    assert_true(clock_ns - start < UINT32_MAX + step);
}

/* The shortest hint takes 0.3 ns: an honest clock may stand still for three of them. */
static uint64_t tell_every_third(void)
{
    return clock_ns += looks % 3 == 0;
}

static void bound_does_not_cut_an_honest_delay(void **state)
{
    uint64_t start;

    (void)state;
    begin(tell_every_third, 0);
    start = clock_ns;
    cpu_relax_ns(10000);
    assert_int_equal(clock_ns - start, 10000);
}

/* Clocks that lie */

static uint64_t tell_stopped(void)
{
    return clock_ns;
}

static uint64_t tell_backwards(void)
{
    return clock_ns -= 7;
}

static uint64_t tell_two_cores(void)
{
    clock_ns += 1;
    return looks % 2 ? clock_ns : clock_ns + 1000000000;
}

static uint64_t tell_two_cores_behind(void)
{
    return looks == 1 ? clock_ns : clock_ns - 1000000000;
}

static uint64_t tell_jump(void)
{
    return clock_ns += looks == 5 ? (uint64_t)1 << 63 : 1;
}

static uint64_t tell_anything(void)
{
    clock_ns ^= clock_ns << 13;
    clock_ns ^= clock_ns >> 7;
    return clock_ns ^= clock_ns << 17;
}

static uint64_t (*const lies[])(void) = {tell_stopped,          tell_backwards, tell_two_cores,
                                         tell_two_cores_behind, tell_jump,      tell_anything};

static void lying_clocks_hang_no_delay(void **state)
{
    static const uint32_t asked[] = {1, 100, 100000};
    size_t lie, i;

    (void)state;
    for (lie = 0; lie < SIZE(lies); lie++)
        for (i = 0; i < SIZE(asked); i++) {
            begin(lies[lie], 1);
            cpu_relax_ns(asked[i]);
            assert_true(hints >= 1);
            assert_true(hints <= 4 * (uint64_t)asked[i] + 4);
        }
}

static void lying_clocks_hang_no_back_off(void **state)
{
    size_t lie;

    (void)state;
    for (lie = 0; lie < SIZE(lies); lie++) {
        cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
        int calls = 0;

        begin(lies[lie], 1);
        while (cpu_relax_backoff(&b))
            assert_true(++calls <= CPU_RELAX_BACKOFF_LIMIT_NS);
    }
}

#if CPU_RELAX_HAS_EQ32
static void lying_clocks_hang_no_wait(void **state)
{
    static const uint32_t asked[] = {0, 1, 100, 100000};
    const uint32_t word = 5;
    size_t lie, i;

    (void)state;
    for (lie = 0; lie < SIZE(lies); lie++)
        for (i = 0; i < SIZE(asked); i++) {
            begin(lies[lie], 1);
            assert_int_equal(cpu_relax_while_eq32(&word, 5, asked[i]), 5);
        }
}
#endif

/* Back-off */

/* Calls it once; how long it waited: the clock moves by 1 ns for each hint. */
static uint64_t waited(cpu_relax_backoff_t *b)
{
    begin(tell_steps, 1);
    assert_int_equal(cpu_relax_backoff(b), 1);
    return hints;
}

static void back_off_doubles_up_to_the_cap(void **state)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    uint64_t least = 0, most = CPU_RELAX_BACKOFF_START_NS, last, total = 0;

    (void)state;
    assert_true(sizeof(cpu_relax_backoff_t) <= 16);
    assert_int_equal(waited(&b), 1); /* one hint at first */
    assert_int_equal(looks, 0);
    while (total <= CPU_RELAX_BACKOFF_LIMIT_NS) {
        last = waited(&b);
        assert_true(last > least);
        assert_true(last >= most / 2);
        assert_true(last <= most);
        total += last;
        if (2 * most <= CPU_RELAX_BACKOFF_CAP_NS) {
            least = last; /* longer than the last, until the cap */
            most = 2 * most;
        } else {
            least = 0;
            most = CPU_RELAX_BACKOFF_CAP_NS;
        }
    }
}

static void back_off_ends_at_the_limit(void **state)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    uint64_t total = 0;
    int i;

    (void)state;
    for (i = 0; i < CPU_RELAX_BACKOFF_LIMIT_NS && cpu_relax_backoff(&b); i++) {
        assert_true(total <= CPU_RELAX_BACKOFF_LIMIT_NS + 1); /* the first hint's nanosecond */
        total += hints;
        hints = 0;
    }
    assert_true(total > CPU_RELAX_BACKOFF_LIMIT_NS);
    assert_true(total <= (uint64_t)CPU_RELAX_BACKOFF_LIMIT_NS + CPU_RELAX_BACKOFF_CAP_NS + 1);

    begin(tell_steps, 1); /* then at once, without waiting, every time */
    for (i = 0; i < 1000; i++)
        assert_int_equal(cpu_relax_backoff(&b), 0);
    assert_int_equal(hints, 0);
    assert_int_equal(looks, 0);

    memset(&b, 0, sizeof(b)); /* what CPU_RELAX_BACKOFF_INIT is */
    assert_int_equal(waited(&b), 1);
    assert_int_equal(cpu_relax_backoff(&b), 1);
}

/* Calls at the cap, by several waiters: of so many, no two neighbours differ only if none does. */
static void jitter_parts_calls_and_waiters(void **state)
{
    cpu_relax_backoff_t b[8];
    uint64_t sum[SIZE(b)], last;
    size_t i, calls = 0, same_calls = 0, same_waiters = 0;

    (void)state;
    for (i = 0; i < SIZE(b); i++) {
        static const cpu_relax_backoff_t init = CPU_RELAX_BACKOFF_INIT;

        b[i] = init;
        last = sum[i] = 0;
        do {
            begin(tell_steps, 1);
            if (!cpu_relax_backoff(&b[i]))
                break;
            sum[i] = sum[i] * 1000003 + hints;
            calls++;
            same_calls += hints == last || hints == CPU_RELAX_BACKOFF_CAP_NS;
            last = hints;
        } while (1);
        same_waiters += i > 0 && sum[i] == sum[i - 1];
    }
    assert_true(same_calls < calls / 4);
    assert_int_equal(same_waiters, 0);
}

#if CPU_RELAX_HAS_EQ32
/* Wait */

/* A word that changes, to what the clock says then, when the clock says so. */
static volatile uint32_t word32;
static uint64_t changes_at, changed_at;

static uint64_t tell_and_change(void)
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
    begin(tell_and_change, 1);
    clock_ns = 1000;
    changes_at = clock_ns + after_ns;
    changed_at = 0;
    word32 = 5;
}

static void wait_finds_what_has_changed_at_once(void **state)
{
    static const uint32_t asked[] = {0, 1, 1000, UINT32_MAX - 1, CPU_RELAX_FOREVER};
    size_t i;

    (void)state;
    word32 = 7;
    for (i = 0; i < SIZE(asked); i++)
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 7);
    assert_int_equal(hints, 0);
    assert_int_equal(looks, 0);
}

static void wait_gives_up_in_time(void **state)
{
    static const uint32_t asked[] = {1, 10, 100, 1000, 10000, 1000000};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(asked); i++) {
        const uint32_t gap =
            asked[i] / 4 < CPU_RELAX_BACKOFF_CAP_NS ? asked[i] / 4 + 1 : CPU_RELAX_BACKOFF_CAP_NS;
        uint64_t start;

        begin(tell_steps, 1);
        word32 = 5;
        start = clock_ns + 1;
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 5);
        assert_true(clock_ns - start >= asked[i]);
        assert_true(clock_ns - start <= (uint64_t)asked[i] + gap + 2); /* and its own looks */
    }
    begin(tell_steps, 1);
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, 0), 5);
    assert_int_equal(hints, 1);
}

static void wait_of_the_maximum_but_for_ever_ends(void **state)
{
    uint64_t start;

    (void)state;
    begin(tell_steps, 10000);
    word32 = 5;
    start = clock_ns;
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, UINT32_MAX - 1), 5);
    assert_true(clock_ns - start >= UINT32_MAX - 1);
}

static void wait_notices_after_one_hint(void **state)
{
    uint64_t after;

    (void)state;
    for (after = 1; after < 100000; after = after * 5 / 4 + 1) {
        begin_change(after);
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, 1000000), 7);
        assert_true(clock_ns - changed_at <= 2);
    }
}

static void change_after_10_million_hints(void)
{
    if (hints == 10000000)
        word32 = 7;
}

static void wait_for_ever_does_not_give_up(void **state)
{
    (void)state;
    word32 = 5;
    at_hint = change_after_10_million_hints;
    step = 1000000; /* a clock that looks as if years went by */
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, CPU_RELAX_FOREVER), 7);
    assert_int_equal(hints, 10000000);
    at_hint = NULL;
}

#  if CPU_RELAX_HAS_EQ64
static volatile uint64_t word64;

static uint64_t tell_and_change64(void)
{
    if (looks == 20)
        word64 ^= (uint64_t)1 << 40;
    return clock_ns += 1;
}
#  endif

static void wait_64_sees_every_bit(void **state)
{
    (void)state;
#  if CPU_RELAX_HAS_EQ64
    begin(tell_and_change64, 1);
    word64 = 5;
    assert_true(cpu_relax_while_eq64(&word64, 5, 1000000) == (((uint64_t)1 << 40) | 5));
    begin(tell_steps, 1);
    assert_true(cpu_relax_while_eq64(&word64, 5, 10) == word64);
    word64 = UINT64_MAX;
    assert_true(cpu_relax_while_eq64(&word64, UINT64_MAX, 10) == UINT64_MAX);
    word64 = UINT32_MAX;
    assert_true(cpu_relax_while_eq64(&word64, UINT64_MAX, 10) == UINT32_MAX);
#  else
    skip();
#  endif
}

/* The upper half of a register may hold anything beside 32 bits; the sign bit is one of them. */
static void wait_32_sees_32_bits(void **state)
{
    static const uint32_t bits[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(bits); i++) {
        word32 = bits[i];
        assert_int_equal(cpu_relax_while_eq32(&word32, bits[i], 10), bits[i]);
        assert_int_equal(cpu_relax_while_eq32(&word32, ~bits[i], 10), bits[i]);
    }
}

static int here, there;
static void *volatile pointer;

static uint64_t tell_and_point(void)
{
    if (looks == 20)
        pointer = &there;
    return clock_ns += 1;
}

static void wait_for_a_pointer(void **state)
{
    (void)state;
    begin(tell_and_point, 1);
    pointer = &here;
    assert_ptr_equal(cpu_relax_while_eqptr(&pointer, &here, 1000000), &there);
    assert_ptr_equal(cpu_relax_while_eqptr(&pointer, &here, CPU_RELAX_FOREVER), &there);
    assert_ptr_equal(cpu_relax_while_eqptr(&pointer, &there, 100), &there);
    pointer = NULL;
    assert_null(cpu_relax_while_eqptr(&pointer, NULL, 100));
}
#endif

#if defined(SIGALRM)
static void give_up(int signal_number)
{
    static const char before[] = "[  FAILED  ] ", after[] = ": hung\n";

    (void)signal_number;
    _exit(write(STDOUT_FILENO, before, sizeof(before) - 1) < 0 ||
          write(STDOUT_FILENO, running, strlen(running)) < 0 ||
          write(STDOUT_FILENO, after, sizeof(after) - 1) < 0 || 1);
}
#endif

#define TEST(f) cmocka_unit_test_prestate_setup_teardown(f, setup, teardown, (void *)#f)

int main(int argc, char **argv) /* the name of a test: that one alone */
{
    const struct CMUnitTest tests[] = {
        TEST(delay_counts_in_nanoseconds),
        TEST(delay_of_zero_is_one_hint),
        TEST(delay_of_the_maximum_is_4_seconds),
        TEST(bound_does_not_cut_an_honest_delay),
        TEST(lying_clocks_hang_no_delay),
        TEST(lying_clocks_hang_no_back_off),
        TEST(back_off_doubles_up_to_the_cap),
        TEST(back_off_ends_at_the_limit),
        TEST(jitter_parts_calls_and_waiters),
#if CPU_RELAX_HAS_EQ32
        TEST(lying_clocks_hang_no_wait),
        TEST(wait_finds_what_has_changed_at_once),
        TEST(wait_gives_up_in_time),
        TEST(wait_of_the_maximum_but_for_ever_ends),
        TEST(wait_notices_after_one_hint),
        TEST(wait_for_ever_does_not_give_up),
        TEST(wait_64_sees_every_bit),
        TEST(wait_32_sees_32_bits),
        TEST(wait_for_a_pointer),
        TEST(wait_strict_mode_has_the_same_clock), /* before the others that use it */
        TEST(wait_messages_arrive_whole),
        TEST(wait_no_wake_up_is_lost),
        TEST(wait_more_waiters_than_processors),
        TEST(wait_in_signal_handlers),
        TEST(wait_delay_is_not_short),
#endif
    };

#if defined(SIGALRM)
    signal(SIGALRM, give_up);
#endif
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL) != 0;
}
