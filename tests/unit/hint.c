/*
 * hint.c - the functional suite of cpu_relax.h, the same for every target
 * SPDX-License-Identifier: MIT
 *
 * The build defines what tests/targets.toml expects of the target: EXPECT_HINT, the name, and
 * EXPECT_BYTES, the instruction's bytes in memory order, in hexadecimal, or "?" for this machine.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "hint_checks.h"

/* How long a flag may stay unseen before the load counts as lost: no verdict on speed. */
#ifndef HANG_SECONDS
#  define HANG_SECONDS 120
#endif

static void hint_is_the_one_its_row_expects(void **state)
{
    (void)state;
    assert_string_equal(CPU_RELAX_HINT, EXPECT_HINT);
    assert_int_equal(strcmp(CPU_RELAX_HINT, "none") == 0, CPU_RELAX_INSN[0] == '\0');
    assert_true(CPU_RELAX_VERSION >= 10000);
}

static void bytes_in_memory_are_the_instruction(void **state)
{
    (void)state;
    if (strcmp(EXPECT_BYTES, "?") == 0)
        skip();
    assert_string_equal(bytes_in_memory(), EXPECT_BYTES);
}

static int flag; /* neither volatile nor atomic, on purpose: only cpu_relax() makes the loop look */
static int setter_may_go;

static void *set_flag(void *arg)
{
    while (!__atomic_load_n(&setter_may_go, __ATOMIC_ACQUIRE))
        cpu_relax();
    usleep(1000); /* let the other side enter its loop with the flag still down */
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    return arg;
}

#if defined(SIGALRM)
static void give_up(int signal_number)
{
    static const char text[] =
        "[  FAILED  ] polled_flag_is_seen: the loop never looked at the flag again\n";
    (void)signal_number;
    _exit(write(STDOUT_FILENO, text, sizeof(text) - 1) < 0 ? 2 : 1);
}
#endif

__attribute__((__no_sanitize_thread__)) static void polled_flag_is_seen(void **state)
{
    pthread_t setter;

    (void)state;
    flag = 0;
#if defined(SIGALRM) /* elsewhere CTest's own limit has to do */
    signal(SIGALRM, give_up);
    alarm(HANG_SECONDS);
#endif
    assert_int_equal(pthread_create(&setter, NULL, set_flag, NULL), 0);
    __atomic_store_n(&setter_may_go, 1, __ATOMIC_RELEASE);
    while (!flag)
        cpu_relax();
#if defined(SIGALRM)
    alarm(0);
#endif
    assert_int_equal(pthread_join(setter, NULL), 0);
}

static void registers_and_stack_survive(void **state)
{
    (void)state;
    assert_true(registers_and_stack_are_kept());
}

/* Condition codes: the instruction between one that sets them and one that reads them. */
static void flags_survive(void **state)
{
    (void)state;
#if defined(__i386__) || defined(__x86_64__)
    {
        unsigned char carry, zero;
        __asm__ __volatile__("xorl %%eax, %%eax\n\tstc\n\t" CPU_RELAX_INSN "\n\tsetc %0\n\tsetz %1"
                             : "=&q"(carry), "=&q"(zero)
                             :
                             : "eax", "cc");
        assert_int_equal(carry, 1);
        assert_int_equal(zero, 1);
    }
#elif defined(__aarch64__)
    {
        uint64_t equal;
        __asm__ __volatile__("cmp xzr, xzr\n\t" CPU_RELAX_INSN "\n\tcset %0, eq"
                             : "=r"(equal)
                             :
                             : "cc");
        assert_int_equal(equal, 1);
    }
#elif defined(__arm__) && (!defined(__thumb__) || defined(__thumb2__))
    {
        uint32_t flags;
        __asm__ __volatile__("cmp %0, %0\n\t" CPU_RELAX_INSN "\n\tmrs %0, cpsr"
                             : "=&r"(flags)
                             :
                             : "cc");
        assert_int_equal(flags >> 30 & 1, 1); /* Z */
    }
#else
    skip(); /* elsewhere registers_and_stack_survive() has the comparisons that there are */
#endif
}

static void translation_units_live_together(void **state)
{
    (void)state;
    cpu_relax();
    hint_other_call();
    assert_string_equal(hint_other_name(), CPU_RELAX_HINT);
}

static void hostile_macros_survive(void **state)
{
    (void)state;
    assert_int_equal(hint_hostile_damage(), 0);
}

static void own_instruction_wins(void **state)
{
    (void)state;
    assert_string_equal(hint_user_name(), "user");
    assert_int_equal(hint_user_polls(3), 3);
}

int main(int argc, char **argv) /* the name of a test: that one alone */
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hint_is_the_one_its_row_expects),
        cmocka_unit_test(bytes_in_memory_are_the_instruction),
        cmocka_unit_test(polled_flag_is_seen),
        cmocka_unit_test(registers_and_stack_survive),
        cmocka_unit_test(flags_survive),
        cmocka_unit_test(translation_units_live_together),
        cmocka_unit_test(hostile_macros_survive),
        cmocka_unit_test(own_instruction_wins),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("hint", tests, NULL, NULL) != 0;
}
