/*
 * wait_clock.c - which clock of the OS the header reads, and what it makes of it; how it detects features
 * SPDX-License-Identifier: MIT
 *
 * The OS's calls are the test's own, so no verdict depends on time. The clock writes seconds and nanoseconds
 * of 64 bits each, as C libraries with 64-bit time do: a header that takes them for smaller ones loses its
 * caller's memory. On 32-bit Linux glibc is built for that time; musl has no other.
 */
#define _TIME_BITS 64
#define _FILE_OFFSET_BITS 64
#include "test.h"

#include <time.h>
#if defined(_WIN32) /* first here, last in wait_strict.c: neither order may warn */
#  include <windows.h>
#endif

#include "cpu_relax_wait.h"

#include "probe.h"
#include "wait_counter.h"
#include "wait_private.h"

static volatile int in_test;

#if COUNTER
/* What was on the stack is no time. */
NOT_INLINED static uint64_t scribble(void)
{
    volatile uint64_t below[32];

    for (size_t i = 0; i < 32; i++)
        below[i] = UINT64_MAX;
    return below[0];
}
NOT_INLINED static uint64_t read_counter(void)
{
    uint64_t ticks = 0;

    (void)READ_CLOCK(&ticks);
    return ticks;
}

static void the_counter_is_read(void **state)
{
    const uint64_t before = counter();
    uint64_t now, after;

    (void)scribble();
    now = read_counter();
    after = counter();
    assert_true(before <= now && now <= after);
}
#else
/* Volatile, as libraries promise that their function does not call back. Outside of a test it is cmocka that
 * reads the clock, whose structure may be the old one. */
static volatile int refused, id_read;
static volatile unsigned reads;
static volatile uint64_t seconds;
static volatile uint32_t nanoseconds;

static int fake_clock(int id, void *where)
{
    const struct {
        uint64_t s, ns;
    } t = {seconds, nanoseconds};

    id_read = id;
    reads++;
    if (refused)
        return -1;
    memcpy(where, &t, in_test ? sizeof(t) : 2 * sizeof(long));
    return 0;
}

/* Under each name that C libraries give it. Not declared as theirs: this is what calls arrive at. */
int stub(int id, void *where) __asm__("clock_gettime");
int stub(int id, void *where)
{
    return fake_clock(id, where);
}
int stub64(int id, void *where) __asm__("__clock_gettime64");
int stub64(int id, void *where)
{
    return fake_clock(id, where);
}

static void the_monotonic_clock_is_read(void **state)
{
    static const uint64_t s[] = {0, 1, 4294967295u, 4294967296u, (uint64_t)1 << 33};
    static const uint32_t ns[] = {0, 1, 999999999};

    assert_string_equal(CPU_RELAX_CLOCK, "clock_gettime");
    for (size_t i = 0; i < SIZE(s); i++)
        for (size_t j = 0; j < SIZE(ns); j++) {
            uint64_t ticks = 0;
            int read;

            reads = 0;
            in_test = 1;
            seconds = s[i];
            nanoseconds = ns[j];
            read = READ_CLOCK(&ticks);
            in_test = 0;
            assert_int_equal(read, 1);
            assert_true(ticks == s[i] * 1000000000 + ns[j]);
            assert_int_equal(reads, 1);
            assert_int_equal(id_read, CLOCK_MONOTONIC);
        }
}

/* W12: 1 ms took 2 s. By the estimate, and without reading again. */
static void a_refused_clock_means_the_estimate(void **state)
{
    static const uint64_t asked[] = {1, 1000, 1000000};
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    uint64_t ticks = 42, duration, budget;
    unsigned calls = 0;

    refused = 1;
    assert_int_equal(READ_CLOCK(&ticks), 0);
    assert_true(ticks == 42);
    for (size_t i = 0; i < SIZE(asked); i++) {
        reads = 0;
        cpu_relax_for_ns(asked[i]);
        assert_int_equal(reads, 1);
        wait_timer(asked[i], &duration, &budget);
        assert_true(budget >= asked[i] / 64 && budget <= asked[i] / 4 + 1); /* hints */
    }
    while (cpu_relax_backoff(&b))
        calls++;
    refused = 0;
    assert_in_range(calls, CPU_RELAX_BACKOFF_LIMIT_NS / CPU_RELAX_BACKOFF_START_NS,
                    CPU_RELAX_BACKOFF_LIMIT_NS * 2 / CPU_RELAX_BACKOFF_START_NS + 1);
}
#endif

