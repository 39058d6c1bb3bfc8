/*
 * wait_monitor.c - sleeping on a cache line, on a machine that may lack the instructions
 * SPDX-License-Identifier: MIT
 *
 * The clock, the hint and the features are the test's own, and each instruction that this CPU lacks is
 * simulated by the handler of its trap: it stores at the worst moment, wakes when the test wants it, and
 * counts a sleep that no store would end. The PAUSE of MIPS does not trap: its sleeps are not counted.
 * Where a CPU that is neither x86 nor AArch64 has an instruction that the test wants to simulate, the
 * tests are skipped.
 */
#define _GNU_SOURCE /* REG_RIP */
#include "test.h"

#if defined(__powerpc__)
#  include <asm/ptrace.h> /* PT_NIP */
#endif
#include <endian.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <ucontext.h>

#include "wait.h"

#include "wait_hint.h"

static uint64_t read_clock(void);
static unsigned int detect(void);
#define CPU_RELAX_CLOCK_NS() read_clock()
#define CPU_RELAX_FEATURES() detect()
/* Every statement traps. Not in wait_threads.c, which reads its clock so often that it took half a minute. */
#if defined(__aarch64__)
#  define __volatile__(...) volatile(".inst 0; " /* udf #0 */ __VA_ARGS__)
#else
#  define __volatile__ TRAPPING
#endif
#include "cpu_relax_wait.h"
#undef __volatile__

#if defined(__aarch64__)
#  include "wait_counter.h"
#endif
#include "wait_private.h"

/* The features of this architecture, which of them trap here, and in wait_threads.c, which sleep with a
 * timeout, and which for as long as their argument says */
#if defined(__x86_64__) || defined(__aarch64__)
enum { SMALL_WORDS = 1 };
#else
enum { SMALL_WORDS = 0 };
#endif
#if defined(__x86_64__)
enum {
    ALL = CPU_RELAX_FEATURE_WAITPKG | CPU_RELAX_FEATURE_MWAITX,
    TRAPS = ALL,
    TRAPS_IN_THREADS = ALL,
    TIMED = ALL,
    EXACT = ALL
};
#elif defined(__aarch64__)
enum {
    ALL = CPU_RELAX_FEATURE_EVTSTRM | CPU_RELAX_FEATURE_WFXT,
    TRAPS = ALL,
    TRAPS_IN_THREADS = CPU_RELAX_FEATURE_WFXT,
    TIMED = ALL,
    EXACT = CPU_RELAX_FEATURE_WFXT,
    BETTER = CPU_RELAX_FEATURE_SB /* the hint */
};
#elif defined(__riscv)
enum { ALL = CPU_RELAX_FEATURE_ZAWRS, TRAPS = ALL, TRAPS_IN_THREADS = ALL, TIMED = ALL, EXACT = 0 };
#elif defined(__powerpc__)
enum { ALL = CPU_RELAX_FEATURE_ISA31, TRAPS = ALL, TRAPS_IN_THREADS = ALL, TIMED = 0, EXACT = 0 };
enum { BETTER = ALL };
#else
enum { ALL = CPU_RELAX_FEATURE_LLPAUSE, TRAPS = 0, TRAPS_IN_THREADS = 0, TIMED = 0, EXACT = 0 };
#endif

enum { POLLS = CPU_RELAX_POLL_NS / HINT_NS }; /* before the first sleep without a timeout */

#define OLD 0x80000005u
#define NEW 7u

enum moment { NEVER, BEFORE_ARMING, WHILE_ARMING, AFTER_LOAD, THIRD_SLEEP };

/* How a sleep of 8 n ns at most ends: at once, after the shortest or the longest time, or late */
enum wake { AT_ONCE, SHORTEST, LONGEST, LATE };

static unsigned int machine; /* its features */
static unsigned int detections;
static uint64_t detected_at, began_at;
static volatile uint64_t word;
static volatile enum moment moment;
static enum wake wake;
static volatile unsigned int arms, sleeps, lost, wrong, better_hints;
static volatile uint64_t clock_ns, clock_step, slept; /* slept: the sum of all n */
static volatile uint64_t longest; /* sleep that was requested, in ticks of the CPU's counter */
static uint64_t hints, reads;
static int threads; /* the tests of wait_threads.c run, by a real clock */

