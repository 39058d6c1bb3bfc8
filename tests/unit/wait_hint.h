/*
 * wait_hint.h - cpu_relax.h with its hint under another name, for a test that has a cpu_relax() of its own
 * SPDX-License-Identifier: MIT
 *
 * The loops of cpu_relax_wait.h call the function (cpu_relax)(): what the test then defines.
 */
#define cpu_relax hint_of_the_cpu
#include "cpu_relax.h"
#undef cpu_relax

static void cpu_relax(void);
