/*
 * cpu_relax.h - the spin-wait hint of every CPU: one instruction and a compiler barrier
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The CPU Relax authors
 * A copy needs no other notice than these two SPDX lines.
 *
 *     while (!atomic_load_explicit(&flag, memory_order_acquire))
 *         cpu_relax();
 *
 * cpu_relax()            executes exactly one spin-wait hint of the target CPU and is a compiler barrier: the program
 *                        loads `flag` again in each iteration. On a CPU without a hint it is the barrier alone. GCC,
 *                        clang and compilers with their attributes inline it even at -O0; others may call it there. No
 *                        libc, no OS, no heap. Safe in signal handlers, and in interrupt handlers: see
 *                        CPU_RELAX_STATEMENT(). noexcept in C++.
 * CPU_RELAX_STATEMENT()  the hint as a statement: a macro for functions with own target attributes, such as an x86
 *                        handler with __attribute__((interrupt, target("general-regs-only"))). Compilers refuse to
 *                        inline a function there.
 * CPU_RELAX_INSN         a string, the assembler text of the hint, with %% for %; "" for none. To choose another,
 *                        define it before the include, but not in the device passes of CUDA and HIP; the barrier stays.
 *                        Needs GNU assembly. "isb" on ARMv7; on an AArch64 that has `sb`, ".inst 0xd50330ff"; "nop" if
 *                        a build for ARMv7 has functions for an older ARM: there, the assembler refuses `yield`.
 * CPU_RELAX_HINT         the hint's name, a string: "pause", "yield", "isb", "nop", ..., "none" for the barrier alone,
 *                        "user" if you defined CPU_RELAX_INSN.
 *
 * What the hint is not:
 * - A memory fence. It orders nothing between processors: use atomics (acquire loads) for that.
 * - A flush. ARM11 MPCore, Cortex-A9 before r2p0 (erratum 754327) and Loongson-3 may hold a store back for as long as a
 *   loop polls. If another thread waits for a value that this thread stored just before the loop, put
 *   atomic_thread_fence(memory_order_seq_cst) between store and loop.
 * - A yield to another thread, or a unit of time: 0.3 to 92 ns. cpu_relax_wait.h has timeouts.
 *
 * A library whose installed headers use the hint needs a private copy under another name. Rename everything, also the
 * file. The copy works beside any other copy in one program:
 *
 *     sed 's/cpu_relax/my_relax/g; s/CPU_RELAX/MY_RELAX/g' cpu_relax.h >my_relax.h
 *
 * C90 to C23, C++98 to C++26, host and device code of CUDA and HIP. Includes nothing, defines only names that start
 * with cpu_relax or CPU_RELAX. A macro cpu_relax() that exists stays, for your calls. In assembly sources, the macros
 * are strings, not instructions: write the hint there yourself.
 *
 * Linkage: cpu_relax() is an inline function that C99 `inline` functions and C++20 modules can call. If your code
 * declares it before the include, the declaration must be `static` in C (else C99 emits a definition in each file) and
 * `noexcept` in C++. Do not take the function's address: in C it has no address, and in C++ it may be that of another
 * file's copy, compiled for another CPU. As a callback, pass a static function that calls cpu_relax().
 */
#ifndef CPU_RELAX_H
#define CPU_RELAX_H

#define CPU_RELAX_VERSION_MAJOR 1
#define CPU_RELAX_VERSION_MINOR 0
#define CPU_RELAX_VERSION_PATCH 0
#define CPU_RELAX_VERSION                                                                          \
  (CPU_RELAX_VERSION_MAJOR * 10000 + CPU_RELAX_VERSION_MINOR * 100 + CPU_RELAX_VERSION_PATCH)

/* CUDA and HIP: the function is for both sides. By their macros where there are any, which expand to `device` and
 * `host`: macros of these names are hidden meanwhile, but by NVRTC, which cannot. Else by attributes. */
#if !defined(__CUDACC__) && !defined(__CUDA__) && !defined(__HIP__)
#  define CPU_RELAX_BOTH_SIDES_
#elif defined(__device__) || !defined(__clang__)
#  define CPU_RELAX_BOTH_SIDES_ __host__ __device__
#else
#  define CPU_RELAX_BOTH_SIDES_ __attribute__((__host__, __device__))
#endif

/* Compiler: does it take GNU assembly with a "memory" clobber, or does it have intrinsics, and how
 * does it inline? A compiler with neither still gets a barrier, see below. Device passes of GPUs
 * come first, because they define the macros of their host's compiler and CPU, too. */
