/*
 * cpu_relax_wait.h - delay, back-off and wait, on top of cpu_relax.h
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The cpu_relax authors
 * These two SPDX lines are all the notice that the licence needs kept.
 *
 *     cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
 *     while (!try_lock(&lock))
 *         if (!cpu_relax_backoff(&b))
 *             park(&lock), cpu_relax_backoff_reset(&b);
 *
 * All times are nanoseconds in 64 bits. Values above 2^61 (73 years) are cut to it.
 *
 * void cpu_relax_ns(uint64_t ns)
 *     Executes hints, and sleeps as the waits do, until at least ns nanoseconds have passed; 0 is one
 *     hint. Late by a hint, two looks at the clock and the steps in which the clock moves, and by as
 *     long as the OS gives the processor to others.
 *
 * int cpu_relax_backoff(cpu_relax_backoff_t *b)
 *     Waits, and returns 1: one hint at first, then CPU_RELAX_BACKOFF_START_NS; or, if what you did
 *     since the last call took as long as a cache miss, CPU_RELAX_BACKOFF_CAP_NS, since then another
 *     has written what you wait for, and does so again and again. Of each, a random part between a
 *     half and the whole, so that waiters do not retry at the same moment. These times add up to
 *     CPU_RELAX_BACKOFF_LIMIT_NS and no more, a long gap counted by an eighth; then it executes one
 *     hint and returns 0: from now on blocking is cheaper, so park, yield or sleep. Look once
 *     between two calls, and do no more. One object for each waiter, on its stack. b must not be
 *     null; some compilers diagnose it.
 * void cpu_relax_backoff_reset(cpu_relax_backoff_t *b)
 *     Starts anew.
 * void cpu_relax_backoff_limit(cpu_relax_backoff_t *b, uint32_t ns)
 *     Starts anew, with a limit of this object's own; with 0 it never waits.
 *
 * uint8_t  cpu_relax_while_eq8(p, uint8_t old, uint64_t ns)
 * uint16_t cpu_relax_while_eq16(p, uint16_t old, uint64_t ns)
 * uint32_t cpu_relax_while_eq32(p, uint32_t old, uint64_t ns)
 * uint64_t cpu_relax_while_eq64(p, uint64_t old, uint64_t ns)
 * void    *cpu_relax_while_eqptr(p, void *old, uint64_t ns)
 *     Waits while *p is old. Returns the first value seen that is not, loaded with acquire order:
 *     what was written before a release store of that value can be read. Or returns old, once ns
 *     nanoseconds have passed; with CPU_RELAX_FOREVER, only a new value ends it and no clock is
 *     read. Looks at once, then after each hint; once it has polled for CPU_RELAX_POLL_NS it sleeps
 *     on the cache line between its looks, where the CPU can (cpu_relax_sleep.h). A value that comes
 *     and goes between two looks is not seen. p points to a plain, volatile, _Atomic or std::atomic
 *     object of that width, aligned to it, in ordinary cached memory; another width does not compile.
 * cpu_relax_while_eq(p, old, ns)
 *     The one of the first four that fits the width of *p. C11 and later, C++.
 * CPU_RELAX_HAS_EQ8, _EQ16, _EQ32, _EQ64, _EQPTR
 *     1 where such a load is one access and can be ordered by this compiler, else 0, and the call
 *     is missing.
 * In full in cpu_relax(3):
 *     a flag          while (cpu_relax_while_eq32(&flag, 0, 2000) == 0) sched_yield();
 *     until equal     v = load(&w);
 *                     while (v != want) v = cpu_relax_while_eq32(&w, v, CPU_RELAX_FOREVER);
 *     under a mask    while (v & BUSY) v = cpu_relax_while_eq32(&w, v, CPU_RELAX_FOREVER);
 *     a ticket lock   while (v != mine) v = cpu_relax_while_eq16(&serving, v, CPU_RELAX_FOREVER);
 *     a deadline      while (v != want && now() < end) v = cpu_relax_while_eq32(&w, v, end - now());
 *
 * Where the time comes from: the first of these that there is. Nothing is learned, nothing kept.
 *     CPU_RELAX_CLOCK_NS()  yours, if you define it before the include: nanoseconds, as a uint64_t.
 *     a counter whose rate the architecture tells: AArch64, s390x.
 *     the OS's monotonic clock. 32-bit Linux hides it under strict -std=c99 and -std=c11: build with
 *                           -std=gnu11 or -D_POSIX_C_SOURCE=199309L there, or it is
 *     an ESTIMATE: a count of hints, by what a hint usually takes; within a factor of ten, or worse
 *                           on a slow CPU. So it is in freestanding builds without a clock of yours.
 * A clock that stops, jumps, goes back or differs between processors shortens or stretches a wait but
 * cannot hang it: no wait of ns nanoseconds takes more than 4 ns + 4 turns, a hint or a sleep and a look
 * each, nor sleeps for more than 32 ns.
 *
 * No heap, no thread-local, no lock, no initialisation, no state but the byte that keeps what the CPU
 * can; safe in signal handlers. What you do not use adds nothing to the object. C99 to C23, C++11 to
 * C++26. For the names uint32_t and so on include <stdint.h> yourself.
 */
