/*
 * cpu_relax_wait.h - delay, back-off and wait, on top of cpu_relax.h
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The CPU Relax authors
 * A copy needs no other notice than these two SPDX lines.
 *
 *     cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
 *     while (atomic_load_explicit(&lock, memory_order_relaxed) ||
 *            atomic_exchange_explicit(&lock, 1, memory_order_acquire))
 *         if (!cpu_relax_backoff(&b))
 *             sched_yield(); // a real-time thread: see below
 *
 * Use the back-off for contended retries and the waits for events. Times are nanoseconds in 64 bits. Those above 2^61
 * (73 years) count as 2^61, with two exceptions:
 *     CPU_RELAX_FOREVER  0x7fffffffffffffff: no timeout, and the clock is not read.
 *     2^63 and above     a difference `deadline - now` that wrapped: it has expired. -1 is one of them.
 *
 * void cpu_relax_for_ns(uint64_t ns)
 *     Delay: executes hints for at least ns nanoseconds; a long delay also sleeps. Overshoots by at most two hints,
 *     five clock reads, twice the clock's resolution, and preemption. With 0 or an expired time it executes one hint.
 *     With FOREVER it never returns.
 *
 * int cpu_relax_backoff(cpu_relax_backoff_t *b)
 *     Back-off: if spinning is still cheaper than blocking, waits a short time and returns 1. Else it executes one hint
 *     and returns 0; your code must then block, yield or sleep. After it returned 1, try once, as above, and do nothing
 *     else: the function detects contention from how long your try takes. The first call is one hint. Each later call
 *     waits CPU_RELAX_BACKOFF_START_NS. If your try took as long as a cache miss, another thread is writing the line,
 *     and the call waits CPU_RELAX_BACKOFF_CAP_NS instead: a contended delay. Each delay is randomised to 50 to 100 %.
 *     CPU_RELAX_BACKOFF_LIMIT_NS limits the time since the first call, your tries included, but counts only 1/8 of each
 *     contended delay and of the try before it. If no delay was contended, calls return 0 at the latest `2 * limit`,
 *     plus two clock ticks, four hints, three clock reads and preemption, after the first call. Each waiter needs its
 *     own object, preferably on its stack.
 * void cpu_relax_backoff_init(cpu_relax_backoff_t *b, uint32_t limit_ns)  initialises b; with limit 0 it never waits.
 *     Use it where there is no libc: for CPU_RELAX_BACKOFF_INIT compilers may call memcpy().
 * void cpu_relax_backoff_reset(cpu_relax_backoff_t *b)  starts again with the same limit: call it after blocking
 *
 * T cpu_relax_while_eqN(p, T old, uint64_t timeout_ns)               while *p == old
 * T cpu_relax_until_eqN(p, T want, uint64_t timeout_ns)              until *p == want
 * T cpu_relax_while_maskedN(p, T mask, T want, uint64_t timeout_ns)  while ((*p ^ want) & mask) == 0
 * T cpu_relax_until_maskedN(p, T mask, T want, uint64_t timeout_ns)  until ((*p ^ want) & mask) == 0
 *     Wait. N is 8, 16, 32 or 64, and T is uintN_t; while_eqptr and until_eqptr exist too, where T is void *. Calls
 *     without N take T from *p: in C11 by its width; in C++ it is the type that *p holds, also bool, enum class or a
 *     pointer. Returns the whole value of *p that ended the wait, loaded with acquire order: data written before a
 *     release store of that value is visible. After the timeout, returns the last value loaded. The timeout spans the
 *     whole wait, however often *p changes. With a timeout that is 0 or has expired, *p is loaded once or twice,
 *     without a hint. Bits of want outside mask are ignored. A mask of 0 is a special case: each call, while_masked
 *     too, returns immediately.
 *     Loads *p immediately, after each hint, and before and after each sleep; a timed wait also reads the clock between
 *     two loads. A value that comes and goes between two loads is missed: for the next sequence number, use while_eq.
 *     p points to a plain, volatile, _Atomic or std::atomic object of that width, aligned to it, in ordinary cached
 *     memory; a std::atomic_ref is none, but its object is one. Objects of other widths do not compile, nor, in C11 and
 *     C++, do float, double and long double.
 * CPU_RELAX_HAS_EQ8, _EQ16, _EQ32, _EQ64, _EQPTR
 *     1 if the compiler can load that width in one ordered access; else 0, and the calls of that width are missing.
 *
 * unsigned int cpu_relax_features(void)
 *     The detected features of the running CPU: an OR of the CPU_RELAX_FEATURE_... below. The first wait or delay that
 *     is long enough to sleep detects them, once per translation unit; on AArch64 and POWER, also the first back-off
 *     that returns 0. On x86 this executes up to three CPUID: under 1 us in all, but 5 to 10 us each in a virtual
 *     machine. Call it early, in the file that waits, so that the first wait is not delayed. Waits, delays and back-off
 *     then use the better hint that the CPU has: `sb` on AArch64, `wait 2,0` (PAUSE_SHORT) on POWER10.
 * CPU_RELAX_MONITOR, CPU_RELAX_CLOCK  strings: the instructions that sleep, the clock
 * CPU_RELAX_HAS_MONITOR               0 if nothing sleeps
 * CPU_RELAX_HAS_CLOCK                 0 if times are estimates
 *
 * Clock: CPU_RELAX_CLOCK_NS(); else the CPU's own counter (AArch64, s390x); else the monotonic clock of the OS. On
 * 32-bit Linux, -std=c99 and -std=c11 hide it: use -std=gnu11 or -D_POSIX_C_SOURCE=199309L. Without a clock, or if
 * its first reading fails (which may set errno), times that have not expired are ESTIMATES: one or more hints, within a
 * factor of ten unless you chose CPU_RELAX_INSN. A clock that stops, fails later, steps back, jumps or differs between
 * processors makes a wait shorter or longer but cannot hang it. Even with such a clock, a wait of ns nanoseconds ends
 * after at most `4 * ns + 4` iterations (hint or sleep, load, clock read) and `32 * ns` nanoseconds of sleep. If the
 * clock stops, the wait ends earlier: after 1/2048 to 1/2 of these iterations.
 *
 * Sleep: a wait or delay first polls for CPU_RELAX_POLL_NS (with CPU_RELAX_FOREVER, an estimate). If at least
 * 8 * CPU_RELAX_POLL_NS then remain, it arms a monitor on the cache line, loads, and sleeps until the line is written.
 * (A delay monitors a line that nobody writes.) By default, waits and delays of more than 18 us sleep, but WFE needs
 * 204 us or more except on Apple's systems. Except on MIPS and POWER10, a sleep ends after 200 us at most: a lost
 * wake-up delays a wait but cannot hang it.
 * x86-64: UMWAIT in C0.2, MWAITX. AArch64: WFE and WFET on Linux, Android and FreeBSD; WFE on Apple's systems.
 * For words of 32 and 64 bits only: WRS.STO on RISC-V (Linux). For these words, and only with CPU_RELAX_FOREVER: PAUSE
 * on MIPS release 2, WAITRSV on POWER10 (Linux). After a lost wake-up, only an interrupt ends these two.
 *
 * Define before the include, in the same way in each file of a library:
 *     CPU_RELAX_CLOCK_NS()   your clock: an expression, a uint64_t of nanoseconds. Fewer bits do not compile.
 *     CPU_RELAX_FEATURES()   your detection: an OR of CPU_RELAX_FEATURE_...
 *     CPU_RELAX_NO_MONITOR   nothing sleeps (so no C0.2), nothing is detected. Under prctl(PR_SET_TSC, PR_TSC_SIGSEGV)
 *                            define CPU_RELAX_CLOCK_NS() too: on x86 and AArch64, both the default clock and the
 *                            instructions that sleep read the counter.
 *     CPU_RELAX_POLL_NS, CPU_RELAX_BACKOFF_START_NS, _CAP_NS, _LIMIT_NS: see their defaults.
 *
 * A real-time thread (SCHED_FIFO, SCHED_RR) must eventually block, by a short sleep or a futex: hints and sched_yield()
 * never let a thread of lower priority run. Test with ThreadSanitizer: helgrind and drd do not know atomics.
 * No heap, no thread-local, no lock, no initialisation; the only state is one byte per translation unit, the cached
 * features. Safe in signal handlers. Unused functions add nothing to the object file. C99 to C23, C++11 to C++26. All
 * functions have internal linkage, so files that differ in macros or -march share no code. C99 `inline` functions with
 * external linkage and inline functions of a C++20 module cannot call them: call them from functions that are not
 * inline. Device code of CUDA and HIP can call cpu_relax() alone. A private copy under another name: rename both files
 * as cpu_relax.h says. <stdint.h> is not needed: include it if your code names uint32_t.
 */
#ifndef CPU_RELAX_WAIT_H
#define CPU_RELAX_WAIT_H

#include "cpu_relax.h"

#if (defined(__cplusplus) && __cplusplus < 201103L && !defined(_MSC_VER)) ||                       \
    (!defined(__cplusplus) && defined(__STRICT_ANSI__) &&                                          \
     (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 199901L))
#  error "cpu_relax_wait.h needs C99 or C++11: set -std, or include cpu_relax.h alone"
#elif CPU_RELAX_VERSION != 10000
#  error "cpu_relax.h and cpu_relax_wait.h are of different versions: install both from one release"
#elif defined(CPU_RELAX_CLOCK) || defined(CPU_RELAX_HAS_CLOCK)
#  error "CPU_RELAX_CLOCK is set by this header; define CPU_RELAX_CLOCK_NS() to choose the clock"
#elif defined(CPU_RELAX_MONITOR) || defined(CPU_RELAX_HAS_MONITOR)
#  error "CPU_RELAX_MONITOR is set by this header; define CPU_RELAX_FEATURES() to choose"
#else

/* ---- Configuration -------------------------------------------------------------------------- */
/* How long a wait polls before it sleeps: twice the 0.5 to 1 us that falling asleep and waking take. Polling
 * for as long as a sleep costs is at most twice the optimum. */
#  if !defined(CPU_RELAX_POLL_NS)
#    define CPU_RELAX_POLL_NS 2000
#  endif
/* The back-off. Loading a line that nobody has written since is free; any other load takes it from its owner.
 * - START: while nobody writes the line, its owner is at work or preempted: frequent checks see the end soon.
 * - CAP: while the line changes hands, a thread that keeps it can take the lock many times in a row: a longer
 *   delay means more throughput and a longer worst wait.
 * - LIMIT: what it costs to park a thread and to wake it, 1.5 to 10 us. Spinning for as long as blocking costs,
 *   then blocking, is at most twice the optimum. [Karlin et al., SOSP 1991]
 * Each may be set alone: START and CAP follow each other, and CAP may be above LIMIT. */
