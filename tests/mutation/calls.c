/*
 * calls.c - every call of the headers: where this compiles to the same, a mutation has changed nothing
 * SPDX-License-Identifier: MIT
 */
#include "cpu_relax_wait.h"

const char *const names[] = {CPU_RELAX_HINT CPU_RELAX_INSN, CPU_RELAX_CLOCK CPU_RELAX_MONITOR};

unsigned long spin_and_back_off(cpu_relax_backoff_t *b, unsigned long long ns)
{
    static const cpu_relax_backoff_t init = CPU_RELAX_BACKOFF_INIT;

    CPU_RELAX_STATEMENT();
    cpu_relax_for_ns(ns);
    b[0] = init;
    cpu_relax_backoff_init(b + 1, (unsigned)ns);
    cpu_relax_backoff_reset(b + 2);
    return (unsigned)cpu_relax_backoff(b + 3) + cpu_relax_features() + CPU_RELAX_VERSION;
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
