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

/* An honest clock: time goes by at each hint and at each look, the reading moves in steps. */
enum { HINT_NS = 24, LOOK_NS = 25 };

static uint64_t tell_coarse(void)
{
    clock_ns += LOOK_NS;
    return (clock_ns + hints * HINT_NS) / step * step;
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
    static const uint64_t asked[] = {1, 2, 3, 99, 100, 1000, 65535, 65536, 1000000};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(tell_steps, 1);
        start = clock_ns + 1; /* what the first look says */
        cpu_relax_ns(asked[i]);
        assert_int_equal(clock_ns - start, asked[i] + 1); /* and one step more, to be sure */
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

/* A row that asks for many rounds gets long delays and waits, too: emulators take seconds for them. */
#if defined(ROUNDS) && ROUNDS >= 1000000
enum { LONG = 1 };
#else
enum { LONG = 0 };
#endif

/* However coarse the steps, and wherever between two of them it starts. */
static void delay_never_ends_early(void **state)
{
    static const uint64_t steps[] = {1, 7, 42, 100, 1000, 1000000, LONG ? 10000000 : 4000000};
    static const uint64_t asked[] = {
        1, 10, 49, 100, 999, 1000, 1001, 4000, 123456, 1000000, LONG ? 20000000 : 5000000};
    size_t i, j;
    unsigned phase;

    (void)state;
    for (i = 0; i < SIZE(steps); i++)
        for (j = 0; j < SIZE(asked); j++)
            for (phase = 0; phase < 5; phase++) {
                uint64_t start, late;

                if (steps[i] / 10 > asked[j] && steps[i] > 100000)
                    continue; /* its bound of turns ends it: lying_clocks_hang_no_delay() */
                if (asked[j] > 10000 && asked[j] / 1000 > steps[i])
                    continue; /* more of the same, and slow under an emulator */
                begin(tell_coarse, steps[i]);
                start = clock_ns = 1000 * steps[i] + phase * (steps[i] - 1) / 4;
                cpu_relax_ns(asked[j]);
                late = clock_ns + hints * HINT_NS - start - asked[j];
                assert_true(late <= 2 * steps[i] + HINT_NS + 4 * LOOK_NS); /* and not below 0 */
            }
}

static void delay_has_64_bits(void **state)
{
    static const uint64_t asked[] = {5000000000u, (uint64_t)1 << 40, (uint64_t)1 << 61};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(tell_steps, asked[i] / 1000);
        clock_ns = 0;
        start = clock_ns + step;
        cpu_relax_ns(asked[i]);
        assert_true(clock_ns - start >= asked[i]);
        assert_true(clock_ns - start <= asked[i] + 2 * step);
    }
    begin(tell_steps, (uint64_t)1 << 55); /* more than that is that, and does not wrap */
    clock_ns = 0;
    cpu_relax_ns(UINT64_MAX - 5);
    assert_true(clock_ns >= (uint64_t)1 << 61);
    assert_true(clock_ns <= ((uint64_t)1 << 61) + 4 * step);
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
    assert_int_equal(clock_ns - start, 10001);
}

