/*
 * bare_port.c - start, write and exit: Linux system calls, semihosting, a serial port, or stdio
 * SPDX-License-Identifier: MIT
 *
 * Semihosting: https://github.com/ARM-software/abi-aa, semihosting; and for RISC-V
 * https://github.com/riscv-non-isa/riscv-semihosting
 */
#include <stddef.h>
#include <stdint.h>

#include "bare_port.h"

#if !__STDC_HOSTED__ && !defined(__SDCC)
/* The two that compilers call without being asked. */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size)
{
    volatile unsigned char *t = to;
    const unsigned char *f = from;

    while (size-- != 0)
        *t++ = *f++;
    return to;
}

void *memset(void *to, int value, size_t size)
{
    volatile unsigned char *t = to;

    while (size-- != 0)
        *t++ = (unsigned char)value;
    return to;
}
#endif

#if defined(__wasi__) || defined(__CC65__) || defined(BARE_HOSTED)

#  include <stdio.h>
#  include <stdlib.h>

void bare_write(const char *text)
{
    fputs(text, stdout);
}

void bare_exit(int status)
{
    exit(status);
}

#elif defined(_WIN32)

__declspec(dllimport) void *GetStdHandle(unsigned long which);
__declspec(dllimport) int WriteFile(void *file, const void *text, unsigned long size,
                                    unsigned long *written, void *overlapped);
__declspec(dllimport) void ExitProcess(unsigned status);

int mainCRTStartup(void);
int _fltused; /* compilers refer to it where there are doubles */

int mainCRTStartup(void)
{
    return main();
}

void bare_write(const char *text)
{
    unsigned long size = 0, written;

    while (text[size] != '\0')
        size++;
    WriteFile(GetStdHandle((unsigned long)-11), text, size, &written, NULL);
}

void bare_exit(int status)
{
    ExitProcess((unsigned)status);
}

#elif defined(__SDCC)

/* The simulators' own interface, at an address that no program uses: a command, then a character. */
#  if defined(__SDCC_mcs51)
#    define SIMULATOR (*(volatile unsigned char __xdata *)0x7000)
#  else
#    define SIMULATOR (*(volatile unsigned char *)0x7000)
#  endif

void bare_write(const char *text)
{
    for (; *text != '\0'; text++) {
        SIMULATOR = 'p'; /* print */
        SIMULATOR = (unsigned char)*text;
    }
}

void bare_exit(int status)
{
    (void)status;
    SIMULATOR = 's'; /* stop: the status is in the report */
    for (;;)
        continue;
}

#elif defined(__MSP430__)

/* The simulator stops at the jump: msp430.sh. */
__asm__(".section .start,\"ax\"\n\tmov #bare_stack, r1\n\tcall #main\n\tjmp .\n");

void bare_write(const char *text)
{
    for (; *text != '\0'; text++)
        *(volatile unsigned char *)0xff = (unsigned char)*text; /* the simulator's console */
}

void bare_exit(int status)
{
    (void)status; /* the status is in the report; the simulator ends when main() returns */
}

#elif defined(__AVR__)

#  include <avr/interrupt.h>
#  include <avr/io.h>
#  include <avr/sleep.h>

void bare_write(const char *text)
{
    UCSR0B = 1 << TXEN0;
    for (; *text != '\0'; text++) {
        while (!(UCSR0A & 1 << UDRE0))
            continue;
        UDR0 = (uint8_t)*text;
    }
}

/* No status to give: the simulator ends when the CPU sleeps with interrupts off, and the build's
 * test looks for the FAILED of a report. */
void bare_exit(int status)
{
    (void)status;
    cli();
    sleep_enable();
    sleep_cpu();
}

#else

/*
 * One line each: how a machine starts, asks, and what its answer may have changed. The number of what is
 * asked for and up to three arguments are in registers; what comes back is not looked at.
 */
#  if defined(__linux__)
#    if defined(__aarch64__) || defined(__riscv) || defined(__loongarch__) ||                      \
        defined(__hexagon__) || defined(__or1k__)
enum { LINUX_WRITE = 64, LINUX_EXIT = 93 }; /* what all newer ones share */
#    elif defined(__x86_64__)
enum { LINUX_WRITE = 1, LINUX_EXIT = 60 };
#    elif defined(__mips__) && _MIPS_SIM == _ABIO32
enum { LINUX_WRITE = 4004, LINUX_EXIT = 4001 };
#    elif defined(__xtensa__)
enum { LINUX_WRITE = 13, LINUX_EXIT = 118 };
#    else /* what all older ones share */
enum { LINUX_WRITE = 4, LINUX_EXIT = 1 };
#    endif
#    if defined(__aarch64__)
#      define START "bl main"
#      define REGISTERS(n, a, b, c) n("x8") a("x0") b("x1") c("x2")
#      define ASK "svc #0"
#      define CHANGED "memory"
#    elif defined(__riscv)
#      define START "call main"
#      define REGISTERS(n, a, b, c) n("a7") a("a0") b("a1") c("a2")
#      define ASK "ecall"
#      define CHANGED "memory"
#    elif defined(__loongarch__)
#      define START "bl main"
#      define REGISTERS(n, a, b, c) n("$a7") a("$a0") b("$a1") c("$a2")
#      define ASK "syscall 0"
#      define CHANGED "memory", "$t0", "$t1", "$t2", "$t3", "$t4", "$t5", "$t6", "$t7", "$t8"
#    elif defined(__hexagon__)
#      define START "call main"
#      define REGISTERS(n, a, b, c) n("r6") a("r0") b("r1") c("r2")
#      define ASK "trap0(#1)"
#      define CHANGED "memory"
#    elif defined(__or1k__)
#      define START "l.jal main\n\tl.nop"
#      define REGISTERS(n, a, b, c) n("r11") a("r3") b("r4") c("r5")
#      define ASK "l.sys 1"
#      define CHANGED                                                                              \
        "memory", "r6", "r7", "r8", "r12", "r13", "r15", "r17", "r19", "r21", "r23", "r25", "r27", \
            "r29", "r31"
