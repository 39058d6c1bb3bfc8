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
#  error "wait_strict.c is a test of -std=c99 and -std=c11: build it with one of them"
#endif

const char *wait_strict_clock(void)
{
    return CPU_RELAX_CLOCK;
}

unsigned int wait_strict_features(void)
{
    return cpu_relax_features();
}