#  if !defined(CPU_RELAX_BACKOFF_START_NS)
#    if defined(CPU_RELAX_BACKOFF_CAP_NS) && CPU_RELAX_BACKOFF_CAP_NS < 50
#      define CPU_RELAX_BACKOFF_START_NS CPU_RELAX_BACKOFF_CAP_NS
#    else
#      define CPU_RELAX_BACKOFF_START_NS 50
#    endif
#  endif
#  if !defined(CPU_RELAX_BACKOFF_CAP_NS)
#    if CPU_RELAX_BACKOFF_START_NS > 2000
#      define CPU_RELAX_BACKOFF_CAP_NS CPU_RELAX_BACKOFF_START_NS
#    else
#      define CPU_RELAX_BACKOFF_CAP_NS 2000
#    endif
#  endif
#  if !defined(CPU_RELAX_BACKOFF_LIMIT_NS)
#    define CPU_RELAX_BACKOFF_LIMIT_NS 1500
#  endif
#  if CPU_RELAX_POLL_NS < 1 || CPU_RELAX_POLL_NS > 1000000
#    error "CPU_RELAX_POLL_NS must be from 1 to 1000000 (nanoseconds)"
#  elif CPU_RELAX_BACKOFF_LIMIT_NS < 1 || CPU_RELAX_BACKOFF_LIMIT_NS > 1000000000
#    error "CPU_RELAX_BACKOFF_LIMIT_NS must be from 1 to 1000000000 (nanoseconds)"
#  elif CPU_RELAX_BACKOFF_CAP_NS < 1 || CPU_RELAX_BACKOFF_CAP_NS > 1000000000
#    error "CPU_RELAX_BACKOFF_CAP_NS must be from 1 to 1000000000 (nanoseconds)"
#  elif CPU_RELAX_BACKOFF_START_NS < 1 || CPU_RELAX_BACKOFF_START_NS > CPU_RELAX_BACKOFF_CAP_NS
#    error "CPU_RELAX_BACKOFF_START_NS must be from 1 to CPU_RELAX_BACKOFF_CAP_NS"
#  endif

#  define CPU_RELAX_FOREVER 0x7fffffffffffffffu

/* ---- Compiler ------------------------------------------------------------------------------- */
/* Names of parameters, locals and members end in an underscore, so that no macro of the includer
 * (now, left, p, value, ...) breaks them. */

/* GNU's assembly, attributes and atomics, or none of them. */
#  if (defined(__GNUC__) || defined(__clang__)) && !defined(__CC_ARM) && !defined(__TINYC__) &&    \
      (defined(__clang__) || !defined(__TI_COMPILER_VERSION__))
#    define CPU_RELAX_GNU_ 1
#    define CPU_RELAX_NONNULL_ __attribute__((__nonnull__(1)))
#    define CPU_RELAX_MAY_ALIAS_(type)                                                             \
      __attribute__((__may_alias__, __aligned__(__alignof__(type)))) /* even under -fpack-struct */
#  else
#    define CPU_RELAX_GNU_ 0
#    define CPU_RELAX_NONNULL_
#    define CPU_RELAX_MAY_ALIAS_(type)
#  endif
/* `inline` keeps an unused function out of the object and quiet, the attribute keeps it out of line. */
#  if CPU_RELAX_GNU_ && !defined(__PCC__) && defined(__noinline__) /* by CUDA's or HIP's headers */
#    define CPU_RELAX_COLD_ static inline __attribute__((noinline, __cold__))
#  elif CPU_RELAX_GNU_ && !defined(__PCC__)
#    define CPU_RELAX_COLD_ static inline __attribute__((__noinline__, __cold__))
#  elif defined(_MSC_VER)
#    define CPU_RELAX_COLD_ static __inline __declspec(noinline)
#  else
#    define CPU_RELAX_COLD_ static inline
#  endif
#  if defined(__cplusplus)
#    define CPU_RELAX_C_ extern "C"
#  else
#    define CPU_RELAX_C_ extern
#  endif

#  if CPU_RELAX_GNU_ && !defined(__PCC__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wpragmas" /* some compilers lack some of these warnings */
#    pragma GCC diagnostic ignored "-Wunknown-warning-option"
#    pragma GCC diagnostic ignored "-Wunused-parameter"    /* not every monitor needs every one */
#    pragma GCC diagnostic ignored "-Wunused-function"     /* clang: those in the main file */
#    pragma GCC diagnostic ignored "-Wold-style-cast"      /* C++ has no cast that C has, too */
#    pragma GCC diagnostic ignored "-Wuseless-cast"        /* on some systems two types are one */
#    pragma GCC diagnostic ignored "-Wreserved-identifier" /* Windows' union _LARGE_INTEGER */
#    pragma GCC diagnostic ignored "-Wattributes"          /* `inline` that is not to be inlined, */
#    pragma GCC diagnostic ignored "-Winline"              /* and is left alone where it is cold */
#    pragma GCC diagnostic ignored "-Waddress-of-packed-member" /* -fpack-struct */
#  endif

/* By the compiler's own names: <stdint.h> takes longer to include than all of this file. */
#  if defined(__UINT32_TYPE__) && defined(__UINT64_TYPE__) && defined(__UINTPTR_TYPE__) &&         \
      defined(__SIZEOF_POINTER__)
typedef __UINT32_TYPE__ cpu_relax_u32_;
typedef __UINT64_TYPE__ cpu_relax_u64_;
typedef __UINTPTR_TYPE__ cpu_relax_uptr_;
#    define CPU_RELAX_PTR_BITS_ (__SIZEOF_POINTER__ * 8)
#  else
#    include <stdint.h>
typedef uint32_t cpu_relax_u32_;
typedef uint64_t cpu_relax_u64_;
typedef uintptr_t cpu_relax_uptr_;
#    define CPU_RELAX_PTR_BITS_ (UINTPTR_MAX > 0xffffffffu ? 64 : UINTPTR_MAX > 0xffffu ? 32 : 16)
#  endif
typedef unsigned char cpu_relax_u8_;
typedef unsigned short cpu_relax_u16_;

/* ---- Clock: one branch each ---------------------------------------------------------------- */
/* cpu_relax_clock_(ticks)  reads the clock and returns 1, or returns 0 and leaves *ticks as it is
 * cpu_relax_hz_()          its rate; 0: unknown */
#  if defined(CPU_RELAX_CLOCK_NS)
#    define CPU_RELAX_CLOCK "user"
static inline int cpu_relax_clock_(cpu_relax_u64_ *cpu_relax_ticks_)
{
    (void)sizeof(char[sizeof(CPU_RELAX_CLOCK_NS()) < sizeof(cpu_relax_u64_) ? -1 : 1]);
    *cpu_relax_ticks_ = (CPU_RELAX_CLOCK_NS()); /* may name your own variable ticks_ */
    return 1;
}
#    define cpu_relax_hz_() 1000000000u

/* AArch64, ARM64EC: the virtual counter. Its rate is 0 where the firmware has not set it.
 * [Arm ARM, DDI 0487, CNTVCT_EL0, CNTFRQ_EL0] */
#  elif CPU_RELAX_GNU_ && (defined(__aarch64__) || defined(__arm64ec__))
#    define CPU_RELAX_CLOCK "cntvct"
static inline int cpu_relax_clock_(cpu_relax_u64_ *ticks_)
{
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(*ticks_));
    return 1;
}
static inline cpu_relax_u64_ cpu_relax_hz_(void)
{
    cpu_relax_u64_ hz_;
    __asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz_));
    return hz_;
}

/* s390x: the time-of-day clock, 4096 to the microsecond, by STCKF, which old assemblers lack.
 * [z/Architecture Principles of Operation, TOD clock] */
#  elif CPU_RELAX_GNU_ && defined(__s390x__) && !defined(__MVS__)
#    define CPU_RELAX_CLOCK "stckf"
static inline int cpu_relax_clock_(cpu_relax_u64_ *ticks_)
{
    __asm__ __volatile__(".insn s,0xb27c0000,%0" : "=Q"(*ticks_) : : "cc");
    return 1;
}
#    define cpu_relax_hz_() 4096000000u

#  elif defined(__STDC_HOSTED__) && !__STDC_HOSTED__ /* freestanding: none, see below */

/* Windows. Declared as <windows.h> does, which may come later. */
#  elif defined(_WIN32)
#    define CPU_RELAX_CLOCK "QueryPerformanceCounter"
#    if !defined(_WINDOWS_)
union _LARGE_INTEGER;
CPU_RELAX_C_ __declspec(dllimport) int __stdcall QueryPerformanceCounter(union _LARGE_INTEGER *);
CPU_RELAX_C_ __declspec(dllimport) int __stdcall QueryPerformanceFrequency(union _LARGE_INTEGER *);
#    endif
static inline int cpu_relax_clock_(cpu_relax_u64_ *ticks_)
{
    return QueryPerformanceCounter((union _LARGE_INTEGER *)(void *)ticks_) != 0;
}
static inline cpu_relax_u64_ cpu_relax_hz_(void)
{
    cpu_relax_u64_ hz_ = 0;
    QueryPerformanceFrequency((union _LARGE_INTEGER *)(void *)&hz_);
    return hz_;
}

/* Linux, 64 bits: the structure is two `long`s in every C library. Declared here under another name,
 * because strict -std=c99 hides it in <time.h>, which also takes long to include. */
#  elif defined(__linux__) && defined(__LP64__) && (CPU_RELAX_GNU_ || defined(__TINYC__))
#    define CPU_RELAX_CLOCK "clock_gettime"
struct timespec;
CPU_RELAX_C_ int cpu_relax_clock_gettime_(int, struct timespec *) __asm__("clock_gettime");
static inline int cpu_relax_clock_(cpu_relax_u64_ *ticks_)
{
    long time_[2] = {0, 0};

    if (cpu_relax_clock_gettime_(1 /* CLOCK_MONOTONIC */, (struct timespec *)(void *)time_) != 0)
        return 0;
    *ticks_ = (cpu_relax_u64_)time_[0] * 1000000000u + (cpu_relax_u64_)time_[1];
    return 1;
}
#    define cpu_relax_hz_() 1000000000u

/* Elsewhere only the system's own declaration is right: on 32-bit Linux the structure has 8, 12 or 16
 * bytes, by C library and time_t. Never a clock that can be set, such as C11's TIME_UTC. */
