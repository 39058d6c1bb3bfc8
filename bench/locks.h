/*
 * locks.h - this library's lock, the baselines, and the peers that are C
 * SPDX-License-Identifier: MIT
 */
#ifndef LOCKS_H
#define LOCKS_H

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "bench.h"
#include "cpu_relax_wait.h"
#include "ttas.h"

/* example.c: the locks of examples/, as they are and with the settings of the search, which run.sh writes into
 * settings.inc. counted.c: the policies that count hints. Three hints each. */
enum { COUNTED = 2 };
extern const struct lock example_spin, example_spin_short, example_spin_long, example_mutex;
extern const struct lock counted[COUNTED], counted_short[COUNTED], counted_long[COUNTED];
#define SETTING(table) extern const struct lock table;
#include "settings.inc"
#undef SETTING

/* ---- what else this library has ------------------------------------------------------------------ */
static void nap(void)
{
    const struct timespec shortest = {0, 1};

    nanosleep(&shortest, NULL);
}
TTAS(napping, cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT, if (!cpu_relax_backoff(&b)) nap())
TTAS(waiting, , if (cpu_relax_while_eq32(word, 1, CPU_RELAX_BACKOFF_LIMIT_NS) == 1) sched_yield())

/* ---- baselines: what everybody can have without a library --------------------------------------- */
TTAS(bare, , )
TTAS(hint, , cpu_relax())

/* ---- Concurrency Kit ---------------------------------------------------------------------------- */
#if __has_include(<ck_spinlock.h>)
#  include <ck_backoff.h>
#  include <ck_spinlock.h>
TTAS(ck_eb, ck_backoff_t b = CK_BACKOFF_INITIALIZER, ck_backoff_eb(&b))
static void ck_fas_acquire(void *m)
{
    ck_spinlock_fas_lock(m);
}
static void ck_fas_eb_acquire(void *m)
{
    ck_spinlock_fas_lock_eb(m);
}
static void ck_fas_release(void *m)
{
    ck_spinlock_fas_unlock(m);
}
#else
#  define ck_eb_acquire NULL
#  define ck_fas_acquire NULL
#  define ck_fas_eb_acquire NULL
#  define ck_fas_release NULL
#endif

/* ---- DPDK --------------------------------------------------------------------------------------- */
#if __has_include(<rte_spinlock.h>)
#  include <rte_config.h>
#  include <rte_pause.h>
#  include <rte_spinlock.h>
TTAS(rte, , rte_wait_until_equal_32((volatile uint32_t *)word, 0, __ATOMIC_RELAXED))
static void rte_spin_acquire(void *m)
{
    rte_spinlock_lock(m);
}
static void rte_spin_release(void *m)
{
    rte_spinlock_unlock(m);
}
#else
#  define rte_acquire NULL
#  define rte_spin_acquire NULL
#  define rte_spin_release NULL
#endif

/* ---- glibc -------------------------------------------------------------------------------------- */
static void pthread_spin_prepare(void *m)
{
    pthread_spin_init(m, PTHREAD_PROCESS_PRIVATE);
}
static void pthread_spin_acquire(void *m)
{
    pthread_spin_lock(m);
}
static void pthread_spin_release(void *m)
{
    pthread_spin_unlock(m);
}
#if defined(__GLIBC__)
static void adaptive_prepare(void *m)
{
    pthread_mutexattr_t kind;

    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(m, &kind);
}
static void adaptive_acquire(void *m)
{
    pthread_mutex_lock(m);
}
static void adaptive_release(void *m)
{
    pthread_mutex_unlock(m);
}
#else
#  define adaptive_prepare NULL
#  define adaptive_acquire NULL
#  define adaptive_release NULL
#endif

/* ---- re-created from published constants -------------------------------------------------------- */

/* mimalloc 2: one hint; mimalloc 3.3: sleep(0). [include/mimalloc/atomic.h, src/prim/unix/prim.c] */
TTAS(mimalloc2, , cpu_relax())
TTAS(mimalloc3, , sleep(0))

static const struct lock c_locks[] = {
    {"cpu_relax + sleep", "", 'a', napping_acquire, ttas_release, NULL},
    {"cpu_relax_while_eq32", "", 'a', waiting_acquire, ttas_release, NULL},
    {"bare load", "", 'b', bare_acquire, ttas_release, NULL},
    {"hint", "", 'b', hint_acquire, ttas_release, NULL},
    {"ck_backoff_eb", "libck-dev", 'p', ck_eb_acquire, ttas_release, NULL},
    {"rte_wait_until_equal", "libdpdk-dev", 'p', rte_acquire, ttas_release, NULL},
    {"mimalloc 2 (re-created)", "", 'p', mimalloc2_acquire, ttas_release, NULL},
    {"mimalloc 3 (re-created)", "", 'p', mimalloc3_acquire, ttas_release, NULL},
    {"pthread_spin_lock", "libc6-dev", 'n', pthread_spin_acquire, pthread_spin_release,
     pthread_spin_prepare},
    {"glibc adaptive mutex", "libc6-dev", 'k', adaptive_acquire, adaptive_release,
     adaptive_prepare},
    {"ck_spinlock_fas", "libck-dev", 'n', ck_fas_acquire, ck_fas_release, NULL},
    {"ck_spinlock_fas_eb", "libck-dev", 'n', ck_fas_eb_acquire, ck_fas_release, NULL},
    {"rte_spinlock", "libdpdk-dev", 'n', rte_spin_acquire, rte_spin_release, NULL},
};

#endif