#ifndef CPU_RELAX_WAIT_H
#define CPU_RELAX_WAIT_H

#if defined(CPU_RELAX_NAME)
#  error "CPU_RELAX_NAME is for cpu_relax.h alone: remove it before you include cpu_relax_wait.h"
#endif
#include "cpu_relax.h"

/* By the compiler's own names: <stdint.h> takes longer to include than all of this file. */
#if defined(__UINT32_TYPE__) && defined(__UINT64_TYPE__) && defined(__UINTPTR_TYPE__) &&           \
    defined(__SIZEOF_POINTER__)
typedef __UINT32_TYPE__ cpu_relax_u32_;
typedef __UINT64_TYPE__ cpu_relax_u64_;
typedef __UINTPTR_TYPE__ cpu_relax_uptr_;
#  define CPU_RELAX_PTR_BITS_ (__SIZEOF_POINTER__ * 8)
#else
#  include <stdint.h>
typedef uint32_t cpu_relax_u32_;
typedef uint64_t cpu_relax_u64_;
typedef uintptr_t cpu_relax_uptr_;
#  if UINTPTR_MAX <= 0xffffu
#    define CPU_RELAX_PTR_BITS_ 16
#  elif UINTPTR_MAX <= 0xffffffffu
#    define CPU_RELAX_PTR_BITS_ 32
#  else
#    define CPU_RELAX_PTR_BITS_ 64
#  endif
#endif
typedef unsigned char cpu_relax_u8_;
typedef unsigned short cpu_relax_u16_;

#define CPU_RELAX_FOREVER 0xffffffffffffffffu

/* Compiler: GNU's assembly, attributes and atomics, or none of them. */
#if (defined(__GNUC__) || defined(__clang__)) && !defined(__CC_ARM) && !defined(__TINYC__) &&      \
    (defined(__clang__) || !defined(__TI_COMPILER_VERSION__))
#  define CPU_RELAX_GNU_ 1
#  define CPU_RELAX_NONNULL_ __attribute__((__nonnull__(1)))
#  define CPU_RELAX_MAY_ALIAS_ __attribute__((__may_alias__))
#  if !defined(__PCC__)
#    define CPU_RELAX_COLD_ __attribute__((__cold__))
#  else
#    define CPU_RELAX_COLD_
#  endif
#else
#  define CPU_RELAX_GNU_ 0
#  define CPU_RELAX_NONNULL_
#  define CPU_RELAX_MAY_ALIAS_
#  define CPU_RELAX_COLD_
#endif
#if defined(__cplusplus)
#  define CPU_RELAX_C_ extern "C"
#else
#  define CPU_RELAX_C_ extern
#endif

/* C++ has no cast that C has too. */
#if defined(__cplusplus) && CPU_RELAX_GNU_
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wold-style-cast"
#  if !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wuseless-cast"
#  endif
#endif

/* ---- Clock: CPU_RELAX_TICKS_() reads it, CPU_RELAX_HZ_() is its rate where that is not 1 GHz ----- */
#if defined(CPU_RELAX_CLOCK_NS)
#  define CPU_RELAX_TICKS_() CPU_RELAX_CLOCK_NS()

/* AArch64, ARM64EC: the virtual counter. Its rate is 0 where the firmware has not set it.
 * [Arm ARM, DDI 0487, CNTVCT_EL0, CNTFRQ_EL0] */
#elif CPU_RELAX_GNU_ && (defined(__aarch64__) || defined(__arm64ec__))
static inline cpu_relax_u64_ cpu_relax_ticks_(void)
{
    cpu_relax_u64_ ticks;
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}
static inline cpu_relax_u64_ cpu_relax_hz_(void)
{
    cpu_relax_u64_ hz;
    __asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz));
    return hz;
}
#  define CPU_RELAX_TICKS_() cpu_relax_ticks_()
#  define CPU_RELAX_HZ_() cpu_relax_hz_()

/* s390x: the time-of-day clock, 4096 to the microsecond, by STCKF, which old assemblers lack.
 * [z/Architecture Principles of Operation, TOD clock] */
#elif CPU_RELAX_GNU_ && defined(__s390x__)
static inline cpu_relax_u64_ cpu_relax_ticks_(void)
{
    cpu_relax_u64_ ticks;
    __asm__ __volatile__(".insn s,0xb27c0000,%0" : "=Q"(ticks) : : "cc");
    return ticks;
}
#  define CPU_RELAX_TICKS_() cpu_relax_ticks_()
#  define CPU_RELAX_HZ_() 4096000000u

#elif defined(__STDC_HOSTED__) && !__STDC_HOSTED__ /* freestanding: none */

