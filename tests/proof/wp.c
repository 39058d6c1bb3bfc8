/*
 * wp.c - what holds of cpu_relax_wait.h for every ns, every clock, every word, every tunable
 * SPDX-License-Identifier: MIT
 *
 * Proved by Frama-C's WP for the header itself (test_proofs.py), each function by the contracts of those that it
 * calls. Time is counted in quarters of a nanosecond, as the budget has four iterations for each nanosecond.
 *
 * Assumed:
 * - A hint takes a quarter of a nanosecond or more (the shortest known takes 0.3 ns), and so does a clock read.
 * - From one reading to the next, if they are the same and a hint is between them, 2 ns or more pass: a hint of x86
 *   and a clock read. (The header charges 8 quarters for it.)
 * - The clock reads anything whatever. If it is correct, it reads the time rounded down to a multiple of its step,
 *   whatever that is, and does not wrap meanwhile. (The unit tests have clocks that wrap.)
 * - The load may return any value: Frama-C knows no atomics. (The unit tests check the load.)
 * - A sleep ends, by its own limit at the latest.
 * - The program runs for less than 2^64 quarters: 146 years.
 */
#include <stdint.h>

uint64_t now;     /* the time */
uint64_t shown;   /* what a correct clock shows, in ns */
uint64_t turns;   /* how many hints there were */
uint64_t slept;   /* for how long, in units of 8 ns at most */
uint64_t reading; /* the last one */
uint64_t read_at; /* when it was */
int hinted;       /* a hint since then */
extern const uint64_t step;
extern const int correct;
extern const uint32_t start_ns, cap_ns, limit_ns; /* the tunables */

/*@ predicate plausible = read_at <= now &&
        (correct ==> 1 <= step <= 0x100000000 && 4 * shown <= now < 4 * (shown + step));
    predicate moved(integer before) = correct ==> shown == before || shown >= before + step; */

/*@ requires plausible;
    assigns turns, now, shown, hinted;
    ensures plausible && moved(\old(shown)) && hinted == 1;
    ensures turns == \old(turns) + 1 && now >= \old(now) + 1; */
void cpu_relax(void);

/*@ requires plausible;
    assigns now, shown, reading, read_at, hinted;
    ensures plausible && moved(\old(shown)) && now >= \old(now) + 1;
    ensures correct ==> \result == shown;
    ensures reading == \result && read_at == now && hinted == 0;
    ensures \old(hinted) == 1 && \result == \old(reading) ==> now >= \old(read_at) + 8; */
uint64_t read_clock(void);

/* What holds in each iteration of a loop over the timer t_; edits.toml writes it into the header. */
/* clang-format off */
#define WP_LOOP(...)                                                                                                   \
    loop invariant plausible && t_.hz_ == 1000000000 && t_.budget_ >= 1;                                               \
    loop invariant t_.now_ == reading && moved(t_.start_);                                                             \
    loop invariant t_.ending_ != 0 ==> t_.now_ != t_.previous_ && t_.duration_ != 0;                                   \
    loop invariant correct ==> t_.start_ <= t_.now_ <= shown;                                                          \
    loop invariant turns + t_.budget_ <= \at(turns + t_.budget_, LoopEntry);                                           \
    loop invariant read_at + t_.budget_ >= \at(read_at + t_.budget_, LoopEntry);                                       \
    loop invariant correct ==> t_.start_ + t_.duration_ >= \at(t_.start_ + t_.duration_, LoopEntry);                   \
    loop invariant slept + t_.sleep_budget_ <= \at(slept + t_.sleep_budget_, LoopEntry);                               \
    loop assigns turns, slept, now, shown, reading, read_at, hinted, t_, __VA_ARGS__;                                  \
    loop variant t_.budget_;
/* clang-format on */

#define __atomic_load_n(p, order) (*(p))
#define __atomic_store_n(p, value, order) (*(p) = (value))
#define cpu_relax hint_of_the_cpu
#include "cpu_relax.h"
#undef cpu_relax
#define CPU_RELAX_CLOCK_NS() read_clock()
#define CPU_RELAX_BACKOFF_START_NS start_ns
#define CPU_RELAX_BACKOFF_CAP_NS cap_ns
#define CPU_RELAX_BACKOFF_LIMIT_NS limit_ns
#include "cpu_relax_wait.h"

