/*
 * device.c - the hint in device code of OpenMP, SYCL, OpenCL, CUDA and HIP, and in their host code
 * SPDX-License-Identifier: MIT
 *
 * Without a toolkit: attributes are spelled as clang knows them, and nothing is launched.
 */
#define device macro_of_the_includer
#define host macro_of_the_includer
#include "cpu_relax.h"
#undef device
#undef host

#if defined(__CUDA__) || defined(__HIP__)
#  define ON_BOTH_SIDES __attribute__((host, device))
__attribute__((device)) void poll_on_the_device(const volatile int *flag)
{
    while (!*flag)
        CPU_RELAX_STATEMENT();
}
__attribute__((host)) void poll_on_the_host(const volatile int *flag)
{
    while (!*flag)
        CPU_RELAX_STATEMENT();
}
#elif defined(SYCL_LANGUAGE_VERSION)
#  define ON_BOTH_SIDES [[clang::sycl_external]]
#else
#  define ON_BOTH_SIDES
#endif

#pragma omp declare target
ON_BOTH_SIDES void poll(const volatile int *flag);
ON_BOTH_SIDES void poll(const volatile int *flag)
{
    while (!*flag)
        cpu_relax();
    CPU_RELAX_STATEMENT();
}
#pragma omp end declare target
