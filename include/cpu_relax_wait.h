/*
 * cpu_relax_wait.h - waiting well: delay, back-off and wait, on top of cpu_relax.h
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The cpu_relax authors
 *
 *     cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
 *     while (!try_lock(&lock))
 *         if (!cpu_relax_backoff(&b))
 *             park(&lock), b = (cpu_relax_backoff_t)CPU_RELAX_BACKOFF_INIT;
 *
 * void cpu_relax_ns(uint32_t ns)
 *     Hints until about ns nanoseconds have passed; 0 is one hint. It may take longer, by one hint
 *     and one look at the counter, and by as long as the OS gives the processor to others.
 *
 * int cpu_relax_backoff(cpu_relax_backoff_t *b)
 *     Waits, and returns 1: one hint at first, then CPU_RELAX_BACKOFF_START_NS, then twice that, up
 *     to CPU_RELAX_BACKOFF_CAP_NS, of each a random part between a half and the whole, so that
 *     waiters do not march in step. Once CPU_RELAX_BACKOFF_LIMIT_NS have been spent it returns 0
 *     without waiting: from then on blocking is cheaper, so park, yield or sleep. Assigning
 *     CPU_RELAX_BACKOFF_INIT starts anew. One waiter each: keep it on the stack. Never asks the OS,
 *     and shares nothing. b must not be null: compilers that can refuse it.
 *
 * uint32_t cpu_relax_while_eq32(const volatile uint32_t *p, uint32_t old, uint32_t ns)
 * uint64_t cpu_relax_while_eq64(const volatile uint64_t *p, uint64_t old, uint32_t ns)
 * void *cpu_relax_while_eqptr(void *const volatile *p, void *old, uint32_t ns)
 *     Waits while *p is old. Returns the first value seen that is not, loaded with acquire order:
 *     what was written before a release store of that value can be read. Or returns old once ns
 *     nanoseconds have passed; with CPU_RELAX_FOREVER only a new value ends it. A value that comes
 *     and goes between two looks is not seen. *p must be aligned to its size and lie in ordinary
 *     cached memory; a pointer to an atomic object is cast:
 *
 *         _Atomic uint32_t word;          cpu_relax_while_eq32((const volatile uint32_t *)&word, ...)
 *         std::atomic<std::uint32_t> word; the same, or reinterpret_cast<const volatile uint32_t *>
 *         (where GCC's -Wcast-qual minds the lost _Atomic, by way of uintptr_t)
 *
 *     Sleeps in hardware, on the cache line, where the build says that the CPU can (AArch64, if the
 *     wait is for ever; RISC-V Zawrs, x86 WAITPKG and MONITORX, by the compiler's -march); else, and
 *     if CPU_RELAX_NO_MONITOR is defined, a hint between any two looks.
 *     CPU_RELAX_HAS_EQ32, CPU_RELAX_HAS_EQ64: 1 where such a load is single-copy atomic, inline and
 *     can be ordered by this compiler, else 0 and the function is missing; the pointer form goes
 *     with its width.
 *
 * Where the time comes from: the first of these that there is.
 *     CPU_RELAX_CLOCK_NS()  yours, if you define it before the include: nanoseconds, as a uint64_t.
 *     a counter that user code reads, with its rate: AArch64, s390x.
 *     such a counter of unknown rate, learned from the OS's monotonic clock while delays use that:
 *                           x86, RISC-V, LoongArch, POWER, SPARC.
 *     the OS's monotonic clock.
 *     an ESTIMATE: from a usual rate of the counter, within a factor of two; or from a usual time of
 *                           a hint, within a factor of ten, or worse on a slow CPU. So it is in
 *                           freestanding builds without a clock of yours, and in every back-off
 *                           where the rate is not known from the start, as it never asks the OS.
 * A counter that stops, jumps, goes back or differs between processors shortens or stretches a wait
 * but cannot hang it: the number of looks is bounded too.
 *
 * No heap, no thread-local, no lock, no initialisation; safe in signal handlers. What you do not use
 * adds nothing to the object. C99 to C23, C++11 to C++26. For the names uint32_t and uint64_t include
 * <stdint.h> yourself.
 */
#ifndef CPU_RELAX_WAIT_H
#define CPU_RELAX_WAIT_H

#include "cpu_relax.h"

/* uint32_t, uint64_t and uintptr_t, by the compiler's own names if it tells them: with some C libraries
 * <stdint.h> opens a dozen other files, and takes longer to include than all of this one. */
#if defined(__UINT32_TYPE__) && defined(__UINT64_TYPE__) && defined(__UINTPTR_TYPE__) &&           \
    defined(__SIZEOF_POINTER__)
typedef __UINT32_TYPE__ cpu_relax_u32_;
typedef __UINT64_TYPE__ cpu_relax_u64_;
typedef __UINTPTR_TYPE__ cpu_relax_uptr_;
#else
#  include <stdint.h>
typedef uint32_t cpu_relax_u32_;
typedef uint64_t cpu_relax_u64_;
typedef uintptr_t cpu_relax_uptr_;
#endif