/* Every value there is would take hours; every bit and what lies beside it does not. */
static void timer_is_exact_at_every_bit(void **state)
{
    unsigned bit;
    int beside;

    (void)state;
    for (bit = 0; bit < 64; bit++)
        for (beside = -2; beside <= 2; beside++) {
            const uint64_t ns = ((uint64_t)1 << bit) + (uint64_t)(int64_t)beside;
            const uint64_t most = (uint64_t)1 << 61, counts = ns < most ? ns : most;
            const cpu_relax_timer_ t = cpu_relax_start_(ns);

            if (ns == 0)
                assert_true(t.turns == 1);
            else
                assert_true(t.span == counts && t.turns == 4 * counts + 4);
        }
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
    static const uint64_t asked[] = {1, 100, 100000};
    size_t lie, i;

    (void)state;
    for (lie = 0; lie < SIZE(lies); lie++)
        for (i = 0; i < SIZE(asked); i++) {
            begin(lies[lie], 1);
            cpu_relax_ns(asked[i]);
            assert_true(hints >= 1);
            assert_true(hints <= 4 * asked[i] + 4);
            if (lies[lie] == tell_stopped)
                assert_int_equal(hints, 4 * asked[i] + 4);
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
    static const uint64_t asked[] = {0, 1, 100, 100000};
    const uint32_t word = 5;
    size_t lie, i;

    (void)state;
    for (lie = 0; lie < SIZE(lies); lie++)
        for (i = 0; i < SIZE(asked); i++) {
            begin(lies[lie], 1);
            assert_int_equal(cpu_relax_while_eq32(&word, 5, asked[i]), 5);
            assert_true(hints <= 4 * asked[i] + 4);
        }
}
#endif

/* Back-off */

/* Calls it once, so long after the last call; how long it waited: the clock moves by 1 ns for each hint. */
static uint64_t waited(cpu_relax_backoff_t *b, uint64_t away)
{
    clock_ns += away;
    hints = 0;
    assert_int_equal(cpu_relax_backoff(b), 1);
    return hints;
}

/* A look at a line that stays takes no longer than a reading of the clock. */
static void back_off_learns_from_the_look(void **state)
{
    static const uint64_t steps[] = {1, 16}, slow[] = {0, 100, 1000000000, 2000000000};
    size_t j;

    (void)state;
    assert_true(sizeof(cpu_relax_backoff_t) <= 16);
    for (j = 0; j < SIZE(steps); j++) {
        cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
        uint64_t ns;
        int i;

        begin(tell_steps, steps[j]);
        cpu_relax_backoff_limit(&b, UINT32_MAX);
        assert_int_equal(waited(&b, 1000000), 1); /* one hint at first */
        for (i = 0; i < 1000; i++) {
            ns = waited(&b, step - 1) * step;
            assert_true(ns + step > CPU_RELAX_BACKOFF_START_NS / 2);
            assert_true(ns < CPU_RELAX_BACKOFF_START_NS + step);
            ns = waited(&b, step + 1 + slow[i % 4]) * step;
            assert_true(ns + step > CPU_RELAX_BACKOFF_CAP_NS / 2);
            assert_true(ns < CPU_RELAX_BACKOFF_CAP_NS + step);
        }
    }
}

/* Waits until the limit is spent; how long: hints are nanoseconds, the first of them is free. */
static uint64_t spent(cpu_relax_backoff_t *b)
{
    uint64_t total = 0;
    int calls = 0;

    do {
        begin(tell_steps, 1);
        if (!cpu_relax_backoff(b))
            break;
        total += calls++ > 0 ? hints : 0;
    } while (1);
    assert_int_equal(hints, 1); /* who is told to block has relaxed all the same */
    assert_int_equal(looks, 0);
    return total;
}

static void back_off_ends_at_the_limit(void **state)
{
    static const uint32_t limits[] = {0, 1, 2, 49, 50, 51, 100, 1000, 2000, 5000, 100000};
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    size_t i;

    (void)state;
    assert_int_equal(spent(&b), CPU_RELAX_BACKOFF_LIMIT_NS);
    for (i = 0; i < 1000; i++) /* then at once, with one hint, every time */
        assert_int_equal(spent(&b), 0);

    cpu_relax_backoff_reset(&b);
    assert_int_equal(spent(&b), CPU_RELAX_BACKOFF_LIMIT_NS);
    for (i = 0; i < SIZE(limits); i++) { /* each object its own */
        cpu_relax_backoff_limit(&b, limits[i]);
        assert_int_equal(spent(&b), limits[i]);
        assert_int_equal(spent(&b), 0);
        cpu_relax_backoff_reset(&b);
        assert_int_equal(spent(&b), limits[i]);
    }
}

/* A long gap counts by an eighth, rounded up. */
static void back_off_ends_when_nothing_stays(void **state)
{
    static const uint32_t limits[] = {1, 2, 1000, 2000, 100000};
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(limits); i++) {
        uint64_t total = 0, calls = 0;

        cpu_relax_backoff_limit(&b, limits[i]);
        waited(&b, 0);
        while (b.left != 0) {
            total += waited(&b, 100);
            calls++;
        }
        assert_int_equal(cpu_relax_backoff(&b), 0);
        assert_true(total <= (uint64_t)limits[i] * 8);
        assert_true(total >= (limits[i] - calls) * 8);
    }
}

