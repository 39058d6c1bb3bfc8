/*
 * wp.c - what holds of cpu_relax_wait.h for every ns, every clock, every word, every tunable
 * SPDX-License-Identifier: MIT
 *
 * Proved by Frama-C's WP for the header itself (../test_proofs.py), each function by the promises of those that
 * it calls. Time is counted in quarters of a nanosecond, as the header's bound has four turns to one.
 *
 * Assumed:
 * - A hint takes a quarter of a nanosecond or more. (The shortest known takes 0.3 ns.)
 * - The clock says anything whatever. If it is truthful, it shows the time rounded down to a multiple of
 *   its step, whatever that is, and does not wrap around meanwhile. (The tests have clocks that wrap.)
 * - The load may return any value: Frama-C knows no atomics. (The tests look at the load.)
 * - A sleep ends, by its own limit at the latest. To arm and to look takes as long as a hint, or longer.
 * - The program runs for less than 2^64 quarters: 146 years.
 */
#include <stdint.h>

uint64_t now;   /* the time */
uint64_t shown; /* what a truthful clock shows, in ns */
uint64_t turns; /* how many hints and sleeps there were */
uint64_t slept; /* for how long, in the unit of the header: 8 ns at most */
extern const uint64_t step;
extern const int truthful;
extern const uint32_t start_ns, cap_ns, limit_ns; /* the tunables */

/*@ predicate told =
        truthful ==> 1 <= step <= 0x100000000 && 4 * shown <= now < 4 * (shown + step);
    predicate moved(integer before) = truthful ==> shown == before || shown >= before + step; */

/*@ requires told;
    assigns turns, now, shown;
    ensures told && moved(\old(shown));
    ensures turns == \old(turns) + 1 && now >= \old(now) + 1; */
void hint(void);

/*@ requires told;
    assigns now, shown;
    ensures told && moved(\old(shown)) && now >= \old(now);
    ensures truthful ==> \result == shown; */
uint64_t look(void);

/* What holds in each iteration of a loop over a timer, t being `t->` or `t.`; edits.toml writes it into the header. */
/* clang-format off */
#define WP_LOOP(t, ...)                                                                                                \
    loop invariant told && 1 <= t turns <= \at(t turns, LoopEntry);                                                    \
    loop invariant turns + t turns == \at(turns + t turns, LoopEntry);                                                 \
    loop invariant now + t turns >= \at(now + t turns, LoopEntry);                                                     \
    loop invariant t turns == 1 || moved(t start);                                                                     \
    loop invariant truthful ==> t start + t span >= \at(t start + t span, LoopEntry);                                  \
    loop invariant slept + t sleeps <= \at(slept + t sleeps, LoopEntry);                                               \
    loop assigns turns, slept, now, shown, __VA_ARGS__;                                                                \
    loop variant t turns;
/* clang-format on */

#define __atomic_load_n(p, order) (*(p))
#define __atomic_store_n(p, value, order) (*(p) = (value))
#define cpu_relax() hint()
#include "cpu_relax.h"
#define CPU_RELAX_CLOCK_NS() look()
#define CPU_RELAX_BACKOFF_START_NS start_ns
#define CPU_RELAX_BACKOFF_CAP_NS cap_ns
#define CPU_RELAX_BACKOFF_LIMIT_NS limit_ns
#include "cpu_relax_wait.h"

// Assumed: what the CPU has; that to arm and to load takes as long as a hint or longer; that a sleep ends
/*@ assigns \nothing; */
static unsigned int cpu_relax_cpu_(void);

/*@ requires told;
    assigns turns, now, shown;
    ensures told && moved(\old(shown));
    ensures turns == \old(turns) + 1 && now >= \old(now) + 1; */
static cpu_relax_word_ cpu_relax_arm_(unsigned int has, const volatile void *p, int bits);

/*@ requires told;
    assigns slept, now, shown;
    ensures told && moved(\old(shown)) && now >= \old(now);
    ensures slept == \old(slept) + n; */
static void cpu_relax_sleep_(unsigned int has, cpu_relax_u32_ n);

/*@ assigns \nothing; */
static cpu_relax_word_ cpu_relax_load_(const volatile void *p, int bits);

// Proved: each function from here on, which is how test_proofs.py knows them
/*@ logic integer counted(integer ns) = ns < 0x2000000000000000 ? ns : 0x2000000000000000;

    // A timer on its way: a truthful clock ends it no sooner than when it shows due.
    predicate runs(cpu_relax_timer_ *t) =
        \valid(t) && t->turns >= 1 && (t->turns == 1 || moved(t->start));
    logic integer due(cpu_relax_timer_ *t) = t->start + t->span + step; */

/*@ requires told;
    assigns now, shown;
    ensures told && now >= \old(now);
    ensures ns == 0 ==> \result.turns == 1;
    ensures ns != 0 ==> \result.turns == 4 * counted(ns) + 4 && \result.span == counted(ns);
    ensures \result.sleeps == 4 * counted(ns);
    ensures truthful && ns != 0 ==> moved(\result.start) && now < 4 * (\result.start + step); */
static cpu_relax_timer_ cpu_relax_start_(cpu_relax_u64_ ns);

/*@ requires told && runs(t);
    assigns t->turns, t->start, t->span, now, shown;
    ensures told && now >= \old(now);
    ensures t->turns == \old(t->turns) - 1;
    ensures \result == 0 ==> runs(t);
    ensures \result == 0 && truthful ==> due(t) >= \old(due(t));
    ensures \result != 0 && truthful ==> t->turns == 0 || now >= 4 * \old(due(t)); */
