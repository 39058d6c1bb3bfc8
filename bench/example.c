/*
 * example.c - a lock of examples/, as it is, as a lock of the benchmark: run.sh compiles it once for each setting
 * SPDX-License-Identifier: MIT
 *
 * EXAMPLE is the file, PREFIX what its functions' names begin with, TABLE, NAME and KIND those of the struct lock,
 * MAIN a name for its main.
 */
#define main MAIN
#include EXAMPLE
#undef main

#include "bench.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

static void acquire(void *m)
{
    JOIN(PREFIX, _lock)(m);
}

static void release(void *m)
{
    JOIN(PREFIX, _unlock)(m);
}

const struct lock TABLE = {NAME, "", KIND, acquire, release, NULL};
