/*
 * cpu_relax_sleep.h - sleeping on a cache line where the CPU can: a part of cpu_relax_wait.h
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The cpu_relax authors
 * These two SPDX lines are all the notice that the licence needs kept.
 *
 * cpu_relax_wait.h includes this file: keep the two together. It has no calls of its own, and included
 * by you it is cpu_relax_wait.h.
 *
 * A wait, or a delay, that has lasted for CPU_RELAX_POLL_NS asks the CPU once what it can. If it can,
 * the wait arms a monitor on the line, looks, sleeps until a store or a limit wakes it, and looks
 * again. Each sleep has its own limit, so a wake-up that is lost costs that and not the wait.
 *
 * x86-64         asked by CPUID. UMWAIT in state C0.2, which takes about 0.5 us longer to leave than
 *                C0.1 but wakes for nothing 20 times less. MWAITX in C1, which burns less than its
 *                C0, and takes under 0.1 us longer. [google/highway, hwy/contrib/thread_pool/spin.h]
 * AArch64        Linux, Android, FreeBSD: asked by HWCAP. LDAXR, then WFE where the kernel's event
 *                stream ends it (10 kHz), or WFET, whose limit is its own. HWCAP tells of `sb`, too,
 *                which the loops of cpu_relax_wait.h then take in place of `isb`. Elsewhere nothing
 *                is asked and nothing sleeps: without an event stream a WFE may last for ever.
 * RISC-V, Linux  asked by hwprobe: Zawrs. LR, then WRS.STO. Words of 32 and 64 bits.
 * MIPS           release 2 and later: LL, then PAUSE, a no-op where it is missing. Nothing limits it
 *                but the store and interrupts: for CPU_RELAX_FOREVER alone. Words of 32 and 64 bits.
 *
 * CPU_RELAX_NO_MONITOR  define it before the include, and nothing sleeps and nothing is asked; this
 *                       file is then not needed. UMWAIT faults in a thread that may not read the
 *                       time-stamp counter (prctl PR_TSC_SIGSEGV): such a program needs it.
 * CPU_RELAX_CPU()       define it before the include to say yourself what the CPU has: an OR of the
 *                       CPU_RELAX_CPU_... below. Without an OS, nothing else tells.
 * CPU_RELAX_POLL_NS     how long it polls first, 1 to 1000000: what it takes to fall asleep and to
 *                       wake, 0.5 to 1 us, twice. Who polls as long as sleeping costs never pays
 *                       more than twice the best that could be done.
 */
#if !defined(CPU_RELAX_WAIT_H)
#  include "cpu_relax_wait.h" /* and that this file, where it can sleep */
#elif defined(CPU_RELAX_SLEEPS_) && !defined(CPU_RELAX_SLEEP_H)
#  define CPU_RELAX_SLEEP_H

#  if !defined(CPU_RELAX_POLL_NS)
#    define CPU_RELAX_POLL_NS 2000
#  endif
#  if CPU_RELAX_POLL_NS < 1 || CPU_RELAX_POLL_NS > 1000000
#    error "CPU_RELAX_POLL_NS must be from 1 to 1000000 (nanoseconds)"
#  endif

enum {
    CPU_RELAX_CPU_WAITPKG = 1,  /* x86-64: UMONITOR, UMWAIT */
    CPU_RELAX_CPU_MWAITX = 2,   /* x86-64: MONITORX, MWAITX */
    CPU_RELAX_CPU_EVTSTRM = 4,  /* AArch64: an event stream of 10 kHz or so ends a WFE */
    CPU_RELAX_CPU_WFXT = 8,     /* AArch64: WFET */
    CPU_RELAX_CPU_ZAWRS = 16,   /* RISC-V: WRS.STO */
    CPU_RELAX_CPU_LLPAUSE = 32, /* MIPS: a PAUSE that waits until LLbit is clear */
    CPU_RELAX_CPU_SB = 64,      /* AArch64: the hint `sb` */
    CPU_RELAX_CPU_ASKED_ = 128,
    CPU_RELAX_CPU_SLEEPS_ = 63
};

/* ---- What this CPU has --------------------------------------------------------------------------- */
#  if defined(CPU_RELAX_CPU)
#    define CPU_RELAX_ASK_() CPU_RELAX_CPU()