/* Windows. Declared as <windows.h> does, which may come later. */
#elif defined(_WIN32)
#  if !defined(_WINDOWS_)
union _LARGE_INTEGER;
CPU_RELAX_C_ __declspec(dllimport) int __stdcall QueryPerformanceCounter(union _LARGE_INTEGER *);
CPU_RELAX_C_ __declspec(dllimport) int __stdcall QueryPerformanceFrequency(union _LARGE_INTEGER *);
#  endif
static inline cpu_relax_u64_ cpu_relax_ticks_(void)
{
    cpu_relax_u64_ ticks = 0;
    QueryPerformanceCounter((union _LARGE_INTEGER *)(void *)&ticks);
    return ticks;
}
static inline cpu_relax_u64_ cpu_relax_hz_(void)
{
    cpu_relax_u64_ hz = 0;
    QueryPerformanceFrequency((union _LARGE_INTEGER *)(void *)&hz);
    return hz;
}
#  define CPU_RELAX_TICKS_() cpu_relax_ticks_()
#  define CPU_RELAX_HZ_() cpu_relax_hz_()

/* Linux, 64 bits: the structure is two `long`s in every C library, so it can be declared here, under
 * a name of our own for the symbol; strict -std=c99 hides it in <time.h>, which costs time, too. */
#elif defined(__linux__) && defined(__LP64__) && (CPU_RELAX_GNU_ || defined(__TINYC__))
struct cpu_relax_timespec_ {
    long s, ns;
};
CPU_RELAX_C_ int cpu_relax_clock_gettime_(int,
                                          struct cpu_relax_timespec_ *) __asm__("clock_gettime");
static inline cpu_relax_u64_ cpu_relax_ticks_(void)
{
    struct cpu_relax_timespec_ t = {0, 0};
    cpu_relax_clock_gettime_(1 /* CLOCK_MONOTONIC */, &t);
    return (cpu_relax_u64_)t.s * 1000000000u + (cpu_relax_u64_)t.ns;
}
#  define CPU_RELAX_TICKS_() cpu_relax_ticks_()

/* Elsewhere the system's own declaration alone is right: on 32-bit Linux the structure has 8, 12 or 16
 * bytes, by C library and time_t. Never a clock that is set, such as C11's TIME_UTC. */
#else
#  if !defined(__has_include)
#    include <time.h>
#  elif __has_include(<time.h>)
#    include <time.h>
#  endif
#  if defined(CLOCK_UPTIME_RAW) /* Apple: its CLOCK_MONOTONIC moves in microseconds */
#    define CPU_RELAX_CLOCK_ID_ CLOCK_UPTIME_RAW
#  elif defined(CLOCK_MONOTONIC)
#    define CPU_RELAX_CLOCK_ID_ CLOCK_MONOTONIC
#  endif
#  if defined(CPU_RELAX_CLOCK_ID_)
static inline cpu_relax_u64_ cpu_relax_ticks_(void)
{
    struct timespec t = {0, 0};
    clock_gettime(CPU_RELAX_CLOCK_ID_, &t);
    return (cpu_relax_u64_)t.tv_sec * 1000000000u + (cpu_relax_u64_)t.tv_nsec;
}
#    define CPU_RELAX_TICKS_() cpu_relax_ticks_()
#  endif
#endif

/* Without a clock, what a hint and its turn of the loop take, as a power of two: 64 ns on MCUs at 50
 * to 100 MHz, 32 for `pause`, 8 for `isb`, 4 for a hint that is a no-op. */
#if CPU_RELAX_PTR_BITS_ == 16 || (defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M')
#  define CPU_RELAX_HINT_LOG2_NS_ 6
#elif defined(__aarch64__) || defined(__arm64ec__) || defined(_M_ARM64) || defined(_M_ARM64EC)
#  define CPU_RELAX_HINT_LOG2_NS_ 3
#elif defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64)
#  define CPU_RELAX_HINT_LOG2_NS_ 5
#else
#  define CPU_RELAX_HINT_LOG2_NS_ 2
#endif

/* ---- Load ---------------------------------------------------------------------------------------- */
/*
 * The compiler's atomic load, which ThreadSanitizer sees, where it is lock-free and one instruction. Else
 * an aligned load and a fence. (ARM before 7: clang loads by compare-and-swap. PTX before sm_70: none.)
 */
#if !CPU_RELAX_GNU_ || (CPU_RELAX_ARM_ >= 0 && CPU_RELAX_ARM_ < 7) || defined(__NVPTX__)
#elif defined(__CLANG_ATOMIC_INT_LOCK_FREE) /* also for Microsoft's ABI */
#  define CPU_RELAX_ATOMIC_32_ (__CLANG_ATOMIC_INT_LOCK_FREE == 2)
#  define CPU_RELAX_ATOMIC_64_ (__CLANG_ATOMIC_LLONG_LOCK_FREE == 2)
#elif defined(__GCC_ATOMIC_INT_LOCK_FREE)
#  define CPU_RELAX_ATOMIC_32_ (__GCC_ATOMIC_INT_LOCK_FREE == 2)
#  define CPU_RELAX_ATOMIC_64_ (__GCC_ATOMIC_LLONG_LOCK_FREE == 2)
#endif
#if !defined(CPU_RELAX_ATOMIC_32_)
#  define CPU_RELAX_ATOMIC_32_ 0
#  define CPU_RELAX_ATOMIC_64_ 0
#endif

