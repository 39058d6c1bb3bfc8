/*
 * calls.c - every call of the headers: where this compiles to the same, a mutation has changed nothing
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax_wait.h"

void delay(unsigned long long ns)
{
    cpu_relax_ns(ns);
}
void begin(cpu_relax_backoff_t *b)
{
    static const cpu_relax_backoff_t init = CPU_RELAX_BACKOFF_INIT;
    *b = init;
}
int back_off(cpu_relax_backoff_t *b)
{
    return cpu_relax_backoff(b);
}
void again(cpu_relax_backoff_t *b, unsigned n)
{
    cpu_relax_backoff_limit(b, n);
    cpu_relax_backoff_reset(b + 1);
}
const char *hint(void)
{
    return CPU_RELAX_HINT CPU_RELAX_INSN;
}
long version(void)
{
    return CPU_RELAX_VERSION;
}
#define WAIT(bits, word)                                                                           \
  word wait##bits(word *p, word old, unsigned long long ns)                                        \
  {                                                                                                \
    return cpu_relax_while_eq##bits(p, old, ns);                                                   \
  }
#if CPU_RELAX_HAS_EQ8
WAIT(8, unsigned char)
#endif
#if CPU_RELAX_HAS_EQ16
WAIT(16, unsigned short)
#endif
#if CPU_RELAX_HAS_EQ32
WAIT(32, unsigned)
#endif
#if CPU_RELAX_HAS_EQ64
WAIT(64, unsigned long long)
#endif
#if CPU_RELAX_HAS_EQPTR
void *waitptr(void **p, void *old, unsigned long long ns)
{
    return cpu_relax_while_eqptr(p, old, ns);
}
#endif
