/*
 * wait_std.cc - the calls in C++, on std::atomic objects, by the cast that the header documents
 * SPDX-License-Identifier: MIT
 */
#include <atomic>
#include <cstdint>

#include "cpu_relax_wait.h"

static std::atomic<std::uint32_t> word(5);
static std::atomic<void *> pointer(nullptr);
#if CPU_RELAX_HAS_EQ64
static std::atomic<std::uint64_t> wide(5);
#endif

int main()
{
    cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;
    bool right = cpu_relax_backoff(&b) == 1;

    b = CPU_RELAX_BACKOFF_INIT;
    cpu_relax_ns(100);
    right &=
        cpu_relax_while_eq32(reinterpret_cast<const volatile std::uint32_t *>(&word), 4, 10) == 5;
    right &=
        cpu_relax_while_eq32(reinterpret_cast<const volatile std::uint32_t *>(&word), 5, 10) == 5;
    right &= cpu_relax_while_eqptr(reinterpret_cast<void *const volatile *>(&pointer), &b, 10) ==
             nullptr;
#if CPU_RELAX_HAS_EQ64
    right &=
        cpu_relax_while_eq64(reinterpret_cast<const volatile std::uint64_t *>(&wide), 4, 10) == 5;
#endif
    return !right;
}
