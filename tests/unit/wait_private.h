/*
 * wait_private.h - the private names of cpu_relax_wait.h that unit tests need, each under a name of ours
 * SPDX-License-Identifier: MIT
 *
 * The only place under tests/unit that spells one, but for the barrier of standard C, which bare.c replaces. The proofs,
 * the mutants, and test_long_part_is_not_inlined, which wants a symbol, spell them, too.
 */
#define RESET_FEATURES() ((void)(*cpu_relax_cache_() = 0)) /* as a new process: nothing is cached */
#define DETECT() cpu_relax_detect_()
#define SLEEP_NS(features, bits, ns) cpu_relax_sleep_ns_(features, bits, ns)
#define READ_CLOCK(ticks) cpu_relax_clock_(ticks)
#define TO_NS(ticks, hz) cpu_relax_to_ns_(ticks, hz)

/* A timer that has begun to run, and what it was set to. */
static inline void wait_timer(uint64_t ns, uint64_t *duration, uint64_t *budget)
{
    cpu_relax_timer_ t;

    cpu_relax_timer_start_(&t);
    cpu_relax_timer_set_(&t, ns);
    *duration = t.duration_;
    *budget = t.budget_;
}

/* How long a wait would sleep whose time has elapsed, but not its closing tick. */
static inline uint64_t wait_elapsed_sleep(uint64_t ns)
{
    cpu_relax_timer_ t;

    cpu_relax_timer_start_(&t);
    cpu_relax_timer_set_(&t, ns);
    t.now_ = t.start_ + ns;
    t.duration_ = 0;
    return cpu_relax_next_sleep_(&t, 32, ns);
}
