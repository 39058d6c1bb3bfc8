/*
 * model.c - a lock past the cores of this machine: a simulation of waiters, back-off and one line
 * SPDX-License-Identifier: MIT
 *
 * usage: model LINE_NS HINT_NS AWAY_NS START_NS CAP_NS LIMIT_NS [MOST_WAITERS] >CSV
 *
 * Every thread has a core of its own: takes the lock, works, lets go, works as long outside, as in
 * lock.c. What is assumed:
 * - The lock is one cache line. To read it when another has written it since, or to write it when
 *   another has read or written it since, takes LINE_NS; these transfers go one after another.
 *   A look at a line that has not been written since is free.
 * - What the lock guards is another line, which moves with it.
 * - A step of back-off takes exactly what it asked for; a hint HINT_NS; what the caller does once
 *   back-off says 0, AWAY_NS.
 * - The OS takes no core away.
 * One row for each run. The checks at the end of this file come first; if one fails, no row is made.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { MOST = 1024 };
enum state { OUTSIDE, LOOKING, READING, TAKING, INSIDE, WATCHING };

struct policy {
    const char *name;
    double start, cap, limit; /* start 0: a hint between any two looks, for ever */
};

static double line_ns, hint_ns, away_ns;

struct waiter {
    enum state state;
    uint64_t version; /* of the line, when it was last seen or written here */
    double arrived, next, spent, gap;
    unsigned acquired;
};
static struct waiter waiter[MOST];

/* Events, the earliest first: a binary heap. */
static struct event {
    double at;
    int who;
} heap[MOST + 1];
static int events;

static void push(double at, int who)
{
    int i = ++events;

    for (; i > 1 && heap[i / 2].at > at; i /= 2)
        heap[i] = heap[i / 2];
    heap[i] = (struct event){at, who};
}

static struct event pop(void)
{
    const struct event first = heap[1], last = heap[events--];
    int i = 1, child;

    for (; (child = 2 * i) <= events; i = child) {
        child += child < events && heap[child + 1].at < heap[child].at;
        if (last.at <= heap[child].at)
            break;
        heap[i] = heap[child];
    }
    heap[i] = last;
    return first;
}

static uint64_t seed;
static double uniform(void)
{
    return (double)(noise(&seed) >> 11) * 0x1p-53;
}

struct result {
    double per_us, jain, p50, p999, transfers, waited, area;
};

/* The next gap between two looks of one that waits, and whether all after it are alike: then nothing
 * happens until the line is written, and the waiter only watches. */
static int step(struct waiter *w, const struct policy *p, double now)
{
    if (p->start == 0) {
        w->gap = hint_ns;
        return 1;
    }
    if (w->spent > p->limit) {
        w->gap = away_ns;
        return 1;
    }
    if (w->next >= p->cap) {
        /* at the cap, about as many steps as fit into the limit: as one, for the time they take */
        w->gap = 0.75 * p->cap;
        w->spent = now - w->arrived;
        return 1;
    }
    if (w->next == 0) {
        w->gap = hint_ns;
        w->next = p->start;
    } else {
        w->gap = w->next * (1 - uniform() / 2);
        w->spent += w->gap;
        w->next *= 2;
    }
    return 0;
}

static int watcher[MOST], watchers;
static void wait(struct waiter *w, const struct policy *p, double now)
{
    w->state = step(w, p, now) ? WATCHING : LOOKING;
    if (w->state == LOOKING)
        push(now + w->gap, (int)(w - waiter));
    else
        watcher[watchers++] = (int)(w - waiter);
}

/* Asks for the line; returns when it comes. */
static double line_free;
static uint64_t transfers;
static double transfer(double now)
{
    transfers++;
    return line_free = (now > line_free ? now : line_free) + line_ns;
}

static int by_size(const void *a, const void *b)
{
    return by_value(a, b);
}

static struct result simulate(const struct policy *p, int n, double section)
{
    static double waits[MOST * 64 + 65536];
    const int wanted = n * 5 > 4000 ? n * 5 : 4000;
    double now = 0, sum = 0, squares = 0, waited = 0, area = 0, last = 0;
    uint64_t version = 1;
    int done = 0, held = 0, waiting = 0, readers = 0, owner = -1, guarded_by = -1;
    struct result r;

    memset(waiter, 0, sizeof(waiter));
    events = 0;
    line_free = 0;
    watchers = 0;
    transfers = 0;
    seed = 88172645463325252u;
    for (int i = 0; i < n; i++)
        push(section * uniform(), i);