/*
 * The fence, which always holds the compiler, too. On ARM before version 6, and in Thumb-1, it is a
 * call, by which Linux lets one program run on whatever number of processors; without an OS there is
 * but one, and only the compiler has to be held. So with Lanai and with CPUs of 8 and 16 bits.
 */
#if defined(__bpf__) && !defined(__BPF_FEATURE_LOAD_ACQ_STORE_REL) /* no acquire before version 4 */
#elif CPU_RELAX_GNU_ && (CPU_RELAX_PTR_BITS_ == 16 || defined(__lanai__) ||                        \
                         (CPU_RELAX_ARM_ >= 0 && CPU_RELAX_ARM_ < 6 && !defined(__linux__)))
#  define CPU_RELAX_FENCE_() __asm__ __volatile__("" : : : "memory")
#elif CPU_RELAX_ATOMIC_32_
#  define CPU_RELAX_LOAD_(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#  define CPU_RELAX_FENCE_() ((void)0)
#elif CPU_RELAX_GNU_ && defined(__ATOMIC_ACQUIRE)
#  define CPU_RELAX_FENCE_() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#elif defined(_M_ARM64) || defined(_M_ARM64EC) || defined(_M_ARM)
CPU_RELAX_C_ void __dmb(unsigned int);
#  define CPU_RELAX_FENCE_() (__dmb(11) /* ISH */, _ReadWriteBarrier())
#elif defined(_M_IX86) || defined(_M_X64) || defined(__i386__) || defined(__x86_64__) ||           \
    defined(__i386) || defined(__x86_64) || defined(__386__) /* loads stay in order */
#  if defined(_MSC_VER)
#    define CPU_RELAX_FENCE_() _ReadWriteBarrier()
#  elif CPU_RELAX_GNU_
#    define CPU_RELAX_FENCE_() __asm__ __volatile__("" : : : "memory")
#  else /* Sun, Watcom, TinyCC: it is the hint that holds the compiler */
#    define CPU_RELAX_FENCE_() cpu_relax()
#  endif
#elif CPU_RELAX_GNU_ /* GCC before 4.7 */
#  define CPU_RELAX_FENCE_() __sync_synchronize()
#elif defined(__cplusplus)
#  include <atomic>
#  define CPU_RELAX_FENCE_() std::atomic_thread_fence(std::memory_order_acquire)
#elif __STDC_VERSION__ >= 201112L && !defined(__STDC_NO_ATOMICS__)
#  include <stdatomic.h>
#  define CPU_RELAX_FENCE_() atomic_thread_fence(memory_order_acquire)
#endif
#if defined(CPU_RELAX_FENCE_) && !defined(CPU_RELAX_LOAD_)
#  define CPU_RELAX_LOAD_(p) (*(p))
#endif

/* What is one access: up to the width of a register, for a pointer unless it has bounds (CHERI). i386
 * aligns 64 bits to 4 bytes, so that they may lie across two lines. */
#if !defined(CPU_RELAX_FENCE_)
#  define CPU_RELAX_HAS_EQ8 0
#else
#  define CPU_RELAX_HAS_EQ8 1
#endif
#if CPU_RELAX_HAS_EQ8 && (CPU_RELAX_PTR_BITS_ > 16 || defined(__MSP430__))
#  define CPU_RELAX_HAS_EQ16 1
#else
#  define CPU_RELAX_HAS_EQ16 0
#endif
#if CPU_RELAX_HAS_EQ8 && CPU_RELAX_PTR_BITS_ > 16
#  define CPU_RELAX_HAS_EQ32 1
#else
#  define CPU_RELAX_HAS_EQ32 0
#endif
#if CPU_RELAX_HAS_EQ32 && (CPU_RELAX_PTR_BITS_ > 32 || (CPU_RELAX_ATOMIC_64_ && !defined(__i386__)))
#  define CPU_RELAX_HAS_EQ64 1
typedef cpu_relax_u64_ cpu_relax_word_;
#else
#  define CPU_RELAX_HAS_EQ64 0
typedef cpu_relax_u32_ cpu_relax_word_;
#endif
#if (CPU_RELAX_HAS_EQ16 && CPU_RELAX_PTR_BITS_ == 16) ||                                           \
    (CPU_RELAX_HAS_EQ32 && CPU_RELAX_PTR_BITS_ <= 64)
#  define CPU_RELAX_HAS_EQPTR 1
#else
#  define CPU_RELAX_HAS_EQPTR 0
#endif

#if CPU_RELAX_HAS_EQ8
/* The caller's object may have any type, so these may alias anything; as members, since UBSan looks at
 * the alignment of structures but not of atomics. A pointer is read as one. */
#  define CPU_RELAX_WORD_(name, type)                                                              \
    struct CPU_RELAX_MAY_ALIAS_ name {                                                             \
      type value;                                                                                  \
    }