/* [Intel SDM, volume 2A, CPUID, leaf 7; AMD APM, volume 3, CPUID Fn8000_0001] */
#  elif defined(__x86_64__)
static inline unsigned int cpu_relax_cpuid_(unsigned int leaf, int a_not_c)
{
    unsigned int a = leaf, b, c = 0, d;
    __asm__ __volatile__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    (void)b;
    (void)d;
    return a_not_c ? a : c;
}
static inline unsigned int cpu_relax_ask_(void)
{
    unsigned int has = 0;

    if (cpu_relax_cpuid_(0, 1) >= 7 && (cpu_relax_cpuid_(7, 0) >> 5 & 1) != 0)
        has = CPU_RELAX_CPU_WAITPKG;
    if (cpu_relax_cpuid_(0x80000000u, 1) >= 0x80000001u &&
        (cpu_relax_cpuid_(0x80000001u, 0) >> 29 & 1) != 0)
        has |= CPU_RELAX_CPU_MWAITX;
    return has;
}
#    define CPU_RELAX_ASK_() cpu_relax_ask_()

/* [Linux, Documentation/arch/arm64/elf_hwcaps.rst; FreeBSD's bits are the same] */
#  elif defined(__aarch64__)
#    if defined(__linux__)
CPU_RELAX_C_ unsigned long cpu_relax_getauxval_(unsigned long) __asm__("getauxval");
static inline unsigned long cpu_relax_hwcap_(int second)
{
    return cpu_relax_getauxval_(second ? 26 : 16);
}
#    else /* FreeBSD */
CPU_RELAX_C_ int cpu_relax_elf_aux_info_(int, void *, int) __asm__("elf_aux_info");
static inline unsigned long cpu_relax_hwcap_(int second)
{
    unsigned long caps = 0;

    (void)cpu_relax_elf_aux_info_(second ? 26 : 25, &caps, (int)sizeof(caps));
    return caps;
}
#    endif
static inline unsigned int cpu_relax_ask_(void)
{
    const unsigned long caps = cpu_relax_hwcap_(0), caps2 = cpu_relax_hwcap_(1);

    return ((caps >> 2 & 1) != 0 ? CPU_RELAX_CPU_EVTSTRM : 0u) |
           ((caps >> 29 & 1) != 0 ? CPU_RELAX_CPU_SB : 0u) |
           ((caps2 >> 31 & 1) != 0 ? CPU_RELAX_CPU_WFXT : 0u);
}
#    define CPU_RELAX_ASK_() cpu_relax_ask_()

/* The system call, since C libraries declare it late; kernels before 6.4 refuse it, those before 6.11
 * do not know Zawrs. [Linux, Documentation/arch/riscv/hwprobe.rst] */
#  elif defined(__riscv)
static inline unsigned int cpu_relax_ask_(void)
{
    struct {
        long long key;
        cpu_relax_u64_ value;
    } pair = {4 /* RISCV_HWPROBE_KEY_IMA_EXT_0 */, 0};
    register long number __asm__("a7") = 258;
    register long a0 __asm__("a0") = (long)&pair;
    register long a1 __asm__("a1") = 1; /* pair */
    register long a2 __asm__("a2") = 0; /* of all processors */
    register long a3 __asm__("a3") = 0;
    register long a4 __asm__("a4") = 0;

    __asm__ __volatile__("ecall"
                         : "+r"(a0)
                         : "r"(number), "r"(a1), "r"(a2), "r"(a3), "r"(a4)
                         : "memory");
    return a0 == 0 && pair.key == 4 && (pair.value >> 48 & 1) != 0 ? CPU_RELAX_CPU_ZAWRS : 0;
}
#    define CPU_RELAX_ASK_() cpu_relax_ask_()

#  else /* MIPS */
#    define CPU_RELAX_ASK_() CPU_RELAX_CPU_LLPAUSE
#  endif

/*
 * The answer, kept in a byte that threads and signal handlers may all write, since they all write the
 * same: a CPUID that hides a feature hides it always, HWCAP and hwprobe tell what every processor has
 * that the thread may move to, and a child made by fork() runs on the same ones.
 */
static inline unsigned char *cpu_relax_answer_(void)
{
    static unsigned char answer; /* 0: not asked */
    return &answer;
}

static inline unsigned int cpu_relax_cpu_(void)
{
    unsigned int has = __atomic_load_n(cpu_relax_answer_(), __ATOMIC_RELAXED);

    if (has == 0) {
        has = (unsigned int)CPU_RELAX_ASK_() | CPU_RELAX_CPU_ASKED_;
        __atomic_store_n(cpu_relax_answer_(), (unsigned char)has, __ATOMIC_RELAXED);
    }
    return has;
}