// Assumed: what the CPU has; that a sleep ends
/*@ assigns \nothing;
    ensures \valid(\result); */
static unsigned char *cpu_relax_cache_(void);

/*@ assigns \nothing; */
static unsigned int cpu_relax_features(void);

/*@ requires plausible;
    assigns now, shown;
    ensures plausible && moved(\old(shown)) && now >= \old(now);
    ensures bits_ == 0 ==> \result == 0; */
static cpu_relax_word_ cpu_relax_arm_(unsigned int features_, const volatile void *p_, int bits_);

/*@ requires plausible;
    assigns slept, now, shown;
    ensures plausible && moved(\old(shown)) && now >= \old(now);
    ensures slept == \old(slept) + (ns_ + 7) / 8; */
static void cpu_relax_sleep_(unsigned int features_, cpu_relax_u64_ ns_);

/*@ assigns \nothing;
    ensures bits_ == 0 ==> \result == 0; */
static cpu_relax_word_ cpu_relax_load_(const volatile void *p_, int bits_);

/*@ assigns \nothing;
    ensures hz_ == 1000000000 ==> \result == ticks_; */
static cpu_relax_u64_ cpu_relax_to_ns_(cpu_relax_u64_ ticks_, cpu_relax_u64_ hz_);

// Proved: each function from here on, which is how test_proofs.py knows them
/*@ logic integer counted(integer ns) = ns < 0x2000000000000000 ? ns : 0x2000000000000000;
    predicate expired(integer ns) = ns == 0 || ns > CPU_RELAX_FOREVER;

    // A timer on its way: a correct clock ends it no sooner than when it shows due.
    predicate runs(cpu_relax_timer_ *t) =
        \valid(t) && t->hz_ == 1000000000 && t->budget_ >= 1 && t->now_ == reading && moved(t->start_) &&
        (t->ending_ != 0 ==> t->now_ != t->previous_ && t->duration_ != 0) &&
        (correct ==> t->start_ <= t->now_ <= shown);
    logic integer due(cpu_relax_timer_ *t) = t->start_ + t->duration_ + step; */

/*@ assigns \nothing;
    ensures 0 <= to_ - from_ < 0x8000000000000000 ==> \result == to_ - from_;
    ensures 0 < from_ - to_ <= 0x8000000000000000 ==> \result == 0;
    ensures wrapped: from_ - to_ > 0x8000000000000000 ==> \result == to_ - from_ + 0x10000000000000000;
    ensures to_ - from_ >= 0x8000000000000000 ==> \result == 0;
    ensures \result < 0x8000000000000000; */
static cpu_relax_u64_ cpu_relax_since_(cpu_relax_u64_ from_, cpu_relax_u64_ to_);

/*@ assigns \nothing;
    ensures hz_ == 1000000000 ==> \result == ns_; */
static cpu_relax_u64_ cpu_relax_to_ticks_(cpu_relax_u64_ ns_, cpu_relax_u64_ hz_);

/*@ requires plausible && \valid(ticks_);
    assigns *ticks_, now, shown, reading, read_at, hinted;
    ensures plausible && moved(\old(shown)) && now >= \old(now) + 1 && \result == 1;
    ensures correct ==> *ticks_ == shown;
    ensures reading == *ticks_ && read_at == now && hinted == 0;
    ensures \old(hinted) == 1 && reading == \old(reading) ==> now >= \old(read_at) + 8; */
static int cpu_relax_clock_(cpu_relax_u64_ *ticks_);

/*@ requires plausible && \valid(t_);
    assigns t_->previous_, t_->now_, now, shown, reading, read_at, hinted;
    ensures plausible && moved(\old(shown)) && now >= \old(now) + 1;
    ensures t_->previous_ == \old(t_->now_);
    ensures correct ==> t_->now_ == shown;
    ensures reading == t_->now_ && read_at == now && hinted == 0;
    ensures \old(hinted) == 1 && reading == \old(reading) ==> now >= \old(read_at) + 8; */
static void cpu_relax_timer_read_(cpu_relax_timer_ *t_);