#if defined(__CUDA_ARCH__) && !defined(__clang__) /* nvcc with any host compiler, NVRTC */
#  define CPU_RELAX_GNU_ASM_ 1
#  define CPU_RELAX_ASM_(code) asm volatile(code)
#  define CPU_RELAX_INLINE_ CPU_RELAX_BOTH_SIDES_ __forceinline__
#elif defined(_MSC_VER) && !defined(__clang__) /* Microsoft, and Intel's in its place */
#  define CPU_RELAX_GNU_ASM_ 0
#  define CPU_RELAX_INTRINSICS_ 1
#  if defined(__cplusplus)
#    define CPU_RELAX_INLINE_ CPU_RELAX_BOTH_SIDES_ __forceinline
#  else
#    define CPU_RELAX_INLINE_ static __forceinline
#  endif
#elif defined(__CC_ARM) /* armcc 5; it may define __GNUC__ but has no GNU assembly */
#  define CPU_RELAX_GNU_ASM_ 0
#  define CPU_RELAX_INTRINSICS_ 1
#  define CPU_RELAX_INLINE_ static __forceinline
#elif defined(__WATCOMC__) && defined(__386__) /* Open Watcom, 32-bit x86 */
#  define CPU_RELAX_GNU_ASM_ 0
#  define CPU_RELAX_INTRINSICS_ 1
#  define CPU_RELAX_INLINE_ static __inline
#elif (defined(__TI_COMPILER_VERSION__) && !defined(__clang__)) ||                                 \
    (defined(__TINYC__) && !defined(__i386__) && !defined(__x86_64__))
#  define CPU_RELAX_GNU_ASM_ 0 /* even if they define __GNUC__; TinyCC assembles for x86 alone */
#  define CPU_RELAX_INLINE_ static __inline
#elif defined(__GNUC__) || defined(__clang__) || defined(__TINYC__) /* also ICC, armclang, pcc */
#  if defined(__SPIRV__) || defined(__SPIR__) /* takes no assembly, not even an empty statement */
#    define CPU_RELAX_GNU_ASM_ 0
#  else
#    define CPU_RELAX_GNU_ASM_ 1
#  endif
#  define CPU_RELAX_ASM_(code) __extension__({ __asm__ __volatile__(code); })
#  if defined(__cplusplus) /* __inline: the other spellings are macros in Linux's kernel */
#    define CPU_RELAX_INLINE_                                                                      \
      CPU_RELAX_BOTH_SIDES_ __inline __attribute__((__always_inline__, __no_instrument_function__))
#  elif (defined(__GNUC_STDC_INLINE__) && !defined(__PCC__)) ||                                    \
      (defined(__clang__) && defined(_MSC_VER)) /* clang-cl */
#    define CPU_RELAX_INLINE_                                                                      \
      __inline __attribute__((__always_inline__, __no_instrument_function__))
#  elif defined(__GNUC_GNU_INLINE__)
#    define CPU_RELAX_INLINE_                                                                      \
      extern __inline __attribute__((__always_inline__, __no_instrument_function__))
#  else /* GCC before 4.1.3, pcc, TinyCC */
#    define CPU_RELAX_INLINE_ static __inline__ __attribute__((__always_inline__))
#  endif
#elif defined(__ICCARM__) && __VER__ >= 8000000 /* IAR for Arm: GNU assembly since version 8 */
#  define CPU_RELAX_GNU_ASM_ 1
#  define CPU_RELAX_ASM_(code) __asm volatile(code)
#  define CPU_RELAX_INLINE_ _Pragma("inline=forced") static inline
#elif defined(__SUNPRO_C) || defined(__SUNPRO_CC) || defined(__IBMC__) || defined(__IBMCPP__)
#  define CPU_RELAX_GNU_ASM_ 1 /* Oracle (Sun) Studio, XL C */
#  define CPU_RELAX_ASM_(code) __asm__ __volatile__(code)
#  define CPU_RELAX_INLINE_ static __inline
#else
#  define CPU_RELAX_GNU_ASM_ 0
#  if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#    define CPU_RELAX_INLINE_ static inline
#  else
#    define CPU_RELAX_INLINE_ static
#  endif
#endif
#if !defined(CPU_RELAX_INTRINSICS_)
#  define CPU_RELAX_INTRINSICS_ 0
#endif

#if !defined(__cplusplus)
#  define CPU_RELAX_NOEXCEPT_
#elif __cplusplus >= 201103L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201103L)
#  define CPU_RELAX_NOEXCEPT_ noexcept
#else
#  define CPU_RELAX_NOEXCEPT_ throw()
#endif