/* ---- Arm, look, sleep ---------------------------------------------------------------------------- */
#  if defined(__x86_64__) || defined(__aarch64__)
#    define CPU_RELAX_CAN_ARM_(bits) 1
#  else
#    define CPU_RELAX_CAN_ARM_(bits) ((bits) != 8 && (bits) != 16)
#  endif

/* Arms the monitor on *p, and then looks at it. A load that arms is that look itself: another access
 * may disarm it. */
static inline cpu_relax_word_ cpu_relax_arm_(unsigned int has, const volatile void *p, int bits)
{
#  if defined(__x86_64__)
    const cpu_relax_u64_ at = (cpu_relax_uptr_)p;

    if ((has & CPU_RELAX_CPU_WAITPKG) != 0) /* umonitor %rax */
        __asm__ __volatile__(".byte 0xf3,0x0f,0xae,0xf0" : : "a"(at) : "memory");
    else /* monitorx %rax, %ecx, %edx */
        __asm__ __volatile__(".byte 0x0f,0x01,0xfa" : : "a"(at), "c"(0), "d"(0) : "memory");
    return cpu_relax_load_(p, bits);
#  else
    const int wide = bits == 64 || (bits == CPU_RELAX_PTR_ && CPU_RELAX_PTR_BITS_ == 64);
    cpu_relax_word_ value;

    (void)has;
#    if defined(__aarch64__)
    if (wide)
        __asm__ __volatile__("ldaxr %0, [%1]" : "=r"(value) : "r"(p) : "memory");
    else if (bits == 8)
        __asm__ __volatile__("ldaxrb %w0, [%1]" : "=r"(value) : "r"(p) : "memory");
    else if (bits == 16)
        __asm__ __volatile__("ldaxrh %w0, [%1]" : "=r"(value) : "r"(p) : "memory");
    else
        __asm__ __volatile__("ldaxr %w0, [%1]" : "=r"(value) : "r"(p) : "memory");
#    elif defined(__riscv)
#      if __riscv_xlen == 64
    if (wide)
        __asm__ __volatile__("lr.d %0, (%1)" : "=r"(value) : "r"(p) : "memory");
    else
#      endif
        __asm__ __volatile__("lr.w %0, (%1)" : "=r"(value) : "r"(p) : "memory");
#    else
#      if defined(__mips64)
    if (wide)
        __asm__ __volatile__("lld %0, 0(%1)" : "=r"(value) : "r"(p) : "memory");
    else
#      endif
        __asm__ __volatile__("ll %0, 0(%1)" : "=r"(value) : "r"(p) : "memory");
#    endif
    return wide ? value : (cpu_relax_u32_)value;
#  endif
}

/*
 * How long a sleep may be where ns nanoseconds are left, or CPU_RELAX_FOREVER; 0: not at all. The unit
 * is this: a sleep of n takes 8 n nanoseconds at most, and n or more unless something wakes it. On x86
 * it is 4 n cycles of the time-stamp counter, which has 0.5 to 4 GHz: no more than 100000, the limit
 * that Linux sets on UMWAIT. The period of the event stream is a power of two of the counter, 70 to
 * 150 us, and WRS.STO is only said to be short, 10 to 100 cache misses.
 */
static inline cpu_relax_u32_ cpu_relax_sleep_for_(unsigned int has, cpu_relax_u64_ ns)
{
    const cpu_relax_u32_ most = (has & CPU_RELAX_CPU_ZAWRS) != 0 ? 1250 : 25000;

    if ((has & CPU_RELAX_CPU_SLEEPS_) == 0 ||
        ((has & CPU_RELAX_CPU_LLPAUSE) != 0 && ns != CPU_RELAX_FOREVER))
        return 0;
    if (ns / 8 >= most)
        return most;
    return (has & (CPU_RELAX_CPU_WAITPKG | CPU_RELAX_CPU_MWAITX | CPU_RELAX_CPU_WFXT)) != 0
               ? (cpu_relax_u32_)(ns / 8)
               : 0;
}

static inline void cpu_relax_sleep_(unsigned int has, cpu_relax_u32_ n)
{
#  if defined(__x86_64__)
    if ((has & CPU_RELAX_CPU_WAITPKG) != 0) {
        cpu_relax_u32_ low, high;
        cpu_relax_u64_ until;

        __asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high));
        until = ((cpu_relax_u64_)high << 32 | low) + 4 * (cpu_relax_u64_)n;
        low = (cpu_relax_u32_)until;
        high = (cpu_relax_u32_)(until >> 32);
        __asm__ __volatile__(".byte 0xf2,0x0f,0xae,0xf1" /* umwait %ecx, 0: C0.2 */
                             :
                             : "a"(low), "d"(high), "c"(0)
                             : "cc", "memory");
    } else {
        __asm__ __volatile__(".byte 0x0f,0x01,0xfb" /* mwaitx %eax, 0: C1; %ecx, 2: for %ebx */
                             :
                             : "a"(0), "b"(4 * n), "c"(2)
                             : "memory");
    }