/*@ requires plausible && \valid(t_);
    assigns t_->hz_, t_->start_, t_->ending_, t_->previous_, t_->now_, now, shown, reading, read_at, hinted;
    ensures plausible && now >= \old(now) && read_at == now;
    ensures t_->hz_ == 1000000000 && t_->start_ == t_->previous_ == t_->now_ == reading && t_->ending_ == 0;
    ensures correct ==> t_->start_ == shown; */
static void cpu_relax_timer_start_(cpu_relax_timer_ *t_);

/*@ requires \valid(t_) && t_->hz_ == 1000000000;
    assigns t_->duration_, t_->budget_, t_->polls_, t_->sleep_budget_;
    ensures t_->duration_ == counted(ns_) && t_->budget_ == 4 * counted(ns_) + 4;
    ensures t_->sleep_budget_ == 4 * counted(ns_); */
static void cpu_relax_timer_set_(cpu_relax_timer_ *t_, cpu_relax_u64_ ns_);

/*@ requires plausible && runs(t_) && (hinted == 1 || t_->ending_ != 0);
    assigns t_->budget_, t_->start_, t_->duration_, t_->ending_, t_->previous_, t_->now_;
    assigns now, shown, reading, read_at, hinted;
    ensures plausible && now >= \old(now);
    ensures goes_on: \result == 0 ==> runs(t_) && t_->budget_ < \old(t_->budget_);
    ensures paid: \result == 0 ==> read_at + t_->budget_ >= \old(read_at + t_->budget_);
    ensures later: \result == 0 && correct ==> due(t_) >= \old(due(t_));
    ensures over: \result != 0 && correct ==>
        now >= 4 * \old(due(t_)) || now >= \old(read_at) + \old(t_->budget_); */
static int cpu_relax_expired_(cpu_relax_timer_ *t_);

/*@ assigns \nothing;
    ensures \result <= 200000 && \result <= ns_; */
static cpu_relax_u64_ cpu_relax_sleep_ns_(unsigned int features_, int bits_, cpu_relax_u64_ ns_);

/*@ assigns \nothing;
    ensures \result <= ns_ && \result <= max_; */
static cpu_relax_u64_ cpu_relax_fit_(cpu_relax_u64_ ns_, cpu_relax_u64_ min_, cpu_relax_u64_ max_);

/*@ requires \valid(t_) && timeout_ != CPU_RELAX_FOREVER;
    assigns t_->sleep_budget_;
    ensures (\result + 7) / 8 + t_->sleep_budget_ == \old(t_->sleep_budget_) && t_->sleep_budget_ >= 0; */
static cpu_relax_u64_ cpu_relax_next_sleep_(cpu_relax_timer_ *t_, int bits_,
                                            cpu_relax_u64_ timeout_);

/* By text, so that no prover has to unfold it. */
/* clang-format off */
#define MET(value, ref, mask, sense) ((((uint64_t)((value) ^ (ref)) & (mask)) == 0) <==> ((sense) != 0))

/*@ requires sense_ == 0 || sense_ == 1;
    assigns \nothing;
    ensures \result != 0 <==> MET(value_, ref_, mask_, sense_); */
static int cpu_relax_is_met_(cpu_relax_word_ value_, cpu_relax_word_ ref_, cpu_relax_word_ mask_, int sense_);
/* clang-format on */

/*@ requires plausible && turns == 0 && slept == 0 && timeout_ != CPU_RELAX_FOREVER && (sense_ == 0 || sense_ == 1);
    assigns turns, slept, now, shown, reading, read_at, hinted;
    ensures at_once: expired(timeout_) ==> turns == 0 && slept == 0;
    ensures bounded: turns <= 4 * counted(timeout_) + 4 && slept <= 4 * counted(timeout_);
    ensures no_word: bits_ == 0 ==> \result == 0;
    ensures never_early: correct && !expired(timeout_) && !MET(\result, ref_, mask_, sense_) ==>
        now >= \old(now) + 4 * counted(timeout_); */
static cpu_relax_word_ cpu_relax_poll_(const volatile void *p_, int bits_, cpu_relax_word_ ref_,
                                       cpu_relax_word_ mask_, int sense_, cpu_relax_u64_ timeout_);

