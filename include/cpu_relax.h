/*
 * cpu_relax.h - the spin-wait hint of every CPU: one instruction and a compiler barrier
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The cpu_relax authors
 * These two SPDX lines are all the notice that the licence needs kept.
 *
 *     while (!flag)
 *         cpu_relax();
 *
 * cpu_relax()      executes exactly one spin-wait hint of the CPU that the code is compiled for and
 *                  is a compiler barrier: the compiler forgets what it knew of memory, so the
 *                  loop above reads `flag` again each time. Takes nothing, returns nothing,
 *                  cannot fail. Always inlined: no call, no libc, no OS, no heap; safe in signal
 *                  and interrupt handlers. Where a CPU has no hint, only the barrier is left.
 *                  In C you cannot take its address: for a callback, write a function that calls it.
 * CPU_RELAX_INSN   the assembler text of that hint; "" where there is none. Define it before the
 *                  include to choose your own, say -DCPU_RELAX_INSN='".inst 0xd50330ff"' (`sb`) for
 *                  an AArch64 that has it; it still gets the barrier. Needs GNU assembly.
 * CPU_RELAX_HINT   its name, a string for people and tests: "pause", "yield", "isb", "nop", ...,
 *                  "none" for the barrier alone, "user" where you defined CPU_RELAX_INSN.
 * CPU_RELAX_NAME   define it before the include to get the hint under a name of your own, and nothing
 *                  else: what a library needs whose installed headers use the hint. `cpu_relax` and
 *                  every CPU_RELAX_... stay free for the library's users, who may include this file,
 *                  or another library's copy of it, before or after.
 *
 *                      #ifndef MY_RELAX_H
 *                      #define MY_RELAX_H
 *                      #define CPU_RELAX_NAME my_relax
 *                      #include "my/cpu_relax.h"
 *                      #endif
 *
 * What the hint is not:
 * - A memory fence. It orders nothing between processors: use atomics (acquire loads) for that.
 * - A flush. ARM11 MPCore, Cortex-A9 before r2p0 (erratum 754327) and Loongson-3 may hold a store
 *   back for as long as a loop polls. If others wait for something that this thread stored just
 *   before its loop, put a full fence (atomic_thread_fence(memory_order_seq_cst)) between the two.
 * - A unit of time. One hint takes from 0.3 ns to 92 ns: cpu_relax_ns() in cpu_relax_wait.h waits
 *   for a time, and its back-off says when to stop spinning and block.
 * - A yield. It never gives the processor to another thread.
 *
 * C90 to C23, C++98 to C++26, CUDA and HIP on both sides; assembly gets the macros alone. Includes
 * nothing, defines only names that start with cpu_relax or CPU_RELAX. If a macro cpu_relax exists
 * already, it stays, and you call that.
 */
#ifndef CPU_RELAX_H
#  define CPU_RELAX_H

#  if !defined(CPU_RELAX_NAME)
#    define CPU_RELAX_VERSION_MAJOR 1
#    define CPU_RELAX_VERSION_MINOR 0
#    define CPU_RELAX_VERSION_PATCH 0
#    define CPU_RELAX_VERSION                                                                      \
      (CPU_RELAX_VERSION_MAJOR * 10000 + CPU_RELAX_VERSION_MINOR * 100 + CPU_RELAX_VERSION_PATCH)
#  endif

/*
 * Compiler: does it take GNU assembly with a "memory" clobber, has it intrinsics instead, and how
 * does it inline? One that is none of these still gets a barrier, see below. The function must be
 * callable from whatever the language lets others see: an inline function with external linkage of
 * C99, which may call nothing static, and an exported template of C++20. So in C++ it is plain
 * inline; in C, GNU's `extern inline`, which is never compiled on its own.
 */