static void back_off_starts_anew(void **state)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    int i;

    (void)state;
    for (i = 0; i < 3; i++) {
        assert_int_equal(waited(&b, 100), 1);
        assert_true(waited(&b, 0) <= CPU_RELAX_BACKOFF_START_NS);
        cpu_relax_backoff_reset(&b);
    }
    begin(tell_steps, 0);
    clock_ns = 0; /* and when the clock says 0 it has started, all the same */
    cpu_relax_backoff(&b);
    assert_true(b.seen != 0);
}

/* Calls by several waiters: of so many, no two neighbours differ only if none does. */
static void jitter_parts_calls_and_waiters(void **state)
{
    cpu_relax_backoff_t b[8];
    uint64_t sum[SIZE(b)], last, least = UINT64_MAX;
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
            same_calls += hints == last || hints == CPU_RELAX_BACKOFF_START_NS;
            if (last > 1 && last < least) /* not the first call, a hint, nor the last, cut short */
                least = last;
            last = hints;
        } while (1);
        same_waiters += i > 0 && sum[i] == sum[i - 1];
    }
    assert_true(same_calls < calls / 4);
    assert_true(least >= CPU_RELAX_BACKOFF_START_NS / 2); /* as few as half, but no fewer */
    assert_true(least <= CPU_RELAX_BACKOFF_START_NS * 9 / 16);
    assert_int_equal(same_waiters, 0);
}

/* One waiter at one address, at several times: the clock is in the noise. */
static void jitter_parts_times(void **state)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    uint64_t sum, last = 0, same = 0;
    unsigned time;

    (void)state;
    for (time = 0; time < 8; time++) {
        static const cpu_relax_backoff_t init = CPU_RELAX_BACKOFF_INIT;

        b = init;
        sum = 0;
        begin(tell_steps, 1);
        clock_ns = time * 12345;
        while (cpu_relax_backoff(&b)) {
            sum = sum * 1000003 + hints;
            hints = 0;
        }
        same += sum == last;
        last = sum;
    }
    assert_int_equal(same, 0);
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
    static const uint64_t asked[] = {0, 1, 1000, UINT32_MAX, CPU_RELAX_FOREVER};
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
    static const uint64_t asked[] = {1, 10, 100, 1000, 10000, 1000000};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(asked); i++) {
        uint64_t start;

        begin(tell_steps, 1);
        word32 = 5;
        start = clock_ns + 1;
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 5);
        assert_int_equal(clock_ns - start, asked[i] + 1);
        assert_int_equal(hints, asked[i]);
    }
    begin(tell_steps, 1);
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, 0), 5);
    assert_int_equal(hints, 1);
    assert_int_equal(looks, 0);
}

