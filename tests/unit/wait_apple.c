/*
 * wait_apple.c - AArch64 as Apple has it: an event stream of 1 to 2 us, and nothing to detect
 * SPDX-License-Identifier: MIT
 *
 * Built for Linux, with Apple's macro.
 */
#include "test.h"

#undef __linux__
#define __APPLE__ 1
static uint64_t read_clock(void);
#define CPU_RELAX_CLOCK_NS() read_clock()
#include "cpu_relax_wait.h"

#include "wait_private.h"

/* For the assembler `wfe` is a macro, which counts it and then is it. */
static volatile unsigned int wfes __asm__("wfes") __attribute__((__used__));
__asm__(".macro wfe\n\tstp x0, x1, [sp, -16]!\n\tadrp x0, wfes\n\tldr w1, [x0, :lo12:wfes]\n"
        "\tadd w1, w1, 1\n\tstr w1, [x0, :lo12:wfes]\n\tldp x0, x1, [sp], 16\n"
        "\t.inst 0xd503205f\n\t.endm\n");

static uint64_t now;

static uint64_t read_clock(void) /* each iteration takes as long as an event stream's period */
{
    return now += 1333;
}

static void event_stream_ends_a_sleep(void **state)
{
    static const uint32_t word = 5;

    assert_string_equal(CPU_RELAX_MONITOR, "wfet, wfe");
    assert_int_equal(cpu_relax_features(), CPU_RELAX_FEATURE_EVTSTRM);
    assert_true(SLEEP_NS(CPU_RELAX_FEATURE_EVTSTRM, 32, 1999) == 0);
    assert_true(SLEEP_NS(CPU_RELAX_FEATURE_EVTSTRM, 32, 2000) == 2000);
    assert_true(SLEEP_NS(CPU_RELAX_FEATURE_EVTSTRM, 32, CPU_RELAX_FOREVER) == 2000);
    assert_int_equal(cpu_relax_while_eq32(&word, 5, 16000), 5);
    assert_int_equal(wfes, 0);
    now = 0;
    assert_int_equal(cpu_relax_while_eq32(&word, 5, 100000), 5);
    assert_in_range(wfes, 50, 75);
    assert_in_range(now, 100000, 105000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(event_stream_ends_a_sleep)};

    return run("wait_apple", argc, argv, tests, SIZE(tests));
}
