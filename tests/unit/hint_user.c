/*
 * hint_user.c - the header with the includer's own instruction: none, so that it fits every CPU
 * SPDX-License-Identifier: MIT
 */
#include "hint.h"

#if HINT_HAS_ASM
#  define CPU_RELAX_INSN "" /* still a compiler barrier */
#endif
#include "cpu_relax.h"

const char *hint_user_name(void)
{
    return CPU_RELAX_HINT;
}

int hint_user_polls(int count)
{
    int polls = 0;

    while (polls < count) {
        cpu_relax();
        polls++;
    }
    return polls;
}
