/*
 * hint_named.c - names of one's own beside the plain header: two copies before it, one after
 * SPDX-License-Identifier: MIT
 */
#include "hint.h"

#define CPU_RELAX_NAME one_relax
#include "cpu_relax.h"
#if defined(CPU_RELAX_NAME) || defined(CPU_RELAX_H) || defined(CPU_RELAX_HINT) ||                  \
    defined(CPU_RELAX_INSN) || defined(CPU_RELAX_VERSION) || defined(CPU_RELAX_INLINE_)
#  error "a copy under a name of its own leaves macros behind"
#endif
#define CPU_RELAX_NAME two_relax
#include "cpu_relax.h"

#include "cpu_relax.h"
#if !defined(CPU_RELAX_HINT) || !defined(CPU_RELAX_INSN) || !defined(CPU_RELAX_VERSION)
#  error "the plain header lacks macros after copies under other names"
#endif

#define CPU_RELAX_NAME three_relax
#include "cpu_relax.h"
#if defined(CPU_RELAX_NAME) || !defined(CPU_RELAX_HINT) || !defined(CPU_RELAX_INSN)
#  error "a copy after the plain header changes its macros"
#endif

const char *hint_named(int *calls)
{
    one_relax();
    two_relax();
    three_relax();
    cpu_relax();
    *calls += 4;
    return CPU_RELAX_HINT;
}