#  if defined(__cplusplus)
#    define CPU_RELAX_STATIC_
#  else
#    define CPU_RELAX_STATIC_ static
#  endif
#  if defined(_MSC_VER) && !defined(__clang__) /* Microsoft, and Intel's that stands in for it */
#    define CPU_RELAX_GNU_ASM_ 0
#    define CPU_RELAX_INTRINSICS_ 1
#    define CPU_RELAX_INLINE_ CPU_RELAX_STATIC_ __forceinline
#  elif defined(__CC_ARM) /* armcc 5; it may define __GNUC__ but has no GNU assembly */
#    define CPU_RELAX_GNU_ASM_ 0
#    define CPU_RELAX_INTRINSICS_ 1
#    define CPU_RELAX_INLINE_ CPU_RELAX_STATIC_ __forceinline
#  elif defined(__WATCOMC__) && defined(__386__) /* Open Watcom, 32-bit x86 */
#    define CPU_RELAX_GNU_ASM_ 0
#    define CPU_RELAX_INTRINSICS_ 1
#    define CPU_RELAX_INLINE_ CPU_RELAX_STATIC_ __inline
#  elif defined(__TI_COMPILER_VERSION__) && !defined(__clang__) /* TI's own, even as "GCC" */
#    define CPU_RELAX_GNU_ASM_ 0
#    define CPU_RELAX_INTRINSICS_ 0
#    define CPU_RELAX_INLINE_ CPU_RELAX_STATIC_ __inline
#  elif defined(__TINYC__) /* TinyCC; it may say that it is GCC, but assembles for x86 alone */
#    if defined(__i386__) || defined(__x86_64__)
#      define CPU_RELAX_GNU_ASM_ 1
#    else
#      define CPU_RELAX_GNU_ASM_ 0
#    endif
#    define CPU_RELAX_INTRINSICS_ 0
#    define CPU_RELAX_ASM_ __asm__ __volatile__
#    define CPU_RELAX_INLINE_ static __inline__
#  elif defined(__GNUC__) || defined(__clang__) /* also ICC, armclang, pcc */
#    define CPU_RELAX_GNU_ASM_ 1
#    define CPU_RELAX_INTRINSICS_ 0
#    define CPU_RELAX_ASM_ __asm__ __volatile__
#    if defined(__clang__) && (defined(__CUDA__) || defined(__HIP__))
#      define CPU_RELAX_GPU_ __attribute__((host, device))
#    elif defined(__CUDACC__)
#      define CPU_RELAX_GPU_ __host__ __device__
#    else
#      define CPU_RELAX_GPU_
#    endif
#    if defined(__cplusplus)
#      define CPU_RELAX_INLINE_                                                                    \
        CPU_RELAX_GPU_ inline __attribute__((__always_inline__, __no_instrument_function__))
#    elif defined(__GNUC_STDC_INLINE__) || defined(__GNUC_GNU_INLINE__)
#      define CPU_RELAX_INLINE_                                                                    \
        extern __inline__                                                                          \
            __attribute__((__gnu_inline__, __always_inline__, __no_instrument_function__))
#    else /* GCC before 4.1.3, pcc */
#      define CPU_RELAX_INLINE_ static __inline__ __attribute__((__always_inline__))
#    endif
#  elif defined(__ICCARM__) && __VER__ >= 8000000 /* IAR for Arm: GNU assembly since version 8 */
#    define CPU_RELAX_GNU_ASM_ 1
#    define CPU_RELAX_INTRINSICS_ 0
#    define CPU_RELAX_ASM_ __asm volatile
#    define CPU_RELAX_INLINE_ _Pragma("inline=forced") CPU_RELAX_STATIC_ inline
#  elif defined(__SUNPRO_C) || defined(__SUNPRO_CC) || defined(__IBMC__) || defined(__IBMCPP__)
#    define CPU_RELAX_GNU_ASM_ 1 /* Oracle (Sun) Studio, XL C */
#    define CPU_RELAX_INTRINSICS_ 0
#    define CPU_RELAX_ASM_ __asm__ __volatile__
#    define CPU_RELAX_INLINE_ CPU_RELAX_STATIC_ __inline
#  else
#    define CPU_RELAX_GNU_ASM_ 0
#    define CPU_RELAX_INTRINSICS_ 0
#    if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#      define CPU_RELAX_INLINE_ CPU_RELAX_STATIC_ inline
#    else
#      define CPU_RELAX_INLINE_ static
#    endif
#  endif
/*
 * 32-bit ARM: the version of the architecture, from the one macro that tells (ACLE 2.0, 2014; GCC
 * since 4.8) or from the names before it. It is 7, 8 or 9 and, with newer compilers, 801, 900, ...,
 * and clang calls iWMMXt 0: only a test for "7 or more" is safe. Endianness says nothing about it
 * and is never asked.
 */
