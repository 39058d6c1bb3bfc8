/*
 * mutex.c - examples/mutex.c, as it is, as a lock of the benchmark
 * SPDX-License-Identifier: MIT
 */
#define main mutex_main
#include "../examples/mutex.c"
#undef main

#include "bench.h"

static void acquire(void *m)
{
    mutex_lock(m);
}

static void release(void *m)
{
    mutex_unlock(m);
}

const struct lock example_mutex = {"cpu_relax mutex", "", 'e', acquire, release, NULL};
