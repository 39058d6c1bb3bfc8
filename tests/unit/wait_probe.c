/*
 * wait_probe.c - compiled, not run: what the compilers make of cpu_relax_wait.h
 * SPDX-License-Identifier: MIT
 *
 *     nothing defined   no layer is used: the object must have no byte of code or data
 *     USE_WAIT          a wait: its fast path, its acquire
 *     USE_DELAY         a delay: its clock, its sleeps
 */
#include "cpu_relax_wait.h"

#include <stdint.h>

#if defined(USE_WAIT) && CPU_RELAX_HAS_EQ32
uint32_t probe(const volatile uint32_t *p);
uint32_t probe(const volatile uint32_t *p)
{
    return cpu_relax_while_eq32(p, 1, CPU_RELAX_FOREVER);
}
#elif defined(USE_WAIT) && CPU_RELAX_HAS_EQ8
uint8_t probe(const volatile uint8_t *p);
uint8_t probe(const volatile uint8_t *p)
{
    return cpu_relax_while_eq8(p, 1, CPU_RELAX_FOREVER);
}
#endif

#if defined(USE_DELAY)
void delay(uint64_t ns);
void delay(uint64_t ns)
{
    cpu_relax_for_ns(ns);
}
#endif