#  if defined(__arm__) || defined(__arm) || defined(_M_ARM) || defined(__ICCARM__)
#    if defined(__ARM_ARCH)
#      define CPU_RELAX_ARM_ __ARM_ARCH
#    elif defined(_M_ARM)
#      define CPU_RELAX_ARM_ _M_ARM
#    elif defined(__TARGET_ARCH_ARM) && __TARGET_ARCH_ARM > 0 /* armcc 5 */
#      define CPU_RELAX_ARM_ __TARGET_ARCH_ARM
#    elif defined(__TARGET_ARCH_THUMB) /* armcc 5 for M-profile: 3 is ARMv6-M, 4 is ARMv7-M */
#      define CPU_RELAX_ARM_ (__TARGET_ARCH_THUMB + 3)
#    elif defined(__ARM_ARCH_7__) || defined(__ARM_ARCH_7A__) || defined(__ARM_ARCH_7R__) ||       \
        defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_7S__) ||       \
        defined(__ARM_ARCH_7K__) || defined(__ARM_ARCH_7VE__)
#      define CPU_RELAX_ARM_ 7
#    else
#      define CPU_RELAX_ARM_ 4
#    endif
#  else
#    define CPU_RELAX_ARM_ (-1)
#  endif

/* NVIDIA: has this compiler's PTX the instruction, for this GPU? */
#  if defined(__CUDACC_VER_MAJOR__) && defined(__CUDA_ARCH__) /* nvcc */
#    define CPU_RELAX_NANOSLEEP_ (__CUDACC_VER_MAJOR__ >= 10 && __CUDA_ARCH__ >= 700)
#  elif defined(__NVPTX__) && defined(__has_builtin)
#    define CPU_RELAX_NANOSLEEP_ __has_builtin(__nvvm_nanosleep)
#  else
#    define CPU_RELAX_NANOSLEEP_ 0
#  endif

/*
 * The hint of each CPU: one rung sets its name, its GNU assembler text and, where a compiler
 * without GNU assembly knows the CPU, the call of an intrinsic. Nothing is emitted here.
 */
#  if defined(CPU_RELAX_HINT)
#    error "CPU_RELAX_HINT is an answer: to choose, define CPU_RELAX_INSN before cpu_relax.h"
#  elif defined(CPU_RELAX_INSN) /* the user's choice wins */
#    if !CPU_RELAX_GNU_ASM_
#      error "this compiler has no GNU assembly: remove your definition of CPU_RELAX_INSN"
#    endif
#    define CPU_RELAX_HINT "user"
#    define CPU_RELAX_USER_

#  elif !CPU_RELAX_GNU_ASM_ && !CPU_RELAX_INTRINSICS_ /* no way to name an instruction */
#    define CPU_RELAX_HINT "none"
#    define CPU_RELAX_INSN ""

/* AMD GPU, GCN and later: sleeps about 64 cycles. HIP says it on the host's side, too.
 * [AMD ISA guides, S_SLEEP] */
#  elif defined(__AMDGCN__) && (!defined(__HIP__) || defined(__HIP_DEVICE_COMPILE__))
#    define CPU_RELAX_HINT "s_sleep"
#    define CPU_RELAX_INSN "s_sleep 1"

/* NVIDIA GPU, sm_70 (Volta) and later by PTX 6.3 and later: sleeps 0 to 128 ns; nothing before.
 * nvcc names its host's CPU, too, so it comes early; clang names PTX on the host's side, too.
 * [NVIDIA PTX ISA 6.3, nanosleep] */
#  elif defined(__CUDA_ARCH__) || (defined(__NVPTX__) && !defined(__CUDA__))
#    if CPU_RELAX_NANOSLEEP_
#      define CPU_RELAX_HINT "nanosleep"
#      define CPU_RELAX_INSN "nanosleep.u32 64;"
#    else
#      define CPU_RELAX_HINT "none"
#      define CPU_RELAX_INSN ""
#    endif

/* AArch64, version 9 and later: `sb`, which waits 5 to 7 ns and, unlike `isb`, flushes nothing. It
 * traps where FEAT_SB is missing, so before it is the user's choice. By its encoding, since
 * assemblers want an -march for the name. [Arm ARM, DDI 0487, FEAT_SB; facebook/jemalloc #66] */
#  elif CPU_RELAX_GNU_ASM_ && defined(__aarch64__) && defined(__ARM_ARCH) &&                       \
      (__ARM_ARCH == 9 || __ARM_ARCH >= 900)
#    define CPU_RELAX_HINT "sb"
#    define CPU_RELAX_INSN ".inst 0xd50330ff"

/* AArch64 before, and ARM64EC, which also says that it is x86-64 and so comes first. `yield` is a
 * no-op on every core without SMT; `isb` waits 9 to 13 ns. [rust-lang/rust #84725] */
