/*
 * locks.cc - what callers write in C++: a spin lock, a ticket lock, a flag bit, a sequence lock and flags
 * SPDX-License-Identifier: MIT
 *
 * Compiled in each dialect with every warning that callers turn on, and run: no cast, no pragma.
 */
extern "C" { /* as a C header that includes it would be included */
#include "cpu_relax_wait.h"
}

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

namespace
{

const int counts = 20000;

class spin_lock
{
    std::atomic<bool> held{false};

  public:
    void lock()
    {
        cpu_relax_backoff_t b = CPU_RELAX_BACKOFF_INIT;

        while (held.exchange(true, std::memory_order_acquire))
            if (!cpu_relax_backoff(&b)) {
                std::this_thread::yield();
                cpu_relax_backoff_reset(&b);
            }
    }
    void unlock()
    {
        held.store(false, std::memory_order_release);
    }
};

class ticket_lock
{
    std::atomic<std::uint16_t> next{0}, serving{0};

  public:
    void lock()
    {
        const std::uint16_t mine = next.fetch_add(1, std::memory_order_relaxed);

        while (cpu_relax_until_eq(&serving, mine, 2000) != mine)
            std::this_thread::yield();
    }
    void unlock()
    {
        serving.fetch_add(1, std::memory_order_release);
    }
};

/* A lock in one bit of a word, whose other bits are the owner's */
class bit_lock
{
    static constexpr std::uint8_t locked = 0x80;
    std::atomic<std::uint8_t> word{0x55};

  public:
    void lock()
    {
        while ((word.fetch_or(locked, std::memory_order_acquire) & locked) != 0)
            if ((cpu_relax_until_masked(&word, locked, 0, 2000) & locked) != 0)
                std::this_thread::yield();
    }
    void unlock()
    {
        word.fetch_and(0x7f, std::memory_order_release);
    }
};

/* Odd while it is written */
class sequence_lock
{
    std::atomic<std::uint32_t> sequence{0};
    std::atomic<std::uint64_t> left{0}, right{~std::uint64_t{0}};

  public:
    void write(std::uint64_t value)
    {
        sequence.fetch_add(1, std::memory_order_acquire);
        left.store(value, std::memory_order_release);
        right.store(~value, std::memory_order_release);
        sequence.fetch_add(1, std::memory_order_release);
    }
    bool read_is_whole() const
    {
        std::uint32_t before;
        std::uint64_t l, r;

        do {
            before = sequence.load(std::memory_order_acquire);
            if ((before & 1) != 0)
                before = cpu_relax_until_masked(&sequence, 1, 0, CPU_RELAX_FOREVER);
            l = left.load(std::memory_order_acquire);
            r = right.load(std::memory_order_acquire);
        } while (sequence.load(std::memory_order_acquire) != before);
        return l == ~r;
    }
};

enum class state : unsigned char { empty, full };

bool flags_are_read()
{
    static std::atomic<bool> flag{true};
    static std::atomic<state> now{state::full};
    static std::uint32_t plain_word = 1;
    static volatile std::uint64_t volatile_word = 1;
    static const std::atomic<int> negative{-1};
    static int target;
    static std::atomic<int *> pointer{&target};
    static std::atomic<const int *> pointer_to_const{&target};
    const std::uint32_t *const const_word = &plain_word;
    const int *const const_target = &target;

    return cpu_relax_while_eq8(&flag, 0, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_eq8(&now, 0, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_eq32(&plain_word, 1, 10) == 1 &&
           cpu_relax_while_eq64(&volatile_word, 0, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_eqptr(&pointer, nullptr, CPU_RELAX_FOREVER) == &target &&
           cpu_relax_until_eqptr(&pointer_to_const, const_target, CPU_RELAX_FOREVER) == &target &&
           cpu_relax_while_eq(&flag, false, CPU_RELAX_FOREVER) &&
           cpu_relax_while_eq(&plain_word, 0, 0) == 1 &&
           cpu_relax_while_eq(&volatile_word, 1, 10) == 1 &&
           cpu_relax_until_eq(&flag, true, CPU_RELAX_FOREVER) &&
           cpu_relax_until_eq(&now, state::full, CPU_RELAX_FOREVER) == state::full &&
           cpu_relax_while_eq(&now, state::full, 10) == state::full &&
           cpu_relax_until_eq(&negative, -1, CPU_RELAX_FOREVER) == -1 &&
           cpu_relax_while_eq(&pointer, nullptr, CPU_RELAX_FOREVER) == &target &&
           cpu_relax_until_eq(&pointer_to_const, const_target, CPU_RELAX_FOREVER) == const_target &&
           cpu_relax_until_masked(const_word, 3, 5, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_masked(&volatile_word, 1, 0, CPU_RELAX_FOREVER) == 1;
}

/* A difference `deadline - now` that wrapped has expired: neither call waits. */
bool wrapped_times_end()
{
    const std::uint64_t wrapped = UINT64_MAX;
    static std::uint32_t word = 1;

    cpu_relax_for_ns(wrapped);
    return cpu_relax_until_eq(&word, 2, wrapped) == 1;
}

spin_lock spin;
ticket_lock ticket;
bit_lock bit;
sequence_lock pair_of_words;
long spins, tickets, bits;
std::atomic<int> torn{0};

void count()
{
    for (int i = 0; i < counts; i++) {
        {
            std::lock_guard<spin_lock> guard(spin);
            spins++;
            pair_of_words.write(static_cast<std::uint64_t>(i));
        }
        {
            std::lock_guard<ticket_lock> guard(ticket);
            tickets++;
        }
        {
            std::lock_guard<bit_lock> guard(bit);
            bits++;
        }
        if (!pair_of_words.read_is_whole())
            torn++;
    }
}

} // namespace

int main()
{
    if (!flags_are_read() || !wrapped_times_end())
        return 1;
    std::thread other(count);
    count();
    other.join();
    return spins != 2 * counts || tickets != 2 * counts || bits != 2 * counts || torn != 0;
}