/* C++ has no cast that C has too. */
#if defined(__cplusplus) && (defined(__GNUC__) || defined(__clang__))
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wold-style-cast"
#endif

#define CPU_RELAX_FOREVER 0xffffffffu

/*
 * Back-off, in nanoseconds. What it waits for moves a cache line between two cores: 50 to 150 ns
 * within a socket.
 * - START: a line transfer; to look more often than that only takes the line from its owner.
 * - CAP: as many transfers as there may be waiters, here about 10. Beyond, what a gap adds to each
 *   hand-over, half its length, outweighs the traffic that it saves.
 * - LIMIT: what it costs to park a thread and to wake it, 2 to 10 us; the lower end, so that a wait
 *   of 100 us burns a tenth of that. Who spins for as long as blocking costs, and then blocks, never
 *   pays more than twice the best that could be done.
 *   [Karlin et al., "Empirical studies of competitive spinning", SOSP 1991]
 */
#ifndef CPU_RELAX_BACKOFF_START_NS
#  define CPU_RELAX_BACKOFF_START_NS 50
#endif
#ifndef CPU_RELAX_BACKOFF_CAP_NS
#  define CPU_RELAX_BACKOFF_CAP_NS 1000
#endif
#ifndef CPU_RELAX_BACKOFF_LIMIT_NS
#  define CPU_RELAX_BACKOFF_LIMIT_NS 2000
#endif
#if CPU_RELAX_BACKOFF_LIMIT_NS < 1 || CPU_RELAX_BACKOFF_LIMIT_NS > 1000000000
#  error "CPU_RELAX_BACKOFF_LIMIT_NS must be from 1 to 1000000000 (nanoseconds)"
#elif CPU_RELAX_BACKOFF_CAP_NS < 1 || CPU_RELAX_BACKOFF_CAP_NS > CPU_RELAX_BACKOFF_LIMIT_NS
#  error "CPU_RELAX_BACKOFF_CAP_NS must be from 1 to CPU_RELAX_BACKOFF_LIMIT_NS"
#elif CPU_RELAX_BACKOFF_START_NS < 1 || CPU_RELAX_BACKOFF_START_NS > CPU_RELAX_BACKOFF_CAP_NS
#  error "CPU_RELAX_BACKOFF_START_NS must be from 1 to CPU_RELAX_BACKOFF_CAP_NS"
#endif

/*
 * Compiler: GNU assembly, labels and atomics; or Microsoft's intrinsics; or the standard's fences.
 * The atomics count where they are lock-free by one instruction each: on ARM before version 7 clang
 * loads by compare-and-swap, and for PTX before sm_70 not at all.
 */
#if (defined(__GNUC__) || defined(__clang__)) && !defined(__CC_ARM) && !defined(__TINYC__) &&      \
    (defined(__clang__) || !defined(__TI_COMPILER_VERSION__))
#  define CPU_RELAX_GNU_ 1
#  define CPU_RELAX_NONNULL_(n) __attribute__((__nonnull__(n)))
#  if !defined(__PCC__)
#    define CPU_RELAX_COLD_ __attribute__((__cold__))
#  else
#    define CPU_RELAX_COLD_
#  endif
#  define CPU_RELAX_LIKELY_(x) __builtin_expect(!!(x), 1)
#else
#  define CPU_RELAX_GNU_ 0
#  define CPU_RELAX_NONNULL_(n)
#  define CPU_RELAX_COLD_
#  define CPU_RELAX_LIKELY_(x) (x)
#endif
#if !CPU_RELAX_GNU_ || (defined(__arm__) && __ARM_ARCH < 7) || defined(__NVPTX__)
#  define CPU_RELAX_ATOMIC32_ 0
#  define CPU_RELAX_ATOMIC64_ 0
#elif defined(__CLANG_ATOMIC_INT_LOCK_FREE) /* also for Microsoft's ABI */
#  define CPU_RELAX_ATOMIC32_ (__CLANG_ATOMIC_INT_LOCK_FREE == 2)
#  define CPU_RELAX_ATOMIC64_ (__CLANG_ATOMIC_LLONG_LOCK_FREE == 2)
#elif defined(__GCC_ATOMIC_INT_LOCK_FREE)
#  define CPU_RELAX_ATOMIC32_ (__GCC_ATOMIC_INT_LOCK_FREE == 2)
#  define CPU_RELAX_ATOMIC64_ (__GCC_ATOMIC_LLONG_LOCK_FREE == 2)
#else
#  define CPU_RELAX_ATOMIC32_ 0
#  define CPU_RELAX_ATOMIC64_ 0
#endif
#if defined(__SIZEOF_POINTER__)
#  define CPU_RELAX_PTR16_ (__SIZEOF_POINTER__ == 2)
#  define CPU_RELAX_PTR64_ (__SIZEOF_POINTER__ == 8)
#else
#  define CPU_RELAX_PTR16_ (UINTPTR_MAX <= 0xffffu)
#  define CPU_RELAX_PTR64_ (UINTPTR_MAX > 0xffffffffu)
#endif
#if defined(__cplusplus)
#  define CPU_RELAX_C_ extern "C"
#else
#  define CPU_RELAX_C_ extern
#endif

