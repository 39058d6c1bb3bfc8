/*
 * types.cc - the words that C++ callers wait for: bool, enum class, pointers, signed numbers
 * SPDX-License-Identifier: MIT
 *
 * Compiled in each dialect with every warning that callers turn on, and run: no cast, no pragma. A wait for
 * a floating-point number, FLOAT, must be refused, with a message that names the bits.
 */
#include "cpu_relax_wait.h"

#include <atomic>
#include <cstdint>

namespace
{

struct node {
    int value;
};
enum class state : unsigned char { empty, full };
enum color { red, green };

std::atomic<state> now{state::full};
std::atomic<bool> flag{true};
std::atomic<int> number{-1};
std::atomic<color> paint{green};
std::atomic<std::int64_t> wide{-5};
const node target = {7};
std::atomic<const node *> pointer{&target};
volatile state plain_state = state::empty;
const volatile unsigned short half = 5;
const std::atomic<int> negative{-1};
std::uint32_t word = 5;
const std::uint32_t *const const_word = &word;
volatile std::uint64_t volatile_word = 5;
std::atomic<std::uint8_t> byte{0x55};

const std::uint64_t forever = CPU_RELAX_FOREVER;

bool types_are_kept()
{
    const state s = cpu_relax_until_eq(&now, state::full, forever);
    const bool b = cpu_relax_while_eq(&flag, false, forever);
    const int i = cpu_relax_while_eq(&number, 0, forever);
    const color c = cpu_relax_until_eq(&paint, green, forever);
    const std::int64_t w = cpu_relax_until_eq(&wide, -5, forever);
    const node *const p = cpu_relax_while_eq(&pointer, nullptr, forever);
    const node *const q = cpu_relax_until_eq(&pointer, &target, forever);

    return s == state::full && b && i == -1 && c == green && w == -5 && p == &target &&
           q == &target && cpu_relax_until_eq(&plain_state, state::empty, 0) == state::empty &&
           cpu_relax_until_eq(&half, 5, forever) == 5 &&
           cpu_relax_until_eq(&negative, -1, forever) == -1 &&
           cpu_relax_while_eq8(&flag, 0, forever) == 1 &&
           cpu_relax_while_eq8(&now, 0, forever) == 1 && cpu_relax_while_eq32(&word, 5, 10) == 5 &&
           cpu_relax_while_eq(&word, 0, 0) == 5 &&
           cpu_relax_while_eq64(&volatile_word, 0, forever) == 5 &&
           cpu_relax_while_eq(&volatile_word, 5, 10) == 5 &&
           cpu_relax_until_eqptr(&pointer, &target, forever) == &target &&
           cpu_relax_while_eqptr(&pointer, nullptr, forever) == &target;
}

bool masks_are_of_the_same_type()
{
    return cpu_relax_until_masked(&number, 0xff, 0xff, forever) == -1 &&
           cpu_relax_while_masked(&number, 1, 0, forever) == -1 &&
           cpu_relax_until_masked(&wide, 3, -5, forever) == -5 &&
           cpu_relax_until_masked32(&number, 0xffu, 0xffu, forever) == 0xffffffffu &&
           cpu_relax_until_masked(&byte, 0x80, 0, forever) == 0x55 &&
           cpu_relax_until_masked(const_word, 3, 5, forever) == 5 &&
           cpu_relax_while_masked(&volatile_word, 1, 0, forever) == 5 &&
           cpu_relax_while_masked16(&half, 4, 0, forever) == 5;
}

bool expired_timeouts_return_what_is_there()
{
    const std::uint64_t wrapped = UINT64_MAX; /* a difference `deadline - now` that has expired */

    cpu_relax_for_ns(wrapped);
    return cpu_relax_until_eq(&number, 7, 0) == -1 && cpu_relax_while_eq(&flag, true, 100) &&
           cpu_relax_until_eq(&word, 2, wrapped) == 5 &&
           cpu_relax_until_masked(&number, 1, 0, wrapped) == -1;
}

#if defined(FLOAT)
std::atomic<float> atomic_float{1};
double plain_double = 1;
long double long_one = 1;
#endif

} // namespace

int main()
{
#if defined(FLOAT)
    return FLOAT == 1;
#else
    return !types_are_kept() || !masks_are_of_the_same_type() ||
           !expired_timeouts_return_what_is_there();
#endif
}
