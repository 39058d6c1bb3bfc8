/*
 * wait_counter.h - a counter of the architecture or of Windows, and its rate
 * SPDX-License-Identifier: MIT
 */
#if defined(__aarch64__)
#  define COUNTER 1
static uint64_t counter(void)
{
    uint64_t ticks;
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}
static uint64_t rate(void)
{
    uint64_t hz;
    __asm__("mrs %0, cntfrq_el0" : "=r"(hz));
    return hz;
}
#elif defined(__s390x__)
#  define COUNTER 1
static uint64_t counter(void)
{
    uint64_t ticks;
    __asm__ __volatile__("stckf %0" : "=Q"(ticks) : : "cc");
    return ticks;
}
static uint64_t rate(void)
{
    return 4096000000u;
}
#elif defined(_WIN32)
#  define COUNTER 1
static uint64_t counter(void)
{
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return (uint64_t)now.QuadPart;
}
static uint64_t rate(void)
{
    LARGE_INTEGER hz;
    QueryPerformanceFrequency(&hz);
    return (uint64_t)hz.QuadPart;
}
#else
#  define COUNTER 0
static uint64_t rate(void)
{
    return 1000000000;
}
#endif