/*
 * The counter: CPU_RELAX_TICKS_() reads it. Its frequency is CPU_RELAX_HZ_() where the architecture
 * tells, else CPU_RELAX_USUAL_HZ_ is what it is on most machines, 0 where there is no such number.
 */
#if defined(CPU_RELAX_CLOCK_NS)
#  define CPU_RELAX_TICKS_() CPU_RELAX_CLOCK_NS()
#  define CPU_RELAX_HZ_() 1000000000u

/* AArch64, ARM64EC: the virtual counter. Speculation may read it early, by less than a hint.
 * [Arm ARM, DDI 0487, CNTVCT_EL0, CNTFRQ_EL0] */
#elif CPU_RELAX_GNU_ && (defined(__aarch64__) || defined(__arm64ec__))
#  define CPU_RELAX_TICKS_INSN_(t) __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(t))
#  define CPU_RELAX_HZ_INSN_(hz) __asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz))

/* s390x: the time-of-day clock, 4096 to the microsecond, by STCKF, which old assemblers lack.
 * [z/Architecture Principles of Operation, TOD clock] */
#elif CPU_RELAX_GNU_ && defined(__s390x__)
#  define CPU_RELAX_TICKS_INSN_(t) __asm__ __volatile__(".insn s,0xb27c0000,%0" : "=Q"(t) : : "cc")
#  define CPU_RELAX_HZ_() 4096000000u

/* x86: the time-stamp counter, Pentium and later, as is CMPXCHG8B. It ticks at the nominal frequency
 * of the processor. [Intel SDM, volume 3B, Time-Stamp Counter] */
#elif CPU_RELAX_GNU_ &&                                                                            \
    (defined(__x86_64__) || (defined(__i386__) && defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8)))
#  define CPU_RELAX_TICKS_() __builtin_ia32_rdtsc()
#  define CPU_RELAX_USUAL_HZ_ 2500000000u
#elif defined(_MSC_VER) && !defined(_M_ARM64EC) && (defined(_M_X64) || defined(_M_IX86))
CPU_RELAX_C_ unsigned long long __rdtsc(void);
#  define CPU_RELAX_TICKS_() __rdtsc()
#  define CPU_RELAX_USUAL_HZ_ 2500000000u

/* RISC-V, 64 bits: `rdtime`. From 1 MHz to 1 GHz: none is usual. [RISC-V ISA manual, Zicntr] */
#elif CPU_RELAX_GNU_ && defined(__riscv) && __riscv_xlen == 64
#  define CPU_RELAX_TICKS_INSN_(t) __asm__ __volatile__(".insn i 0x73, 2, %0, x0, -1023" : "=r"(t))
#  define CPU_RELAX_USUAL_HZ_ 0

/* LoongArch: the stable counter. [LoongArch reference manual, volume 1, RDTIME] */
#elif CPU_RELAX_GNU_ && defined(__loongarch__) && __loongarch_grlen == 64
#  define CPU_RELAX_TICKS_INSN_(t) __asm__ __volatile__("rdtime.d %0, $r0" : "=r"(t))
#  define CPU_RELAX_USUAL_HZ_ 100000000u

/* POWER: the time base, 512 MHz since POWER6. [Power ISA, book II, Time Base] */
#elif CPU_RELAX_GNU_ && defined(__powerpc__)
#  define CPU_RELAX_TICKS_() __builtin_ppc_get_timebase()
#  define CPU_RELAX_USUAL_HZ_ 512000000u

/* SPARC, version 9, 64 bits: ticks at about the frequency of the processor. [SPARC V9 manual, TICK] */
#elif CPU_RELAX_GNU_ && defined(__sparc__) && defined(__arch64__)
#  define CPU_RELAX_TICKS_INSN_(t) __asm__ __volatile__("rd %%tick, %0" : "=r"(t))
#  define CPU_RELAX_USUAL_HZ_ 2000000000u
#endif

/* What a hint and its turn of the loop take, for the estimate: what MCUs need at 50 to 100 MHz, what
 * `isb` takes, what `pause` does, and what a hint does that is a no-op. */
#if CPU_RELAX_PTR16_ || (defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M')
#  define CPU_RELAX_HINT_NS_ 50
#elif defined(__aarch64__) || defined(_M_ARM64) || defined(_M_ARM64EC)
#  define CPU_RELAX_HINT_NS_ 10
#elif defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64)
#  define CPU_RELAX_HINT_NS_ 30
#else
#  define CPU_RELAX_HINT_NS_ 3
#endif

#if defined(CPU_RELAX_TICKS_INSN_)
static inline cpu_relax_u64_ cpu_relax_ticks_(void)
{
    cpu_relax_u64_ ticks;
    CPU_RELAX_TICKS_INSN_(ticks);
    return ticks;
}
#  define CPU_RELAX_TICKS_() cpu_relax_ticks_()
#endif
#if defined(CPU_RELAX_HZ_INSN_)
static inline cpu_relax_u64_ cpu_relax_hz_(void)
{
    cpu_relax_u64_ hz;
    CPU_RELAX_HZ_INSN_(hz);
    return hz;
}
#  define CPU_RELAX_HZ_() cpu_relax_hz_()
#endif