unsigned int wait_monitor_features(void)
{
    return machine;
}

static void change(enum moment now)
{
    if (now == moment) {
        moment = NEVER;
        word = (word & ~(uint64_t)UINT32_MAX) | NEW;
    }
}

static unsigned int detect(void)
{
    detections++;
    detected_at = clock_ns;
    change(BEFORE_ARMING); /* just before the first sleep */
    return machine;
}

static void cpu_relax(void)
{
    hints++;
    hint_of_the_cpu();
}

static uint64_t stop_at;

static uint64_t read_clock(void)
{
    if (stop_at != 0 && clock_ns >= stop_at)
        return clock_ns;
    if (reads++ == 0)
        began_at = clock_ns + clock_step;
    return clock_ns += clock_step;
}

#if !defined(__mips__) /* it has no sleep that traps */
static int has_changed(void)
{
    return (uint32_t)word == NEW;
}

/* A store before arming does not end the sleep, one after it does. */
static void sleep_now(int changed_before, uint64_t n)
{
    static const uint64_t lasts[] = {0, 1, 8, 1000};

    sleeps++;
    if (threads) { /* wakes early, after others ran, or after a while: the store may have come or not */
        const struct timespec while_ = {0, 50000};

        if (sleeps % 64 == 0)
            nanosleep(&while_, NULL);
        else if (sleeps % 4 == 0)
            sched_yield();
        return;
    }
    lost += (unsigned int)changed_before;
    slept += n;
    if (clock_step != 0 && stop_at == 0)
        clock_ns += n * lasts[wake];
    change(AFTER_LOAD);
    if (sleeps == 3)
        change(THIRD_SLEEP);
}
#endif

#if defined(__x86_64__)
static volatile int changed_when_armed;

static void emulate(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
    greg_t *r = c->uc_mcontext.gregs;
    const unsigned char *at = (const unsigned char *)r[REG_RIP] + 2;
    const int mwaitx = at[0] == 0x0f;

    if (at[-2] != 0x0f || at[-1] != 0x0b) /* UD2, see wait.h */
        abort();
    r[REG_RIP] += 2;
    if (memcmp(at, "\x0f\x31", 2) == 0)
        return; /* RDTSC is the machine's */
    wrong += !(machine & (mwaitx ? CPU_RELAX_FEATURE_MWAITX : CPU_RELAX_FEATURE_WAITPKG));
    if (memcmp(at, "\xf3\x0f\xae\xf0", 4) == 0 || memcmp(at, "\x0f\x01\xfa", 3) == 0) {
        wrong += mwaitx && ((uint32_t)r[REG_RCX] != 0 || (uint32_t)r[REG_RDX] != 0);
        if (!threads) {
            wrong += r[REG_RAX] != (greg_t)(uintptr_t)&word && moment != NEVER;
            arms++;
            change(WHILE_ARMING);
            changed_when_armed = has_changed();
        }
    } else if (memcmp(at, "\xf2\x0f\xae\xf1", 4) == 0) { /* UMWAIT: until EDX:EAX, state in ECX */
        const uint64_t until = (uint64_t)(uint32_t)r[REG_RDX] << 32 | (uint32_t)r[REG_RAX];
        const uint64_t now = __builtin_ia32_rdtsc();

        wrong += until > now + 100000 || (uint32_t)r[REG_RCX] != 0;
        if (until > now && until - now > longest && !threads)
            longest = until - now;
        sleep_now(changed_when_armed, until > now ? (until - now + 3) / 4 : 0);
    } else if (memcmp(at, "\x0f\x01\xfb", 3) == 0) { /* MWAITX: for EBX, if ECX = 2; state: EAX */
        wrong += (uint32_t)r[REG_RCX] != 2 || (uint32_t)r[REG_RAX] != 0;
        wrong += (uint32_t)r[REG_RBX] > 100000 || (uint32_t)r[REG_RBX] == 0;
        if ((uint32_t)r[REG_RBX] > longest && !threads)
            longest = (uint32_t)r[REG_RBX];
        sleep_now(changed_when_armed, (uint32_t)r[REG_RBX] / 4);
    } else {
        abort();
    }
    r[REG_RIP] += mwaitx ? 3 : 4;
}
#elif defined(__aarch64__)
static volatile int changed_when_armed;
static const uint64_t standing = 1000; /* what the header reads of the counter */