#    elif defined(__x86_64__) /* x32's addresses have 32 bits, so its stack must be low */
#      define START "movl $bare_stack, %esp\n\tcall main"
#      define REGISTERS(n, a, b, c) n("eax") a("edi") b("esi") c("edx")
#      define ASK "syscall"
#      define CHANGED "memory", "rcx", "r11"
__asm__(".bss\n.balign 16\n.zero 65536\nbare_stack:\n.text\n");
#    elif defined(__mips__) /* the address of a position-independent function is in $25 */
#      define START                                                                                \
        ".set push\n\t.set nomicromips\n\t.set noreorder\n\t"                                      \
        "lui $25, %hi(main)\n\taddiu $25, %lo(main)\n\taddiu $29, -32\n\tjalr $25\n\tnop\n\t"      \
        ".set pop"
#      define REGISTERS(n, a, b, c) n("$2") a("$4") b("$5") c("$6")
#      define ASK "syscall"
#      define CHANGED                                                                              \
        "memory", "$1", "$3", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24",   \
            "$25"
#    elif defined(__sparc__)
#      define START "call main\n\tnop"
#      define REGISTERS(n, a, b, c) n("g1") a("o0") b("o1") c("o2")
#      define ASK "ta 0x10"
#      define CHANGED "memory", "cc"
#    elif defined(__sh__)
#      define START "mov.l 1f, r0\n\tjsr @r0\n\tnop\n\t.balign 4\n1:\t.long main"
#      define REGISTERS(n, a, b, c) n("r3") a("r4") b("r5") c("r6")
#      define ASK "trapa #0x13"
#      define CHANGED "memory", "r0"
#    elif defined(__xtensa__)
#      define START "call0 main"
#      define REGISTERS(n, a, b, c) n("a2") a("a6") b("a3") c("a4")
#      define ASK "syscall"
#      define CHANGED "memory"
#    else
#      error "no port for this machine: add how it starts, writes and ends"
#    endif
__asm__(".text\n.balign 4\n.globl _start, __start\n_start:\n__start:\n\t" START "\n");

#  elif defined(__riscv)
#    define REGISTERS(n, a, b, c) n("a0") a("a1") b("a2") c("a3")
#    define ASK                                                                                    \
      ".balign 16\n\t.option push\n\t.option norvc\n\tslli x0, x0, 0x1f\n\tebreak\n\t"             \
      "srai x0, x0, 7\n\t.option pop"
#    define CHANGED "memory"
__asm__(".section .start,\"ax\"\n.globl _start\n_start:\n\tla sp, bare_stack\n\tcall main\n");

#  elif defined(__arm__)
#    define REGISTERS(n, a, b, c) n("r0") a("r1") b("r2") c("r3")
#    define CHANGED "memory", "lr"
#    if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#      define ASK "bkpt 0xab"
extern unsigned char bare_stack[];
void bare_start(void);
__attribute__((section(".start"), used)) static const uintptr_t vectors[4] = {
    (uintptr_t)bare_stack, (uintptr_t)bare_start, (uintptr_t)bare_start, (uintptr_t)bare_start};

void bare_start(void)
{
    main();
}
#    else
#      if defined(__thumb__)
#        define ASK "svc 0xab"
#      else
#        define ASK "svc 0x123456"
#      endif
__asm__(
    ".section .start,\"ax\"\n.arm\n.globl _start\n_start:\n\tldr sp, =bare_stack\n\tblx main\n");
#    endif
#  else
#    error "no port for this machine: add how it starts, writes and ends"
#  endif

#  define NUMBER(name) register long n __asm__(name) = number;
#  define FIRST(name) register long r0 __asm__(name) = a;
#  define SECOND(name) register long r1 __asm__(name) = b;
#  define THIRD(name) register long r2 __asm__(name) = c;

static void ask(long number, long a, long b, long c)
{
    REGISTERS(NUMBER, FIRST, SECOND, THIRD)

    __asm__ __volatile__(ASK : "+r"(n), "+r"(r0) : "r"(r1), "r"(r2) : CHANGED);
}

#  if defined(__linux__)

void bare_write(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0')
        length++;
    ask(LINUX_WRITE, 1, (long)(uintptr_t)text, (long)length);
}

void bare_exit(int status)
{
    ask(LINUX_EXIT, status, 0, 0);
}

#  else
enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };

void bare_write(const char *text)
{
    ask(SYS_WRITE0, (long)(uintptr_t)text, 0, 0);
}

void bare_exit(int status)
{
    const uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};

    ask(SYS_EXIT_EXTENDED, (long)(uintptr_t)block, 0, 0);
}
#  endif
#endif
