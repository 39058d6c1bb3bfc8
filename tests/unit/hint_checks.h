/*
 * hint_checks.h - what hint.c asserts with cmocka and bare.c without a C library
 * SPDX-License-Identifier: MIT
 */
#ifndef CPU_RELAX_TESTS_HINT_CHECKS_H
#define CPU_RELAX_TESTS_HINT_CHECKS_H

#include "hint.h"

#include "cpu_relax.h"
#include "cpu_relax.h" /* the second inclusion adds nothing */

#include "probe.h"

/* WebAssembly has no addresses of code, an AVR's code is in another memory, and compilers that know
 * standard C's barrier alone keep theirs elsewhere. */
#if !defined(__wasm__) && !defined(__AVR__) && !defined(HINT_STANDARD_C)
#  define HINT_CODE_IS_READABLE 1

/* What the CPU executes, read from the memory of this very program. Only here does `.inst` differ from
 * `.word` on a BE8 target, since it is the linker that swaps the bytes of instructions; and only the bytes
 * distinguish `yield` from `nop`, which behave alike under emulation. */
static const char *in_hexadecimal(const unsigned char *byte, const unsigned char *end)
{
    static const char digits[] = "0123456789abcdef";
    static char text[3 * 16 + 1];
    unsigned length = 0;

    for (; byte < end && length < sizeof(text) - 2; byte++) {
        text[length++] = digits[*byte >> 4];
        text[length++] = digits[*byte & 15];
    }
#  if defined(__GNUC__) && !defined(__OPTIMIZE__)
    /* Without optimization GCC follows every inlined call with a nop of its own. */
    if (length > sizeof(EXPECT_BYTES) - 1 && EXPECT_BYTES[0] != '?')
        length = sizeof(EXPECT_BYTES) - 1;
#  endif
    text[length] = '\0';
    return text;
}

#  if defined(__TINYC__) || defined(__PCC__) || (defined(_MSC_VER) && !defined(__clang__))
/* They have no labels: search the function for the instruction. */
static const char *bytes_in_memory(void)
{
#    if defined(_M_ARM64) || defined(_M_ARM64EC)
    static const unsigned char wanted[] = {0xdf, 0x3f, 0x03, 0xd5};
#    else
    static const unsigned char wanted[] = {0xf3, 0x90};
#    endif
    const unsigned char *const code = (const unsigned char *)(uintptr_t)(cpu_relax);
    unsigned i, same;

    for (i = 0; i < 64; i++) {
        for (same = 0; same < sizeof(wanted) && code[i + same] == wanted[same]; same++)
            continue;
        if (same == sizeof(wanted))
            return in_hexadecimal(code + i, code + i + same);
    }
    return "not in the function";
}
#  else
NOT_INLINED static void probe(void)
{
    PROBE_GLOBAL_LABEL("cpu_relax_probe_begin");
    cpu_relax();
    PROBE_GLOBAL_LABEL("cpu_relax_probe_end");
}

/* The labels of probe(), by the assembler's names whatever the ABI puts before those of C. */
extern const unsigned char probe_begin[] __asm__("cpu_relax_probe_begin");
extern const unsigned char probe_end[] __asm__("cpu_relax_probe_end");

static const char *bytes_in_memory(void)
{
    probe();
    return in_hexadecimal(probe_begin, probe_end);
}
#  endif
#else
#  define HINT_CODE_IS_READABLE 0
#endif

/* More values than there are registers, integers and doubles, each kept across every hint. */
static int registers_and_stack_are_kept(void)
{
    struct hint_values wanted, v = {1, 2, 3, 5, 7, 11, 0, HINT_ONE};
    hint_real y = HINT_HALF;
    unsigned char stack[64];
    unsigned i;
    uint32_t round;

    hint_reference(&wanted);
    for (i = 0; i < sizeof(stack); i++)
        stack[i] = (unsigned char)(i ^ 0x5a);
    for (round = 0; round < HINT_ROUNDS; round++) {
        v.a += round;
        v.b ^= v.a;
        cpu_relax();
        v.c += v.b;
        v.d ^= v.c;
        v.wide += (hint_wide)v.a << 7;
        cpu_relax();
        v.e += v.d;
        v.f ^= v.e;
        v.x += y;
        y = HINT_ONE - y;
    }
    for (i = 0; i < sizeof(stack); i++) {
        if (stack[i] != (unsigned char)(i ^ 0x5a))
            return 0;
    }
    return v.a == wanted.a && v.b == wanted.b && v.c == wanted.c && v.d == wanted.d &&
           v.e == wanted.e && v.f == wanted.f && v.wide == wanted.wide && !(v.x < wanted.x) &&
           !(v.x > wanted.x) && !(y < HINT_HALF) && !(y > HINT_HALF);
}

#endif