static void emulate(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
    const uint32_t *at = (const uint32_t *)c->uc_mcontext.pc;
    uint32_t instruction;

    if (*at == 0) { /* UDF */
        at++;
        c->uc_mcontext.pc += 4;
    }
    instruction = le32toh(*at);                       /* in either byte order */
    if ((instruction & ~(31u << 16)) == 0xaa0003e0) { /* MOV X0, before WFET */
        c->uc_mcontext.regs[0] = c->uc_mcontext.regs[instruction >> 16 & 31];
        c->uc_mcontext.pc += 4;
        instruction = le32toh(*++at);
    }
    if ((instruction & ~31u) == 0xd53be000) { /* MRS, CNTFRQ_EL0: the machine's */
        return;
    } else if ((instruction & ~31u) == 0xd53be040) { /* MRS, CNTVCT_EL0 */
        c->uc_mcontext.regs[instruction & 31] = standing;
    } else if ((instruction & 0x3ffffc00) == 0x085ffc00) { /* LDAXR: what it loads is compared */
        const uint64_t address = c->uc_mcontext.regs[instruction >> 5 & 31];

        wrong += (address & ~(uint64_t)7) != (uintptr_t)&word && moment != NEVER;
        arms++;
        change(WHILE_ARMING);
        changed_when_armed = has_changed();
        return;
    } else if (instruction == 0xd5031000) { /* WFET X0: until the counter gets there */
        const uint64_t now = threads ? counter() : standing, until = c->uc_mcontext.regs[0];
        const uint64_t ticks = until > now ? until - now : 0;

        wrong += !(machine & CPU_RELAX_FEATURE_WFXT);
        wrong += ticks > rate() / 5000 + 1;
        if (ticks > longest && !threads)
            longest = ticks;
        sleep_now(changed_when_armed, ticks * 1000000000 / rate() / 8);
    } else if (instruction == 0xd503205f) { /* WFE, ended by the event stream */
        wrong += !(machine & CPU_RELAX_FEATURE_EVTSTRM);
        sleep_now(changed_when_armed, 25000);
    } else if (instruction == 0xd50330ff) { /* SB */
        wrong += !(machine & CPU_RELAX_FEATURE_SB);
        better_hints++;
    } else {
        abort();
    }
    c->uc_mcontext.pc += 4;
}
#elif defined(__riscv)
static void emulate(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
    const uint16_t *at = (const uint16_t *)c->uc_mcontext.__gregs[REG_PC];

    if (at[0] != 0x0073 || at[1] != 0x01d0) /* WRS.STO */
        abort();
    wrong += !(machine & CPU_RELAX_FEATURE_ZAWRS);
    arms++;
    sleep_now(has_changed(), 1250); /* LR, just before, saw what there is now */
    c->uc_mcontext.__gregs[REG_PC] += 4;
}
#elif defined(__powerpc__)
static void emulate(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
#  if defined(__powerpc64__)
    unsigned long *const pc = &c->uc_mcontext.gp_regs[PT_NIP];
#  else
    unsigned long *const pc = &c->uc_mcontext.uc_regs->gregs[PT_NIP];
#  endif
    const uint32_t instruction = *(const uint32_t *)*pc;

    wrong += !(machine & CPU_RELAX_FEATURE_ISA31);
    if (instruction == 0x7c40003c) { /* WAIT 2,0: PAUSE_SHORT, the hint */
        hints++;
        better_hints++;
    } else if (instruction == 0x7c20003c) { /* WAIT 1,0: WAITRSV */
        arms++;
        sleep_now(has_changed(), 25000); /* LWARX, just before, saw what there is now */
    } else {
        abort();
    }
    *pc += 4;
}
#else
static void emulate(int signal_number, siginfo_t *info, void *context)
{
    abort();
}
#endif

/* Tests */

static unsigned int unreal;   /* what this CPU lacks, and can so be simulated */
static unsigned int executed; /* what it has, and wait_threads.c executes */

#if defined(__aarch64__) || defined(__riscv) || defined(__powerpc__)
static sigjmp_buf lacks_it;

static void leave(int signal_number)
{
    siglongjmp(lacks_it, signal_number);
}

