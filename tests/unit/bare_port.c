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

#if defined(__wasi__) || defined(BARE_HOSTED)

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

static long call(long number, long a, long b, long c);

#  if defined(__linux__)
enum { LINUX_WRITE = 64, LINUX_EXIT = 93 }; /* of AArch64 and RISC-V */

void bare_write(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0')
        length++;
    call(LINUX_WRITE, 1, (long)(uintptr_t)text, (long)length);
}

void bare_exit(int status)
{
    call(LINUX_EXIT, status, 0, 0);
}
#  else
enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };

void bare_write(const char *text)
{
    call(SYS_WRITE0, (long)(uintptr_t)text, 0, 0);
}

void bare_exit(int status)
{
    const uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};

    call(SYS_EXIT_EXTENDED, (long)(uintptr_t)block, 0, 0);
}
#  endif

#  if defined(__linux__) && defined(__aarch64__)

__asm__(".globl _start\n_start:\n\tbl main\n");

static long call(long number, long a, long b, long c)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;

    __asm__ __volatile__("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

#  elif defined(__linux__) && defined(__riscv)

__asm__(".globl _start\n_start:\n\tcall main\n");

static long call(long number, long a, long b, long c)
{
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;

    __asm__ __volatile__("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
    return a0;
}

#  elif defined(__riscv)

__asm__(".section .start,\"ax\"\n.globl _start\n_start:\n\tla sp, bare_stack\n\tcall main\n");

static long call(long number, long a, long b, long c)
{
    register long a0 __asm__("a0") = number;
    register long a1 __asm__("a1") = a;

    (void)b;
    (void)c;
    __asm__ __volatile__(".balign 16\n\t.option push\n\t.option norvc\n\tslli x0, x0, 0x1f\n\t"
                         "ebreak\n\tsrai x0, x0, 7\n\t.option pop"
                         : "+r"(a0)
                         : "r"(a1)
                         : "memory");
    return a0;
}

#  elif defined(__arm__)

extern unsigned char bare_stack[];
void bare_start(void);

#    if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
__attribute__((section(".start"), used)) static const uintptr_t vectors[4] = {
    (uintptr_t)bare_stack, (uintptr_t)bare_start, (uintptr_t)bare_start, (uintptr_t)bare_start};
#      define SEMIHOSTING "bkpt 0xab"

void bare_start(void)
{
    main();
}
#    else
__asm__(
    ".section .start,\"ax\"\n.arm\n.globl _start\n_start:\n\tldr sp, =bare_stack\n\tblx main\n");
#      if defined(__thumb__)
#        define SEMIHOSTING "svc 0xab"
#      else
#        define SEMIHOSTING "svc 0x123456"
#      endif
#    endif

static long call(long number, long a, long b, long c)
{
    register long r0 __asm__("r0") = number;
    register long r1 __asm__("r1") = a;

    (void)b;
    (void)c;
    __asm__ __volatile__(SEMIHOSTING : "+r"(r0) : "r"(r1) : "memory", "lr");
    return r0;
}

#  else
#    error "no port for this machine: add how it starts, writes and ends"
#  endif
#endif