/* 32-bit ARM: the version of the architecture, from ACLE's macro (GCC since 4.8) or from the
 * older names. It is 7, 8 or 9 and, with newer compilers, 801, 900, ..., and clang calls iWMMXt 0:
 * only a test for "7 or more" is safe. Endianness says nothing about it and is never tested. */
#if defined(__arm__) || defined(__arm) || defined(_M_ARM) || defined(__ICCARM__)
#  if defined(__ARM_ARCH)
#    define CPU_RELAX_ARM_ __ARM_ARCH
#  elif defined(_M_ARM)
#    define CPU_RELAX_ARM_ _M_ARM
#  elif defined(__TARGET_ARCH_ARM) && __TARGET_ARCH_ARM > 0 /* armcc 5 */
#    define CPU_RELAX_ARM_ __TARGET_ARCH_ARM
#  elif defined(__TARGET_ARCH_THUMB) /* armcc 5 for M-profile: 3 is ARMv6-M, 4 is ARMv7-M */
#    define CPU_RELAX_ARM_ (__TARGET_ARCH_THUMB + 3)
#  elif defined(__ARM_ARCH_7__) || defined(__ARM_ARCH_7A__) || defined(__ARM_ARCH_7R__) ||         \
      defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_7S__) ||         \
      defined(__ARM_ARCH_7K__) || defined(__ARM_ARCH_7VE__)
#    define CPU_RELAX_ARM_ 7
#  else
#    define CPU_RELAX_ARM_ 4
#  endif
#else
#  define CPU_RELAX_ARM_ (-1)
#endif

/* NVIDIA: does this compiler's PTX have the instruction for this GPU? */
#if defined(__CUDACC_VER_MAJOR__) && defined(__CUDA_ARCH__) /* nvcc, NVRTC */
#  define CPU_RELAX_NANOSLEEP_ (__CUDACC_VER_MAJOR__ >= 10 && __CUDA_ARCH__ >= 700)
#elif defined(__NVPTX__) && defined(__has_builtin)
#  define CPU_RELAX_NANOSLEEP_ __has_builtin(__nvvm_nanosleep)
#else
#  define CPU_RELAX_NANOSLEEP_ 0
#endif

/* The hint of each CPU: one branch sets its name, its GNU assembler text and, if a compiler
 * without GNU assembly knows the CPU, the call of an intrinsic. Nothing is emitted here. */
#if defined(CPU_RELAX_HINT)
#  error "CPU_RELAX_HINT is set by this header; define CPU_RELAX_INSN to choose the instruction"
#elif defined(CPU_RELAX_INSN) /* the user's choice wins */
#  if !CPU_RELAX_GNU_ASM_
#    error "this compiler has no GNU assembly: remove your definition of CPU_RELAX_INSN"
#  endif
#  define CPU_RELAX_HINT "user"
#  define CPU_RELAX_CHOSEN_

#elif !CPU_RELAX_GNU_ASM_ && !CPU_RELAX_INTRINSICS_ /* no means to name an instruction */
#  define CPU_RELAX_HINT "none"
#  define CPU_RELAX_INSN ""

/* AMD GPU, GCN and later: sleeps about 64 cycles. HIP defines the macro in host code, too. [AMD ISA guide, S_SLEEP] */
#elif defined(__AMDGCN__) && (!defined(__HIP__) || defined(__HIP_DEVICE_COMPILE__))
#  define CPU_RELAX_HINT "s_sleep"
#  define CPU_RELAX_INSN "s_sleep 1"

/* NVIDIA GPU, sm_70 (Volta) and later by PTX 6.3 and later: sleeps 0 to 128 ns; nothing before.
 * clang defines __NVPTX__ in CUDA's host pass, too. [NVIDIA PTX ISA 6.3, nanosleep] */
#elif defined(__CUDA_ARCH__) || (defined(__NVPTX__) && !defined(__CUDA__))
#  if CPU_RELAX_NANOSLEEP_
#    define CPU_RELAX_HINT "nanosleep"
#    define CPU_RELAX_INSN "nanosleep.u32 64;"
#  else
#    define CPU_RELAX_HINT "none"
#    define CPU_RELAX_INSN ""
#  endif

/* AArch64, version 9 and later: `sb` waits 5 to 7 ns and, unlike `isb`, flushes nothing. It traps
 * on a CPU without FEAT_SB, so on version 8 it is left to the user. By its encoding, since
 * assemblers accept the name only with a matching -march. [Arm ARM, DDI 0487, FEAT_SB] */
#elif CPU_RELAX_GNU_ASM_ && defined(__aarch64__) && defined(__ARM_ARCH) &&                         \
    (__ARM_ARCH == 9 || __ARM_ARCH >= 900)
#  define CPU_RELAX_HINT "sb"
#  define CPU_RELAX_INSN ".inst 0xd50330ff"