static int cpu_relax_passed_(cpu_relax_timer_ *t);

/*@ requires told;
    assigns turns, now, shown;
    ensures told && moved(\old(shown));
    ensures turns == \old(turns) + 1 && now >= \old(now) + 1; */
static void cpu_relax_hint_(void);

/*@ assigns \nothing;
    ensures \result <= 25000 && 8 * \result <= ns; */
static cpu_relax_u32_ cpu_relax_sleep_for_(unsigned int has, cpu_relax_u64_ ns);

/*@ requires told && \valid_read(t);
    assigns now, shown;
    ensures told && moved(\old(shown)) && now >= \old(now); */
static cpu_relax_u64_ cpu_relax_left_(const cpu_relax_timer_ *t);

/*@ requires told && \valid(t) && ns != CPU_RELAX_FOREVER;
    assigns t->sleeps, turns, slept, now, shown;
    ensures told && moved(\old(shown)) && turns == \old(turns) + 1 && now >= \old(now) + 1;
    ensures paid: slept + t->sleeps <= \old(slept + t->sleeps); */
static void cpu_relax_doze_(cpu_relax_timer_ *t, const volatile void *p, int bits,
                            cpu_relax_word_ old, cpu_relax_u64_ ns);

/*@ requires told && \valid(t) && ns != CPU_RELAX_FOREVER;
    assigns t->sleeps, t->polls, turns, slept, now, shown;
    ensures told && moved(\old(shown)) && turns == \old(turns) + 1 && now >= \old(now) + 1;
    ensures paid: slept + t->sleeps <= \old(slept + t->sleeps); */
static void cpu_relax_turn_(cpu_relax_timer_ *t, const volatile void *p, int bits,
                            cpu_relax_word_ old, cpu_relax_u64_ ns);

/*@ requires told && runs(t) && turns == 0 && slept == 0;
    assigns *t, turns, slept, now, shown;
    ensures told && 1 <= turns <= \old(t->turns) && slept <= \old(t->sleeps) && now >= \old(now);
    ensures truthful ==> now >= \old(now) + \old(t->turns) || now >= 4 * \old(due(t)); */
static void cpu_relax_run_(cpu_relax_timer_ *t);

/*@ requires told && turns == 0 && slept == 0;
    assigns turns, slept, now, shown;
    ensures bounded: 1 <= turns <= 4 * counted(ns) + 4 && slept <= 4 * counted(ns);
    ensures never_early: truthful ==> now >= \old(now) + 4 * counted(ns); */
static void cpu_relax_ns(cpu_relax_u64_ ns);

/*@ predicate legal = 1 <= start_ns <= cap_ns <= 1000000000;
    predicate sound(cpu_relax_backoff_t *b) = b->left <= b->limit; */

/*@ requires \valid(b);
    assigns b->seen, b->left, b->limit;
    ensures b->limit == b->left == ns && sound(b); */
static void cpu_relax_backoff_limit(cpu_relax_backoff_t *b, cpu_relax_u32_ ns);

/*@ requires \valid(b);
    assigns b->seen, b->left, b->limit;
    ensures b->limit == b->left == \old(b->limit) && sound(b); */
static void cpu_relax_backoff_reset(cpu_relax_backoff_t *b);

/*@ // What is taken from a gap: a part of its half.
    lemma fits: \forall integer half, noise;
        0 <= half < 4294967296 && 0 <= noise < 4294967296 ==> 0 <= half * noise < 18446744073709551616;
    lemma part: \forall integer half, noise;
        0 <= half < 4294967296 && 0 <= noise < 4294967296 ==> 0 <= half * noise / 4294967296 <= half;
    // What a call counts of the limit
    logic integer counts{A, B}(cpu_relax_backoff_t *b) = \at(b->left, A) - \at(b->left, B); */

/*@ requires legal && told && \valid(b) && sound(b) && turns == 0 && slept == 0;
    assigns *b, turns, slept, now, shown;
    ensures sound(b) && b->limit == \old(b->limit);
    ensures over: \result == 0 <==> \old(b->left) == 0;
    ensures one_hint: \result == 0 || \old(b->seen) == 0 ==> b->left == \old(b->left) && turns == 1;
    ensures falls: \result != 0 && \old(b->seen) != 0 ==> 1 <= counts{Old, Here}(b) <= cap_ns;
    ensures bounded: 1 <= turns <= 4 * cap_ns + 4 && turns <= 32 * counts{Old, Here}(b) + 4;
    ensures never_early: truthful ==> now >= \old(now) + 4 * counts{Old, Here}(b); */
static int cpu_relax_backoff(cpu_relax_backoff_t *b);

/*@ requires told && turns == 0 && slept == 0 && ns != CPU_RELAX_FOREVER;
    assigns turns, slept, now, shown;
    ensures bounded: 1 <= turns <= 4 * counted(ns) + 4 && slept <= 4 * counted(ns);
    ensures never_early: truthful && \result == old ==> now >= \old(now) + 4 * counted(ns); */
static cpu_relax_word_ cpu_relax_poll_(const volatile void *p, int bits, cpu_relax_word_ old,
                                       cpu_relax_u64_ ns);

/*@ requires told && turns == 0 && slept == 0 && ns != CPU_RELAX_FOREVER;
    assigns turns, slept, now, shown;
    ensures bounded: turns <= 4 * counted(ns) + 4 && slept <= 4 * counted(ns);
    ensures never_early: truthful && \result == old ==> now >= \old(now) + 4 * counted(ns); */
static cpu_relax_word_ cpu_relax_wait_(const volatile void *p, int bits, cpu_relax_word_ old,
                                       cpu_relax_u64_ ns);