#  elif defined(__aarch64__)
    if ((has & CPU_RELAX_CPU_WFXT) != 0) {
        register cpu_relax_u64_ until __asm__("x0");
        cpu_relax_u64_ hz;

        __asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz));
        __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(until));
        until += 8 * (cpu_relax_u64_)n * hz / 1000000000u;
        __asm__ __volatile__(".inst 0xd5031000" /* wfet x0 */ : : "r"(until) : "memory");
    } else {
        __asm__ __volatile__("wfe" : : : "memory");
    }
#  else
    (void)has;
    (void)n;
#    if defined(__riscv)
    __asm__ __volatile__(".insn i 0x73, 0, x0, x0, 0x01d" /* wrs.sto */ : : : "memory");
#    else
    __asm__ __volatile__("pause" : : : "memory");
#    endif
#  endif
}

/* ---- Turn ------------------------------------------------------------------------------------- */
/* The hint of the loops: on AArch64 `sb` once the CPU has been asked and has it. */
static inline void cpu_relax_hint_(void)
{
#  if defined(CPU_RELAX_ISB_) && !defined(cpu_relax)
    if ((__atomic_load_n(cpu_relax_answer_(), __ATOMIC_RELAXED) & CPU_RELAX_CPU_SB) != 0) {
        __asm__ __volatile__(".inst 0xd50330ff" : : : "memory");
        return;
    }
#  endif
    cpu_relax();
}

/*
 * One turn of a wait for *p to be other than old, for ns nanoseconds: a hint, or, once there were enough of
 * them, a sleep. It wakes a little before the time is over and lets hints do the rest. A sleep is paid
 * for as if it had been as short as it can be: waking early may end the sleeps before the time is
 * over, after which hints go on, and under a stopped clock there is an end to them, too.
 */
static inline cpu_relax_u64_ cpu_relax_left_(const cpu_relax_timer_ *t) /* in ns; 0: by no clock */
{
#  if defined(CPU_RELAX_TICKS_)
    const cpu_relax_u64_ gone = CPU_RELAX_TICKS_() - t->start;

    if (t->span == CPU_RELAX_FOREVER || gone >= t->span)
        return 0;
#    if defined(CPU_RELAX_HZ_)
    {
        const cpu_relax_u64_ left = t->span - gone, hz = CPU_RELAX_HZ_();

        return left / hz * 1000000000u + left % hz * 1000000000u / hz;
    }
#    else
    return t->span - gone;
#    endif
#  else
    (void)t;
    return 0;
#  endif
}

CPU_RELAX_COLD_ static inline void cpu_relax_doze_(cpu_relax_timer_ *t, const volatile void *p,
                                                   int bits, cpu_relax_word_ old, cpu_relax_u64_ ns)
{
    const unsigned int has = cpu_relax_cpu_();
    cpu_relax_u32_ n = 0;

    if ((has & CPU_RELAX_CPU_SLEEPS_) != 0 && CPU_RELAX_CAN_ARM_(bits)) {
        if (ns == CPU_RELAX_FOREVER) {
            n = cpu_relax_sleep_for_(has, ns);
        } else if (t->sleeps != 0) {
            const cpu_relax_u64_ left = cpu_relax_left_(t);

            if (left / 8 >= CPU_RELAX_POLL_NS)
                n = cpu_relax_sleep_for_(has, left - CPU_RELAX_POLL_NS);
            if (n > t->sleeps)
                n = 0;
            t->sleeps -= n;
        }
    }
    if (n == 0)
        cpu_relax_hint_();
    else if (cpu_relax_arm_(has, p, bits) == old)
        cpu_relax_sleep_(has, n);
}

static inline void cpu_relax_turn_(cpu_relax_timer_ *t, const volatile void *p, int bits,
                                   cpu_relax_word_ old, cpu_relax_u64_ ns)
{
    if (t->polls == CPU_RELAX_POLL_NS >> CPU_RELAX_HINT_LOG2_NS_) {
        cpu_relax_doze_(t, p, bits, old, ns);
    } else {
        t->polls++;
        cpu_relax_hint_();
    }
}

#endif /* CPU_RELAX_SLEEP_H */