#  else
#    if !defined(__has_include)
#      include <time.h>
#    elif __has_include(<time.h>)
#      include <time.h>
#    endif
#    if defined(CLOCK_UPTIME_RAW) /* Apple: its CLOCK_MONOTONIC moves in microseconds */
#      define CPU_RELAX_CLOCK_ID_ CLOCK_UPTIME_RAW
#    elif defined(CLOCK_MONOTONIC)
#      define CPU_RELAX_CLOCK_ID_ CLOCK_MONOTONIC
#    endif
#    if defined(CPU_RELAX_CLOCK_ID_)
#      define CPU_RELAX_CLOCK "clock_gettime"
static inline int cpu_relax_clock_(cpu_relax_u64_ *ticks_)
{
    struct timespec time_;

    if (clock_gettime(CPU_RELAX_CLOCK_ID_, &time_) != 0)
        return 0;
    *ticks_ = (cpu_relax_u64_)time_.tv_sec * 1000000000u + (cpu_relax_u64_)time_.tv_nsec;
    return 1;
}
#      define cpu_relax_hz_() 1000000000u
#    endif
#  endif

#  if defined(CPU_RELAX_CLOCK)
#    define CPU_RELAX_HAS_CLOCK 1
#  else
#    define CPU_RELAX_HAS_CLOCK 0
#    define CPU_RELAX_CLOCK "estimate"
#    define cpu_relax_clock_(ticks) ((void)(ticks), 0)
#    define cpu_relax_hz_() 1000000000u /* no clock is ever read */
#  endif

/* clang defines both macros in the host passes of CUDA and HIP, too. */
#  if (defined(__NVPTX__) && (!defined(__CUDA__) || defined(__CUDA_ARCH__))) ||                    \
      (defined(__AMDGCN__) && (!defined(__HIP__) || defined(__HIP_DEVICE_COMPILE__)))
#    define CPU_RELAX_GPU_ 1
#  else
#    define CPU_RELAX_GPU_ 0
#  endif

/* How long a hint and its iteration usually take, as a power of two: 2 us on CPUs of 8 and 16 bits, 64 ns on GPUs
 * and MCUs at 50 to 100 MHz, 32 for `pause`, 8 for `isb`, 4 for a hint that is a no-op and for an instruction
 * that you chose. With a clock, MCUs of other CPUs have the same macros as faster systems.
 * CPU_RELAX_STOOD_COST_ is four times the shortest iteration in ns: usually the estimate itself; 8 for `pause`, which
 * takes 10 cycles before Skylake; 2 for an instruction that you chose, which may be empty. */
#  if CPU_RELAX_PTR_BITS_ == 16
#    define CPU_RELAX_HINT_LOG2_NS_ 11
#  elif (defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M') ||                              \
      defined(__TARGET_PROFILE_M) || CPU_RELAX_GPU_ ||                                             \
      (!defined(__linux__) &&                                                                      \
       ((defined(__riscv) && __riscv_xlen == 32) || (CPU_RELAX_ARM_ >= 0 && CPU_RELAX_ARM_ < 6) || \
        (!CPU_RELAX_HAS_CLOCK && CPU_RELAX_PTR_BITS_ == 32 &&                                      \
         (defined(__xtensa__) || defined(__mips__) || defined(__or1k__) || defined(__sh__) ||      \
          defined(__m68k__) || defined(__powerpc__) || defined(__sparc__) || defined(__arc__) ||   \
          (defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'R')))))
#    define CPU_RELAX_HINT_LOG2_NS_ 6
#  elif defined(CPU_RELAX_CHOSEN_)
#    define CPU_RELAX_HINT_LOG2_NS_ 2
#    define CPU_RELAX_STOOD_COST_ 2u
#  elif defined(__aarch64__) || defined(__arm64ec__) || defined(_M_ARM64) || defined(_M_ARM64EC)
#    define CPU_RELAX_HINT_LOG2_NS_ 3
#  elif defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64) ||         \
      defined(__i386) || defined(__x86_64) || defined(__386__)
#    define CPU_RELAX_HINT_LOG2_NS_ 5
#    define CPU_RELAX_STOOD_COST_ 8u
#  else
#    define CPU_RELAX_HINT_LOG2_NS_ 2
#  endif
#  if !defined(CPU_RELAX_STOOD_COST_)
#    define CPU_RELAX_STOOD_COST_ (1u << CPU_RELAX_HINT_LOG2_NS_)
#  endif

/* ---- Load ----------------------------------------------------------------------------------- */
/* The compiler's atomic load, which ThreadSanitizer sees, where it is lock-free and one instruction. Else an
 * aligned load and a fence. (ARM before 7: clang loads by compare-and-swap. PTX before sm_70: none.) */
#  if !CPU_RELAX_GNU_ || !defined(__ATOMIC_ACQUIRE) || (defined(__NVPTX__) && CPU_RELAX_GPU_) ||   \
      (CPU_RELAX_ARM_ >= 0 && CPU_RELAX_ARM_ < 7)
#    define CPU_RELAX_ATOMIC_32_ 0
#    define CPU_RELAX_ATOMIC_64_ 0
#  elif defined(__CLANG_ATOMIC_INT_LOCK_FREE) /* also for Microsoft's ABI */
#    define CPU_RELAX_ATOMIC_32_ (__CLANG_ATOMIC_INT_LOCK_FREE == 2)
#    define CPU_RELAX_ATOMIC_64_ (__CLANG_ATOMIC_LLONG_LOCK_FREE == 2)
#  else
#    define CPU_RELAX_ATOMIC_32_ (__GCC_ATOMIC_INT_LOCK_FREE == 2)
#    define CPU_RELAX_ATOMIC_64_ (__GCC_ATOMIC_LLONG_LOCK_FREE == 2)
#  endif

/* The fence, which is always a compiler barrier, too. On ARM before version 6 it is a call, by which Linux lets
 * one program run on any number of processors; on MIPS I it is SYNC, which Linux emulates. Without an OS both have
 * only one, as have Lanai and CPUs of 8 and 16 bits, and the compiler barrier suffices: for ARM1136 and ARM1176 in
 * Thumb, too, which lacks the fence of version 6. */
#  if defined(__bpf__) /* no acquire before v4, and functions of at most five arguments */
#  elif defined(__clang__) && defined(__mips16) /* emits no atomic load */
#  elif CPU_RELAX_GNU_ &&                                                                          \
      (CPU_RELAX_PTR_BITS_ == 16 || defined(__lanai__) ||                                          \
       (!defined(__linux__) &&                                                                     \
        (defined(_MIPS_ARCH_MIPS1) || (CPU_RELAX_ARM_ >= 0 && CPU_RELAX_ARM_ < 6) ||               \
         (CPU_RELAX_ARM_ == 6 && defined(__thumb__) && !defined(__thumb2__) &&                     \
          !defined(__ARM_ARCH_6K__) && !defined(__ARM_ARCH_6M__)))))
#    define CPU_RELAX_FENCE_() __asm__ __volatile__("" : : : "memory")
#  elif defined(__clang__) && defined(_MIPS_ARCH_MIPS1) /* emits no SYNC itself */
#    define CPU_RELAX_FENCE_() __asm__ __volatile__(".set mips2; sync; .set mips0" : : : "memory")
#  elif CPU_RELAX_ATOMIC_32_
#    define CPU_RELAX_LOAD_(p_) __atomic_load_n(p_, __ATOMIC_ACQUIRE)
#    define CPU_RELAX_FENCE_() ((void)0)
#  elif CPU_RELAX_GNU_ && defined(__ATOMIC_ACQUIRE)
#    define CPU_RELAX_FENCE_() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#  elif defined(_M_ARM64) || defined(_M_ARM64EC) || defined(_M_ARM)
CPU_RELAX_C_ void __dmb(unsigned);
#    define CPU_RELAX_FENCE_() (__dmb(11) /* ISH */, _ReadWriteBarrier())
#  elif defined(_M_IX86) || defined(_M_X64) || defined(__i386__) || defined(__x86_64__) ||         \
      defined(__i386) || defined(__x86_64) || defined(__386__) /* loads stay in order */
#    if defined(_MSC_VER)
#      define CPU_RELAX_FENCE_() _ReadWriteBarrier()
#    elif CPU_RELAX_GNU_
#      define CPU_RELAX_FENCE_() __asm__ __volatile__("" : : : "memory")
#    else /* Sun, Watcom, TinyCC: the hint is the compiler barrier */
#      define CPU_RELAX_FENCE_() (cpu_relax)()
#    endif
#  elif CPU_RELAX_GNU_ /* GCC before 4.7 */
#    define CPU_RELAX_FENCE_() __sync_synchronize()
#  elif defined(__cplusplus)
#    include <atomic>
#    define CPU_RELAX_FENCE_() std::atomic_thread_fence(std::memory_order_acquire)
#  elif __STDC_VERSION__ >= 201112L && !defined(__STDC_NO_ATOMICS__)
#    include <stdatomic.h>
#    define CPU_RELAX_FENCE_() atomic_thread_fence(memory_order_acquire)
#  endif
#  if defined(CPU_RELAX_FENCE_) && !defined(CPU_RELAX_LOAD_)
#    define CPU_RELAX_LOAD_(p_) (*(p_))
#  endif

/* The widest word that is one access: a register, usually. i386 aligns 64 bits to 4 bytes, so that they
 * may lie across two lines; a pointer with bounds (CHERI) is wider than any word. */
#  if !defined(CPU_RELAX_FENCE_)
#    define CPU_RELAX_WIDEST_ 0
#  elif CPU_RELAX_PTR_BITS_ > 32 ||                                                                \
      (CPU_RELAX_PTR_BITS_ == 32 && CPU_RELAX_ATOMIC_64_ && !defined(__i386__) &&                  \
       !(defined(__BIGGEST_ALIGNMENT__) && __BIGGEST_ALIGNMENT__ < 8))
#    define CPU_RELAX_WIDEST_ 64
#  elif CPU_RELAX_PTR_BITS_ > 16
#    define CPU_RELAX_WIDEST_ 32
#  elif defined(__MSP430__)
#    define CPU_RELAX_WIDEST_ 16
#  else
#    define CPU_RELAX_WIDEST_ 8
#  endif
#  define CPU_RELAX_HAS_EQ8 (CPU_RELAX_WIDEST_ >= 8)
#  define CPU_RELAX_HAS_EQ16 (CPU_RELAX_WIDEST_ >= 16)
#  define CPU_RELAX_HAS_EQ32 (CPU_RELAX_WIDEST_ >= 32)
#  define CPU_RELAX_HAS_EQ64 (CPU_RELAX_WIDEST_ >= 64)
#  define CPU_RELAX_HAS_EQPTR (CPU_RELAX_WIDEST_ >= CPU_RELAX_PTR_BITS_)
#  if CPU_RELAX_HAS_EQ64
typedef cpu_relax_u64_ cpu_relax_word_;
#  else
typedef cpu_relax_u32_ cpu_relax_word_;
#  endif

