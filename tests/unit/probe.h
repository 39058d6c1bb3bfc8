/*
 * probe.h - one cpu_relax() between two labels, so that its bytes can be found
 * SPDX-License-Identifier: MIT
 *
 * The labels stand at the start of a line: HP's assembler takes anything else for an instruction.
 */
#ifndef CPU_RELAX_TESTS_PROBE_H
#define CPU_RELAX_TESTS_PROBE_H

#define PROBE_LABEL(name) __asm__ __volatile__("\n" name ":\n" : : : "memory")
#define PROBE_GLOBAL_LABEL(name)                                                                   \
  __asm__ __volatile__("\n\t.globl " name "\n" name ":\n" : : : "memory")

/* Not inlined, so that the labels exist once. */
#if defined(__clang__) || defined(_MSC_VER)
#  define PROBE_FUNCTION __attribute__((__noinline__))
#else
#  define PROBE_FUNCTION __attribute__((__noinline__, __noclone__))
#endif

#endif