static void wait_has_64_bits(void **state)
{
    static const uint64_t asked[] = {UINT32_MAX, 5000000000u, (uint64_t)1 << 40,
                                     CPU_RELAX_FOREVER - 1};
    size_t i;

    (void)state;
    for (i = 0; i < SIZE(asked); i++) {
        const uint64_t most = (uint64_t)1 << 61, counts = asked[i] < most ? asked[i] : most;

        begin(tell_steps, counts / 1000);
        clock_ns = 0;
        word32 = 5;
        assert_int_equal(cpu_relax_while_eq32(&word32, 5, asked[i]), 5);
        assert_true(clock_ns - step >= counts);
        assert_true(clock_ns - step <= counts + 2 * step);
    }
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

enum { MANY_HINTS = LONG ? 10000000 : 1000000 };

static void change_after_many_hints(void)
{
    if (hints == MANY_HINTS)
        word32 = 7;
}

static void wait_for_ever_does_not_give_up(void **state)
{
    (void)state;
    word32 = 5;
    at_hint = change_after_many_hints;
    assert_int_equal(cpu_relax_while_eq32(&word32, 5, CPU_RELAX_FOREVER), 7);
    assert_int_equal(hints, MANY_HINTS);
    assert_int_equal(looks, 0); /* a counter may trap */
    at_hint = NULL;
    assert_true(CPU_RELAX_FOREVER == UINT64_MAX);
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

static void wait_8_and_16_see_their_bits(void **state)
{
    static uint8_t bytes[3] = {0xaa, 0, 0xaa};
    static volatile uint16_t halves[3] = {0xaaaa, 0, 0xaaaa};
    unsigned value;

    (void)state;
    for (value = 0; value < 0x10000; value += value < 0x100 ? 1 : 251) {
        bytes[1] = (uint8_t)value;
        assert_int_equal(cpu_relax_while_eq8(&bytes[1], (uint8_t)value, 0), (uint8_t)value);
        assert_int_equal(cpu_relax_while_eq8(&bytes[1], (uint8_t)~value, 0), (uint8_t)value);
        halves[1] = (uint16_t)value;
        assert_int_equal(cpu_relax_while_eq16(&halves[1], (uint16_t)value, 0), value);
        assert_int_equal(cpu_relax_while_eq16(&halves[1], (uint16_t)~value, 0), value);
    }
}

/* The caller's own stores, by whatever type, come before the look. Not inlined, so that the compiler
 * knows no more than the types. */
#  if defined(__clang__) || !defined(__GNUC__)
#    define OPAQUE __attribute__((__noinline__))
#  else
#    define OPAQUE __attribute__((__noipa__))
#  endif

OPAQUE static uint32_t store_and_look(float *store, const float *from, float *look)
{
    *store = *from;
    return cpu_relax_while_eq32(look, 0, 0);
}

OPAQUE static void *store_and_look_at_pointer(void **store, void **from, void **look)
{
    *store = *from;
    return cpu_relax_while_eqptr(look, NULL, 0);
}

static void wait_sees_the_callers_own_stores(void **state)
{
    static float word = 1, fresh = 1.5;
    static void *pointer_word = &word, *fresh_pointer = &fresh;

    (void)state;
    assert_int_equal(store_and_look(&word, &fresh, &word), 0x3fc00000);
    assert_ptr_equal(store_and_look_at_pointer(&pointer_word, &fresh_pointer, &pointer_word),
                     &fresh);
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
        TEST(delay_never_ends_early),
        TEST(delay_has_64_bits),
        TEST(bound_does_not_cut_an_honest_delay),
        TEST(timer_is_exact_at_every_bit),
        TEST(lying_clocks_hang_no_delay),
        TEST(lying_clocks_hang_no_back_off),
        TEST(back_off_learns_from_the_look),
        TEST(back_off_ends_at_the_limit),
        TEST(back_off_ends_when_nothing_stays),
        TEST(back_off_starts_anew),
        TEST(jitter_parts_calls_and_waiters),
        TEST(jitter_parts_times),
#if CPU_RELAX_HAS_EQ32
        TEST(lying_clocks_hang_no_wait),
        TEST(wait_finds_what_has_changed_at_once),
        TEST(wait_gives_up_in_time),
        TEST(wait_has_64_bits),
        TEST(wait_notices_after_one_hint),
        TEST(wait_for_ever_does_not_give_up),
        TEST(wait_64_sees_every_bit),
        TEST(wait_32_sees_32_bits),
        TEST(wait_8_and_16_see_their_bits),
        TEST(wait_sees_the_callers_own_stores),
        TEST(wait_for_a_pointer),
        TEST(wait_strict_mode_has_the_same_clock),
        TEST(wait_estimate_counts_hints),
        TEST(wait_machine_is_asked_rightly),
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