CPU_RELAX_WORD_(cpu_relax_8_, cpu_relax_u8_);
CPU_RELAX_WORD_(cpu_relax_16_, cpu_relax_u16_);
CPU_RELAX_WORD_(cpu_relax_32_, cpu_relax_u32_);
CPU_RELAX_WORD_(cpu_relax_64_, cpu_relax_u64_);
CPU_RELAX_WORD_(cpu_relax_ptr_, void *);
enum { CPU_RELAX_PTR_ = 0 }; /* in place of a number of bits */

static inline cpu_relax_word_ cpu_relax_load_(const volatile void *p, int bits)
{
    cpu_relax_word_ value;

    if (bits == 8)
        value = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_8_ *)p)->value);
    else if (bits == 16)
        value = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_16_ *)p)->value);
#  if CPU_RELAX_HAS_EQ64
    else if (bits == 64)
        value = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_64_ *)p)->value);
#  endif
    else if (bits == CPU_RELAX_PTR_)
        value = (cpu_relax_word_)(cpu_relax_uptr_)CPU_RELAX_LOAD_(
            &((const volatile struct cpu_relax_ptr_ *)p)->value);
    else
        value = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_32_ *)p)->value);
    CPU_RELAX_FENCE_();
    return value;
}
#endif

/* ---- Timer: to be asked after each turn of a loop with a hint in it ------------------------------ */
/* Can code for this CPU sleep, and is there an OS, or the user, to tell whether the CPU can? */
#if !defined(CPU_RELAX_NO_MONITOR) && CPU_RELAX_ATOMIC_32_ && !defined(__arm64ec__) &&             \
    (defined(CPU_RELAX_CPU) || ((!defined(__STDC_HOSTED__) || __STDC_HOSTED__) &&                  \
                                (defined(__linux__) || defined(__x86_64__) || defined(__mips__) || \
                                 (defined(__FreeBSD__) && defined(__aarch64__))))) &&              \
    (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv_atomic) ||                     \
     (defined(__mips_isa_rev) && __mips_isa_rev >= 2 && !defined(__mips16) &&                      \
      !defined(__mips_micromips)))
#  define CPU_RELAX_SLEEPS_
#endif

typedef struct {
    cpu_relax_u64_ start, span; /* in ticks; span: 0 once the clock has said so many */
    cpu_relax_u64_ turns;       /* how often it may be asked still */
#if defined(CPU_RELAX_SLEEPS_)
    cpu_relax_u64_ polls;  /* how many hints there were */
    cpu_relax_u64_ sleeps; /* how many nanoseconds of sleep may follow */
#endif
} cpu_relax_timer_;

/*
 * It ends by the clock, or after four turns to the nanosecond, since no turn takes less than the
 * 0.3 ns of the shortest hint: only a clock that lies makes turns end it. Where the rate is not known
 * the clock never ends it, and the turns are an estimate.
 */
static inline cpu_relax_timer_ cpu_relax_start_(cpu_relax_u64_ ns)
{
    cpu_relax_timer_ t;

    t.start = t.span = 0;
    t.turns = 1;
#if defined(CPU_RELAX_SLEEPS_)
    t.polls = t.sleeps = 0;
#endif
    if (ns > (cpu_relax_u64_)1 << 61)
        ns = (cpu_relax_u64_)1 << 61;
    if (ns == 0)
        return t;
#if !defined(CPU_RELAX_TICKS_)
    t.turns = (ns >> CPU_RELAX_HINT_LOG2_NS_) + 1;
#else
    t.turns = 4 * ns + 4;
    t.span = ns;
#  if defined(CPU_RELAX_SLEEPS_)
    t.sleeps = 4 * ns;
#  endif
#  if defined(CPU_RELAX_HZ_)
    {
        const cpu_relax_u64_ hz = CPU_RELAX_HZ_();

        t.span = ns / 1000000000u * hz + (ns % 1000000000u * hz + 999999999u) / 1000000000u;
        if (hz == 0) {
            t.turns = (ns >> CPU_RELAX_HINT_LOG2_NS_) + 1;
            t.span = CPU_RELAX_FOREVER;
        }
    }
#  endif
    t.start = CPU_RELAX_TICKS_();
#endif
    return t;
}

/*
 * The first reading may be almost a step of the clock old. So the time is over when, after the reading
 * that says so, the clock has moved once more: never early, however coarse the steps, and with a fine
 * clock that is one more look. Unsigned: a clock that went back is far ahead.
 */
static inline int cpu_relax_passed_(cpu_relax_timer_ *t)
{
    if (--t->turns == 0)
        return 1;
#if defined(CPU_RELAX_TICKS_)
    {
        cpu_relax_u64_ now = CPU_RELAX_TICKS_();

        if (t->span != 0) {
            if (now - t->start < t->span)
                return 0;
            t->start = now;
            t->span = 0;
            now = CPU_RELAX_TICKS_();
        }
        return now != t->start;
    }
#else
    return 0;
#endif
}

/* ---- Turn: a hint, or once there were enough of them a sleep until *p may be other than old -------- */
#if defined(CPU_RELAX_SLEEPS_)
#  include "cpu_relax_sleep.h"
#else
#  define cpu_relax_hint_() cpu_relax()
#  define cpu_relax_turn_(t, p, bits, old, ns) ((void)(p), cpu_relax())
#endif

