/*
 * search.h - the waiting policies among which the recommended one was searched
 * SPDX-License-Identifier: MIT
 *
 * One loop with every choice that was thought of, read from a table while it runs: all of it is on the
 * path of a thread that waits. A name says START/CAP/LIMIT, in ns, and what is unlike the first:
 * - jitter: what chance takes off a gap; half of it, if the name says nothing
 * - anew, sleep: at LIMIT it yields and starts anew, or sleeps, where the others yield at each look
 * - looks: a hint between two looks while the lock is held; backs off only after a take that failed
 *   [Herlihy and Shavit, "The Art of Multiprocessor Programming", 7.4]
 * - learns: a gap is CAP if the last look took twice as long as reading the clock, so that another
 *   has written the lock since, and else START. A gap of CAP counts an eighth against LIMIT, or as the
 *   name says.
 */
#ifndef SEARCH_H
#define SEARCH_H

#include <sched.h>

#include "bench.h"
#include "cpu_relax_wait.h"
#include "ttas.h"

struct policy {
    struct lock lock;
    uint32_t start, cap, limit; /* ns: the first gap, the longest, and all until the yield */
    enum { DOUBLES, LEARNS, LOOKS } gap; /* to the next look */
    unsigned weight;                     /* LEARNS: a gap of CAP counts this little against LIMIT */
    enum { HALF, FULL, NONE } jitter;    /* what chance may take off a gap */
    enum { YIELD, ANEW, SLEEP } then;    /* at LIMIT */
};

static const struct policy *searched;

/* Between two looks: how long until the next. `slow`: the last look took as long as a line transfer. */
static uint32_t next_gap(const struct policy *p, uint32_t last, int slow)
{
    if (p->gap == LEARNS)
        return slow ? p->cap : p->start;
    return last == 0 ? p->start : last < p->cap - last ? 2 * last : p->cap;
}

static void searched_acquire(void *memory)
{
    const struct policy *const p = searched;
    uint32_t *const word = (uint32_t *)memory;
    uint32_t gap = 0, noise = (uint32_t)(uintptr_t)&gap * 2654435769u ^ (uint32_t)stamp();
    uint64_t spent = 0, looked = 0, reading = 0;
    int failed;

    while (TTAS_TAKE(word)) {
        failed = 1;
        do {
            const uint64_t now = clock_ns(CLOCK_MONOTONIC);
            uint32_t wait;

            if (spent >= p->limit) {
                cpu_relax();
                if (p->then == SLEEP) {
                    const struct timespec shortest = {0, 1};

                    nanosleep(&shortest, NULL);
                } else {
                    sched_yield();
                }
                if (p->then == ANEW)
                    spent = gap = 0;
                continue;
            }
            if (looked == 0 || (p->gap == LOOKS && !failed)) { /* first a hint */
                cpu_relax();
                spent += looked == 0 ? 0 : now - looked;
                looked = clock_ns(CLOCK_MONOTONIC);
                reading = clock_ns(CLOCK_MONOTONIC) - looked;
                looked += reading;
                failed = 0;
                continue;
            }
            gap = next_gap(p, gap, now - looked >= 2 * reading);
            noise = noise * 1664525u + 1013904223u;
            wait = p->jitter == NONE ? 0 : p->jitter == HALF ? gap / 2 : gap;
            wait = gap - (uint32_t)((uint64_t)wait * noise >> 32);
            spent += p->gap == LEARNS && gap == p->cap ? wait / p->weight : wait;
            cpu_relax_for_ns(wait);
            looked = clock_ns(CLOCK_MONOTONIC);
            reading = clock_ns(CLOCK_MONOTONIC) - looked;
            looked += reading;
            failed = 0;
        } while (TTAS_HELD(word));
    }
}

#define POLICY(start, cap, limit, name, ...)                                                       \
  {                                                                                                \
    {#start "/" #cap "/" #limit name, "", 's', searched_acquire, ttas_release, NULL}, start, cap,  \
        limit, __VA_ARGS__                                                                         \
  }
static const struct policy policies[] = {
    POLICY(50, 1000, 2000, "", DOUBLES, 1, HALF, YIELD),
    POLICY(50, 1000, 2000, " (full jitter)", DOUBLES, 1, FULL, YIELD),
    POLICY(50, 1000, 2000, " (no jitter)", DOUBLES, 1, NONE, YIELD),
    POLICY(50, 1000, 2000, " (anew)", DOUBLES, 1, HALF, ANEW),
    POLICY(50, 1000, 2000, " (sleep)", DOUBLES, 1, HALF, SLEEP),
    POLICY(0, 0, 0, " (yield alone)", DOUBLES, 1, HALF, YIELD),
    POLICY(50, 200, 200, "", DOUBLES, 1, HALF, YIELD),
    POLICY(50, 500, 500, "", DOUBLES, 1, HALF, YIELD),
    POLICY(100, 1000, 5000, "", DOUBLES, 1, HALF, YIELD),
    POLICY(800, 800, 5000, "", DOUBLES, 1, HALF, YIELD),
    POLICY(400, 4000, 10000, "", DOUBLES, 1, HALF, YIELD),
    POLICY(2000, 2000, 5000, "", DOUBLES, 1, HALF, YIELD),
    POLICY(100, 1000, 2000, " looks", LOOKS, 1, HALF, YIELD),
    POLICY(500, 2000, 5000, " looks", LOOKS, 1, HALF, YIELD),
    POLICY(50, 1000, 1500, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(50, 2000, 1500, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(50, 3000, 1500, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(50, 4000, 1500, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(100, 3000, 1500, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(50, 3000, 500, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(50, 3000, 2000, " learns", LEARNS, 8, HALF, YIELD),
    POLICY(50, 3000, 1500, " learns (in full)", LEARNS, 1, HALF, YIELD),
    POLICY(50, 3000, 1500, " learns (1/32)", LEARNS, 32, HALF, YIELD),
    POLICY(50, 3000, 1500, " learns (no jitter)", LEARNS, 8, NONE, YIELD),
    POLICY(50, 3000, 1500, " learns (sleep)", LEARNS, 8, HALF, SLEEP),
};

#endif