#  elif defined(__aarch64__) || defined(__arm64ec__) || defined(_M_ARM64) || defined(_M_ARM64EC)
#    define CPU_RELAX_HINT "isb"
#    define CPU_RELAX_INSN "isb"
#    define CPU_RELAX_ISB_
#    define CPU_RELAX_DECLARE_ void __isb(unsigned int)
#    define CPU_RELAX_INTRINSIC_() __isb(15) /* SY */

/* ARM, version 7 and later: A32, T32 and M-profile. [Arm ARM, DDI 0406B, A8.6.413] */
#  elif CPU_RELAX_ARM_ >= 7
#    define CPU_RELAX_HINT "yield"
#    define CPU_RELAX_INSN "yield"
#    define CPU_RELAX_DECLARE_ void __yield(void)
#    define CPU_RELAX_INTRINSIC_() __yield()

/* ARM before version 7, whichever way its bytes go: assemblers refuse `yield` for v4 to v6.
 * [open-telemetry/opentelemetry-cpp #3129; microsoft/mimalloc #1046] */
#  elif CPU_RELAX_ARM_ >= 0
#    define CPU_RELAX_HINT "nop"
#    define CPU_RELAX_INSN "nop"
#    define CPU_RELAX_DECLARE_ void __nop(void)
#    define CPU_RELAX_INTRINSIC_() __nop()

/* x86, Pentium 4 and later; a no-op (`rep; nop`) on all before. Solaris' assembler marks objects
 * that use the mnemonic as needing a capability, so it gets the old spelling of the same bytes.
 * [Intel SDM, volume 2B, PAUSE] */
#  elif defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64) ||         \
      defined(__i386) || defined(__x86_64) || defined(__386__)
#    define CPU_RELAX_HINT "pause"
#    if defined(__sun)
#      define CPU_RELAX_INSN "rep; nop"
#    else
#      define CPU_RELAX_INSN "pause"
#    endif
#    define CPU_RELAX_DECLARE_ void _mm_pause(void)
#    define CPU_RELAX_INTRINSIC_() _mm_pause()

#  elif !CPU_RELAX_GNU_ASM_ /* no intrinsic for any CPU below */
#    define CPU_RELAX_HINT "none"
#    define CPU_RELAX_INSN ""

/* RISC-V, Zihintpause; a FENCE that does nothing on cores without it. Not all assemblers know the
 * mnemonic, none needs an -march for this spelling. [RISC-V ISA manual, Zihintpause] */
#  elif defined(__riscv)
#    define CPU_RELAX_HINT "pause"
#    define CPU_RELAX_INSN ".insn i 0x0f, 0, x0, x0, 0x010"

/* POWER7 and later, "yield"; an `or` that changes nothing before. The other priority hints are
 * sticky: they slow the thread down until something restores it. [jemalloc/jemalloc #1043] */
#  elif defined(__powerpc__) || defined(__ppc__) || defined(__PPC__) || defined(_ARCH_PPC)
#    define CPU_RELAX_HINT "or27"
#    if defined(__APPLE__)
#      define CPU_RELAX_INSN "or r27,r27,r27"
#    else
#      define CPU_RELAX_INSN "or 27,27,27"
#    endif

/* SPARC, version 9: `rd %ccr,%g0` holds the strand for 40 to 50 cycles. In numbers, because some
 * assemblers lack it. Version 8 has nothing. [Linux, arch/sparc/include/asm/backoff.h] */
#  elif defined(__sparc_v9__) || defined(__sparcv9)
#    define CPU_RELAX_HINT "rd %ccr"
#    define CPU_RELAX_INSN ".word 0x81408000"

/* LoongArch: instruction barrier, as on AArch64. `dbar` is a full fence. [godotengine/godot #110639] */
#  elif defined(__loongarch__)
#    define CPU_RELAX_HINT "ibar"
#    define CPU_RELAX_INSN "ibar 0"

/* IA-64, Montecito and later; a no-op before. [QEMU, include/qemu/processor.h] */
#  elif defined(__ia64__)
#    define CPU_RELAX_HINT "hint @pause"
#    define CPU_RELAX_INSN "hint @pause"

/* Hexagon: stalls this hardware thread for a few cycles. [Hexagon manual, pause; ziglang/zig] */
#  elif defined(__hexagon__)
#    define CPU_RELAX_HINT "pause"
#    define CPU_RELAX_INSN "pause(#1)"

