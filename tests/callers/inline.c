/*
 * inline.c - inline functions with external linkage, and words without _Atomic: C99 at its strictest
 * SPDX-License-Identifier: MIT
 *
 * A C99 inline function with external linkage may call nothing static, so it calls an ordinary function where it waits.
 */
#include "cpu_relax.h"

inline void spin_until(const int *flag)
{
    while (!*flag) {
        cpu_relax();
        CPU_RELAX_STATEMENT();
    }
}
extern inline void spin_until(const int *flag);

#include "cpu_relax_wait.h"

#include <stdint.h>

enum state { EMPTY, FULL };

int wait_on_words(const uint8_t *byte, volatile uint16_t *half, const uint32_t *word,
                  const volatile uint64_t *wide, const void *const *pointer, enum state *state)
{
    const uint64_t five_seconds = 5000000000u;
    int changed = 0;

    changed += cpu_relax_while_eq8(byte, 0, five_seconds) != 0;
    changed += cpu_relax_until_masked8(byte, 0x80, 0, five_seconds) < 0x80;
    changed += cpu_relax_while_eq16(half, 0, 0) != 0;
    changed += cpu_relax_until_eq16(half, 0, 0) == 0;
    changed += cpu_relax_while_eq32(word, 0, 100) != 0;
    changed += cpu_relax_while_eq32(state, EMPTY, CPU_RELAX_FOREVER) != EMPTY;
    changed += cpu_relax_until_eq32(state, FULL, CPU_RELAX_FOREVER) == FULL;
    changed += cpu_relax_while_eq64(wide, 0, five_seconds) != 0;
    changed += cpu_relax_while_masked64(wide, 1, 0, five_seconds) % 2 != 0;
    changed += cpu_relax_while_eqptr(pointer, byte, five_seconds) != byte;
    changed += cpu_relax_until_eqptr(pointer, byte, 100) == byte;
    return changed;
}

inline int spin_on_words(const uint8_t *byte, volatile uint16_t *half, const uint32_t *word,
                         const volatile uint64_t *wide, const void *const *pointer,
                         enum state *state)
{
    return wait_on_words(byte, half, word, wide, pointer, state);
}
extern inline int spin_on_words(const uint8_t *byte, volatile uint16_t *half, const uint32_t *word,
                                const volatile uint64_t *wide, const void *const *pointer,
                                enum state *state);

int main(void)
{
    const uint8_t byte = 1;
    uint16_t half = 1;
    const uint32_t word = 1;
    const uint64_t wide = 1;
    const void *pointer = &word;
    enum state full = FULL;

    spin_until(&(const int){1});
    return spin_on_words(&byte, &half, &word, &wide, &pointer, &full) == 0;
}