/* Emulators execute what they do not report: try it. */
static int this_cpu_sleeps(void)
{
    void (*const before)(int) = signal(SIGILL, leave);
    const int trapped = sigsetjmp(lacks_it, 1);

    if (trapped == 0) {
#  if defined(__aarch64__)
        __asm__ __volatile__("mov x0, 0\n\t.inst 0xd5031000" ::: "x0", "memory"); /* wfet x0 */
#  elif defined(__powerpc__)
        __asm__ __volatile__(".long 0x7c20003c" ::: "memory"); /* waitrsv */
#  else
        __asm__ __volatile__(".word 0x01d00073" ::: "memory"); /* wrs.sto */
#  endif
    }
    signal(SIGILL, before);
    return trapped == 0;
}
#endif

/* In each test, as cmocka handles the signal itself. */
static void simulate(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_sigaction = emulate;
    action.sa_flags = SA_SIGINFO;
    sigaddset(&action.sa_mask, SIGVTALRM); /* whose handler sleeps, too (wait_threads.c) */
    sigaction(SIGILL, &action, NULL);
}

/* A new process on a machine with these features; 0 if some cannot be simulated. */
static int begin(unsigned int has)
{
    simulate();
    RESET_FEATURES();
    machine = has;
    clock_step = 100;
    detections = arms = sleeps = lost = wrong = better_hints = 0;
    hints = reads = slept = longest = 0;
    word = (uint64_t)9 << 32 | OLD;
    moment = NEVER;
    return (has & TRAPS & ~unreal) == 0;
}

/* The features, `has` or the next ones, of a machine that can be simulated here; it begins. More than ALL: none */
static unsigned int machine_from(unsigned int has)
{
    while (has <= ALL && ((has & ~(unsigned int)ALL) != 0 || !begin(has)))
        has++;
    return has;
}

/* Waits for the low half, or the whole; true if it ended as it must. */
static int ends(enum moment when, int wide, uint64_t ns)
{
    const uint64_t old = (uint64_t)9 << 32 | OLD;
    const uint64_t expected = when == NEVER ? old : (old & ~(uint64_t)UINT32_MAX) | NEW;
    const volatile uint32_t *const half =
        (const volatile uint32_t *)&word + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

    moment = when;
#if CPU_RELAX_HAS_EQ64
    if (wide)
        return cpu_relax_while_eq64(&word, old, ns) == expected;
#endif
    return cpu_relax_while_eq32(half, (uint32_t)old, ns) == (uint32_t)expected;
}

/* W6: detection may trap, so it happens only where there is time left to sleep; W7: from which length on */
static void short_waits_detect_nothing(void **state)
{
    static const uint64_t most = 9 * CPU_RELAX_POLL_NS - 1;
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

    begin(ALL & unreal);
    clock_step = 500;
    assert_true(ends(NEVER, 0, most));
    cpu_relax_for_ns(most);
    while (cpu_relax_backoff(&b))
        ;
    assert_int_equal(detections, /* for a better hint */
                     strcmp(CPU_RELAX_HINT, "isb") == 0 || strcmp(CPU_RELAX_HINT, "or27") == 0);
    assert_int_equal(sleeps, 0);
    begin(ALL & unreal);
    clock_step = 500;
    cpu_relax_for_ns(most + 1001);
    assert_int_equal(detections, 1);
    assert_int_equal(sleeps != 0, (ALL & unreal & (EXACT | CPU_RELAX_FEATURE_ZAWRS)) != 0);
}

/* W10: after it has polled for CPU_RELAX_POLL_NS by the clock, however slow the clock is to read */
static void features_are_detected_once_after_polling(void **state)
{
    static const uint64_t steps[] = {10, 100, 1000};
    unsigned int has, i;

    for (has = machine_from(0); has <= ALL; has = machine_from(has + 1))
        for (i = 0; i < SIZE(steps); i++) {
            begin(has);
            clock_step = steps[i];
            assert_true(ends(NEVER, 0, 1000000));
            assert_int_equal(detections, 1);
            assert_in_range(detected_at - began_at, CPU_RELAX_POLL_NS,
                            CPU_RELAX_POLL_NS + clock_step);
            assert_true(ends(NEVER, 0, 1000000));
            cpu_relax_for_ns(1000000);
            assert_int_equal(detections, 1);
            assert_int_equal(cpu_relax_features(), has);
        }
    begin(ALL & unreal); /* early, by the user */
    assert_int_equal(cpu_relax_features(), ALL & unreal);
    assert_true(ends(NEVER, 0, 1000000));
    assert_int_equal(detections, 1);
}