/* The rate is read, not learned, and turns nanoseconds into ticks, rounded up. */
static void ticks_are_by_the_rate(void **state)
{
    static const uint64_t ns[] = {1,          2,          1000,       999999999,
                                  1000000000, 1000000001, 1000000123, (uint64_t)1 << 61};
    const uint64_t hz = rate();

    for (size_t i = 0; i < SIZE(ns); i++) {
        const uint64_t whole = ns[i] / 1000000000 * hz, part = ns[i] % 1000000000 * hz;
        uint64_t duration, budget;

        wait_timer(ns[i], &duration, &budget);
        assert_true(duration == whole + part / 1000000000 + (part % 1000000000 != 0));
        assert_true(budget == 4 * ns[i] + 4);
    }
}

/* And back, rounded down. */
static void nanoseconds_are_by_the_rate(void **state)
{
    static const uint64_t ticks[] = {1, 2, 999, 1000000000, 1000000001, (uint64_t)1 << 40};
    const uint64_t hz = rate();

    for (size_t i = 0; i < SIZE(ticks); i++)
        assert_true(TO_NS(ticks[i], hz) ==
                    ticks[i] / hz * 1000000000 + ticks[i] % hz * 1000000000 / hz);
    assert_true(TO_NS(48000001, 24000000) == 2000000041);
    assert_true(TO_NS(7, 1000000000) == 7);
}

/*
 * The features of the running CPU, bit by bit: each by its own bit of its own word, and by no other. The
 * instruction that detects is a macro of the assembler here, which calls the simulated one. That changes no
 * register but those that the instruction changes, and nothing below the stack.
 */
#define USED_BY_ASM(name) name __asm__(#name) __attribute__((__used__))

#if defined(__x86_64__) && !defined(_MSC_VER)
#  define DETECTS 1
static volatile unsigned int USED_BY_ASM(misuses), USED_BY_ASM(traps);
static volatile unsigned int USED_BY_ASM(basic);                       /* the highest leaf */
static volatile unsigned int USED_BY_ASM(leaf7), USED_BY_ASM(leaf8_1); /* ECX of two of them */

/* T2: another sub-leaf of leaf 7 has all other bits, and leaf 0 leaves the vendor's name in ECX, not 0. Every
 * x86-64 has leaf 0x80000001. */
__asm__(".macro cpuid\n\tlea -128(%rsp), %rsp\n\tcall answer\n\tlea 128(%rsp), %rsp\n\t.endm\n"
        "\t.text\n"
        "answer:\n"
        "\tincl traps(%rip)\n"
        "\tcmpl $0, %eax\n je 1f\n"
        "\tcmpl $7, %eax\n je 2f\n"
        "\tcmpl $0x80000001, %eax\n je 4f\n"
        "0:\tincl misuses(%rip)\n\tret\n"
        "1:\tmovl basic(%rip), %eax\n\tmovl $0x6c65746e, %ecx\n\tmovl $0x756e6547, %ebx\n\tret\n"
        "2:\tcmpl $7, basic(%rip)\n\tjb 0b\n\tcmpl $0, %ecx\n\tjne 3f\n"
        "\tmovl leaf7(%rip), %ecx\n\tmovl $0, %eax\n\tmovl $0, %ebx\n\tret\n"
        "3:\tmovl leaf7(%rip), %ecx\n\tnotl %ecx\n\tmovl $0, %eax\n\tmovl $0, %ebx\n\tret\n"
        "4:\tmovl leaf8_1(%rip), %ecx\n\tmovl $0, %eax\n\tmovl $0, %ebx\n\tret\n");

static int detects_by_bit(unsigned int bit)
{
    static const unsigned int basics[] = {0, 6, 7, 8, 32};

    for (size_t i = 0; i < SIZE(basics); i++) {
        unsigned int features = 0;

        basic = basics[i];
        leaf7 = bit < 32 ? 1u << bit : 0;
        leaf8_1 = bit < 32 ? 0 : 1u << (bit - 32);
        if (basic >= 7 && bit == 5)
            features = CPU_RELAX_FEATURE_WAITPKG;
        if (bit == 32 + 29)
            features = CPU_RELAX_FEATURE_MWAITX;
        traps = 0;
        if (DETECT() != features)
            return 0;
        /* W6: in a virtual machine each is an exit */
        if (traps != (bit == 32 + 29 ? 1u : basic >= 7 ? 3u : 2u))
            return 0;
    }
    return 1;
}
#elif (defined(__aarch64__) || defined(__powerpc__)) && defined(__linux__)
#  define DETECTS 1
static unsigned int misuses;
static volatile unsigned long caps[2];