/*
 * The OS's monotonic clock, asked only where no frequency is known. Strict -std=c99 hides its
 * declaration in <time.h>, so on Linux it is declared here, under a name of our own for the symbol:
 * every mode then takes the same way. That symbol's structure is two `long`s on all CPUs below:
 * what 32-bit systems have for later than 2038 has other symbols (glibc, musl: __clock_gettime64).
 */
#if defined(CPU_RELAX_HZ_) || (defined(__STDC_HOSTED__) && !__STDC_HOSTED__)
#elif defined(_WIN32) /* as <windows.h> declares them, which may come before or after */
union _LARGE_INTEGER;
CPU_RELAX_C_ __declspec(dllimport) int __stdcall QueryPerformanceCounter(union _LARGE_INTEGER *);
CPU_RELAX_C_ __declspec(dllimport) int __stdcall QueryPerformanceFrequency(union _LARGE_INTEGER *);
static inline cpu_relax_u64_ cpu_relax_os_ns_(void)
{
    cpu_relax_u64_ count = 0, hz = 0;
    QueryPerformanceCounter((union _LARGE_INTEGER *)&count);
    QueryPerformanceFrequency((union _LARGE_INTEGER *)&hz);
    return hz == 0 ? 0 : count / hz * 1000000000u + count % hz * 1000000000u / hz;
}
#  define CPU_RELAX_OS_NS_() cpu_relax_os_ns_()
#elif defined(__linux__) && (CPU_RELAX_GNU_ || defined(__TINYC__)) &&                              \
    (defined(__LP64__) || defined(__i386__) || defined(__arm__) || defined(__mips__) ||            \
     defined(__powerpc__) || defined(__sparc__) || defined(__m68k__) || defined(__hppa__) ||       \
     defined(__sh__) || defined(__microblaze__))
struct cpu_relax_timespec_ {
    long s, ns;
};
CPU_RELAX_C_ int cpu_relax_clock_gettime_(int,
                                          struct cpu_relax_timespec_ *) __asm__("clock_gettime");
static inline cpu_relax_u64_ cpu_relax_os_ns_(void)
{
    struct cpu_relax_timespec_ t = {0, 0};
    cpu_relax_clock_gettime_(1 /* CLOCK_MONOTONIC */, &t);
    return (cpu_relax_u64_)t.s * 1000000000u + (cpu_relax_u64_)t.ns;
}
#  define CPU_RELAX_OS_NS_() cpu_relax_os_ns_()
#else
#  if !defined(__has_include)
#    include <time.h>
#  elif __has_include(<time.h>)
#    include <time.h>
#  endif
#  if defined(CLOCK_UPTIME_RAW) /* Apple: its CLOCK_MONOTONIC moves in microseconds */
#    define CPU_RELAX_GET_TIME_(t) clock_gettime(CLOCK_UPTIME_RAW, t)
#  elif defined(CLOCK_MONOTONIC)
#    define CPU_RELAX_GET_TIME_(t) clock_gettime(CLOCK_MONOTONIC, t)
#  elif defined(TIME_UTC) && defined(__unix__) /* strict C11: not monotonic, but bounded */
#    define CPU_RELAX_GET_TIME_(t) timespec_get(t, TIME_UTC)
#  endif
#  if defined(CPU_RELAX_GET_TIME_)
static inline cpu_relax_u64_ cpu_relax_os_ns_(void)
{
    struct timespec t = {0, 0};
    CPU_RELAX_GET_TIME_(&t);
    return (cpu_relax_u64_)t.tv_sec * 1000000000u + (cpu_relax_u64_)t.tv_nsec;
}
#    define CPU_RELAX_OS_NS_() cpu_relax_os_ns_()
#  endif
#endif

/*
 * The rate, in ticks in 2^20 ns; 0 while it is not known, and then what the OS's clock says instead.
 *
 * Learned in passing: the first call leaves a sample of both clocks behind, a later one compares.
 * Each looks at the counter before and after the clock, so the ticks that went by lie between two
 * known numbers, and these must agree to 1/256, however the thread was interrupted. Between the two
 * calls there must be 1 ms, since some clocks move in microseconds, and no more than 1 s, since a
 * machine may sleep meanwhile and only one of the clocks with it. Nobody waits for another: who
 * finds the samples taken, a signal handler included, leaves learning to their holder.
 */
#if !defined(CPU_RELAX_TICKS_) || !defined(CPU_RELAX_OS_NS_)
#elif CPU_RELAX_ATOMIC32_
#  define CPU_RELAX_SWAP_(p, value) __atomic_exchange_n(p, value, __ATOMIC_ACQ_REL)
#  define CPU_RELAX_PEEK_(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#  define CPU_RELAX_POKE_(p, value) __atomic_store_n(p, value, __ATOMIC_RELAXED)
#elif defined(_MSC_VER)
CPU_RELAX_C_ long _InterlockedExchange(long volatile *, long);
#  define CPU_RELAX_SWAP_(p, value) _InterlockedExchange(p, value)
#  define CPU_RELAX_PEEK_(p) (*(const volatile cpu_relax_u32_ *)(p))
#  define CPU_RELAX_POKE_(p, value) (*(volatile cpu_relax_u32_ *)(p) = (value))
#endif