    while (done < wanted) {
        const struct event e = pop();
        struct waiter *const w = &waiter[e.who];
        int written = 0, late = 0;

        now = e.at;
        area += waiting * (now - last);
        last = now;
        if (w->state == OUTSIDE) { /* comes with an exchange, without a look */
            w->arrived = now;
            w->next = w->spent = 0;
            waiting++;
            w->state = TAKING;
            push(owner != e.who || readers > 0 ? transfer(now) : now, e.who);
        } else if (w->state == LOOKING && w->version != version) {
            w->state = READING;
            push(transfer(now), e.who);
        } else if (w->state == LOOKING || w->state == READING) {
            readers += w->state == READING;
            w->version = version;
            if (!held) {
                w->state = TAKING;
                push(transfer(now), e.who);
            } else {
                wait(w, p, now);
            }
        } else if (w->state == TAKING) {
            written = 1;
            readers = 0;
            owner = e.who;
            if (held) { /* too late */
                late = 1;
            } else {
                held = 1;
                waiting--;
                waited += now - w->arrived;
                waits[done++] = now - w->arrived;
                w->acquired++;
                w->state = INSIDE;
                push(now + section + (guarded_by == e.who ? 0 : line_ns), e.who);
                guarded_by = e.who;
            }
        } else { /* INSIDE: lets go, once it has the line again */
            if (owner != e.who || readers > 0) {
                owner = e.who;
                readers = 0;
                push(transfer(now), e.who);
                continue;
            }
            held = 0;
            written = 1;
            w->state = OUTSIDE;
            push(now + section, e.who);
        }
        if (written) {
            version++;
            w->version = version;
            for (; watchers > 0; watchers--) {
                const int i = watcher[watchers - 1];

                (void)step(&waiter[i], p, now);
                waiter[i].state = LOOKING;
                push(now + waiter[i].gap * uniform(), i);
            }
            if (late)
                wait(w, p, now);
        }
    }
    for (int i = 0; i < n; i++)
        if (waiter[i].state != OUTSIDE && waiter[i].state != INSIDE)
            waited += now - waiter[i].arrived; /* so far */
    for (int i = 0; i < n; i++) {
        sum += waiter[i].acquired;
        squares += (double)waiter[i].acquired * waiter[i].acquired;
    }
    qsort(waits, (size_t)done, sizeof(waits[0]), by_size);
    r.per_us = done / now * 1e3;
    r.jain = sum * sum / (n * squares);
    r.p50 = waits[done / 2];
    r.p999 = waits[(int)(done * 0.999)];
    r.transfers = (double)transfers / done;
    r.waited = waited;
    r.area = area;
    return r;
}

static void row(const struct policy *p, int n, double section)
{
    const struct result r = simulate(p, n, section);

    printf("%s,%g,%g,%g,%d,%g,%.4g,%.4f,%.4g,%.4g,%.4g\n", p->name, p->start, p->cap, p->limit, n,
           section, r.per_us, r.jain, r.p50, r.p999, r.transfers);
    fflush(stdout);
}

/* ---- checks: what must hold whatever the figures are --------------------------------------------- */
static void near(const char *what, double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance * expected)) {
        fprintf(stderr, "model: %s: %g, expected %g\n", what, got, expected);
        exit(1);
    }
}

static void check(const struct policy *backoff, const struct policy *hint)
{
    const double line = line_ns, pause = hint_ns;
    struct result r;

    /* alone: half of the time inside, nothing to wait for */
    r = simulate(backoff, 1, 1000);
    near("one thread", r.per_us, 0.5, 0.01);
    /* a line that moves in no time, and hints that take none: the lock is always held */
    line_ns = 1e-6;
    hint_ns = 1e-6;
    r = simulate(hint, 16, 1000);
    near("saturated", r.per_us, 1, 0.01);
    line_ns = line;
    hint_ns = pause;
    /* Little's law: the time that all have waited is how many waited, over all the time */
    for (int n = 2; n <= 64; n *= 8) {
        r = simulate(backoff, n, 100);
        near("Little's law", r.waited, r.area, 1e-6);
        /* a hand-over cannot take less than the section and the transfer of what it guards */
        if (r.per_us > 1e3 / 100 || r.jain > 1.000001) {
            fprintf(stderr, "model: faster than the lock can be: %g\n", r.per_us);
            exit(1);
        }
    }
}

int main(int argc, char **argv)
{
    static const double starts[] = {25, 50, 100, 200, 400}, limits[] = {1000, 2000, 5000, 10000},
                        caps[] = {250, 500, 1000, 2000, 4000, 8000};
    struct policy backoff = {"cpu_relax", 0, 0, 0}, hint = {"hint", 0, 0, 0}, other;
    double argument[7] = {0, 0, 0, 0, 0, 0, MOST};
    int most;

    if (argc != 7 && argc != 8) {
        fprintf(stderr, "usage: model LINE_NS HINT_NS AWAY_NS START_NS CAP_NS LIMIT_NS "
                        "[MOST_WAITERS]\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        char *end;

        argument[i - 1] = strtod(argv[i], &end);
        if (*end != '\0' || !(argument[i - 1] > 0)) {
            fprintf(stderr, "model: \"%s\" is no time: give nanoseconds, more than 0\n", argv[i]);
            return 2;
        }
    }
    line_ns = argument[0];
    hint_ns = argument[1];
    away_ns = argument[2];
    backoff.start = argument[3];
    backoff.cap = argument[4];
    backoff.limit = argument[5];
    most = argument[6] < MOST ? (int)argument[6] : MOST;
    check(&backoff, &hint);

    printf("policy,start_ns,cap_ns,limit_ns,waiters,section_ns,per_us,jain,p50_ns,p999_ns,"
           "transfers\n");
    for (int n = 1; n <= most; n *= 2)
        for (double section = n > 64 ? 100 : 10; section <= (n > 64 ? 1000 : 10000);
             section *= 10) {
            fprintf(stderr, "\rmodel: %4d waiters, %5g ns ", n, section);
            row(&hint, n, section);
            row(&backoff, n, section);
        }
    for (int n = 2; n <= most && n <= 128; n *= 8)
        for (double section = 10; section <= 1000; section *= 10) {
            fprintf(stderr, "\rmodel: constants, %4d waiters ", n);
            for (unsigned i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
                other = backoff, other.name = "start", other.start = starts[i];
                row(&other, n, section);
            }
            for (unsigned i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
                other = backoff, other.name = "cap", other.cap = caps[i];
                row(&other, n, section);
            }
            for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
                other = backoff, other.name = "limit", other.limit = limits[i];
                row(&other, n, section);
            }
        }
    fputc('\n', stderr);
    return 0;
}