/*@ requires plausible && turns == 0 && slept == 0 && timeout_ != CPU_RELAX_FOREVER && (sense_ == 0 || sense_ == 1);
    assigns turns, slept, now, shown, reading, read_at, hinted;
    ensures at_once: expired(timeout_) ==> turns == 0 && slept == 0;
    ensures bounded: turns <= 4 * counted(timeout_) + 4 && slept <= 4 * counted(timeout_);
    ensures never_early: correct && !expired(timeout_) && !MET(\result, ref_, mask_, sense_) ==>
        now >= \old(now) + 4 * counted(timeout_); */
static cpu_relax_word_ cpu_relax_wait_(const volatile void *p_, int bits_, cpu_relax_word_ ref_,
                                       cpu_relax_word_ mask_, int sense_, cpu_relax_u64_ timeout_);

/*@ requires plausible && turns == 0 && slept == 0 && ns_ != CPU_RELAX_FOREVER;
    assigns turns, slept, now, shown, reading, read_at, hinted;
    ensures at_once: expired(ns_) ==> turns == 1 && slept == 0;
    ensures bounded: turns <= 4 * counted(ns_) + 4 && slept <= 4 * counted(ns_);
    ensures never_early: correct && !expired(ns_) ==> now >= \old(now) + 4 * counted(ns_); */
static void cpu_relax_for_ns(cpu_relax_u64_ ns_);

/*@ requires \valid(b_);
    assigns *b_;
    ensures b_->limit_ == b_->remaining_ == limit_ns_ && b_->begun_ == b_->jitter_ == 0;
    ensures b_->now_ == b_->check_by_ == 0; */
static void cpu_relax_backoff_init(cpu_relax_backoff_t *b_, cpu_relax_u32_ limit_ns_);

/*@ requires \valid(b_);
    assigns *b_;
    ensures b_->limit_ == b_->remaining_ == \old(b_->limit_) && b_->begun_ == 0; */
static void cpu_relax_backoff_reset(cpu_relax_backoff_t *b_);

/*@ requires \valid(b_) && \valid_read(t_) && \separated(b_, t_) && (shift_ == 0 || shift_ == 3);
    requires t_->hz_ == 1000000000;
    assigns b_->remaining_, b_->now_;
    ensures b_->now_ == t_->now_;
    ensures falls: b_->remaining_ <= \old(b_->remaining_);
    ensures charged: b_->remaining_ == 0 || (shift_ == 0 ? 1 : 8) * (\old(b_->remaining_) - b_->remaining_) >= ns_; */
static void cpu_relax_charge_(cpu_relax_backoff_t *b_, const cpu_relax_timer_ *t_,
                              cpu_relax_u32_ ns_, int shift_);

/*@ // What the jitter takes from a delay: a part of its half.
    lemma fits: \forall integer half, jitter;
        0 <= half < 4294967296 && 0 <= jitter < 4294967296 ==> 0 <= half * jitter < 18446744073709551616;
    lemma part: \forall integer half, jitter;
        0 <= half < 4294967296 && 0 <= jitter < 4294967296 ==> 0 <= half * jitter / 4294967296 <= half; */

/*@ requires \valid(b_);
    assigns b_->jitter_;
    ensures \result <= ns_ / 2; */
static cpu_relax_u32_ cpu_relax_jitter_(cpu_relax_backoff_t *b_, cpu_relax_u32_ ns_);

/*@ requires plausible;
    assigns turns, now, shown, hinted;
    ensures plausible && turns == \old(turns) + 1 && \result == 0; */
static int cpu_relax_give_up_(void);

/*@ predicate legal = 1 <= start_ns <= cap_ns <= 1000000000; */

/*@ requires legal && plausible && \valid(b_) && turns == 0;
    assigns *b_, turns, slept, now, shown, reading, read_at, hinted;
    ensures kept: b_->limit_ == \old(b_->limit_);
    ensures over: \result == 0 ==> b_->remaining_ == 0 && turns == 1;
    ensures one_hint: \old(b_->remaining_) == 0 || \old(b_->begun_) == 0 ==> turns == 1;
    ensures falls: \result != 0 && \old(b_->begun_) != 0 ==> b_->remaining_ < \old(b_->remaining_);
    ensures bounded: 1 <= turns <= 4 * cap_ns + 4; */
static int cpu_relax_backoff(cpu_relax_backoff_t *b_);
