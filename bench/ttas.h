/*
 * ttas.h - the lock that all waiting policies are measured in: test-and-test-and-set
 * SPDX-License-Identifier: MIT
 *
 * A policy is what is done between two loads of the lock. TTAS(name, state, wait) makes name_acquire:
 * `state` declares what the policy remembers during one wait, `wait` is one step of it.
 */
#ifndef TTAS_H
#define TTAS_H

#define TTAS_TAKE(word) __atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE)
#define TTAS_HELD(word) __atomic_load_n(word, __ATOMIC_RELAXED)

#define TTAS(name, state, wait)                                                                    \
  static void name##_acquire(void *memory)                                                         \
  {                                                                                                \
    uint32_t *const word = (uint32_t *)memory;                                                     \
    if (__builtin_expect(TTAS_TAKE(word), 0)) {                                                    \
      state;                                                                                       \
      do {                                                                                         \
        do {                                                                                       \
          wait;                                                                                    \
        } while (TTAS_HELD(word));                                                                 \
      } while (TTAS_TAKE(word));                                                                   \
    }                                                                                              \
  }

static inline void ttas_release(void *word)
{
    __atomic_store_n((uint32_t *)word, 0, __ATOMIC_RELEASE);
}

#endif
