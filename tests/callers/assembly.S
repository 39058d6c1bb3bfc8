/*
 * assembly.S - the macros are all that assembly gets
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax.h"
#if CPU_RELAX_VERSION < 10000
#  error "no version"
#endif
        .ascii CPU_RELAX_HINT
