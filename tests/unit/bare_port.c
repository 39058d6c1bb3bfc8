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

#elif defined(__SDCC) || defined(__MSP430__) || defined(__AVR__) /* character by character */

/* sdcc: the simulators' interface, at an address that no program uses: a command, a character */
#  if defined(__SDCC)
#    if defined(__SDCC_mcs51)
#      define SIMULATOR (*(volatile unsigned char __xdata *)0x7000)
#    else
#      define SIMULATOR (*(volatile unsigned char *)0x7000)
#    endif
#    define PUT(c) SIMULATOR = 'p', SIMULATOR = (unsigned char)(c)
#    define END() SIMULATOR = 's'
#  elif defined(__MSP430__) /* the simulator's console; it stops at the jump: msp430.sh */
__asm__(".section .start,\"ax\"\n\tmov #bare_stack, r1\n\tcall #main\n\tjmp .\n");
#    define PUT(c) *(volatile unsigned char *)0xff = (unsigned char)(c)
#    define END() return
#  else /* the serial port; the simulator ends when the CPU sleeps with interrupts off */
#    include <avr/interrupt.h>
#    include <avr/io.h>
#    include <avr/sleep.h>
#    define PUT(c)                                                                                 \
      UCSR0B = 1 << TXEN0;                                                                         \
      while (!(UCSR0A & 1 << UDRE0))                                                               \
        continue;                                                                                  \
      UDR0 = (uint8_t)(c)
#    define END()                                                                                  \
      cli();                                                                                       \
      sleep_enable();                                                                              \
      sleep_cpu()
#  endif

void bare_write(const char *text)
{
    for (; *text != '\0'; text++) {
        PUT(*text);
    }
}

void bare_exit(int status) /* the status is in the report */
{
    (void)status;
    END();
    for (;;)
        continue;
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

#elif defined(__linux__)

/* START calls main(). CALL is a function: it moves the number of the system call to its place, the other
 * arguments of a C function are in theirs. */
#  if defined(__hexagon__)
enum { LINUX_WRITE = 64, LINUX_EXIT = 93 };
#    define START "call main"
#    define CALL "r6 = r3\n\ttrap0(#1)\n\tjumpr r31"
#  elif defined(__x86_64__) /* x32's addresses have 32 bits, so its stack must be low */
enum { LINUX_WRITE = 1, LINUX_EXIT = 60 };
#    define START "movl $bare_stack, %esp\n\tcall main"
#    define CALL "movl %ecx, %eax\n\tsyscall\n\tret"
__asm__(".bss\n.balign 16\n.zero 65536\nbare_stack:\n");
#  elif defined(__mips__) /* the address of a position-independent function is in $25 */
enum { LINUX_WRITE = 4004, LINUX_EXIT = 4001 };
#    define START                                                                                  \
      ".set push\n\t.set nomicromips\n\t.set noreorder\n\t"                                        \
      "lui $25, %hi(main)\n\taddiu $25, %lo(main)\n\taddiu $29, -32\n\tjalr $25\n\tnop\n\t"        \
      ".set micromips"
#    define CALL "move $2, $7\n\tsyscall\n\tjr $31\n\tnop\n\t.set pop"
#  elif defined(__sparc__)
enum { LINUX_WRITE = 4, LINUX_EXIT = 1 };
#    define START "call main\n\tnop"
#    define CALL "mov %o3, %g1\n\tta 0x10\n\tretl\n\tnop"
#  elif defined(__sh__)
enum { LINUX_WRITE = 4, LINUX_EXIT = 1 };
#    define START "mov.l 1f, r0\n\tjsr @r0\n\tnop\n\t.balign 4\n1:\t.long main"
#    define CALL "mov r7, r3\n\ttrapa #0x13\n\trts\n\tnop"
#  elif defined(__xtensa__)
enum { LINUX_WRITE = 13, LINUX_EXIT = 118 };
#    define START "call0 main"
#    define CALL "mov a6, a2\n\tmov a2, a5\n\tsyscall\n\tret"
#  else
#    error "no port for this machine: add how it starts, and how it calls the system"
#  endif
__asm__(".text\n.balign 4\n.globl _start, __start\n_start:\n__start:\n\t" START "\n"
        ".type call_system, @function\n.balign 4\ncall_system:\n\t" CALL "\n");
long call_system(long a, long b, long c, long number);

void bare_write(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0')
        length++;
    call_system(1, (long)(uintptr_t)text, (long)length, LINUX_WRITE);
}

void bare_exit(int status)
{
    call_system(status, 0, 0, LINUX_EXIT);
}

#else /* semihosting: the operation and its argument are where a C function has them */

#  if defined(__riscv)
__asm__(".section .start,\"ax\"\n.globl _start\n_start:\n\tla sp, bare_stack\n\tcall main\n"
        ".text\n.balign 16\nsemihosting:\n\t.option push\n\t.option norvc\n\tslli x0, x0, "
        "0x1f\n\tebreak\n\t"
        "srai x0, x0, 7\n\t.option pop\n\tret\n");
#  elif defined(__arm__) && __ARM_ARCH_PROFILE == 'M'
extern unsigned char bare_stack[];
void bare_start(void);
__attribute__((section(".start"), used)) static const uintptr_t vectors[4] = {
    (uintptr_t)bare_stack, (uintptr_t)bare_start, (uintptr_t)bare_start, (uintptr_t)bare_start};

void bare_start(void)
{
    main();
}
__asm__(".text\n.thumb\n.type semihosting, %function\nsemihosting:\n\tbkpt 0xab\n\tbx lr\n");
#  elif defined(__arm__)
__asm__(".section .start,\"ax\"\n.arm\n.globl _start\n_start:\n\tldr sp, =bare_stack\n\tblx main\n"
        ".text\n.balign 4\n.type semihosting, %function\nsemihosting:\n"
        "\tpush {lr}\n\tsvc 0x123456\n\tpop {pc}\n");
#  else
#    error "no port for this machine: add how it starts, writes and ends"
#  endif
enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };
void semihosting(int operation, const void *argument);

void bare_write(const char *text)
{
    semihosting(SYS_WRITE0, text);
}

void bare_exit(int status)
{
    const uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};

    semihosting(SYS_EXIT_EXTENDED, block);
}
#endif