/* ---- Delay --------------------------------------------------------------------------------------- */
/* A wait for a word of its own, which nobody changes. */
static inline void cpu_relax_run_(cpu_relax_timer_ *t)
{
    const cpu_relax_u32_ word = 0;

    do
        cpu_relax_turn_(t, &word, 32, 0, 0);
    while (!cpu_relax_passed_(t));
}

static inline void cpu_relax_ns(cpu_relax_u64_ ns)
{
    cpu_relax_timer_ t = cpu_relax_start_(ns);

    cpu_relax_run_(&t);
}

/* ---- Back-off ------------------------------------------------------------------------------------ */
/*
 * What it waits for moves a cache line between two cores: 50 to 150 ns within a socket. A look at a line
 * that nobody has written since costs nothing; any other takes the line from its owner.
 * - START: while nobody writes the line, its owner is at work or has no processor, and frequent looks
 *   see the end at once.
 * - CAP: while it changes hands, a thread that keeps it can take the lock many times in a row: the
 *   longer the gap, the more throughput, and the longer the worst wait.
 * - LIMIT: what it costs to park a thread and to wake it, 1.5 to 10 us; the lower end, so that a wait
 *   of 100 us burns a tenth of that. Who spins for as long as blocking costs, and then blocks, never
 *   pays more than twice the best that could be done. A gap of CAP counts by an eighth: a lock that
 *   changes hands is not worth blocking for.
 *   [Karlin et al., "Empirical studies of competitive spinning", SOSP 1991]
 * Each may be set alone: START and CAP follow each other, and CAP may be above LIMIT.
 */
#if !defined(CPU_RELAX_BACKOFF_START_NS)
#  if defined(CPU_RELAX_BACKOFF_CAP_NS) && CPU_RELAX_BACKOFF_CAP_NS < 50
#    define CPU_RELAX_BACKOFF_START_NS CPU_RELAX_BACKOFF_CAP_NS
#  else
#    define CPU_RELAX_BACKOFF_START_NS 50
#  endif
#endif
#if !defined(CPU_RELAX_BACKOFF_CAP_NS)
#  if CPU_RELAX_BACKOFF_START_NS > 3000
#    define CPU_RELAX_BACKOFF_CAP_NS CPU_RELAX_BACKOFF_START_NS
#  else
#    define CPU_RELAX_BACKOFF_CAP_NS 3000
#  endif
#endif
#if !defined(CPU_RELAX_BACKOFF_LIMIT_NS)
#  define CPU_RELAX_BACKOFF_LIMIT_NS 1500
#endif
#if CPU_RELAX_BACKOFF_LIMIT_NS < 1 || CPU_RELAX_BACKOFF_LIMIT_NS > 1000000000
#  error "CPU_RELAX_BACKOFF_LIMIT_NS must be from 1 to 1000000000 (nanoseconds)"
#elif CPU_RELAX_BACKOFF_CAP_NS < 1 || CPU_RELAX_BACKOFF_CAP_NS > 1000000000
#  error "CPU_RELAX_BACKOFF_CAP_NS must be from 1 to 1000000000 (nanoseconds)"
#elif CPU_RELAX_BACKOFF_START_NS < 1 || CPU_RELAX_BACKOFF_START_NS > CPU_RELAX_BACKOFF_CAP_NS
#  error "CPU_RELAX_BACKOFF_START_NS must be from 1 to CPU_RELAX_BACKOFF_CAP_NS"
#endif

typedef struct {
    cpu_relax_u32_ seen, left, limit, noise; /* seen: 0 before the first call */
} cpu_relax_backoff_t;
#define CPU_RELAX_BACKOFF_INIT                                                                     \
  {                                                                                                \
    0, CPU_RELAX_BACKOFF_LIMIT_NS, CPU_RELAX_BACKOFF_LIMIT_NS, 0                                   \
  }

CPU_RELAX_NONNULL_ static inline void cpu_relax_backoff_limit(cpu_relax_backoff_t *b,
                                                              cpu_relax_u32_ ns)
{
    b->seen = 0;
    b->left = b->limit = ns;
}

CPU_RELAX_NONNULL_ static inline void cpu_relax_backoff_reset(cpu_relax_backoff_t *b)
{
    cpu_relax_backoff_limit(b, b->limit);
}

/*
 * `seen` is the time by which the next call should come: two looks at the clock after the last one ended,
 * and the caller's own look must fit in between. That is a measure on every CPU: a clock that is slow to
 * read, or coarse, makes gaps short, and they are as long as its steps all the same.
 *
 * The noise starts with the address, which no two waiters share, and takes in the clock; it is a linear
 * congruential generator, whose good bits are the high ones. [Numerical Recipes, 7.1]
 */
