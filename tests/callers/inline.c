/*
 * inline.c - inline functions with external linkage, and words without _Atomic: C99 at its strictest
 * SPDX-License-Identifier: MIT
 *
 * An inline function of C99 may call nothing static. Compiled, not run.
 */
#include "cpu_relax.h"

#define CPU_RELAX_NAME my_relax
#include "cpu_relax.h"

inline void spin_until(const int *flag)
{
    while (!*flag) {
        cpu_relax();
        my_relax();
    }
}
extern inline void spin_until(const int *flag);

#include "cpu_relax_wait.h"

#include <stdint.h>

enum state { EMPTY, FULL };

int wait_on_words(uint8_t *byte, volatile uint16_t *half, const uint32_t *word,
                  const volatile uint64_t *wide, void **pointer, void *const *fixed,
                  enum state *state);
int wait_on_words(uint8_t *byte, volatile uint16_t *half, const uint32_t *word,
                  const volatile uint64_t *wide, void **pointer, void *const *fixed,
                  enum state *state)
{
    const uint64_t five_seconds = 5000000000u;
    int changed = 0;

#if CPU_RELAX_HAS_EQ8
    changed += cpu_relax_while_eq8(byte, 0, five_seconds) != 0;
#endif
#if CPU_RELAX_HAS_EQ16
    changed += cpu_relax_while_eq16(half, 0, 0) != 0;
#endif
#if CPU_RELAX_HAS_EQ32
    changed += cpu_relax_while_eq32(word, 0, 100) != 0;
    changed += cpu_relax_while_eq32(state, EMPTY, CPU_RELAX_FOREVER) != EMPTY;
#endif
#if CPU_RELAX_HAS_EQ64
    changed += cpu_relax_while_eq64(wide, 0, five_seconds) != 0;
#endif
#if CPU_RELAX_HAS_EQPTR
    changed += cpu_relax_while_eqptr(pointer, byte, five_seconds) != byte;
    changed += cpu_relax_while_eqptr(fixed, byte, five_seconds) != byte;
#endif
    return changed;
}