/* With it, without it: the same result, and no instruction that the machine lacks. */
static void it_sleeps_by_what_the_machine_has(void **state)
{
    static const uint64_t ns = 10000000;
    uint64_t start;
    unsigned int has;

    for (has = machine_from(0); has <= ALL; has = machine_from(has + 1)) {
        start = clock_ns;
        assert_true(ends(NEVER, 0, ns));
        assert_true(clock_ns - start > ns);
        assert_int_equal(wrong, 0);
        assert_int_equal(lost, 0);
        assert_int_equal(arms, sleeps);
        assert_true((sleeps != 0) == ((has & TRAPS & TIMED) != 0));
        assert_true((has & EXACT) == 0 || slept > 0); /* not all are over before they begin */
#if defined(__aarch64__)
        if ((has & CPU_RELAX_FEATURE_WFXT) != 0)
            assert_true(longest == rate() / 5000); /* 200 us */
#elif defined(__x86_64__)                          /* T7; RDTSC was read a little before */
        if (sleeps != 0)
            assert_in_range(longest, has & CPU_RELAX_FEATURE_WAITPKG ? 1 : 100000, 100000);
#endif
    }
}

/* Where words of 8 and 16 bits can be armed they sleep as others do; else a wait for them polls. A pointer
 * is armed as a whole. */
static void each_width_sleeps_where_it_can(void **state)
{
    static const uint64_t ns = 1000000;
    volatile uint8_t byte = 5;
    volatile uint16_t half = 5;
    void *const all_bits = (void *)UINTPTR_MAX, *volatile pointer = all_bits;
    unsigned int has;

    for (has = machine_from(1); has <= ALL; has = machine_from(has + 1)) {
        assert_int_equal(cpu_relax_while_eq8(&byte, 5, ns), 5);
        assert_true((sleeps != 0) == (SMALL_WORDS && (has & TRAPS) != 0));
        sleeps = 0;
        assert_int_equal(cpu_relax_while_eq16(&half, 5, ns), 5);
        assert_true((sleeps != 0) == (SMALL_WORDS && (has & TRAPS) != 0));
        sleeps = 0;
        assert_ptr_equal(cpu_relax_while_eqptr(&pointer, all_bits, ns), all_bits);
        assert_true((sleeps != 0) == ((has & TRAPS & TIMED) != 0));
        assert_true(SMALL_WORDS || SLEEP_NS(has, 8, CPU_RELAX_FOREVER) == 0);
        assert_true(SMALL_WORDS || SLEEP_NS(has, 16, CPU_RELAX_FOREVER) == 0);
    }
}

static void no_wake_up_is_lost(void **state)
{
    static const enum moment moments[] = {BEFORE_ARMING, WHILE_ARMING, AFTER_LOAD, THIRD_SLEEP};
    static const uint64_t patience[] = {CPU_RELAX_FOREVER, 1000000};
    unsigned int has, i, j, wide;

    for (has = machine_from(1); has <= ALL; has = machine_from(has + 1))
        for (i = 0; i < SIZE(moments); i++)
            for (j = 0; j < SIZE(patience); j++)
                for (wide = 0; wide < 2; wide++) {
                    begin(has);
#if !defined(__x86_64__) && !defined(__aarch64__)
                    if (moments[i] == WHILE_ARMING)
                        continue; /* the load does not trap */
#endif
                    if ((has & TRAPS & (j == 0 ? ALL : TIMED)) == 0 && moments[i] != BEFORE_ARMING)
                        continue; /* nor does the sleep */
                    assert_true(ends(moments[i], (int)wide, patience[j]));
                    assert_int_equal(lost, 0);
                    assert_int_equal(wrong, 0);
                }
}

