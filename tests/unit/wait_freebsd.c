/*
 * wait_freebsd.c - AArch64 as FreeBSD has it: features by elf_aux_info()
 * SPDX-License-Identifier: MIT
 *
 * Built for Linux, with FreeBSD's macro and a call of the test's own.
 */
#include "test.h"

#undef __linux__
#define __FreeBSD__ 14
#include "cpu_relax_wait.h"

#include "wait_private.h"

static unsigned long caps, caps2;
static int fails, wrong;

int elf_aux_info(int what, void *to, int size);
int elf_aux_info(int what, void *to, int size)
{
    wrong += (what != 25 && what != 26) || size != (int)sizeof(caps); /* AT_HWCAP, AT_HWCAP2 */
    if (fails)
        return 2; /* ENOENT */
    memcpy(to, what == 25 ? &caps : &caps2, sizeof(caps));
    return 0;
}

static unsigned int detect(unsigned long new_caps, unsigned long new_caps2)
{
    caps = new_caps;
    caps2 = new_caps2;
    RESET_FEATURES();
    return cpu_relax_features();
}

static void features_are_detected_by_elf_aux_info(void **state)
{
    assert_int_equal(detect(0, 0), 0);
    assert_int_equal(detect(1ul << 2, 0), CPU_RELAX_FEATURE_EVTSTRM);
    assert_int_equal(detect(1ul << 29, 0), CPU_RELAX_FEATURE_SB);
    assert_int_equal(detect(0, 1ul << 31), CPU_RELAX_FEATURE_WFXT);
    assert_int_equal(detect(~(1ul << 2 | 1ul << 29), ~(1ul << 31)), 0);
    fails = 1;
    assert_int_equal(detect(~0ul, ~0ul), 0);
    fails = 0;
    assert_int_equal(wrong, 0);
    assert_string_equal(CPU_RELAX_MONITOR, "wfet, wfe");
}

static void a_sleep_lasts_one_period_of_the_event_stream(void **state)
{
    assert_true(SLEEP_NS(CPU_RELAX_FEATURE_EVTSTRM, 32, 199999) == 0);
    assert_true(SLEEP_NS(CPU_RELAX_FEATURE_EVTSTRM, 32, 200000) == 200000);
    assert_true(SLEEP_NS(CPU_RELAX_FEATURE_EVTSTRM, 32, CPU_RELAX_FOREVER) == 200000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(features_are_detected_by_elf_aux_info),
                                       TEST(a_sleep_lasts_one_period_of_the_event_stream)};

    return run("wait_freebsd", argc, argv, tests, SIZE(tests));
}
