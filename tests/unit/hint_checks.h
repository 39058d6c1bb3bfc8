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

/* WebAssembly has no addresses of code, an AVR's code is in another memory, and without GNU assembly
 * there are no labels. */
#if !defined(__wasm__) && !defined(__AVR__) && !defined(HINT_STANDARD_C)
#  define HINT_CODE_IS_READABLE 1

#  if defined(__TINYC__) || defined(__PCC__) /* inline little: look inside the function */

#    include <string.h>

static const char *bytes_in_memory(void)
{
    static const unsigned char wanted[] = {0xf3, 0x90};
    const unsigned char *code = (const unsigned char *)cpu_relax;
    unsigned i;

    for (i = 0; i < 32; i++) {
        if (memcmp(code + i, wanted, sizeof(wanted)) == 0)
            return EXPECT_BYTES;
    }
    return "not in the function";
}

#  else

PROBE_FUNCTION static void probe(void)
{
    PROBE_GLOBAL_LABEL("cpu_relax_probe_begin");
    cpu_relax();
    PROBE_GLOBAL_LABEL("cpu_relax_probe_end");
}

/* The labels of probe(), by the assembler's names whatever the ABI puts before those of C. */
extern const unsigned char probe_begin[] __asm__("cpu_relax_probe_begin");
extern const unsigned char probe_end[] __asm__("cpu_relax_probe_end");

/*
 * What the CPU executes, read from the memory of this very program. Only here does `.inst` differ
 * from `.word` on a BE8 target, since it is the linker that turns instructions round; and only the
 * bytes tell `yield` from `nop`, which behave alike under emulation.
 */
static const char *bytes_in_memory(void)
{
    static char found[3 * 16 + 1];
    static const char digits[] = "0123456789abcdef";
    const unsigned char *byte;
    unsigned length = 0;

    probe();
    for (byte = probe_begin; byte < probe_end && length < sizeof(found) - 2; byte++) {
        found[length++] = digits[*byte >> 4];
        found[length++] = digits[*byte & 15];
    }
    found[length] = '\0';
#    if defined(__GNUC__) && !defined(__OPTIMIZE__)
    /* Without optimization GCC follows every inlined call with a nop of its own. */
    if (length > sizeof(EXPECT_BYTES) - 1)
        found[sizeof(EXPECT_BYTES) - 1] = '\0';
#    endif
    return found;
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