/* The caller's object may have any type, so these may alias anything. Members, since UBSan checks the
 * alignment of structures but not of atomics. */
/* clang-format off */
struct CPU_RELAX_MAY_ALIAS_(cpu_relax_u8_) cpu_relax_8_ { cpu_relax_u8_ value_; };
struct CPU_RELAX_MAY_ALIAS_(cpu_relax_u16_) cpu_relax_16_ { cpu_relax_u16_ value_; };
struct CPU_RELAX_MAY_ALIAS_(cpu_relax_u32_) cpu_relax_32_ { cpu_relax_u32_ value_; };
struct CPU_RELAX_MAY_ALIAS_(cpu_relax_u64_) cpu_relax_64_ { cpu_relax_u64_ value_; };
/* clang-format on */

/* Loads a word of so many bits with acquire order. 0 bits: no word, as in a delay. */
static inline cpu_relax_word_ cpu_relax_load_(const volatile void *p_, int bits_)
{
    cpu_relax_word_ value_ = 0;

    (void)p_;
    if (bits_ == 0)
        return value_;
#  if CPU_RELAX_HAS_EQ8
    if (bits_ == 8)
        value_ = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_8_ *)p_)->value_);
    else if (bits_ == 16)
        value_ = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_16_ *)p_)->value_);
#    if CPU_RELAX_HAS_EQ64
    else if (bits_ == 64)
        value_ = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_64_ *)p_)->value_);
#    endif
    else
        value_ = CPU_RELAX_LOAD_(&((const volatile struct cpu_relax_32_ *)p_)->value_);
    CPU_RELAX_FENCE_();
#  endif
    return value_;
}

/* ---- Timer ---------------------------------------------------------------------------------- */
typedef struct {
    cpu_relax_u64_ hz_;             /* of the clock; 0: no clock, the budget is an estimate */
    cpu_relax_u64_ start_;          /* when the time began to run, in ticks */
    cpu_relax_u64_ duration_;       /* in ticks; 0 once it has elapsed */
    cpu_relax_u64_ previous_, now_; /* the last two readings */
    cpu_relax_u64_ budget_;         /* what iterations may cost */
    cpu_relax_u64_ polls_;          /* before the first sleep: in ticks, for FOREVER in hints */
    cpu_relax_u64_ sleep_budget_;   /* what sleeps may cost, in ns */
    cpu_relax_u64_ ending_;         /* 1: the next iteration has no time for a hint */
} cpu_relax_timer_;

/* Ticks from one reading to another; 0 if that is not later. They are modulo 2^64, and not half of that apart. */
static inline cpu_relax_u64_ cpu_relax_since_(cpu_relax_u64_ from_, cpu_relax_u64_ to_)
{
    const cpu_relax_u64_ ticks_ =
        to_ >= from_ ? to_ - from_ : 0xffffffffffffffffu - (from_ - to_) + 1; /* wraps nowhere */

    return ticks_ < 0x8000000000000000u ? ticks_ : 0;
}

/* Rounded up; the other one down. No product wraps at a rate below 8 GHz. */
static inline cpu_relax_u64_ cpu_relax_to_ticks_(cpu_relax_u64_ ns_, cpu_relax_u64_ hz_)
{
    return hz_ == 1000000000u
               ? ns_
               : ns_ / 1000000000u * hz_ + (ns_ % 1000000000u * hz_ + 999999999u) / 1000000000u;
}

static inline cpu_relax_u64_ cpu_relax_to_ns_(cpu_relax_u64_ ticks_, cpu_relax_u64_ hz_)
{
    return hz_ == 1000000000u || hz_ == 0
               ? ticks_
               : ticks_ / hz_ * 1000000000u + ticks_ % hz_ * 1000000000u / hz_;
}

/* A reading that fails repeats the one before. */
static inline void cpu_relax_timer_read_(cpu_relax_timer_ *t_)
{
    t_->previous_ = t_->now_;
    (void)cpu_relax_clock_(&t_->now_);
}

/* The first reading. If it fails there is no clock, and no other attempt. */
static inline void cpu_relax_timer_start_(cpu_relax_timer_ *t_)
{
    t_->now_ = 0;
    t_->hz_ = cpu_relax_clock_(&t_->now_) ? cpu_relax_hz_() : 0;
    t_->start_ = t_->previous_ = t_->now_;
    t_->ending_ = 0;
}

/* Sets how long it runs. The budget ends the wait if the clock does not. No iteration is shorter than the
 * 0.3 ns of the shortest hint, so with a correct clock four for each nanosecond are never too few. */
static inline void cpu_relax_timer_set_(cpu_relax_timer_ *t_, cpu_relax_u64_ ns_)
{
    if (ns_ > (cpu_relax_u64_)1 << 61)
        ns_ = (cpu_relax_u64_)1 << 61;
    t_->duration_ = cpu_relax_to_ticks_(ns_, t_->hz_);
    t_->budget_ = t_->hz_ == 0 ? (ns_ >> CPU_RELAX_HINT_LOG2_NS_) + 1 : 4 * ns_ + 4;
    t_->polls_ = cpu_relax_to_ticks_(CPU_RELAX_POLL_NS, t_->hz_);
    t_->sleep_budget_ = 4 * ns_;
}

/* Called once in each iteration. If the clock stood in the last one and stands in this one, this one costs
 * CPU_RELAX_STOOD_COST_: so a clock that has stopped ends the wait, late, after `(4 * ns + 4) / cost` iterations,
 * while one that is coarse ends it no sooner than it should.
 * After a step back the time starts again. The next iteration has no hint if this one took longer than what
 * remains.
 *
 * The first reading may be almost a tick old. So once the duration has elapsed, the clock must go forward
 * once more: never early with a correct clock, however coarse, and one more reading with a fine one. */
static inline int cpu_relax_expired_(cpu_relax_timer_ *t_)
{
    const int stood_ = t_->now_ == t_->previous_;
    cpu_relax_u64_ cost_ = 1;

    if (t_->hz_ == 0)
        return --t_->budget_ == 0;

    cpu_relax_timer_read_(t_);
    if (stood_ && t_->now_ == t_->previous_)
        cost_ = CPU_RELAX_STOOD_COST_;
    if (t_->budget_ <= cost_)
        return 1;
    t_->budget_ -= cost_;

    if (cpu_relax_since_(t_->now_, t_->start_) != 0)
        t_->start_ = t_->now_;
    if (t_->duration_ != 0) {
        const cpu_relax_u64_ elapsed_ = t_->now_ - t_->start_;

        if (elapsed_ < t_->duration_) {
            t_->ending_ = t_->duration_ - elapsed_ < cpu_relax_since_(t_->previous_, t_->now_);
            return 0;
        }
        t_->start_ = t_->now_;
        t_->duration_ = 0;
        t_->ending_ = 0;
        cpu_relax_timer_read_(t_);
    }
    return cpu_relax_since_(t_->start_, t_->now_) != 0;
}

/* ---- Monitors: one block for each architecture, with the same four functions ---------------- */
/* cpu_relax_detect_()         the features of the running CPU; called once
 * cpu_relax_sleep_ns_(f, bits, ns)
 *                             the longest sleep that fits into ns; 0: none, or not for this width. It takes
 *                             that long at most, and an eighth of it at least unless something ends it.
 * cpu_relax_arm_(f, p, bits)  arms the monitor on *p, then loads *p with acquire order. A load that
 *                             arms is that load itself: another access may disarm the monitor.
 * cpu_relax_sleep_(f, ns)     until the line is written, something interrupts, or the time is up
 * CPU_RELAX_BETTER_INSN_      the hint of the loops if the CPU has CPU_RELAX_BETTER_FEATURE_
 *
 * An instruction that can trap is executed only if the running CPU reports it. To add a CPU, add a block
 * and its feature bits. */
enum {
    CPU_RELAX_FEATURE_WAITPKG = 1,  /* x86-64: UMONITOR, UMWAIT */
    CPU_RELAX_FEATURE_MWAITX = 2,   /* x86-64: MONITORX, MWAITX */
    CPU_RELAX_FEATURE_EVTSTRM = 4,  /* AArch64: an event stream ends a WFE */
    CPU_RELAX_FEATURE_WFXT = 8,     /* AArch64: WFET */
    CPU_RELAX_FEATURE_ZAWRS = 16,   /* RISC-V: WRS.STO */
    CPU_RELAX_FEATURE_LLPAUSE = 32, /* MIPS: a PAUSE that waits until LLbit is clear */
    CPU_RELAX_FEATURE_ISA31 = 32,   /* POWER10: WAITRSV; the hint PAUSE_SHORT */
    CPU_RELAX_FEATURE_SB = 64,      /* AArch64: the hint `sb` */
    CPU_RELAX_FEATURE_KNOWN_ = 128
};

/* A sleep of at least min and at most max ns. */
static inline cpu_relax_u64_ cpu_relax_fit_(cpu_relax_u64_ ns_, cpu_relax_u64_ min_,
                                            cpu_relax_u64_ max_)
{
    return ns_ < min_ ? 0 : ns_ < max_ ? ns_ : max_;
}

/* Detected by you, or by the OS. Intel's old compiler lacks Microsoft's intrinsics; CHERI arms by capabilities. */
#  if defined(CPU_RELAX_NO_MONITOR) || defined(__arm64ec__) ||                                     \
      defined(__CHERI_PURE_CAPABILITY__) ||                                                        \
      (defined(__STDC_HOSTED__) && !__STDC_HOSTED__ && !defined(CPU_RELAX_FEATURES))
#    define CPU_RELAX_MAY_SLEEP_ 0
#  elif CPU_RELAX_ATOMIC_32_
#    define CPU_RELAX_MAY_SLEEP_ 1
#  elif defined(_M_X64) && !defined(_M_ARM64EC) && !defined(__INTEL_COMPILER) && _MSC_VER >= 1930
#    define CPU_RELAX_MAY_SLEEP_ 1
#    include <intrin.h>
#  else
#    define CPU_RELAX_MAY_SLEEP_ 0
#  endif

/* ---- x86-64: UMONITOR and UMWAIT (Intel), MONITORX and MWAITX (AMD). C0.2 takes about 0.5 us longer to leave
 * than C0.1 but has 20 times fewer false wake-ups; C1 burns less than MWAITX's C0 and takes under 0.1 us
 * longer. [google/highway, hwy/contrib/thread_pool/spin.h] */
#  if CPU_RELAX_MAY_SLEEP_ && (defined(__x86_64__) || defined(_M_X64))
#    define CPU_RELAX_MONITOR "umwait, mwaitx"

