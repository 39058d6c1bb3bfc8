/*
 * polls.c - the wait of cpu_relax_wait.h where nothing is asked and nothing sleeps, for handover.c
 * SPDX-License-Identifier: MIT
 */
#define CPU_RELAX_NO_MONITOR
#include "cpu_relax_wait.h"

#include <stdint.h>

void wait_that_polls(const uint32_t *word, uint32_t old);
void wait_that_polls(const uint32_t *word, uint32_t old)
{
    cpu_relax_while_eq32(word, old, CPU_RELAX_FOREVER);
}
