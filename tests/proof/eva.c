/*
 * eva.c - any clock, any rate, any ns, any word: nothing undefined happens in any call
 * SPDX-License-Identifier: MIT
 *
 * Analysed by Frama-C's Eva with the clock of -DOWN, of 64-bit Linux, of Windows (a counter with a rate) and
 * without an OS. What the compiler has built in stands here as what it does; another thread may
 * change the words at any time.
 */
#include <stdint.h>
#include "__fc_builtin.h"

static uint64_t any(void)
{
    return Frama_C_unsigned_long_long_interval(0, UINT64_MAX);
}

#if defined(OWN)
#  define CPU_RELAX_CLOCK_NS() any()
#elif defined(_WIN32)
#  define _WINDOWS_
union _LARGE_INTEGER {
    uint64_t value;
};
static int QueryPerformanceCounter(union _LARGE_INTEGER *to)
{
    to->value = any();
    return Frama_C_interval(0, 1);
}
static int QueryPerformanceFrequency(union _LARGE_INTEGER *to)
{
#  if defined(NO_RATE)
    to->value = 0;
#  else
    to->value = Frama_C_unsigned_long_long_interval(1, UINT64_MAX);
#  endif
    return Frama_C_interval(0, 1);
}
#endif
#undef __STDC_VERSION__ /* Frama-C knows no _Generic */
#define __STDC_VERSION__ 199901L
#define CPU_RELAX_FEATURES() ((unsigned int)any())
#define __atomic_load_n(p, order) (*(p))
#define __atomic_store_n(p, value, order) (*(p) = (value))
#include "cpu_relax_wait.h"

#if defined(__linux__) && !defined(OWN) && __STDC_HOSTED__
struct timespec {
    long s, ns;
};
int cpu_relax_clock_gettime_(int id, struct timespec *t)
{
    (void)id;
    if (Frama_C_interval(0, 1))
        return -1; /* and has written nothing */
    t->s = Frama_C_long_interval(-1, INT64_MAX);
    t->ns = Frama_C_long_interval(0, 999999999);
    return 0;
}
#endif

int main(void)
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    volatile uint8_t word8 = 0;
    volatile uint16_t word16 = 0;
    volatile uint32_t word32 = 0;
    volatile uint64_t word64 = 0;
    void *volatile word = &b;

    while (Frama_C_interval(0, 1)) {
        word8 = (uint8_t)any();
        word16 = (uint16_t)any();
        word32 = (uint32_t)any();
        word64 = any();
        cpu_relax_for_ns(any());
        cpu_relax_backoff(&b);
        if (Frama_C_interval(0, 1))
            cpu_relax_backoff_reset(&b);
        if (Frama_C_interval(0, 1))
            cpu_relax_backoff_init(&b, (uint32_t)any());
        cpu_relax_while_eq8(&word8, (uint8_t)any(), any());
        cpu_relax_while_eq16(&word16, (uint16_t)any(), any());
        cpu_relax_while_eq32(&word32, (uint32_t)any(), any());
        cpu_relax_while_eq64(&word64, any(), any());
        cpu_relax_while_eqptr(&word, &b, any());
        cpu_relax_until_eq8(&word8, (uint8_t)any(), any());
        cpu_relax_until_eq16(&word16, (uint16_t)any(), any());
        cpu_relax_until_eq32(&word32, (uint32_t)any(), any());
        cpu_relax_until_eq64(&word64, any(), any());
        cpu_relax_until_eqptr(&word, &b, any());
        cpu_relax_while_masked8(&word8, (uint8_t)any(), (uint8_t)any(), any());
        cpu_relax_while_masked64(&word64, any(), any(), any());
        cpu_relax_until_masked16(&word16, (uint16_t)any(), (uint16_t)any(), any());
        cpu_relax_until_masked32(&word32, (uint32_t)any(), (uint32_t)any(), any());
    }
    return 0;
}