#if defined(CPU_RELAX_SWAP_)
static inline cpu_relax_u32_ cpu_relax_learned_rate_(cpu_relax_u64_ *clock)
{
    static cpu_relax_u32_ rate;
    static long taken;
    static cpu_relax_u64_ before0, clock0, after0;
    const cpu_relax_u32_ known = CPU_RELAX_PEEK_(&rate);

    if (known == 0) {
        const cpu_relax_u64_ before = CPU_RELAX_TICKS_();
        const cpu_relax_u64_ now = *clock = CPU_RELAX_OS_NS_();
        const cpu_relax_u64_ after = CPU_RELAX_TICKS_();

        if (CPU_RELAX_SWAP_(&taken, 1) == 0) {
            const cpu_relax_u64_ ns = now - clock0, least = before - after0, most = after - before0;

            if (clock0 == 0 || ns > 1000000000u) {
                before0 = before;
                clock0 = now;
                after0 = after;
            } else if (ns >= 1000000 && least / 16 < ns && most - least <= least / 256) {
                CPU_RELAX_POKE_(&rate,
                                (cpu_relax_u32_)((least + (most - least) / 2) * 1048576u / ns));
            }
            CPU_RELAX_SWAP_(&taken, 0);
        }
    }
    return known;
}
#endif

/*
 * A timer. It ends when its time has passed, or after more turns of a loop with a hint than fit into
 * that time: four to the nanosecond, when the shortest hint known takes 0.3 ns. Only with a counter
 * that lies do they end first; or without one, where they are all there is.
 */
enum cpu_relax_source_ { CPU_RELAX_BY_TURNS_, CPU_RELAX_BY_TICKS_, CPU_RELAX_BY_OS_ };
typedef struct {
    cpu_relax_u64_ start, span;
    cpu_relax_u32_ turns;
    enum cpu_relax_source_ by;
} cpu_relax_timer_;

static inline cpu_relax_u64_ cpu_relax_now_(const cpu_relax_timer_ *t)
{
#if defined(CPU_RELAX_OS_NS_)
    if (t->by == CPU_RELAX_BY_OS_)
        return CPU_RELAX_OS_NS_();
#endif
#if defined(CPU_RELAX_TICKS_)
    if (t->by == CPU_RELAX_BY_TICKS_)
        return CPU_RELAX_TICKS_();
#endif
    (void)t;
    return 0;
}

static inline void cpu_relax_start_(cpu_relax_timer_ *t, cpu_relax_u32_ ns, int may_ask_os)
{
    cpu_relax_u64_ rate = 0;

#if defined(CPU_RELAX_HZ_)
    rate = ((cpu_relax_u64_)CPU_RELAX_HZ_() << 20) / 1000000000u;
#elif defined(CPU_RELAX_TICKS_)
#  if defined(CPU_RELAX_SWAP_)
    if (may_ask_os)
        rate = cpu_relax_learned_rate_(&t->start);
    else
#  elif defined(CPU_RELAX_OS_NS_)
    if (!may_ask_os)
#  endif
        rate = ((cpu_relax_u64_)CPU_RELAX_USUAL_HZ_ << 20) / 1000000000u;
#endif
    t->span = ns;
    t->turns = ns < 0x3fffffffu ? 4 * ns + 4 : 0xffffffffu;
    if (rate != 0) {
        t->by = CPU_RELAX_BY_TICKS_;
        t->start = cpu_relax_now_(t);
        t->span = (ns * rate + 0xfffff) >> 20;
#if defined(CPU_RELAX_OS_NS_)
    } else if (may_ask_os) {
        t->by = CPU_RELAX_BY_OS_;
#  if !defined(CPU_RELAX_SWAP_)
        t->start = cpu_relax_now_(t);
#  endif
#endif
    } else {
        t->by = CPU_RELAX_BY_TURNS_;
        t->start = 0;
        t->turns = ns / CPU_RELAX_HINT_NS_ + 1;
    }
    (void)may_ask_os;
}

/* Has it ended? To be asked after each turn. Unsigned: a counter that went back is far ahead. */
static inline int cpu_relax_passed_(cpu_relax_timer_ *t)
{
    t->turns--;
    return t->turns == 0 ||
           (t->by != CPU_RELAX_BY_TURNS_ && cpu_relax_now_(t) - t->start >= t->span);
}

static inline void cpu_relax_run_(cpu_relax_timer_ *t)
{
    do
        cpu_relax();
    while (!cpu_relax_passed_(t));
}

/* Delay */
static inline void cpu_relax_ns(cpu_relax_u32_ ns)
{
    cpu_relax_timer_ t;

    if (ns == 0) {
        cpu_relax();
    } else {
        cpu_relax_start_(&t, ns, 1);
        cpu_relax_run_(&t);
    }
}

