/*
 * probe.h - labels around one cpu_relax(), so that its bytes can be found; attributes by compiler
 * SPDX-License-Identifier: MIT
 *
 * The labels stand at the start of a line: HP's assembler takes anything else for an instruction.
 */
#ifndef CPU_RELAX_TESTS_PROBE_H
#define CPU_RELAX_TESTS_PROBE_H

#define PROBE_GLOBAL_LABEL(name)                                                                   \
  __asm__ __volatile__("\n\t.globl " name "\n" name ":\n" : : : "memory")

/* NOT_INLINED: compiled once, and callers know no more of it than its type. UNORDERED: ThreadSanitizer accepts
 * its races. */
#if defined(_MSC_VER) && !defined(__clang__)
#  define NOT_INLINED __declspec(noinline)
#  define UNORDERED
#else
#  if defined(__clang__)
#    define NOT_INLINED __attribute__((__noinline__))
#  else
#    define NOT_INLINED __attribute__((__noipa__))
#  endif
#  define UNORDERED __attribute__((__no_sanitize_thread__))
#endif

#endif
