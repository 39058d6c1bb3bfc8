/*
 * wait.h - what the test programs need of each other's translation units
 * SPDX-License-Identifier: MIT
 */
#ifndef CPU_RELAX_TESTS_WAIT_H
#define CPU_RELAX_TESTS_WAIT_H

#include <stdint.h>

/* wait_threads.c: the header with the real clock */
void wait_messages_arrive_whole(void **state);
void wait_no_wake_up_is_lost(void **state);
void wait_until_no_wake_up_is_lost(void **state);
void wait_more_waiters_than_processors(void **state);
void wait_in_signal_handlers(void **state);
void wait_delay_is_not_short(void **state);
void wait_strict_mode_has_the_same_clock(void **state);
void wait_estimate_counts_hints(void **state);
void wait_features_are_detected(void **state);
extern volatile unsigned int wait_isbs; /* how many were executed; asleep, on AArch64 */
void wait_reset_features(void);
unsigned int wait_features(void);
void wait_delay_of_1_ms(void);
void wait_backoff_twice(void);

/* wait_monitor.c: the features that it pretends */
unsigned int wait_monitor_features(void);

/* Its handler simulates what puts the CPU to sleep. An x86 CPU may have that itself, and a virtual
 * machine may execute it though CPUID does not report it, as KVM does with MWAITX: so each assembly
 * statement of the header traps first. Defined as __volatile__ while the header is included. */
#if defined(__x86_64__)
#  define TRAPPING(...) volatile("ud2; " __VA_ARGS__)
#else
#  define TRAPPING __volatile__
#endif

/* wait_strict.c: the header under -std=c99 or -std=c11, without feature-test macros: its clock, and the
 * features that it detects */
const char *wait_strict_clock(void);
unsigned int wait_strict_features(void);

/* wait_estimate.c: the header without an OS: has it a clock, how many hints has a delay of ns nanoseconds,
 * how many calls does the back-off take until it returns 0, at most 1000? */
int wait_estimate_has_clock(void);
uint64_t wait_estimated_hints(uint64_t ns);
int wait_estimated_backoff(void);

#endif