/* Back-off */
typedef struct {
    cpu_relax_u32_ next, spent, noise;
} cpu_relax_backoff_t;
#define CPU_RELAX_BACKOFF_INIT                                                                     \
  {                                                                                                \
    0, 0, 0                                                                                        \
  }

/* The noise starts with the address, which no two waiters share, and takes in the counter; it is a
 * linear congruential generator, whose good bits are the high ones. [Numerical Recipes, 7.1] */
CPU_RELAX_NONNULL_(1) static inline int cpu_relax_backoff(cpu_relax_backoff_t *b)
{
    cpu_relax_u32_ ns = b->next;
    cpu_relax_timer_ t;

    if (b->spent > CPU_RELAX_BACKOFF_LIMIT_NS)
        return 0;
    if (ns == 0) {
        cpu_relax();
        b->next = CPU_RELAX_BACKOFF_START_NS;
        b->noise = (cpu_relax_u32_)(cpu_relax_uptr_)b * 2654435769u;
        return 1;
    }
    b->next = ns < CPU_RELAX_BACKOFF_CAP_NS / 2 ? 2 * ns : CPU_RELAX_BACKOFF_CAP_NS;
    b->noise = b->noise * 1664525u + 1013904223u;
    ns -= (cpu_relax_u32_)((cpu_relax_u64_)(ns / 2) * b->noise >> 32);
    b->spent += ns;
    cpu_relax_start_(&t, ns, 0);
    b->noise ^= (cpu_relax_u32_)t.start;
    cpu_relax_run_(&t);
    return 1;
}

/*
 * Wait. The load is the compiler's atomic one, which ThreadSanitizer sees. Where that does not count,
 * an aligned load is one access all the same, and a fence follows it. On ARM before version 6, and in
 * Thumb-1, that is a call, by which Linux lets one program run on whatever number of processors;
 * without an OS there is but one, and only the compiler has to be held; so with Lanai.
 */
#if CPU_RELAX_PTR16_ || (defined(__bpf__) && !defined(__BPF_FEATURE_LOAD_ACQ_STORE_REL))
#  define CPU_RELAX_HAS_EQ32 0 /* 32 bits take two loads; there is no acquire */
#elif CPU_RELAX_ATOMIC32_
#  define CPU_RELAX_HAS_EQ32 1
#  define CPU_RELAX_LOAD_(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#  define CPU_RELAX_FENCE_() ((void)0)
#elif CPU_RELAX_GNU_ && defined(__ATOMIC_ACQUIRE)
#  define CPU_RELAX_HAS_EQ32 1
#  if (defined(__arm__) && __ARM_ARCH < 6 && !defined(__linux__)) || defined(__lanai__)
#    define CPU_RELAX_FENCE_() __asm__ __volatile__("" : : : "memory")
#  else
#    define CPU_RELAX_FENCE_() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#  endif
#elif defined(_M_ARM64) || defined(_M_ARM64EC) || defined(_M_ARM)
#  define CPU_RELAX_HAS_EQ32 1
CPU_RELAX_C_ void __dmb(unsigned int);
#  define CPU_RELAX_FENCE_() __dmb(11) /* ISH */
#elif defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64) ||           \
    defined(__386__)
/* x86 keeps loads in order, and a compiler those that are volatile */
#  define CPU_RELAX_HAS_EQ32 1
#  if defined(_MSC_VER)
#    define CPU_RELAX_FENCE_() _ReadWriteBarrier()
#  else
#    define CPU_RELAX_FENCE_() ((void)0)
#  endif
#elif defined(__cplusplus)
#  include <atomic>
#  define CPU_RELAX_HAS_EQ32 1
#  define CPU_RELAX_FENCE_() std::atomic_thread_fence(std::memory_order_acquire)
#elif __STDC_VERSION__ >= 201112L && !defined(__STDC_NO_ATOMICS__)
#  include <stdatomic.h>
#  define CPU_RELAX_HAS_EQ32 1
#  define CPU_RELAX_FENCE_() atomic_thread_fence(memory_order_acquire)
#else
#  define CPU_RELAX_HAS_EQ32 0
#endif
#if CPU_RELAX_HAS_EQ32 && CPU_RELAX_PTR64_
#  define CPU_RELAX_HAS_EQ64 1
#elif CPU_RELAX_HAS_EQ32 && CPU_RELAX_ATOMIC64_ && !defined(__i386__)
#  define CPU_RELAX_HAS_EQ64 1 /* i386 aligns it to 4, so that it may lie across two lines */
#else
#  define CPU_RELAX_HAS_EQ64 0
#endif
#if !defined(CPU_RELAX_LOAD_)
#  define CPU_RELAX_LOAD_(p) (*(p))
#endif

#if CPU_RELAX_HAS_EQ32
/* As members, since UBSan looks at the alignment of structures but not of atomics. */
struct cpu_relax_32_ {
    cpu_relax_u32_ value;
};
#  if CPU_RELAX_HAS_EQ64
struct cpu_relax_64_ {
    cpu_relax_u64_ value;
};
typedef cpu_relax_u64_ cpu_relax_word_;
#  else
typedef cpu_relax_u32_ cpu_relax_word_;
#  endif

