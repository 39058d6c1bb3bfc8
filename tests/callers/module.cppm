/*
 * module.cppm - a C++20 module that exports the hint, and functions that call both headers
 * SPDX-License-Identifier: MIT
 */
module;
#include "cpu_relax.h"
#include "cpu_relax_wait.h"
export module spin;

export using ::cpu_relax;
export inline void spin_until(const bool *flag)
{
    while (!*flag) {
        cpu_relax();
        CPU_RELAX_STATEMENT();
    }
}
export template <typename Word> void spin_while(const Word *word, Word old)
{
    while (*word == old)
        cpu_relax();
}

/* An exported inline function or template cannot call the second header, whose functions have internal linkage: it
 * calls an ordinary function, which stays in the module. */
bool wait_for(const bool *flag);
export inline bool spin_for(const bool *flag)
{
    return wait_for(flag);
}
module :private;
bool wait_for(const bool *flag)
{
    return cpu_relax_until_eq(flag, true, 2000);
}
