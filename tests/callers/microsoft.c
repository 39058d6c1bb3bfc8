/*
 * microsoft.c - Microsoft's intrinsics for x64, called by the header and simulated by this test
 * SPDX-License-Identifier: MIT
 *
 * Compiled twice: with the macros of Microsoft's compiler it is the caller, without them the program, whose
 * argument is a CPU: waitpkg, mwaitx or none. It prints what the header calls.
 */
#if defined(__cplusplus)
#  define C extern "C"
#else
#  define C extern
#endif

C unsigned int wait_while(const volatile unsigned int *p, unsigned int old);
C unsigned int features(void);

#if defined(_MSC_VER)
#  include "cpu_relax_wait.h"

unsigned int wait_while(const volatile unsigned int *p, unsigned int old)
{
    return cpu_relax_while_eq32(p, old, CPU_RELAX_FOREVER);
}

unsigned int features(void)
{
    return cpu_relax_features();
}
#else
#  include <stdio.h>
#  include <string.h>

#  include "intrin.h"

enum { NOW = 5000 };
static int has_waitpkg, has_mwaitx, pauses;
static volatile unsigned int word; /* 1 after the first sleep, 2 when armed again */

void _ReadWriteBarrier(void);
void _ReadWriteBarrier(void)
{
}

void _mm_pause(void);
void _mm_pause(void)
{
    if (++pauses == 1000) /* the CPU does not sleep */
        word = 2;
}

/* The registers that the header must not take, and another sub-leaf, have all bits. */
void __cpuidex(int registers[4], int leaf, int sub_leaf)
{
    printf("__cpuidex(%#x,%d) ", (unsigned int)leaf, sub_leaf);
    registers[0] = leaf == 0 ? 6 + has_waitpkg : -1;
    registers[1] = registers[2] = registers[3] = -1;
    if (leaf == 7 && sub_leaf == 0)
        registers[2] = has_waitpkg << 5;
    if ((unsigned int)leaf == 0x80000001u)
        registers[2] = has_mwaitx << 29;
}

static const char *name(const void *p)
{
    word += word == 1;
    return p == &word ? "word" : "another";
}

void _umonitor(void *p)
{
    printf("_umonitor(%s) ", name(p));
}

void _mm_monitorx(const void *p, unsigned int extensions, unsigned int hints)
{
    printf("_mm_monitorx(%s,%u,%u) ", name(p), extensions, hints);
}

unsigned long long __rdtsc(void)
{
    return NOW;
}

unsigned char _umwait(unsigned int state, unsigned long long deadline)
{
    printf("_umwait(%u,now+%llu) ", state, deadline - NOW);
    word += word == 0;
    return 0;
}

void _mm_mwaitx(unsigned int extensions, unsigned int hints, unsigned int cycles)
{
    printf("_mm_mwaitx(%u,%u,%u) ", extensions, hints, cycles);
    word += word == 0;
}

int main(int argc, char **argv)
{
    unsigned int value = 0;

    has_waitpkg = argc > 1 && strcmp(argv[1], "waitpkg") == 0;
    has_mwaitx = argc > 1 && strcmp(argv[1], "mwaitx") == 0;
    while (value < 2)
        value = wait_while(&word, value);
    printf("%u", features());
    return 0;
}
#endif