static inline cpu_relax_word_ cpu_relax_load_(const volatile void *p, int wide)
{
    cpu_relax_word_ value;

#  if CPU_RELAX_HAS_EQ64
    if (wide)
        value = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_64_ *)p)->value);
    else
#  endif
        value = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_32_ *)p)->value);
    CPU_RELAX_FENCE_();
    (void)wide;
    return value;
}

/*
 * Sleep in hardware until *p may have changed: CPU_RELAX_SLEEPS_ says for which `ns`. Returns the
 * value seen, old included: each of these may wake for other reasons. Each arms first and looks
 * then: a store between look and arm would never wake it. ThreadSanitizer cannot see into assembly.
 */
#  if defined(__has_feature)
#    if __has_feature(thread_sanitizer)
#      define CPU_RELAX_TSAN_
#    endif
#  endif
#  if defined(CPU_RELAX_NO_MONITOR) || !CPU_RELAX_GNU_ || defined(__SANITIZE_THREAD__) ||          \
      defined(CPU_RELAX_TSAN_)

/* AArch64: LDAXR arms the exclusive monitor; the store that clears it is an event for WFE, and so is
 * the return from an exception, as after a switch to another thread, which clears it too. All of it
 * in one piece: a store between the two, a spilled register, might clear it without an event.
 * Without WFET, which no compiler's macro tells of, nothing that must be there ends a WFE in time,
 * as the event stream may be off: so only a wait for ever sleeps.
 * [Arm ARM, DDI 0487, "Wait for Event", "The Event Register"; Linux, arch/arm64/include/asm/cmpxchg.h] */
#  elif defined(__aarch64__)
#    define CPU_RELAX_SLEEPS_(ns) ((ns) == CPU_RELAX_FOREVER)
static inline cpu_relax_word_ cpu_relax_sleep_(const volatile void *p, cpu_relax_word_ old,
                                               int wide, cpu_relax_u32_ ns)
{
    cpu_relax_u64_ value;

    (void)ns;
    if (wide)
        __asm__ __volatile__("ldaxr %0, %1\n\tcmp %0, %2\n\tb.ne 1f\n\twfe\n1:"
                             : "=&r"(value)
                             : "Q"(*(const volatile cpu_relax_u64_ *)p), "r"(old)
                             : "cc", "memory");
    else
        __asm__ __volatile__("ldaxr %w0, %1\n\tcmp %w0, %w2\n\tb.ne 1f\n\twfe\n1:"
                             : "=&r"(value)
                             : "Q"(*(const volatile cpu_relax_u32_ *)p), "r"(old)
                             : "cc", "memory");
    return value;
}

/* RISC-V: LR registers a reservation, WRS.STO stalls while it stands, for a short time at most. By
 * `.insn`, as assemblers before Zawrs lack it. [RISC-V ISA manual, Zawrs] */
#  elif defined(__riscv_zawrs) && defined(__riscv_atomic)
#    define CPU_RELAX_SLEEPS_(ns) 1
#    define CPU_RELAX_WRS_ "bne %0, %2, 1f\n\t.insn i 0x73, 0, x0, x0, 0x01d\n1:"
static inline cpu_relax_word_ cpu_relax_sleep_(const volatile void *p, cpu_relax_word_ old,
                                               int wide, cpu_relax_u32_ ns)
{
    long value;

    (void)ns;
#    if CPU_RELAX_HAS_EQ64
    if (wide) {
        __asm__ __volatile__("lr.d.aq %0, %1\n\t" CPU_RELAX_WRS_
                             : "=&r"(value)
                             : "A"(*(const volatile cpu_relax_u64_ *)p), "r"(old)
                             : "memory");
        return (cpu_relax_word_)value;
    }
#    endif
    (void)wide;
    __asm__ __volatile__("lr.w.aq %0, %1\n\t" CPU_RELAX_WRS_ /* both sign-extended */
                         : "=&r"(value)
                         : "A"(*(const volatile cpu_relax_u32_ *)p), "r"((long)(int)old)
                         : "memory");
    return (cpu_relax_u32_)value;
}

/* x86, Intel's WAITPKG and AMD's MONITORX. Neither sleeps longer than it is told: as many ticks as
 * a quarter of `ns` at 1 tick to the nanosecond, and no more than 65536, for another thread may have
 * run here between the two instructions and armed for an address of its own. The shallow states, as
 * the deep ones take half a microsecond to leave.
 * [Intel SDM, volume 2, UMONITOR, UMWAIT; AMD64 manual, volume 3, MONITORX, MWAITX] */