static inline cpu_relax_u32_ cpu_relax_cpuid_(cpu_relax_u32_ leaf_, int eax_not_ecx_)
{
    int r_[4]; /* EAX, EBX, ECX, EDX, of sub-leaf 0 */

#    if CPU_RELAX_GNU_
    __asm__ __volatile__("cpuid"
                         : "=a"(r_[0]), "=b"(r_[1]), "=c"(r_[2]), "=d"(r_[3])
                         : "a"(leaf_), "c"(0));
#    else
    __cpuidex(r_, (int)leaf_, 0);
#    endif
    return (cpu_relax_u32_)(eax_not_ecx_ ? r_[0] : r_[2]);
}

/* In a virtual machine each CPUID is an exit, so as few as can be: every x86-64 has leaf 0x80000001.
 * [AMD APM, volume 3, CPUID Fn8000_0001; Intel SDM, volume 2A, CPUID, leaf 7] */
static inline unsigned cpu_relax_detect_(void)
{
    if ((cpu_relax_cpuid_(0x80000001u, 0) >> 29 & 1) != 0)
        return CPU_RELAX_FEATURE_MWAITX;
    if (cpu_relax_cpuid_(0, 1) >= 7 && (cpu_relax_cpuid_(7, 0) >> 5 & 1) != 0)
        return CPU_RELAX_FEATURE_WAITPKG;
    return 0;
}

/* Linux limits UMWAIT to 100000 cycles, which are 200 us at 0.5 GHz. */
static inline cpu_relax_u64_ cpu_relax_sleep_ns_(unsigned features_, int bits_, cpu_relax_u64_ ns_)
{
    const unsigned any_ = CPU_RELAX_FEATURE_WAITPKG | CPU_RELAX_FEATURE_MWAITX;

    return (features_ & any_) != 0 ? cpu_relax_fit_(ns_, 8, 200000) : 0;
}

static inline cpu_relax_word_ cpu_relax_arm_(unsigned features_, const volatile void *p_, int bits_)
{
#    if CPU_RELAX_GNU_
    const cpu_relax_u64_ line_ = (cpu_relax_uptr_)p_;

    if ((features_ & CPU_RELAX_FEATURE_WAITPKG) != 0) /* umonitor %rax */
        __asm__ __volatile__(".byte 0xf3,0x0f,0xae,0xf0" : : "a"(line_) : "memory");
    else /* monitorx %rax, %ecx, %edx */
        __asm__ __volatile__(".byte 0x0f,0x01,0xfa" : : "a"(line_), "c"(0), "d"(0) : "memory");
#    else
    if ((features_ & CPU_RELAX_FEATURE_WAITPKG) != 0)
        _umonitor((void *)p_);
    else
        _mm_monitorx((const void *)p_, 0, 0);
#    endif
    return cpu_relax_load_(p_, bits_);
}

/* The time-stamp counter runs at 0.5 to 4 GHz: the cycles that end in time at 0.5 GHz. */
static inline void cpu_relax_sleep_(unsigned features_, cpu_relax_u64_ ns_)
{
    const cpu_relax_u32_ cycles_ = (cpu_relax_u32_)(ns_ / 8 * 4);

#    if CPU_RELAX_GNU_
    if ((features_ & CPU_RELAX_FEATURE_WAITPKG) != 0) {
        cpu_relax_u32_ low_, high_;
        cpu_relax_u64_ deadline_;

        __asm__ __volatile__("rdtsc" : "=a"(low_), "=d"(high_));
        deadline_ = ((cpu_relax_u64_)high_ << 32 | low_) + cycles_;
        low_ = (cpu_relax_u32_)deadline_;
        high_ = (cpu_relax_u32_)(deadline_ >> 32);
        /* umwait %ecx, 0: C0.2 */
        __asm__ __volatile__(".byte 0xf2,0x0f,0xae,0xf1" ::"a"(low_), "d"(high_), "c"(0)
                             : "cc", "memory");
    } else { /* mwaitx %eax, 0: C1; %ecx, 2: for %ebx cycles */
        __asm__ __volatile__(".byte 0x0f,0x01,0xfb" : : "a"(0), "b"(cycles_), "c"(2) : "memory");
    }
#    else
    if ((features_ & CPU_RELAX_FEATURE_WAITPKG) != 0)
        (void)_umwait(0 /* C0.2 */, __rdtsc() + cycles_);
    else
        _mm_mwaitx(2 /* with a limit */, 0 /* C1 */, cycles_);
#    endif
}

/* ---- AArch64: LDAXR, then WFE or WFET. Without an event stream a WFE may last for ever. */
#  elif CPU_RELAX_MAY_SLEEP_ && defined(__aarch64__) &&                                            \
      (defined(__linux__) || defined(__FreeBSD__) || (defined(__APPLE__) && defined(__LP64__)) ||  \
       defined(CPU_RELAX_FEATURES))
#    define CPU_RELAX_MONITOR "wfet, wfe"
#    define CPU_RELAX_BETTER_FEATURE_ CPU_RELAX_FEATURE_SB
#    define CPU_RELAX_BETTER_INSN_ ".inst 0xd50330ff" /* sb */

/* XNU always has an event stream, and no HWCAP. [XNU, osfmk/arm64/machine_routines.c,
 * wfe_timeout_configure; Linux, Documentation/arch/arm64/elf_hwcaps.rst; FreeBSD's bits are the same] */
#    if defined(__APPLE__)
enum { CPU_RELAX_PERIOD_NS_ = 2000 };
#      define cpu_relax_hwcap_(second) ((second) ? 0ul : 1ul << 2)
#    elif defined(__FreeBSD__)
enum { CPU_RELAX_PERIOD_NS_ = 200000 };
CPU_RELAX_C_ int cpu_relax_elf_aux_info_(int, void *, int) __asm__("elf_aux_info");
static inline unsigned long cpu_relax_hwcap_(int second_)
{
    unsigned long hwcap_ = 0;

    (void)cpu_relax_elf_aux_info_(second_ ? 26 : 25, &hwcap_, (int)sizeof(hwcap_));
    return hwcap_;
}
#    else
enum { CPU_RELAX_PERIOD_NS_ = 200000 };
CPU_RELAX_C_ unsigned long cpu_relax_getauxval_(unsigned long) __asm__("getauxval");
#      define cpu_relax_hwcap_(second) cpu_relax_getauxval_((second) ? 26 : 16)
#    endif

static inline unsigned cpu_relax_detect_(void)
{
    const unsigned long hwcap_ = cpu_relax_hwcap_(0), hwcap2_ = cpu_relax_hwcap_(1);

    return (unsigned)((hwcap_ >> 2 & 1) * CPU_RELAX_FEATURE_EVTSTRM |
                      (hwcap_ >> 29 & 1) * CPU_RELAX_FEATURE_SB |
                      (hwcap2_ >> 31 & 1) * CPU_RELAX_FEATURE_WFXT);
}

/* WFET ends at its deadline; WFE with the period of the event stream, a power of two in ticks: 70 to 150 us, on
 * Apple 1 to 2 us. */
static inline cpu_relax_u64_ cpu_relax_sleep_ns_(unsigned features_, int bits_, cpu_relax_u64_ ns_)
{
    if ((features_ & CPU_RELAX_FEATURE_WFXT) != 0)
        return cpu_relax_fit_(ns_, 8, 200000);
    return (features_ & CPU_RELAX_FEATURE_EVTSTRM) != 0
               ? cpu_relax_fit_(ns_, CPU_RELAX_PERIOD_NS_, CPU_RELAX_PERIOD_NS_)
               : 0;
}

static inline cpu_relax_word_ cpu_relax_arm_(unsigned features_, const volatile void *p_, int bits_)
{
    const cpu_relax_u64_ at_ = (cpu_relax_uptr_)p_; /* 64 bits in ILP32, too */
    cpu_relax_u64_ value_;

    if (bits_ == 8)
        __asm__ __volatile__("ldaxrb %w0, [%1]" : "=r"(value_) : "r"(at_) : "memory");
    else if (bits_ == 16)
        __asm__ __volatile__("ldaxrh %w0, [%1]" : "=r"(value_) : "r"(at_) : "memory");
    else if (bits_ == 64)
        __asm__ __volatile__("ldaxr %0, [%1]" : "=r"(value_) : "r"(at_) : "memory");
    else
        __asm__ __volatile__("ldaxr %w0, [%1]" : "=r"(value_) : "r"(at_) : "memory");
    return bits_ == 64 ? value_ : (cpu_relax_u32_)value_;
}

static inline void cpu_relax_sleep_(unsigned features_, cpu_relax_u64_ ns_)
{
    if ((features_ & CPU_RELAX_FEATURE_WFXT) != 0) {
        cpu_relax_u64_ deadline_, hz_;

        __asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz_));
        __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(deadline_));
        deadline_ += ns_ * hz_ / 1000000000u;
        __asm__ __volatile__("mov x0, %0\n\t.inst 0xd5031000" /* wfet x0 */
                             :
                             : "r"(deadline_)
                             : "x0", "memory");
    } else {
        __asm__ __volatile__("wfe" : : : "memory");
    }
}

/* ---- RISC-V: LR, then WRS.STO */
#  elif CPU_RELAX_MAY_SLEEP_ && defined(__riscv_atomic) &&                                         \
      (defined(__linux__) || defined(CPU_RELAX_FEATURES))
#    define CPU_RELAX_MONITOR "wrs.sto"
#    define CPU_RELAX_RESERVE_32_ "lr.w.aq %0, (%1)"
#    define CPU_RELAX_RESERVE_64_ "lr.d.aq %0, (%1)"
#    if defined(__clang__) && __clang_major__ < 14 /* knows no .insn */
#      define CPU_RELAX_SLEEP_ ".byte 0x73,0x00,0xd0,0x01"
#    else
#      define CPU_RELAX_SLEEP_ ".insn i 0x73, 0, x0, x0, 0x01d" /* wrs.sto */
#    endif

/* The system call, since C libraries declare it late. Kernels before 6.4 refuse it, those before 6.11 do
 * not know Zawrs. [Linux, Documentation/arch/riscv/hwprobe.rst] */
