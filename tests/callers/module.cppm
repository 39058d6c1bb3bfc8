/*
 * module.cppm - a C++20 module that exports the hint, and functions that call it
 * SPDX-License-Identifier: MIT
 */
module;
#include "cpu_relax.h"
#define CPU_RELAX_NAME my_relax
#include "cpu_relax.h"
export module spin;

export using ::cpu_relax;
export inline void spin_until(const bool *flag)
{
    while (!*flag) {
        cpu_relax();
        my_relax();
    }
}
export template <typename Word> void spin_while(const Word *word, Word old)
{
    while (*word == old)
        cpu_relax();
}