/* AArch64, version 8, and ARM64EC, which comes before x86 because it also defines x86-64's macros.
 * `yield` is a no-op on every core without SMT; `isb` waits 9 to 13 ns. [rust-lang/rust #84725] */
#elif defined(__aarch64__) || defined(__arm64ec__) || defined(_M_ARM64) || defined(_M_ARM64EC)
#  define CPU_RELAX_HINT "isb"
#  define CPU_RELAX_INSN "isb"
#  define CPU_RELAX_BASELINE_
#  define CPU_RELAX_DECLARE_ void __isb(unsigned int)
#  define CPU_RELAX_INTRINSIC_() __isb(15) /* SY */

/* ARM, version 7 and later: A32, T32 and M-profile. The architecture's own spin-wait hint, and
 * Linux's. jemalloc, oneTBB and libuv take `isb` here, because `yield` is a no-op on most cores;
 * but `isb` flushes the pipeline, and nobody measured a gain. [Arm ARM, DDI 0406B, A8.6.413] */
#elif CPU_RELAX_ARM_ >= 7
#  define CPU_RELAX_HINT "yield"
#  define CPU_RELAX_INSN "yield"
#  define CPU_RELAX_DECLARE_ void __yield(void)
#  define CPU_RELAX_INTRINSIC_() __yield()

/* ARM before version 7, either endianness. Version 6 lacks `yield`, v6K has it, and __ARM_ARCH is 6
 * for both. [open-telemetry/opentelemetry-cpp #3129; microsoft/mimalloc #1046] */
#elif CPU_RELAX_ARM_ >= 0
#  define CPU_RELAX_HINT "nop"
#  define CPU_RELAX_INSN "nop"
#  define CPU_RELAX_DECLARE_ void __nop(void)
#  define CPU_RELAX_INTRINSIC_() __nop()

/* x86, Pentium 4 and later; a no-op (`rep; nop`) on all before. Solaris' assembler marks objects that use the mnemonic
 * as needing a capability, so it gets the old spelling of the same bytes. [Intel SDM, volume 2B, PAUSE] */
#elif defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64) ||           \
    defined(__i386) || defined(__x86_64) || defined(__386__)
#  define CPU_RELAX_HINT "pause"
#  if defined(__sun)
#    define CPU_RELAX_INSN "rep; nop"
#  else
#    define CPU_RELAX_INSN "pause"
#  endif
#  define CPU_RELAX_DECLARE_ void _mm_pause(void)
#  define CPU_RELAX_INTRINSIC_() _mm_pause()

#elif !CPU_RELAX_GNU_ASM_ /* no compiler has an intrinsic for the CPUs below */
#  define CPU_RELAX_HINT "none"
#  define CPU_RELAX_INSN ""

/* RISC-V, Zihintpause; a FENCE without effect on every other conforming core. Not all assemblers
 * know the mnemonic, and clang's not `.insn` before 14; bytes have one order on either endianness.
 * [RISC-V ISA manual, Zihintpause; rust-lang/stdarch #1291] */
#elif defined(__riscv)
#  define CPU_RELAX_HINT "pause"
#  if defined(__clang__) && __clang_major__ < 14
#    define CPU_RELAX_INSN ".byte 0x0f, 0, 0, 1"
#  else
#    define CPU_RELAX_INSN ".insn i 0x0f, 0, x0, x0, 0x010"
#  endif

/* POWER7, "yield"; no effect before, and perhaps none on POWER8 and later. The other priority hints
 * are sticky: they slow the thread down until something restores it. [jemalloc/jemalloc #1043] */
#elif defined(__powerpc__) || defined(__ppc__) || defined(__PPC__) || defined(_ARCH_PPC)
#  define CPU_RELAX_HINT "or27"
#  define CPU_RELAX_BASELINE_
#  if defined(__APPLE__)
#    define CPU_RELAX_INSN "or r27,r27,r27"
#  else
#    define CPU_RELAX_INSN "or 27,27,27"
#  endif

/* SPARC, version 9: `rd %ccr,%g0` holds the strand for 40 to 50 cycles. By its encoding, because
 * some assemblers lack it. Version 8 has none. [Linux, arch/sparc/include/asm/backoff.h] */
#elif defined(__sparc_v9__) || defined(__sparcv9)
#  define CPU_RELAX_HINT "rd %ccr"
#  define CPU_RELAX_INSN ".word 0x81408000"

/* LoongArch: an instruction barrier, as on AArch64. `dbar` is a full fence. [godotengine/godot #110639] */
#elif defined(__loongarch__)
#  define CPU_RELAX_HINT "ibar"
#  define CPU_RELAX_INSN "ibar 0"

