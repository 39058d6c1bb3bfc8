/*
 * kernel.cu - the hint in a kernel and on the host, by CUDA and by HIP
 * SPDX-License-Identifier: MIT
 *
 * Without a toolkit: its attributes are spelled as the compiler knows them, and no kernel is launched.
 */
#include "cpu_relax.h"

__attribute__((device)) void on_the_device(const int *flag)
{
    while (!*flag) {
        cpu_relax();
        CPU_RELAX_STATEMENT();
    }
}

void on_the_host(const int *flag)
{
    while (!*flag)
        cpu_relax();
}

__attribute__((host)) __attribute__((device)) void on_both(const int *flag)
{
    while (!*flag)
        cpu_relax();
}
