/*
 * hint.c - the functional suite of cpu_relax.h, the same for every target
 * SPDX-License-Identifier: MIT
 *
 * The build defines what tests/targets.toml expects of the target: EXPECT_HINT, the name, and
 * EXPECT_BYTES, the instruction's bytes in memory order, in hexadecimal, or "?" for this machine.
 */
#include "test.h"

#include <stdio.h>

#include "hint_checks.h"
#include "threads.h"

static void hint_is_the_one_its_row_expects(void **state)
{
    assert_string_equal(CPU_RELAX_HINT, EXPECT_HINT);
    assert_int_equal(strcmp(CPU_RELAX_HINT, "none") == 0, CPU_RELAX_INSN[0] == '\0');
    assert_true(CPU_RELAX_VERSION >= 10000);
}

static void bytes_in_memory_are_the_instruction(void **state)
{
    if (strcmp(EXPECT_BYTES, "?") == 0)
        skip();
    assert_string_equal(bytes_in_memory(), EXPECT_BYTES);
}

static int flag; /* neither volatile nor atomic: only cpu_relax() makes the loop load it */

static void *set_flag(void *unused)
{
    SLEEP_MS(10); /* let the other side enter its loop before the flag is set */
    STORE(&flag, 1);
    return unused;
}

UNORDERED static void polled_flag_is_seen(void **state)
{
    struct thread setter;

    assert_true(thread_start(&setter, set_flag, NULL));
    while (!flag)
        cpu_relax();
    assert_null(thread_join(&setter));
}

static void registers_and_stack_survive(void **state)
{
    assert_true(registers_and_stack_are_kept());
}

/* Condition codes: the instruction between one that sets them and one that reads them. Elsewhere
 * registers_and_stack_survive() has the comparisons that there are. */
static void flags_survive(void **state)
{
#if defined(_MSC_VER) && !defined(__clang__)
    skip();
#elif defined(__i386__) || defined(__x86_64__)
    unsigned char carry, zero;

    __asm__ __volatile__("xorl %%eax, %%eax\n\tstc\n\t" CPU_RELAX_INSN "\n\tsetc %0\n\tsetz %1"
                         : "=&q"(carry), "=&q"(zero)
                         :
                         : "eax", "cc");
    assert_int_equal(carry, 1);
    assert_int_equal(zero, 1);
#elif defined(__aarch64__)
    uint64_t equal;

    __asm__ __volatile__("cmp xzr, xzr\n\t" CPU_RELAX_INSN "\n\tcset %0, eq"
                         : "=r"(equal)
                         :
                         : "cc");
    assert_int_equal(equal, 1);
#elif defined(__arm__) && (!defined(__thumb__) || defined(__thumb2__))
    uint32_t flags;

    __asm__ __volatile__("cmp %0, %0\n\t" CPU_RELAX_INSN "\n\tmrs %0, cpsr"
                         : "=&r"(flags)
                         :
                         : "cc");
    assert_int_equal(flags >> 30 & 1, 1); /* Z */
#else
    skip();
#endif
}

static void translation_units_live_together(void **state)
{
    cpu_relax();
    hint_other_call();
    assert_string_equal(hint_other_name(), CPU_RELAX_HINT);
}

static void hostile_macros_survive(void **state)
{
    assert_int_equal(hint_hostile_damage(), 0);
}

static void own_instruction_wins(void **state)
{
    if (!HINT_HAS_ASM)
        skip();
    assert_string_equal(hint_user_name(), "user");
    assert_int_equal(hint_user_polls(3), 3);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(hint_is_the_one_its_row_expects),
        TEST(bytes_in_memory_are_the_instruction),
        TEST(polled_flag_is_seen),
        TEST(registers_and_stack_survive),
        TEST(flags_survive),
        TEST(translation_units_live_together),
        TEST(hostile_macros_survive),
        TEST(own_instruction_wins),
    };

    printf("CPU_RELAX_HINT is \"%s\"; cpu_relax() in memory: %s\n", CPU_RELAX_HINT,
           bytes_in_memory());
    fflush(stdout);
    return run("hint", argc, argv, tests, SIZE(tests));
}
