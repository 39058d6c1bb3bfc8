/*
 * bare.c - the checks of hint.c that need no C library, for machines that have none
 * SPDX-License-Identifier: MIT
 *
 * Reports as cmocka does, so that one reader serves both. That a polled flag is seen is here for
 * standard C's barrier alone, for want of threads; else test_barrier of test_codegen.py
 * stands in for it.
 */
#include "hint_checks.h"

#include "bare_port.h"

static int failures;
static int tests;

static void report(const char *name, int passed)
{
    tests++;
    failures += !passed;
    bare_write(passed ? "[       OK ] " : "[  FAILED  ] ");
    bare_write(name);
    bare_write("\n");
}

static int equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

#if defined(HINT_STANDARD_C)
static unsigned char flag; /* neither volatile nor atomic, on purpose */

static void set_flag(void)
{
    flag++;
}

static int polled_flag_is_seen(void)
{
    unsigned char polls = 0;

    cpu_relax_opaque_ = set_flag; /* what the barrier calls might as well be this */
    while (flag == 0 && polls < 3) {
        cpu_relax();
        polls++;
    }
    return polls == 1 && flag == 1;
}
#endif

int main(void)
{
    char count[] = "[  PASSED  ] ? test(s).\n";

    report("hint_is_the_one_its_row_expects", equal(CPU_RELAX_HINT, EXPECT_HINT));
#if HINT_CODE_IS_READABLE
    bare_write("CPU_RELAX_HINT is \"" CPU_RELAX_HINT "\"; cpu_relax() in memory: ");
    bare_write(bytes_in_memory());
    bare_write(", expected: " EXPECT_BYTES "\n");
    report("bytes_in_memory_are_the_instruction", equal(bytes_in_memory(), EXPECT_BYTES));
#endif
    report("registers_and_stack_survive", registers_and_stack_are_kept());
    cpu_relax();
    hint_other_call();
    report("translation_units_live_together", equal(hint_other_name(), CPU_RELAX_HINT));
    report("hostile_macros_survive", hint_hostile_damage() == 0);
#if defined(HINT_STANDARD_C)
    report("polled_flag_is_seen", polled_flag_is_seen());
#endif
#if HINT_HAS_ASM
    report("own_instruction_wins", equal(hint_user_name(), "user") && hint_user_polls(3) == 3);
#endif

    count[13] = (char)('0' + tests - failures);
    bare_write(count);
    bare_exit(failures != 0);
    return failures != 0;
}
