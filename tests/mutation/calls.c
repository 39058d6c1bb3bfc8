/*
 * calls.c - every call of the headers: where this compiles to the same, a mutation has changed nothing
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax_wait.h"

void spin(void)
{
    CPU_RELAX_STATEMENT();
}
void delay(unsigned long long ns)
{
    cpu_relax_for_ns(ns);
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
    cpu_relax_backoff_init(b, n);
    cpu_relax_backoff_reset(b + 1);
}
unsigned features(void)
{
    return cpu_relax_features();
}
const char *hint(void)
{
    return CPU_RELAX_HINT CPU_RELAX_INSN CPU_RELAX_CLOCK CPU_RELAX_MONITOR;
}
long version(void)
{
    return CPU_RELAX_VERSION;
}
#define EQ(bits, result, word)                                                                     \
  result while_eq##bits(const void *p, word old, unsigned long long ns)                            \
  {                                                                                                \
    return (cpu_relax_while_eq##bits)(p, old, ns);                                                 \
  }                                                                                                \
  result until_eq##bits(const void *p, word want, unsigned long long ns)                           \
  {                                                                                                \
    return (cpu_relax_until_eq##bits)(p, want, ns);                                                \
  }
#define MASKED(bits, word)                                                                         \
  EQ(bits, word, word)                                                                             \
  word while_masked##bits(const void *p, word mask, word want, unsigned long long ns)              \
  {                                                                                                \
    return (cpu_relax_while_masked##bits)(p, mask, want, ns);                                      \
  }                                                                                                \
  word until_masked##bits(const void *p, word mask, word want, unsigned long long ns)              \
  {                                                                                                \
    return (cpu_relax_until_masked##bits)(p, mask, want, ns);                                      \
  }
#if CPU_RELAX_HAS_EQ8
MASKED(8, unsigned char)
#endif
#if CPU_RELAX_HAS_EQ16
MASKED(16, unsigned short)
#endif
#if CPU_RELAX_HAS_EQ32
MASKED(32, unsigned)
#endif
#if CPU_RELAX_HAS_EQ64
MASKED(64, unsigned long long)
#endif
#if CPU_RELAX_HAS_EQPTR
EQ(ptr, void *, const void *)
#endif