static inline unsigned cpu_relax_detect_(void)
{
    struct {
        long long key_;
        cpu_relax_u64_ value_;
    } pair_ = {4 /* RISCV_HWPROBE_KEY_IMA_EXT_0 */, 0};
    long result_ = (long)&pair_; /* first the argument */

    /* riscv_hwprobe: 1 pair, all processors, no flags */
    __asm__ __volatile__("mv a0, %0\n\tli a1, 1\n\tli a2, 0\n\tli a3, 0\n\tli a4, 0\n\t"
                         "li a7, 258\n\tecall\n\tmv %0, a0"
                         : "+r"(result_)
                         :
                         : "a0", "a1", "a2", "a3", "a4", "a7", "memory");
    if (result_ != 0 || pair_.key_ != 4 || (pair_.value_ >> 48 & 1) == 0)
        return 0;
    return CPU_RELAX_FEATURE_ZAWRS;
}

/* WRS.STO is only said to be short, 10 to 100 cache misses. WRS.NTO has no such limit, and may trap. */
static inline cpu_relax_u64_ cpu_relax_sleep_ns_(unsigned features_, int bits_, cpu_relax_u64_ ns_)
{
    if ((features_ & CPU_RELAX_FEATURE_ZAWRS) == 0 || bits_ == 8 || bits_ == 16)
        return 0;
    return cpu_relax_fit_(ns_, 10000, 10000);
}

/* ---- MIPS release 2: LL, then PAUSE, which only a store or an interrupt ends. No-op where missing. */
#  elif CPU_RELAX_MAY_SLEEP_ && defined(__mips_isa_rev) && __mips_isa_rev >= 2 &&                  \
      !defined(__mips16) && !defined(__mips_micromips)
#    define CPU_RELAX_MONITOR "pause"
#    define CPU_RELAX_RESERVE_32_ "ll %0, 0(%1)\n\tsync"
#    define CPU_RELAX_RESERVE_64_ "lld %0, 0(%1)\n\tsync"
#    define CPU_RELAX_SLEEP_ "pause"
#    define cpu_relax_detect_() CPU_RELAX_FEATURE_LLPAUSE

static inline cpu_relax_u64_ cpu_relax_sleep_ns_(unsigned features_, int bits_, cpu_relax_u64_ ns_)
{
    if ((features_ & CPU_RELAX_FEATURE_LLPAUSE) == 0 || bits_ == 8 || bits_ == 16)
        return 0;
    return cpu_relax_fit_(ns_, CPU_RELAX_FOREVER, 200000);
}

/* ---- POWER10: LWARX, then WAITRSV, which only a store or an interrupt ends. Both WAITs trap before ISA 3.1.
 * [Power ISA 3.1, wait; Linux, Documentation/arch/powerpc/elf_hwcaps.rst] */
#  elif CPU_RELAX_MAY_SLEEP_ && defined(__powerpc__) &&                                            \
      (defined(__linux__) || defined(CPU_RELAX_FEATURES))
#    define CPU_RELAX_MONITOR "waitrsv"
#    define CPU_RELAX_RESERVE_32_ "lwarx %0,0,%1\n\tlwsync"
#    define CPU_RELAX_RESERVE_64_ "ldarx %0,0,%1\n\tlwsync"
#    define CPU_RELAX_SLEEP_ ".long 0x7c20003c" /* wait 1,0: WAITRSV */
#    define CPU_RELAX_BETTER_FEATURE_ CPU_RELAX_FEATURE_ISA31
#    define CPU_RELAX_BETTER_INSN_ ".long 0x7c40003c" /* wait 2,0: PAUSE_SHORT */

CPU_RELAX_C_ unsigned long cpu_relax_getauxval_(unsigned long) __asm__("getauxval");
static inline unsigned cpu_relax_detect_(void)
{
    return (unsigned)(cpu_relax_getauxval_(26) >> 18 & 1) * CPU_RELAX_FEATURE_ISA31;
}

static inline cpu_relax_u64_ cpu_relax_sleep_ns_(unsigned features_, int bits_, cpu_relax_u64_ ns_)
{
    if ((features_ & CPU_RELAX_FEATURE_ISA31) == 0 || bits_ == 8 || bits_ == 16)
        return 0;
    return cpu_relax_fit_(ns_, CPU_RELAX_FOREVER, 200000);
}

/* ---- No monitor. 32-bit ARM: clearing an ARMv7 monitor is no event, and WFE traps in 32-bit Android
 * processes. Windows on ARM: no documented event stream. LoongArch: `dbar 0x700` is a load barrier. */
#  endif

/* The two functions of RISC-V, MIPS and POWER, which arm by a load that reserves a word of 32 or 64 bits. */
#  if defined(CPU_RELAX_RESERVE_32_)
static inline cpu_relax_word_ cpu_relax_arm_(unsigned features_, const volatile void *p_, int bits_)
{
    cpu_relax_word_ value_;

#    if CPU_RELAX_HAS_EQ64
    if (bits_ == 64) {
        __asm__ __volatile__(CPU_RELAX_RESERVE_64_ : "=r"(value_) : "r"(p_) : "memory");
        return value_;
    }
#    endif
    __asm__ __volatile__(CPU_RELAX_RESERVE_32_ : "=r"(value_) : "r"(p_) : "memory");
    return (cpu_relax_u32_)value_;
}

static inline void cpu_relax_sleep_(unsigned features_, cpu_relax_u64_ ns_)
{
    __asm__ __volatile__(CPU_RELAX_SLEEP_ : : : "memory");
}
#  endif
#  if defined(CPU_RELAX_MONITOR)
#    define CPU_RELAX_HAS_MONITOR 1
#  else
#    define CPU_RELAX_MONITOR "none"
#    define CPU_RELAX_HAS_MONITOR 0
#    define cpu_relax_detect_() 0u
#    define cpu_relax_sleep_ns_(features, bits, ns) ((void)(bits), (void)(ns), (cpu_relax_u64_)0)
#    define cpu_relax_arm_(features, p, bits) ((cpu_relax_word_)0)
#    define cpu_relax_sleep_(features, ns) ((void)0)
#  endif

/* The hint of the loops: the better one if the running CPU has it, but not in place of one that you chose. */
#  if defined(CPU_RELAX_BETTER_INSN_) && defined(CPU_RELAX_BASELINE_) && !defined(cpu_relax)
#    define CPU_RELAX_BETTER_HINT_ 1
static inline void cpu_relax_hint_(unsigned features_)
{
    if ((features_ & CPU_RELAX_BETTER_FEATURE_) != 0)
        __asm__ __volatile__(CPU_RELAX_BETTER_INSN_ : : : "memory");
    else
        (cpu_relax)();
}
#  else
#    define CPU_RELAX_BETTER_HINT_ 0
#    define cpu_relax_hint_(features) ((void)(features), (cpu_relax)())
#  endif

/* ---- Features of the running CPU ------------------------------------------------------------ */
#  if !CPU_RELAX_HAS_MONITOR
#    define CPU_RELAX_CACHED_() 0u
#    define CPU_RELAX_CACHE_(f) ((void)(f))
#  elif CPU_RELAX_GNU_
#    define CPU_RELAX_CACHED_() __atomic_load_n(cpu_relax_cache_(), __ATOMIC_RELAXED)
#    define CPU_RELAX_CACHE_(f)                                                                    \
      __atomic_store_n(cpu_relax_cache_(), (unsigned char)(f), __ATOMIC_RELAXED)
#  else /* Microsoft: a volatile byte is one access */
#    define CPU_RELAX_CACHED_() (*(volatile unsigned char *)cpu_relax_cache_())
#    define CPU_RELAX_CACHE_(f) ((void)(CPU_RELAX_CACHED_() = (unsigned char)(f)))
#  endif

/* The cache: 0, or the features and KNOWN. Threads and signal handlers may all write it, because they all write
 * the same: CPUID, HWCAP and hwprobe report what every processor has that the thread may move to. */
static inline unsigned char *cpu_relax_cache_(void)
{
    static unsigned char cache_;
    return &cache_;
}

static inline unsigned cpu_relax_features(void)
{
    unsigned cpu_relax_found_ = CPU_RELAX_CACHED_();

    if (CPU_RELAX_HAS_MONITOR && cpu_relax_found_ == 0) {
        cpu_relax_found_ = CPU_RELAX_FEATURE_KNOWN_;
#  if defined(CPU_RELAX_FEATURES)
        cpu_relax_found_ |= (unsigned)(CPU_RELAX_FEATURES()); /* may name your own found_ */
#  else
        cpu_relax_found_ |= cpu_relax_detect_();
#  endif
        CPU_RELAX_CACHE_(cpu_relax_found_);
    }
    return cpu_relax_found_ & ~(unsigned)CPU_RELAX_FEATURE_KNOWN_;
}

/* ---- Wait ----------------------------------------------------------------------------------- */
/* One condition for all four: while (0) or until (1) the bits under the mask equal those of ref. */
static inline int cpu_relax_is_met_(cpu_relax_word_ value_, cpu_relax_word_ ref_,
                                    cpu_relax_word_ mask_, int sense_)
{
    return (((value_ ^ ref_) & mask_) == 0) == (sense_ != 0);
}

static inline cpu_relax_word_ cpu_relax_poll_(const volatile void *p_, int bits_,
                                              cpu_relax_word_ ref_, cpu_relax_word_ mask_,
                                              int sense_, cpu_relax_u64_ timeout_);

/* The hot path: load, compare, return. */
static inline cpu_relax_word_ cpu_relax_wait_(const volatile void *p_, int bits_,
                                              cpu_relax_word_ ref_, cpu_relax_word_ mask_,
                                              int sense_, cpu_relax_u64_ timeout_)
{
    const cpu_relax_word_ value_ = cpu_relax_load_(p_, bits_);

    return cpu_relax_is_met_(value_, ref_, mask_, sense_)
               ? value_
               : cpu_relax_poll_(p_, bits_, ref_, mask_, sense_, timeout_);
}

/* How long this iteration sleeps, in ns; 0: not at all. Sleeps end early enough for hints to do the rest. Each is
 * charged its minimum duration, an eighth of its maximum, rounded up: so with a clock that has stopped the sleeps end,
 * too. False wake-ups may use up the budget early, after which hints go on. */
static inline cpu_relax_u64_ cpu_relax_next_sleep_(cpu_relax_timer_ *t_, int bits_,
                                                   cpu_relax_u64_ timeout_)
{
    cpu_relax_u64_ ns_ = CPU_RELAX_FOREVER;
    const cpu_relax_u64_ elapsed_ = cpu_relax_since_(t_->start_, t_->now_);

    if (!CPU_RELAX_HAS_MONITOR)
        return 0;
    if (timeout_ == CPU_RELAX_FOREVER) {
        if (t_->polls_ != 0) {
            t_->polls_--;
            return 0;
        }
    } else {
        if (t_->hz_ == 0 || t_->duration_ == 0 || elapsed_ < t_->polls_ ||
            (t_->duration_ - elapsed_) / 8 < t_->polls_)
            return 0;
        ns_ = cpu_relax_to_ns_(t_->duration_ - elapsed_ - t_->polls_, t_->hz_);
    }
    ns_ = cpu_relax_sleep_ns_(cpu_relax_features(), bits_, ns_);
    if ((ns_ + 7) / 8 > t_->sleep_budget_)
        return 0;
    t_->sleep_budget_ -= (ns_ + 7) / 8;
    return ns_;
}