/* MIPS, all revisions: its `pause` is no hint. It waits until LLbit is clear, for ever if nothing
 * clears it: a compare-and-swap that failed leaves it set. [MIPS32 manual, volume II, PAUSE]
 * s390x, Alpha, PA-RISC, m68k, SH, Xtensa, ARC, C-SKY, OpenRISC, AVR, MSP430, WebAssembly, BPF,
 * SPARC 8 and what nobody has told us of have nothing either. */
#  else
#    define CPU_RELAX_HINT "none"
#    define CPU_RELAX_INSN ""
#  endif

/*
 * The one place that emits. What a compiler without GNU assembly calls is declared as its own
 * header declares it: <intrin.h> would cost every includer more than this whole file.
 */
#  if defined(__ASSEMBLER__) /* the macros are all it can use */
#  elif CPU_RELAX_GNU_ASM_
#    define CPU_RELAX_EMIT_() CPU_RELAX_ASM_(CPU_RELAX_INSN : : : "memory")
#  elif defined(_MSC_VER)
#    if defined(__cplusplus)
extern "C" {
#    endif
void _ReadWriteBarrier(void);
#    pragma intrinsic(_ReadWriteBarrier)
#    if defined(CPU_RELAX_DECLARE_)
CPU_RELAX_DECLARE_;
#    else
#      define CPU_RELAX_INTRINSIC_() (void)0
#    endif
#    if defined(__cplusplus)
}
#    endif
#    define CPU_RELAX_EMIT_() (CPU_RELAX_INTRINSIC_(), _ReadWriteBarrier())
#  elif defined(__CC_ARM) /* needs no declarations */
#    define CPU_RELAX_EMIT_() (CPU_RELAX_INTRINSIC_(), __memory_changed())
#  elif CPU_RELAX_INTRINSICS_ /* Open Watcom: `aux` code may change memory unless it says not */
void cpu_relax_pause_(void);
#    pragma aux cpu_relax_pause_ = 0xf3 0x90 modify exact[];
#    define CPU_RELAX_EMIT_() cpu_relax_pause_()
#  else
#    if !defined(CPU_RELAX_OPAQUE_) /* else it stands here already, by another copy of this file */
#      define CPU_RELAX_OPAQUE_
/* Standard C has one barrier: a call that the compiler cannot see through. */
static void cpu_relax_nothing_(void)
{
}
static void (*volatile cpu_relax_opaque_)(void) = cpu_relax_nothing_;
#    endif
#    define CPU_RELAX_EMIT_() cpu_relax_opaque_()
#  endif

/* In parentheses, so that a macro of this name is not expanded. */
#  if defined(CPU_RELAX_EMIT_)
#    if defined(CPU_RELAX_NAME)
CPU_RELAX_INLINE_ void(CPU_RELAX_NAME)(void)
#    else
CPU_RELAX_INLINE_ void(cpu_relax)(void)
#    endif
{
    CPU_RELAX_EMIT_();
}
#  endif

/* CPU_RELAX_INLINE_ stays for a copy that may come under a name of its own, CPU_RELAX_ARM_ and
 * CPU_RELAX_ISB_ for cpu_relax_wait.h. */
#  undef CPU_RELAX_GNU_ASM_
#  undef CPU_RELAX_INTRINSICS_
#  undef CPU_RELAX_ASM_
#  undef CPU_RELAX_NANOSLEEP_
#  undef CPU_RELAX_DECLARE_
#  undef CPU_RELAX_INTRINSIC_
#  undef CPU_RELAX_EMIT_

/* Under a name of its own nothing stays but the function, and a CPU_RELAX_INSN of the user's. */
#  if defined(CPU_RELAX_NAME)
#    if !defined(CPU_RELAX_USER_)
#      undef CPU_RELAX_INSN
#    endif
#    undef CPU_RELAX_HINT
#    undef CPU_RELAX_INLINE_
#    undef CPU_RELAX_STATIC_
#    undef CPU_RELAX_GPU_
#    undef CPU_RELAX_ARM_
#    undef CPU_RELAX_ISB_
#    undef CPU_RELAX_NAME
#    undef CPU_RELAX_H
#  endif
#  undef CPU_RELAX_USER_

#elif defined(CPU_RELAX_NAME)
/* The plain header came first: one more name for its function. */
#  if !defined(__ASSEMBLER__)
CPU_RELAX_INLINE_ void(CPU_RELAX_NAME)(void)
{
    (cpu_relax)();
}
#  endif
#  undef CPU_RELAX_NAME
#endif /* CPU_RELAX_H */