/* Never early, and, unless the sleep itself is late, no later than hints would be. */
static void sleep_ends_in_time(void **state)
{
    static const uint64_t asked_for[] = {100000, 1000000, 3000000, 50000000};
    uint64_t start;
    unsigned int has, i;

    for (has = machine_from(1); has <= ALL; has = machine_from(has + 1))
        for (wake = AT_ONCE; wake <= LATE; wake++)
            for (i = 0; i < (TIMED ? SIZE(asked_for) : 2); i++) { /* the long ones: sleeps */
                begin(has);
                start = clock_ns;
                if (i % 2)
                    assert_true(ends(NEVER, 0, asked_for[i]));
                else
                    cpu_relax_for_ns(asked_for[i]);
                assert_true(clock_ns - start > asked_for[i]);
                if (wake != LATE)
                    assert_true(clock_ns - start <= asked_for[i] + 4 * clock_step);
                assert_int_equal(wrong, 0);
                if ((has & EXACT) != 0)
                    assert_true(sleeps > 0);
            }
}

/* A clock that stops once the sleeps have begun: their budget ends them, then the wait's own ends it. */
static void stopped_clock_ends_the_sleeps(void **state)
{
    /* the second leaves almost, but not quite, one more sleep of 200 us: 4 * ns is 24000 above n * 25000 */
    static const uint64_t asked_for[] = {60000, 1006000};
    unsigned int has, i;

    for (has = machine_from(1); has <= ALL; has = machine_from(has + 1))
        for (i = 0; i < (TIMED ? SIZE(asked_for) : 1); i++) {
            const uint64_t ns = asked_for[i];

            begin(has);
            stop_at = clock_ns + CPU_RELAX_POLL_NS + 2 * clock_step;
            assert_true(ends(NEVER, 0, ns));
            stop_at = 0;
            assert_true(slept <= 4 * ns);
            assert_true((has & EXACT) == 0 || sleeps > 24); /* each of a little under an eighth */
            assert_true(sleeps <= 4 * ns / 1000);
            assert_true(hints <= 4 * ns + 4);
            begin(has);
            clock_step = 0; /* one that stands from the start never gets there */
            assert_true(ends(NEVER, 0, ns));
            assert_int_equal(sleeps, 0);
        }
}

/* What takes no deadline sleeps only where its longest time fits. */
static void a_sleep_fits_what_remains(void **state)
{
    static const struct {
        unsigned int has, bit;
        uint64_t ns, sleep;
    } is[] = {
        {0, 0, CPU_RELAX_FOREVER, 0},
        {CPU_RELAX_FEATURE_WAITPKG, 1, 7, 0},
        {CPU_RELAX_FEATURE_WAITPKG, 1, 8, 8},
        {CPU_RELAX_FEATURE_WAITPKG, 1, CPU_RELAX_FOREVER, 200000},
        {CPU_RELAX_FEATURE_MWAITX, 2, 80000, 80000},
        {CPU_RELAX_FEATURE_EVTSTRM, 4, 199999, 0},
        {CPU_RELAX_FEATURE_EVTSTRM, 4, 200000, 200000},
        {CPU_RELAX_FEATURE_WFXT, 8, 7, 0},
        {CPU_RELAX_FEATURE_WFXT, 8, 199999, 199999},
        {CPU_RELAX_FEATURE_WFXT, 8, 200008, 200000},
        {CPU_RELAX_FEATURE_ZAWRS, 16, 9999, 0},
        {CPU_RELAX_FEATURE_ZAWRS, 16, 10000, 10000},
        {CPU_RELAX_FEATURE_ZAWRS, 16, CPU_RELAX_FOREVER, 10000},
        {CPU_RELAX_FEATURE_LLPAUSE, 32, CPU_RELAX_FOREVER - 1, 0},
        {CPU_RELAX_FEATURE_LLPAUSE, 32, CPU_RELAX_FOREVER, 200000},
        {CPU_RELAX_FEATURE_ISA31, 32, CPU_RELAX_FOREVER - 1, 0},
        {CPU_RELAX_FEATURE_ISA31, 32, CPU_RELAX_FOREVER, 200000},
        {CPU_RELAX_FEATURE_SB, 64, CPU_RELAX_FOREVER, 0},
    };
    size_t i;

    for (i = 0; i < SIZE(is); i++) {
        assert_int_equal(is[i].has, is[i].bit); /* CPU_RELAX_FEATURES() of an includer may use it */
        if (is[i].has == 0 || (is[i].has & (ALL | (ALL & CPU_RELAX_FEATURE_WFXT ? 64u : 0u))) != 0)
            assert_true(SLEEP_NS(is[i].has, 32, is[i].ns) == is[i].sleep);
    }
    begin(ALL & unreal);
    assert_true(wait_elapsed_sleep(1000000) == 0);
}