/* Between two loads a hint and no more: a load of a line that nobody has written is free. A long wait also arms,
 * loads, and sleeps only if the condition does not hold for the value just loaded; else that value ends the wait.
 * The hint stays: on some CPUs an armed WFE does not sleep. */
CPU_RELAX_COLD_ cpu_relax_word_ cpu_relax_poll_(const volatile void *p_, int bits_,
                                                cpu_relax_word_ ref_, cpu_relax_word_ mask_,
                                                int sense_, cpu_relax_u64_ timeout_)
{
    cpu_relax_word_ value_;
    cpu_relax_timer_ t_;

    /* Without a timeout. One by one: for an initialiser, compilers may call memset(). */
    t_.hz_ = t_.start_ = t_.duration_ = t_.previous_ = t_.now_ = t_.budget_ = t_.ending_ = 0;
    t_.polls_ = CPU_RELAX_POLL_NS >> CPU_RELAX_HINT_LOG2_NS_;
    t_.sleep_budget_ = CPU_RELAX_FOREVER;
    if (timeout_ == 0 || timeout_ > CPU_RELAX_FOREVER)
        return cpu_relax_load_(p_, bits_);
    if (timeout_ != CPU_RELAX_FOREVER) {
        cpu_relax_timer_start_(&t_);
        cpu_relax_timer_set_(&t_, timeout_);
    }
    do {
        const cpu_relax_u64_ sleep_ = cpu_relax_next_sleep_(&t_, bits_, timeout_);
        const unsigned features_ = CPU_RELAX_CACHED_();

        if (!t_.ending_)
            cpu_relax_hint_(features_);
        if (sleep_ != 0) {
            value_ = cpu_relax_arm_(features_, p_, bits_);
            if (cpu_relax_is_met_(value_, ref_, mask_, sense_)) {
                (void)cpu_relax_load_(p_, bits_); /* ThreadSanitizer sees no load by assembly */
                return value_;
            }
            cpu_relax_sleep_(features_, sleep_);
        }
        value_ = cpu_relax_load_(p_, bits_);
    } while (!cpu_relax_is_met_(value_, ref_, mask_, sense_) &&
             (timeout_ == CPU_RELAX_FOREVER || !cpu_relax_expired_(&t_)));
    return value_;
}

/* ---- Delay ---------------------------------------------------------------------------------- */
/* A wait for a word that nobody writes, on a line without data of this thread. */
static inline void cpu_relax_for_ns(cpu_relax_u64_ ns_)
{
    static const cpu_relax_u32_ word_ = 0;

    if (ns_ == 0 || ns_ > CPU_RELAX_FOREVER)
        cpu_relax_hint_(CPU_RELAX_CACHED_());
    else
        (void)cpu_relax_poll_(&word_, 0, 1, 1, 1, ns_);
}

/* ---- Back-off ------------------------------------------------------------------------------- */
typedef struct {
    cpu_relax_u64_ now_;               /* the clock at the end of the last call */
    cpu_relax_u64_ check_by_;          /* a later call: the caller's check was a cache miss */
    cpu_relax_u32_ remaining_, limit_; /* in ns */
    cpu_relax_u32_ begun_, jitter_;    /* 0 before the first call; PRNG state */
} cpu_relax_backoff_t;
#  define CPU_RELAX_BACKOFF_INIT                                                                   \
    {                                                                                              \
      0, 0, CPU_RELAX_BACKOFF_LIMIT_NS, CPU_RELAX_BACKOFF_LIMIT_NS, 0, 0                           \
    }

CPU_RELAX_NONNULL_ static inline void cpu_relax_backoff_init(cpu_relax_backoff_t *b_,
                                                             cpu_relax_u32_ limit_ns_)
{
    b_->now_ = b_->check_by_ = 0;
    b_->remaining_ = b_->limit_ = limit_ns_;
    b_->begun_ = b_->jitter_ = 0;
}

CPU_RELAX_NONNULL_ static inline void cpu_relax_backoff_reset(cpu_relax_backoff_t *b_)
{
    cpu_relax_backoff_init(b_, b_->limit_);
}

/* Charges what has elapsed since the last charge, or ns if that is more, divided by 1 << shift. */
static inline void cpu_relax_charge_(cpu_relax_backoff_t *b_, const cpu_relax_timer_ *t_,
                                     cpu_relax_u32_ ns_, int shift_)
{
    const cpu_relax_u64_ ticks_ = cpu_relax_since_(b_->now_, t_->now_);
    cpu_relax_u64_ cost_ = cpu_relax_to_ns_(ticks_, t_->hz_);

    if (cost_ < ns_)
        cost_ = ns_;
    cost_ = (cost_ + (1u << shift_) - 1) >> shift_;
    b_->remaining_ -= cost_ < b_->remaining_ ? (cpu_relax_u32_)cost_ : b_->remaining_;
    b_->now_ = t_->now_;
}

/* A linear congruential generator, whose high bits are the good ones. [Numerical Recipes, 7.1] Returns 0 to ns / 2. */
static inline cpu_relax_u32_ cpu_relax_jitter_(cpu_relax_backoff_t *b_, cpu_relax_u32_ ns_)
{
    b_->jitter_ = (cpu_relax_u32_)((cpu_relax_u64_)b_->jitter_ * 1664525u + 1013904223u);
    return (cpu_relax_u32_)((cpu_relax_u64_)(ns_ / 2) * b_->jitter_ >> 32);
}

/* When blocking is cheaper. The next hint may be a better one. */
static inline int cpu_relax_give_up_(void)
{
    cpu_relax_hint_(CPU_RELAX_CACHED_());
    if (CPU_RELAX_BETTER_HINT_)
        (void)cpu_relax_features();
    return 0;
}

/* The caller's check should take no longer than two clock reads, or it was a cache miss: a measure on every CPU. The
 * price of a read is the time between the last two of the delay, rounded down to whole units of the clock: so one unit
 * more if a unit is shorter than 30 ns; with longer ones a cache miss would count as fast. If the clock stood, its
 * resolution is unknown and the next check counts as fast. With a clock that is slow to read, or coarse, a delay lasts
 * one reading, or one tick, at least. The jitter starts with the time and the address, which no two waiters share. */
CPU_RELAX_NONNULL_ CPU_RELAX_COLD_ int cpu_relax_backoff(cpu_relax_backoff_t *b_)
{
    const unsigned features_ = CPU_RELAX_CACHED_();
    cpu_relax_u64_ allowed_;
    cpu_relax_timer_ t_;

    if (b_->remaining_ == 0)
        return cpu_relax_give_up_();

    if (b_->begun_ == 0) { /* the first call: both readings are charged */
        cpu_relax_hint_(features_);
        cpu_relax_timer_start_(&t_);
        cpu_relax_timer_read_(&t_);
        allowed_ = cpu_relax_since_(t_.previous_, t_.now_);
        b_->now_ = t_.previous_ < allowed_ ? 0 : t_.previous_ - allowed_;
        cpu_relax_charge_(b_, &t_, 0, 0);
        b_->begun_ = 1;
        b_->jitter_ = (cpu_relax_u32_)((cpu_relax_uptr_)b_ ^ t_.now_);
        (void)cpu_relax_jitter_(b_, 0); /* which keeps neighbours apart from the first delay on */
    } else {
        cpu_relax_u32_ ns_ = CPU_RELAX_BACKOFF_START_NS;
        int shift_ = 0;

        cpu_relax_timer_start_(&t_);
        if (cpu_relax_since_(b_->check_by_, t_.now_) != 0) {
            ns_ = CPU_RELAX_BACKOFF_CAP_NS;
            shift_ = 3;
        }
        cpu_relax_charge_(b_, &t_, 0, shift_);
        if (b_->remaining_ == 0)
            return cpu_relax_give_up_();

        ns_ -= cpu_relax_jitter_(b_, ns_);
        if (ns_ >> shift_ >= b_->remaining_)
            ns_ = b_->remaining_ << shift_;
        cpu_relax_timer_set_(&t_, ns_);
        do
            cpu_relax_hint_(features_);
        while (!cpu_relax_expired_(&t_));
        cpu_relax_charge_(b_, &t_, ns_, shift_);
    }
    allowed_ = 2 * cpu_relax_since_(t_.previous_, t_.now_);
    if (allowed_ == 0)
        allowed_ = (cpu_relax_u64_)1 << 62;
    else if (t_.hz_ > 33000000u)
        allowed_++;
    b_->check_by_ = b_->now_ + allowed_;
    return 1;
}

/* ---- Calls: four for each width, by one table ----------------------------------------------- */
#  if CPU_RELAX_HAS_EQ8
/* *p is checked where its type is known: in C++ by a template, in C by a macro of the function's name. The
 * tables have the result and the arguments as the caller sees them, and the unsigned type of their width.
 * For while, a mask of 0 counts as met. */
