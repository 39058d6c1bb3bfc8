/*
 * hint.h - what hint.c asks of the suite's other translation units
 * SPDX-License-Identifier: MIT
 */
#ifndef CPU_RELAX_TESTS_HINT_H
#define CPU_RELAX_TESTS_HINT_H

#include <stdint.h>

/* hint_other.c: a second user of the header in the same program */
void hint_other_call(void);
const char *hint_other_name(void);
uint32_t hint_reference_b(void);
uint32_t hint_reference_f(void);
uint64_t hint_reference_wide(void);

/* hint_hostile.c: how many of the includer's macros the header has changed */
int hint_hostile_damage(void);

/* hint_user.c: the header with an instruction of the includer's own */
const char *hint_user_name(void);
int hint_user_polls(int count);

#endif