static void forever_sleeps_and_reads_no_clock(void **state)
{
    unsigned int has;

    for (has = machine_from(1); has <= ALL; has = machine_from(has + 1)) {
        if ((has & TRAPS) == 0)
            continue;
        assert_true(ends(THIRD_SLEEP, 0, CPU_RELAX_FOREVER));
        assert_int_equal(reads, 0);
        assert_int_equal(sleeps, 3);
        assert_int_equal(hints, POLLS + sleeps); /* a monitor may be armed and not sleep */
    }
}

/* `sb` or PAUSE_SHORT once it is detected, early or by a back-off that returns 0 */
static void hint_is_the_best_that_the_machine_has(void **state)
{
#if defined(__aarch64__) || defined(__powerpc__)
    const int traps = (wait_strict_features() & BETTER) == 0;

    if (strcmp(CPU_RELAX_HINT, "isb") != 0 && strcmp(CPU_RELAX_HINT, "or27") != 0)
        skip();
    begin(0);
    wait_reset_features();
    wait_isbs = 0;
    wait_delay_of_1_ms();
    assert_int_equal(better_hints, 0);
    assert_true(wait_isbs > 0 || strcmp(CPU_RELAX_HINT, "isb") != 0);
    begin(BETTER);
    wait_reset_features();
    assert_int_equal(wait_features(), BETTER);
    wait_isbs = 0;
    wait_delay_of_1_ms();
    assert_true((better_hints > 0) == traps);
    assert_int_equal(wait_isbs, 0);
    better_hints = 0;
    wait_reset_features();
    wait_backoff_twice();
    assert_true((better_hints > 0) == traps);
#else
    skip();
#endif
}

/* The tests of wait_threads.c, with the real clock, asleep from the first iteration, by each instruction */
static void asleep(void (*test)(void **), unsigned int sleeping, void **state)
{
    unsigned int has;

    for (has = 1; has <= ALL; has <<= 1) {
        if ((has & ALL) == 0)
            continue;
        begin(has);
        threads = 1;
        wait_reset_features();
        test(state);
        threads = 0;
        assert_int_equal(wrong, 0);
        assert_true((sleeps != 0) == ((has & sleeping & TRAPS_IN_THREADS & ~executed) != 0));
    }
}
#define ASLEEP(test, sleeping)                                                                     \
  static void asleep_##test(void **state)                                                          \
  {                                                                                                \
    asleep(test, sleeping, state);                                                                 \
  }
ASLEEP(wait_messages_arrive_whole, ALL)
ASLEEP(wait_no_wake_up_is_lost, ALL)
ASLEEP(wait_until_no_wake_up_is_lost, ALL)
ASLEEP(wait_more_waiters_than_processors, ALL)
ASLEEP(wait_in_signal_handlers, ALL)
ASLEEP(wait_delay_is_not_short, TIMED)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(short_waits_detect_nothing),
        TEST(features_are_detected_once_after_polling),
        TEST(it_sleeps_by_what_the_machine_has),
        TEST(each_width_sleeps_where_it_can),
        TEST(no_wake_up_is_lost),
        TEST(sleep_ends_in_time),
        TEST(stopped_clock_ends_the_sleeps),
        TEST(a_sleep_fits_what_remains),
        TEST(forever_sleeps_and_reads_no_clock),
        TEST(hint_is_the_best_that_the_machine_has),
        TEST(asleep_wait_messages_arrive_whole),
        TEST(asleep_wait_no_wake_up_is_lost),
        TEST(asleep_wait_until_no_wake_up_is_lost),
        TEST(asleep_wait_more_waiters_than_processors),
        TEST(asleep_wait_in_signal_handlers),
        TEST(asleep_wait_delay_is_not_short),
    };

#if defined(__aarch64__) || defined(__riscv) || defined(__powerpc__)
    if (this_cpu_sleeps())
        executed = TRAPS_IN_THREADS;
#endif
    unreal = ALL;
#if !defined(__x86_64__) && !defined(__aarch64__)
    unreal &= ~(executed | wait_strict_features());
#endif
    return run("wait_monitor", argc, argv, tests, SIZE(tests));
}