/* clang-format off */
#    if defined(__cplusplus)
extern "C++" {
template <typename Held_> struct cpu_relax_is_float_ { enum { value_ = 0 }; };
template <> struct cpu_relax_is_float_<float> { enum { value_ = 1 }; };
template <> struct cpu_relax_is_float_<double> { enum { value_ = 1 }; };
template <> struct cpu_relax_is_float_<long double> { enum { value_ = 1 }; };
/* What a word holds: T, if it is a T or a std::atomic<T>. */
template <typename Word_> struct cpu_relax_held_ { typedef Word_ type_; };
template <template <typename> class Atomic_, typename Held_>
struct cpu_relax_held_<Atomic_<Held_> > { typedef Held_ type_; };
template <unsigned long long Size_> struct cpu_relax_width_;
#      define CPU_RELAX_UNSIGNED_(type) \
        template <> struct cpu_relax_width_<sizeof(type)> { typedef type unsigned_; };
#      define CPU_RELAX_CALL_ template <typename Word_> CPU_RELAX_NONNULL_ static inline
#      define CPU_RELAX_P_ const volatile Word_ *p_
#      define CPU_RELAX_CHECK_ \
        static_assert(sizeof(Word_[1]) == sizeof(ref_), "*p has another width"); \
        static_assert(!cpu_relax_is_float_<typename cpu_relax_held_<Word_>::type_>::value_, \
                      "*p is a floating-point number: wait for its bits in an unsigned word");
#    else
#      define CPU_RELAX_UNSIGNED_(type)
#      define CPU_RELAX_CALL_ CPU_RELAX_NONNULL_ static inline
#      define CPU_RELAX_P_ const volatile void *p_
#      define CPU_RELAX_CHECK_
#    endif

#    define CPU_RELAX_WAIT_(name, sense, mask, result, uint_t, ...) \
      CPU_RELAX_CALL_ result name(CPU_RELAX_P_, __VA_ARGS__, cpu_relax_u64_ timeout_ns_) \
      { \
        CPU_RELAX_CHECK_ \
        return (result)(uint_t)cpu_relax_wait_(p_, sizeof(ref_) * 8, (uint_t)ref_, (uint_t)mask, sense, timeout_ns_); \
      }
#    define CPU_RELAX_CALLS_(width, type, uint_t) \
      CPU_RELAX_WAIT_(cpu_relax_while_eq##width, 0, -1, type, uint_t, type ref_) \
      CPU_RELAX_WAIT_(cpu_relax_until_eq##width, 1, -1, type, uint_t, type ref_) \
      CPU_RELAX_WAIT_(cpu_relax_while_masked##width, (uint_t)mask_ == 0, mask_, type, uint_t, type mask_, type ref_) \
      CPU_RELAX_WAIT_(cpu_relax_until_masked##width, 1, mask_, type, uint_t, type mask_, type ref_)
#    define CPU_RELAX_WIDTH_(width, type) CPU_RELAX_UNSIGNED_(type) CPU_RELAX_CALLS_(width, type, type)

CPU_RELAX_WIDTH_(8, cpu_relax_u8_)
#    if CPU_RELAX_HAS_EQ16
CPU_RELAX_WIDTH_(16, cpu_relax_u16_)
#    endif
#    if CPU_RELAX_HAS_EQ32
CPU_RELAX_WIDTH_(32, cpu_relax_u32_)
#    endif
#    if CPU_RELAX_HAS_EQ64
CPU_RELAX_WIDTH_(64, cpu_relax_u64_)
#    endif
#    if CPU_RELAX_HAS_EQPTR
CPU_RELAX_WAIT_(cpu_relax_while_eqptr, 0, -1, void *, cpu_relax_uptr_, const void *ref_)
CPU_RELAX_WAIT_(cpu_relax_until_eqptr, 1, -1, void *, cpu_relax_uptr_, const void *ref_)
#    endif

/* The ones for every width; in C all of these macros stay defined. */
#    if defined(__cplusplus)
CPU_RELAX_CALLS_(, typename cpu_relax_held_<Word_>::type_, typename cpu_relax_width_<sizeof(Word_)>::unsigned_)
} /* extern "C++" */
#    else
#      define CPU_RELAX_W_(p, size) \
        ((void)sizeof(char[CPU_RELAX_HAS_ANOTHER_WIDTH_(p, size) ? -1 : 1]), \
         (void)sizeof(char[CPU_RELAX_IS_FLOAT_WAIT_FOR_ITS_BITS_(p) ? -1 : 1]), (p))
#      define CPU_RELAX_HAS_ANOTHER_WIDTH_(p, size) (sizeof((p)[0]) != (size) || CPU_RELAX_IS_VOID_(p))
#      define cpu_relax_while_eq8(p, ...) (cpu_relax_while_eq8)(CPU_RELAX_W_(p, 1), __VA_ARGS__)
#      define cpu_relax_while_eq16(p, ...) (cpu_relax_while_eq16)(CPU_RELAX_W_(p, 2), __VA_ARGS__)
#      define cpu_relax_while_eq32(p, ...) (cpu_relax_while_eq32)(CPU_RELAX_W_(p, 4), __VA_ARGS__)
#      define cpu_relax_while_eq64(p, ...) (cpu_relax_while_eq64)(CPU_RELAX_W_(p, 8), __VA_ARGS__)
#      define cpu_relax_while_eqptr(p, ...) (cpu_relax_while_eqptr)(CPU_RELAX_W_(p, sizeof(void *)), __VA_ARGS__)
#      define cpu_relax_until_eq8(p, ...) (cpu_relax_until_eq8)(CPU_RELAX_W_(p, 1), __VA_ARGS__)
#      define cpu_relax_until_eq16(p, ...) (cpu_relax_until_eq16)(CPU_RELAX_W_(p, 2), __VA_ARGS__)
#      define cpu_relax_until_eq32(p, ...) (cpu_relax_until_eq32)(CPU_RELAX_W_(p, 4), __VA_ARGS__)
#      define cpu_relax_until_eq64(p, ...) (cpu_relax_until_eq64)(CPU_RELAX_W_(p, 8), __VA_ARGS__)
#      define cpu_relax_until_eqptr(p, ...) (cpu_relax_until_eqptr)(CPU_RELAX_W_(p, sizeof(void *)), __VA_ARGS__)
#      define cpu_relax_while_masked8(p, ...) (cpu_relax_while_masked8)(CPU_RELAX_W_(p, 1), __VA_ARGS__)
#      define cpu_relax_while_masked16(p, ...) (cpu_relax_while_masked16)(CPU_RELAX_W_(p, 2), __VA_ARGS__)
#      define cpu_relax_while_masked32(p, ...) (cpu_relax_while_masked32)(CPU_RELAX_W_(p, 4), __VA_ARGS__)
#      define cpu_relax_while_masked64(p, ...) (cpu_relax_while_masked64)(CPU_RELAX_W_(p, 8), __VA_ARGS__)
#      define cpu_relax_until_masked8(p, ...) (cpu_relax_until_masked8)(CPU_RELAX_W_(p, 1), __VA_ARGS__)
#      define cpu_relax_until_masked16(p, ...) (cpu_relax_until_masked16)(CPU_RELAX_W_(p, 2), __VA_ARGS__)
#      define cpu_relax_until_masked32(p, ...) (cpu_relax_until_masked32)(CPU_RELAX_W_(p, 4), __VA_ARGS__)
#      define cpu_relax_until_masked64(p, ...) (cpu_relax_until_masked64)(CPU_RELAX_W_(p, 8), __VA_ARGS__)
#      if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#        define CPU_RELAX_IS_FLOAT_WAIT_FOR_ITS_BITS_(p) \
          _Generic(*(p), float: 1, double: 1, long double: 1, default: 0)
/* One pointer in each _Generic: cppcheck parses no more, and PCC takes all pointers to void for one type. */
#        define CPU_RELAX_IS_VOID_(p) \
          (_Generic((p), void *: 1, default: 0) || _Generic((p), const void *: 1, default: 0) || \
           _Generic((p), volatile void *: 1, default: 0) || _Generic((p), const volatile void *: 1, default: 0))
#        if CPU_RELAX_HAS_EQ64
#          define CPU_RELAX_OF_(f) char (*)[1]: (f##8), char (*)[2]: (f##16), char (*)[4]: (f##32), char (*)[8]: (f##64)
#        elif CPU_RELAX_HAS_EQ32
#          define CPU_RELAX_OF_(f) char (*)[1]: (f##8), char (*)[2]: (f##16), char (*)[4]: (f##32)
#        elif CPU_RELAX_HAS_EQ16
#          define CPU_RELAX_OF_(f) char (*)[1]: (f##8), char (*)[2]: (f##16)
#        else
#          define CPU_RELAX_OF_(f) char (*)[1]: (f##8)
#        endif
#        define CPU_RELAX_ANY_(f, p, ...) /* not by PCC: arrays of all lengths are one type there */ \
          _Generic((char (*)[sizeof(*(p))])0, CPU_RELAX_OF_(f))(CPU_RELAX_W_(p, sizeof(*(p))), __VA_ARGS__)
#        define cpu_relax_while_eq(p, ...) CPU_RELAX_ANY_(cpu_relax_while_eq, p, __VA_ARGS__)
#        define cpu_relax_until_eq(p, ...) CPU_RELAX_ANY_(cpu_relax_until_eq, p, __VA_ARGS__)
#        define cpu_relax_while_masked(p, ...) CPU_RELAX_ANY_(cpu_relax_while_masked, p, __VA_ARGS__)
#        define cpu_relax_until_masked(p, ...) CPU_RELAX_ANY_(cpu_relax_until_masked, p, __VA_ARGS__)
#      else
#        define CPU_RELAX_IS_FLOAT_WAIT_FOR_ITS_BITS_(p) 0
#        define CPU_RELAX_IS_VOID_(p) 0
#      endif
#    endif
/* clang-format on */
#  endif /* CPU_RELAX_HAS_EQ8 */

#  if CPU_RELAX_GNU_ && !defined(__PCC__)
#    pragma GCC diagnostic pop
#  endif

#  undef CPU_RELAX_ARM_
#  undef CPU_RELAX_BASELINE_
#  undef CPU_RELAX_CHOSEN_
#  undef CPU_RELAX_GPU_
#  undef CPU_RELAX_GNU_
#  undef CPU_RELAX_NONNULL_
#  undef CPU_RELAX_MAY_ALIAS_
#  undef CPU_RELAX_COLD_
#  undef CPU_RELAX_C_
#  undef cpu_relax_hz_
#  undef CPU_RELAX_CLOCK_ID_
#  undef cpu_relax_clock_
#  undef CPU_RELAX_HINT_LOG2_NS_
#  undef CPU_RELAX_STOOD_COST_
#  undef CPU_RELAX_ATOMIC_32_
#  undef CPU_RELAX_ATOMIC_64_
#  undef CPU_RELAX_FENCE_
#  undef CPU_RELAX_LOAD_
#  undef CPU_RELAX_MAY_SLEEP_
#  undef CPU_RELAX_BETTER_FEATURE_
#  undef CPU_RELAX_BETTER_INSN_
#  undef CPU_RELAX_BETTER_HINT_
#  undef cpu_relax_hint_
#  undef cpu_relax_hwcap_
#  undef cpu_relax_detect_
#  undef CPU_RELAX_RESERVE_32_
#  undef CPU_RELAX_RESERVE_64_
#  undef CPU_RELAX_SLEEP_
#  undef cpu_relax_sleep_ns_
#  undef cpu_relax_arm_
#  undef cpu_relax_sleep_
#  undef CPU_RELAX_CACHED_
#  undef CPU_RELAX_CACHE_
#  undef CPU_RELAX_UNSIGNED_
#  undef CPU_RELAX_CALL_
#  undef CPU_RELAX_P_
#  undef CPU_RELAX_CHECK_
#  undef CPU_RELAX_WAIT_
#  undef CPU_RELAX_CALLS_
#  undef CPU_RELAX_WIDTH_
#endif /* C99, C++11 */
#endif /* CPU_RELAX_WAIT_H */
