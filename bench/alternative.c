/*
 * alternative.c - this library's lock with other constants: run.sh compiles it once for each set
 * SPDX-License-Identifier: MIT
 */
#include <sched.h>

#include "bench.h"
#include "cpu_relax_wait.h"
#include "ttas.h"

TTAS(alternative, cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT,
     if (!cpu_relax_backoff(&b)) sched_yield())

extern const struct lock NAME;
const struct lock NAME = {TITLE, "", 'a', alternative_acquire, ttas_release, NULL};
