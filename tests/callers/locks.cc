/*
 * locks.cc - what callers write in C++: a spin lock, a ticket lock, a sequence lock and a flag
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
        std::uint16_t seen = serving.load(std::memory_order_acquire);

        while (seen != mine) {
            const std::uint16_t now = cpu_relax_while_eq(&serving, seen, 2000);

            if (now == seen)
                std::this_thread::yield();
            seen = now;
        }
    }
    void unlock()
    {
        serving.fetch_add(1, std::memory_order_release);
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
            while ((before & 1) != 0)
                before = cpu_relax_while_eq32(&sequence, before, CPU_RELAX_FOREVER);
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
    static int target;
    static std::atomic<int *> pointer{&target};

    return cpu_relax_while_eq8(&flag, 0, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_eq8(&now, 0, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_eq32(&plain_word, 1, 10) == 1 &&
           cpu_relax_while_eq64(&volatile_word, 0, CPU_RELAX_FOREVER) == 1 &&
           cpu_relax_while_eqptr(&pointer, nullptr, CPU_RELAX_FOREVER) == &target &&
           cpu_relax_while_eq(&flag, 0, 0) == 1 && cpu_relax_while_eq(&plain_word, 0, 0) == 1 &&
           cpu_relax_while_eq(&volatile_word, 1, 10) == 1;
}

spin_lock spin;
ticket_lock ticket;
sequence_lock pair_of_words;
long spins, tickets;
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
        if (!pair_of_words.read_is_whole())
            torn++;
    }
}

} // namespace

int main()
{
    if (!flags_are_read())
        return 1;
    std::thread other(count);
    count();
    other.join();
    return spins != 2 * counts || tickets != 2 * counts || torn != 0;
}