/* IA-64, Montecito and later; a no-op before. [QEMU, include/qemu/processor.h] */
#elif defined(__ia64__)
#  define CPU_RELAX_HINT "hint @pause"
#  define CPU_RELAX_INSN "hint @pause"

/* Hexagon: stalls this hardware thread for a few cycles. [Hexagon manual, pause; ziglang/zig] */
#elif defined(__hexagon__)
#  define CPU_RELAX_HINT "pause"
#  define CPU_RELAX_INSN "pause(#1)"

/* MIPS, all revisions: its `pause` is no hint. It waits until LLbit is clear, for ever if nothing clears it: a failed
 * compare-and-swap leaves it set [MIPS32 manual, volume II, PAUSE]. s390x, Alpha, PA-RISC, m68k, SH, Xtensa, ARC,
 * C-SKY, OpenRISC, AVR, MSP430, WebAssembly, BPF, SPARC 8 and unrecognised CPUs have none either. */
#else
#  define CPU_RELAX_HINT "none"
#  define CPU_RELAX_INSN ""
#endif

/* The one place that emits. What a compiler without GNU assembly calls is declared as its own
 * header declares it: <intrin.h> would cost every includer more than this whole file. */
#if defined(__ASSEMBLER__) /* the macros are all it can use */
#elif CPU_RELAX_GNU_ASM_
#  define CPU_RELAX_STATEMENT() CPU_RELAX_ASM_(CPU_RELAX_INSN : : : "memory")
#elif defined(__clang__)
#  define CPU_RELAX_STATEMENT() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#elif CPU_RELAX_INTRINSICS_ && defined(_MSC_VER)
#  if defined(__cplusplus)
extern "C" {
#  endif
void _ReadWriteBarrier(void);
#  pragma intrinsic(_ReadWriteBarrier)
#  if defined(CPU_RELAX_DECLARE_)
CPU_RELAX_DECLARE_;
#  else
#    define CPU_RELAX_INTRINSIC_() (void)0
#  endif
#  if defined(__cplusplus)
}
#  endif
#  define CPU_RELAX_STATEMENT() (CPU_RELAX_INTRINSIC_(), _ReadWriteBarrier())
#elif defined(__CC_ARM) /* needs no declarations */
#  define CPU_RELAX_STATEMENT() (CPU_RELAX_INTRINSIC_(), __memory_changed())
#elif CPU_RELAX_INTRINSICS_ /* Open Watcom: `aux` code may change memory unless it says not */
void cpu_relax_pause_(void);
#  pragma aux cpu_relax_pause_ = 0xf3 0x90 modify exact[];
#  define CPU_RELAX_STATEMENT() cpu_relax_pause_()
#else /* Standard C has one barrier: a call that the compiler cannot see through. */
static void cpu_relax_nothing_(void)
{
}
static void (*volatile cpu_relax_opaque_)(void) = cpu_relax_nothing_;
#  define CPU_RELAX_STATEMENT() cpu_relax_opaque_()
#endif

#if (defined(__CUDACC__) || defined(__CUDA__) || defined(__HIP__)) && !defined(__CUDACC_RTC__)
#  pragma push_macro("device")
#  pragma push_macro("host")
#  undef device
#  undef host
#endif
#if !defined(__ASSEMBLER__)
CPU_RELAX_INLINE_ void(cpu_relax)(void) CPU_RELAX_NOEXCEPT_ /* in parentheses: no macro expands */
{
    CPU_RELAX_STATEMENT();
}
#endif
#if (defined(__CUDACC__) || defined(__CUDA__) || defined(__HIP__)) && !defined(__CUDACC_RTC__)
#  pragma pop_macro("device")
#  pragma pop_macro("host")
#endif

/* CPU_RELAX_STATEMENT() needs CPU_RELAX_ASM_ and CPU_RELAX_INTRINSIC_, cpu_relax_wait.h needs
 * CPU_RELAX_ARM_, CPU_RELAX_CHOSEN_ and CPU_RELAX_BASELINE_: the running CPU may have a better hint. */
#if CPU_RELAX_GNU_ASM_
#  undef CPU_RELAX_INTRINSIC_
#endif
#undef CPU_RELAX_BOTH_SIDES_
#undef CPU_RELAX_GNU_ASM_
#undef CPU_RELAX_INTRINSICS_
#undef CPU_RELAX_INLINE_
#undef CPU_RELAX_NOEXCEPT_
#undef CPU_RELAX_NANOSLEEP_
#undef CPU_RELAX_DECLARE_
#endif /* CPU_RELAX_H */