CPU_RELAX_NONNULL_ static inline int cpu_relax_backoff(cpu_relax_backoff_t *b)
{
    cpu_relax_u32_ ns = CPU_RELAX_BACKOFF_START_NS, share = 1, spent;
    cpu_relax_timer_ t;

    if (b->left == 0) {
        cpu_relax_hint_();
#if defined(CPU_RELAX_SLEEPS_) && defined(CPU_RELAX_ISB_)
        (void)cpu_relax_cpu_(); /* it may have a better hint */
#endif
        return 0;
    }
    if (b->seen == 0) {
        cpu_relax_hint_();
        b->seen = 1;
        b->noise ^=
            (cpu_relax_u32_)((cpu_relax_u64_)(cpu_relax_u32_)(cpu_relax_uptr_)b * 2654435769u);
    } else {
#if defined(CPU_RELAX_TICKS_)
        const cpu_relax_u64_ now = (cpu_relax_u32_)CPU_RELAX_TICKS_();

        /* Not before `seen`, by 32 bits of the clock: without a wrap-around, for UBSan's sake. */
        if (((now + ((cpu_relax_u64_)1 << 32) - b->seen) >> 31 & 1) == 0) {
            ns = CPU_RELAX_BACKOFF_CAP_NS;
            share = 8;
        }
#endif
        b->noise = (cpu_relax_u32_)((cpu_relax_u64_)b->noise * 1664525u + 1013904223u);
        ns -= (cpu_relax_u32_)((cpu_relax_u64_)(ns / 2) * b->noise >> 32);
        spent = (ns + share - 1) / share;
        if (spent > b->left) {
            spent = b->left;
            ns = spent * share;
        }
        b->left -= spent;
        t = cpu_relax_start_(ns);
        b->noise ^= (cpu_relax_u32_)t.start;
        cpu_relax_run_(&t);
    }
#if defined(CPU_RELAX_TICKS_)
    {
        const cpu_relax_u64_ before = CPU_RELAX_TICKS_(), now = CPU_RELAX_TICKS_();

        b->seen = (cpu_relax_u32_)(now + 2 * (now - before)) | 1;
    }
#endif
    return 1;
}

/* ---- Wait ---------------------------------------------------------------------------------------- */
#if CPU_RELAX_HAS_EQ8
/* A look at a line that nobody has written since is free, so there is no more than a hint between two:
 * a longer gap would only delay what is waited for. */
CPU_RELAX_COLD_ static inline cpu_relax_word_
cpu_relax_poll_(const volatile void *p, int bits, cpu_relax_word_ old, cpu_relax_u64_ ns)
{
    cpu_relax_timer_ t = cpu_relax_start_(ns == CPU_RELAX_FOREVER ? 0 : ns);
    cpu_relax_word_ value;

    do {
        cpu_relax_turn_(&t, p, bits, old, ns);
        value = cpu_relax_load_(p, bits);
    } while (value == old && (ns == CPU_RELAX_FOREVER || !cpu_relax_passed_(&t)));
    return value;
}

static inline cpu_relax_word_ cpu_relax_wait_(const volatile void *p, int bits, cpu_relax_word_ old,
                                              cpu_relax_u64_ ns)
{
    const cpu_relax_word_ value = cpu_relax_load_(p, bits);

    return value != old ? value : cpu_relax_poll_(p, bits, old, ns);
}

/* The calls. The width of *p is checked where its type is still known: in C++ by a template, in C by a
 * macro of the function's name. */