unsigned long stub_auxval(unsigned long type) __asm__("getauxval");
unsigned long stub_auxval(unsigned long type)
{
    return type == 16 ? caps[0] : type == 26 ? caps[1] : 0;
}

static int detects_by_bit(unsigned int bit)
{
    int second, right = 1;

    for (second = 0; second < 2; second++) {
        unsigned int features = 0;

#  if defined(__aarch64__)
        if (second == 0 && bit == 2)
            features |= CPU_RELAX_FEATURE_EVTSTRM;
        if (second == 0 && bit == 29)
            features |= CPU_RELAX_FEATURE_SB;
        if (second == 1 && bit == 31)
            features |= CPU_RELAX_FEATURE_WFXT;
#  else
        if (second == 1 && bit == 18)
            features |= CPU_RELAX_FEATURE_ISA31;
#  endif
        caps[second] = bit < sizeof(long) * 8 ? 1ul << bit : 0;
        caps[!second] = 0;
        right &= DETECT() == features;
    }
    return right;
}
#elif defined(__riscv) && __riscv_xlen == 64
#  define DETECTS 1
static volatile unsigned int USED_BY_ASM(misuses);
static volatile long USED_BY_ASM(result); /* of the call, and what it writes */
static volatile int64_t USED_BY_ASM(fake_key);
static volatile uint64_t USED_BY_ASM(fake_value);

__asm__(".macro ecall\n\taddi sp, sp, -32\n\tsd ra, 0(sp)\n\tsd t0, 8(sp)\n\tsd t1, 16(sp)\n"
        "\tcall answer\n"
        "\tld ra, 0(sp)\n\tld t0, 8(sp)\n\tld t1, 16(sp)\n\taddi sp, sp, 32\n\t.endm\n"
        "\t.text\n"
        "answer:\n"
        "\tli t0, 258\n\tbne a7, t0, 0f\n" /* riscv_hwprobe */
        "\tli t0, 1\n\tbne a1, t0, 0f\n"
        "\tbnez a2, 0f\n\tbnez a3, 0f\n\tbnez a4, 0f\n"
        "\tld t1, 0(a0)\n\tli t0, 4\n\tbeq t1, t0, 1f\n"
        "0:\tli t0, 1\n\tsw t0, misuses, t1\n"
        "1:\tld t0, fake_key\n\tsd t0, 0(a0)\n\tld t0, fake_value\n\tsd t0, 8(a0)\n\tld a0, "
        "result\n\tret\n");

static int detects_by_bit(unsigned int bit)
{
    static const long results[] = {0, -38 /* ENOSYS */, 1};
    static const int64_t keys[] = {4, -1 /* an unknown key */, 5};

    for (size_t i = 0; i < SIZE(results); i++)
        for (size_t j = 0; j < SIZE(keys); j++) {
            result = results[i];
            fake_key = keys[j];
            fake_value = (uint64_t)1 << bit;
            if (DETECT() !=
                (result == 0 && fake_key == 4 && bit == 48 ? CPU_RELAX_FEATURE_ZAWRS : 0u))
                return 0;
        }
    return 1;
}
#endif

#if defined(DETECTS)
static void features_are_detected_by_their_bits(void **state)
{
    for (unsigned int bit = 0; bit < 64; bit++)
        assert_true(detects_by_bit(bit));
    assert_int_equal(misuses, 0);
}
#endif

static void nothing_else_is_written(void **state)
{
    volatile uint64_t before[4] = {1, 2, 3, 4};
    volatile uint64_t after[4] = {5, 6, 7, 8};

    in_test = 1;
    cpu_relax_for_ns(1); /* where the clock is the test's it stands: the budget ends it */
    in_test = 0;
    assert_true(before[0] == 1 && before[1] == 2 && before[2] == 3 && before[3] == 4);
    assert_true(after[0] == 5 && after[1] == 6 && after[2] == 7 && after[3] == 8);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#if COUNTER
        TEST(the_counter_is_read),
#else
        TEST(the_monotonic_clock_is_read),
        TEST(a_refused_clock_means_the_estimate),
#endif
        TEST(ticks_are_by_the_rate),
        TEST(nanoseconds_are_by_the_rate),
#if defined(DETECTS)
        TEST(features_are_detected_by_their_bits),
#endif
        TEST(nothing_else_is_written),
    };

    return run("wait_clock", argc, argv, tests, SIZE(tests));
}