#  elif (defined(__WAITPKG__) || defined(__MWAITX__)) && (defined(__x86_64__) || defined(__i386__))
#    define CPU_RELAX_SLEEPS_(ns) 1
static inline cpu_relax_word_ cpu_relax_sleep_(const volatile void *p, cpu_relax_word_ old,
                                               int wide, cpu_relax_u32_ ns)
{
    const cpu_relax_u32_ ticks = ns / 4 < 65535 ? ns / 4 + 1 : 65536;
    cpu_relax_word_ value;

#    if defined(__WAITPKG__)
    __asm__ __volatile__("umonitor %0" : : "r"(p) : "memory");
#    else
    __asm__ __volatile__("monitorx" : : "a"(p), "c"(0), "d"(0) : "memory");
#    endif
    value = cpu_relax_load_(p, wide);
    if (value == old) {
#    if defined(__WAITPKG__)
        const cpu_relax_u64_ until = __builtin_ia32_rdtsc() + ticks;
        __asm__ __volatile__("umwait %0"
                             :
                             : "r"(1), "a"((cpu_relax_u32_)until),
                               "d"((cpu_relax_u32_)(until >> 32))
                             : "cc", "memory");
#    else
        __asm__ __volatile__("mwaitx" : : "a"(0xf0), "c"(2), "b"(ticks) : "memory");
#    endif
        value = cpu_relax_load_(p, wide);
    }
    return value;
}
#  endif

/* A look at a line that nobody has written since is free, so there is no more than a hint between two:
 * a longer gap would only delay what is waited for. */
CPU_RELAX_COLD_ static inline cpu_relax_word_
cpu_relax_wait_(const volatile void *p, cpu_relax_word_ old, int wide, cpu_relax_u32_ ns)
{
    cpu_relax_timer_ t;

    cpu_relax_start_(&t, ns, ns != CPU_RELAX_FOREVER);
    for (;;) {
        cpu_relax_word_ value;

#  if defined(CPU_RELAX_SLEEPS_)
        if (CPU_RELAX_SLEEPS_(ns))
            value = cpu_relax_sleep_(p, old, wide, ns);
        else
#  endif
        {
            cpu_relax();
            value = cpu_relax_load_(p, wide);
        }
        if (value != old)
            return value;
        if (ns != CPU_RELAX_FOREVER && cpu_relax_passed_(&t))
            return old;
    }
}

CPU_RELAX_NONNULL_(1)
static inline cpu_relax_u32_ cpu_relax_while_eq32(const volatile cpu_relax_u32_ *p,
                                                  cpu_relax_u32_ old, cpu_relax_u32_ ns)
{
    const cpu_relax_u32_ value = (cpu_relax_u32_)cpu_relax_load_(p, 0);

    return CPU_RELAX_LIKELY_(value != old) ? value : (cpu_relax_u32_)cpu_relax_wait_(p, old, 0, ns);
}

#  if CPU_RELAX_HAS_EQ64
CPU_RELAX_NONNULL_(1)
static inline cpu_relax_u64_ cpu_relax_while_eq64(const volatile cpu_relax_u64_ *p,
                                                  cpu_relax_u64_ old, cpu_relax_u32_ ns)
{
    const cpu_relax_u64_ value = cpu_relax_load_(p, 1);

    return CPU_RELAX_LIKELY_(value != old) ? value : cpu_relax_wait_(p, old, 1, ns);
}
#  endif

CPU_RELAX_NONNULL_(1)
static inline void *cpu_relax_while_eqptr(void *const volatile *p, void *old, cpu_relax_u32_ ns)
{
#  if CPU_RELAX_PTR64_
    return (void *)(cpu_relax_uptr_)cpu_relax_while_eq64((const volatile cpu_relax_u64_ *)p,
                                                         (cpu_relax_uptr_)old, ns);
#  else
    return (void *)(cpu_relax_uptr_)cpu_relax_while_eq32((const volatile cpu_relax_u32_ *)p,
                                                         (cpu_relax_uptr_)old, ns);
#  endif
}
#endif

#undef CPU_RELAX_GNU_
#undef CPU_RELAX_NONNULL_
#undef CPU_RELAX_COLD_
#undef CPU_RELAX_LIKELY_
#undef CPU_RELAX_PTR16_
#undef CPU_RELAX_PTR64_
#undef CPU_RELAX_C_
#undef CPU_RELAX_ATOMIC32_
#undef CPU_RELAX_ATOMIC64_
#undef CPU_RELAX_TICKS_
#undef CPU_RELAX_TICKS_INSN_
#undef CPU_RELAX_HZ_
#undef CPU_RELAX_HZ_INSN_
#undef CPU_RELAX_USUAL_HZ_
#undef CPU_RELAX_HINT_NS_
#undef CPU_RELAX_OS_NS_
#undef CPU_RELAX_GET_TIME_
#undef CPU_RELAX_SWAP_
#undef CPU_RELAX_PEEK_
#undef CPU_RELAX_POKE_
#undef CPU_RELAX_LOAD_
#undef CPU_RELAX_FENCE_
#undef CPU_RELAX_TSAN_
#undef CPU_RELAX_SLEEPS_
#undef CPU_RELAX_WRS_

#if defined(__cplusplus) && (defined(__GNUC__) || defined(__clang__))
#  pragma GCC diagnostic pop
#endif

#endif /* CPU_RELAX_WAIT_H */