#  if defined(__cplusplus)
#    define CPU_RELAX_CALL_(name, type, bits)                                                      \
      template <typename Word>                                                                     \
      CPU_RELAX_NONNULL_ inline type name(const volatile Word *p, type old, cpu_relax_u64_ ns)     \
      {                                                                                            \
        static_assert(sizeof(Word) == sizeof(type), #name ": *p has another width");               \
        return (type)cpu_relax_wait_(p, bits, old, ns);                                            \
      }                                                                                            \
      template <> struct cpu_relax_width_<sizeof(type)> {                                          \
        typedef type word;                                                                         \
        static const int bits_ = bits;                                                             \
      };
extern "C++" {
template <unsigned long long Size> struct cpu_relax_width_;
#  else
#    define CPU_RELAX_CALL_(name, type, bits)                                                      \
      CPU_RELAX_NONNULL_ static inline type name(const volatile void *p, type old,                 \
                                                 cpu_relax_u64_ ns)                                \
      {                                                                                            \
        return (type)cpu_relax_wait_(p, bits, old, ns);                                            \
      }
#    define CPU_RELAX_WIDTH_(p, type)                                                              \
      ((void)sizeof(struct { char p_has_another_width[sizeof(*(p)) == sizeof(type) ? 1 : -1]; }))
#  endif

CPU_RELAX_CALL_(cpu_relax_while_eq8, cpu_relax_u8_, 8)
#  if CPU_RELAX_HAS_EQ16
CPU_RELAX_CALL_(cpu_relax_while_eq16, cpu_relax_u16_, 16)
#  endif
#  if CPU_RELAX_HAS_EQ32
CPU_RELAX_CALL_(cpu_relax_while_eq32, cpu_relax_u32_, 32)
#  endif
#  if CPU_RELAX_HAS_EQ64
CPU_RELAX_CALL_(cpu_relax_while_eq64, cpu_relax_u64_, 64)
#  endif

#  if defined(__cplusplus)
template <typename Word>
CPU_RELAX_NONNULL_ inline typename cpu_relax_width_<sizeof(Word)>::word
cpu_relax_while_eq(const volatile Word *p, typename cpu_relax_width_<sizeof(Word)>::word old,
                   cpu_relax_u64_ ns)
{
    typedef cpu_relax_width_<sizeof(Word)> width;
    return (typename width::word)cpu_relax_wait_(p, width::bits_, old, ns);
}
#    if CPU_RELAX_HAS_EQPTR
template <typename Word>
CPU_RELAX_NONNULL_ inline void *cpu_relax_while_eqptr(const volatile Word *p, void *old,
                                                      cpu_relax_u64_ ns)
{
    static_assert(sizeof(Word) == sizeof(void *), "cpu_relax_while_eqptr: *p has another width");
    return (void *)(cpu_relax_uptr_)cpu_relax_wait_(p, CPU_RELAX_PTR_, (cpu_relax_uptr_)old, ns);
}
#    endif
} /* extern "C++" */

#  else
#    define cpu_relax_while_eq8(p, old, ns)                                                        \
      (CPU_RELAX_WIDTH_(p, cpu_relax_u8_), (cpu_relax_while_eq8)(p, old, ns))
#    define CPU_RELAX_OR_16_
#    define CPU_RELAX_OR_32_
#    define CPU_RELAX_OR_64_
#    if CPU_RELAX_HAS_EQ16
#      define cpu_relax_while_eq16(p, old, ns)                                                     \
        (CPU_RELAX_WIDTH_(p, cpu_relax_u16_), (cpu_relax_while_eq16)(p, old, ns))
#      undef CPU_RELAX_OR_16_
#      define CPU_RELAX_OR_16_ , char(*)[2] : (cpu_relax_while_eq16)
#    endif
#    if CPU_RELAX_HAS_EQ32
#      define cpu_relax_while_eq32(p, old, ns)                                                     \
        (CPU_RELAX_WIDTH_(p, cpu_relax_u32_), (cpu_relax_while_eq32)(p, old, ns))
#      undef CPU_RELAX_OR_32_
#      define CPU_RELAX_OR_32_ , char(*)[4] : (cpu_relax_while_eq32)
#    endif
#    if CPU_RELAX_HAS_EQ64
#      define cpu_relax_while_eq64(p, old, ns)                                                     \
        (CPU_RELAX_WIDTH_(p, cpu_relax_u64_), (cpu_relax_while_eq64)(p, old, ns))
#      undef CPU_RELAX_OR_64_
#      define CPU_RELAX_OR_64_ , char(*)[8] : (cpu_relax_while_eq64)
#    endif
#    if __STDC_VERSION__ >= 201112L
#      define cpu_relax_while_eq(p, old, ns)                                                       \
        _Generic((char(*)[sizeof(*(p))])0, char(*)[1]                                              \
                 : (cpu_relax_while_eq8)CPU_RELAX_OR_16_ CPU_RELAX_OR_32_ CPU_RELAX_OR_64_)(       \
            p, old, ns)
#    endif
#    if CPU_RELAX_HAS_EQPTR
CPU_RELAX_NONNULL_ static inline void *cpu_relax_while_eqptr(const volatile void *p, void *old,
                                                             cpu_relax_u64_ ns)
{
    return (void *)(cpu_relax_uptr_)cpu_relax_wait_(p, CPU_RELAX_PTR_, (cpu_relax_uptr_)old, ns);
}
#      define cpu_relax_while_eqptr(p, old, ns)                                                    \
        (CPU_RELAX_WIDTH_(p, void *), (cpu_relax_while_eqptr)(p, old, ns))
#    endif
#  endif
#endif /* CPU_RELAX_HAS_EQ8 */

#undef CPU_RELAX_ARM_
#undef CPU_RELAX_ISB_
#undef CPU_RELAX_PTR_BITS_
#undef CPU_RELAX_GNU_
#undef CPU_RELAX_NONNULL_
#undef CPU_RELAX_MAY_ALIAS_
#undef CPU_RELAX_COLD_
#undef CPU_RELAX_WORD_
#undef CPU_RELAX_C_
#undef CPU_RELAX_TICKS_
#undef CPU_RELAX_HZ_
#undef CPU_RELAX_CLOCK_ID_
#undef CPU_RELAX_HINT_LOG2_NS_
#undef CPU_RELAX_ATOMIC_32_
#undef CPU_RELAX_ATOMIC_64_
#undef CPU_RELAX_LOAD_
#undef CPU_RELAX_FENCE_
#undef CPU_RELAX_CALL_
#undef CPU_RELAX_SLEEPS_
#undef CPU_RELAX_ASK_
#undef CPU_RELAX_CAN_ARM_
#undef cpu_relax_hint_
#undef cpu_relax_turn_

#if defined(__cplusplus) && (defined(__GNUC__) || defined(__clang__))
#  pragma GCC diagnostic pop
#endif

#endif /* CPU_RELAX_WAIT_H */
