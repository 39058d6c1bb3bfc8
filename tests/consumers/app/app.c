/*
 * app.c - the smallest program that uses cpu_relax; C90 and C++98, the delay from C99 and C++11
 * SPDX-License-Identifier: MIT
 */
#include <cpu_relax.h>
#include <stdio.h>
#if (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L) ||                                  \
    (defined(__cplusplus) && __cplusplus >= 201103L)
#  include <cpu_relax_wait.h>
#else
#  define cpu_relax_for_ns(ns) ((void)0)
#endif

int main(void)
{
    cpu_relax();
    cpu_relax_for_ns(100);
    printf("cpu_relax %d.%d.%d\n", CPU_RELAX_VERSION_MAJOR, CPU_RELAX_VERSION_MINOR,
           CPU_RELAX_VERSION_PATCH);
    return 0;
}
