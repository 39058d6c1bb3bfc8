/*
 * search.h - the waiting policies among which the recommended one was searched
 * SPDX-License-Identifier: MIT
 *
 * One loop with every choice that was thought of, read from a table while it runs: all of it is on the
 * path of a thread that waits. What is recommended is measured as itself, too (cpu_relax in locks.h).
 */
#ifndef SEARCH_H
#define SEARCH_H

#include <sched.h>

#include "bench.h"
#include "cpu_relax_wait.h"
#include "ttas.h"

struct policy {
    const char *name;
    uint32_t start, cap, limit; /* ns: the first gap, the longest, and all before the lock is left alone */
    char held;   /* while the lock is seen held: 'b'ack off, 'h'int and look, 'f'irst hints, then back off */
    char failed; /* after a take that failed: 'b'ack off as if held, '2': and doubles again, '-': look */
    char jitter; /* of a gap is waited: '1' all, 'h'alf to all, '0' to all, 'u'p to half more */
    char then;   /* past the limit: 'y'ield at each look, 'a'new after a yield, 's'leep, 'h'alf the limit anew */
};

static const struct policy *searched;

static void searched_acquire(void *memory)
{
    const struct policy *const p = searched;
    uint32_t *const word = (uint32_t *)memory;
    uint32_t next = 0, noise = 0, spent = 0;
    int failed = 0;

    if (!TTAS_TAKE(word))
        return;
    noise = (uint32_t)(uintptr_t)&next * 2654435769u ^ (uint32_t)stamp();
    for (;;) {
        do {
            uint32_t gap = 0;

            if (spent >= p->limit) {
                cpu_relax();
                if (p->then == 's') {
                    const struct timespec shortest = {0, 1};
                    nanosleep(&shortest, NULL);
                } else {
                    sched_yield();
                }
                if (p->then == 'a')
                    spent = 0, next = 0;
                if (p->then == 'h')
                    spent = p->limit / 2;
                failed = 0;
                continue;
            }
            if (p->held == 'h' && !failed) { /* by the hint: about as long as it takes */
                cpu_relax();
                spent += 30;
                continue;
            }
            if (next == 0) {
                cpu_relax();
                next = p->start;
                if (p->held == 'b' || failed) {
                    failed = 0;
                    continue;
                }
            }
            gap = next;
            next = next < p->cap - next ? 2 * next : p->cap;
            if (failed && p->failed == '2')
                next = next < p->cap - next ? 2 * next : p->cap;
            noise = noise * 1664525u + 1013904223u;
            if (p->jitter == 'h')
                gap -= (uint32_t)((uint64_t)(gap / 2) * noise >> 32);
            else if (p->jitter == '0')
                gap -= (uint32_t)((uint64_t)gap * noise >> 32);
            spent += gap;
            cpu_relax_ns(gap);
            failed = 0;
        } while (TTAS_HELD(word));
        if (!TTAS_TAKE(word))
            return;
        failed = 1;
    }
}

static const struct policy policies[] = {
#include "policies.inc"
};

#endif
