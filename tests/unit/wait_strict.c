/*
 * wait_strict.c - the header where the C library declares nothing but standard C
 * SPDX-License-Identifier: MIT
 *
 * Built with -std=c99 or -std=c11, whatever the rest of the suite is built with.
 */
#include "cpu_relax_wait.h"

#if defined(_WIN32)
#  include <windows.h>
#endif

#include "wait.h"

#if defined(__GNUC__) && !defined(__STRICT_ANSI__)
#  error "wait_strict.c is a test of -std=c99 and -std=c11: build it so"
#endif

uint64_t wait_strict_span(uint64_t ns)
{
    return cpu_relax_start_(ns).span;
}

unsigned int wait_strict_cpu(void)
{
#if defined(CPU_RELAX_SLEEP_H)
    return cpu_relax_cpu_();
#else
    return 0;
#endif
}
