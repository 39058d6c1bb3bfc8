/*
 * wait.h - what wait.c asks of the suite's other translation units
 * SPDX-License-Identifier: MIT
 */
#ifndef CPU_RELAX_TESTS_WAIT_H
#define CPU_RELAX_TESTS_WAIT_H

#include <stdint.h>

/* wait_threads.c: the header with its own clock */
void wait_messages_arrive_whole(void **state);
void wait_no_wake_up_is_lost(void **state);
void wait_more_waiters_than_processors(void **state);
void wait_in_signal_handlers(void **state);
void wait_delay_is_not_short(void **state);
void wait_strict_mode_has_the_same_clock(void **state);

void wait_estimate_counts_hints(void **state);
void wait_machine_is_asked_rightly(void **state);
extern volatile unsigned int wait_isbs; /* how many ran; asleep, on AArch64 */
void wait_ask_anew(void);
void wait_delay_of_1_ms(void);
void wait_back_off_twice(void);

/* wait_monitor.c: what it says that the machine has */
unsigned int wait_monitor_cpu(void);

/* Its handler stands in for what puts the CPU to sleep. Of x86 a CPU may have that itself, and a virtual
 * machine may pass over it though CPUID says that it is not there, as KVM does with MWAITX: so each
 * assembly statement of the header traps first. Defined as __volatile__ while the header is included. */
#if defined(__x86_64__)
#  define TRAPPING(...) volatile("ud2; " __VA_ARGS__)
#else
#  define TRAPPING __volatile__
#endif

/* wait_strict.c: the header under -std=c99 and -std=c11, nothing else asked for: how many ticks of its
 * clock ns nanoseconds are, 0 where it has none */
uint64_t wait_strict_span(uint64_t ns);

/* The same: what it says that the machine has */
unsigned int wait_strict_cpu(void);

/* wait_estimate.c: the header without an OS: how many hints a delay of ns nanoseconds has */
uint64_t wait_estimated_hints(uint64_t ns);

/* The same: how many calls of back-off there are before it gives up, 1000 if it does not */
int wait_estimated_back_off(void);

#endif
