/*
 * deadline.cc - wait for a std::atomic until a deadline of std::chrono, in C++11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     c++ -std=c++11 -Iinclude examples/deadline.cc -pthread && ./a.out
 */
#include "cpu_relax_wait.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>

/* Waits until `word` is `want`, or the deadline has passed; says which. Polls for 10 us at a time and lets
 * others have the processor in between, for they may be who is waited for. */
static bool wait_until(const std::atomic<std::uint32_t> &word, std::uint32_t want,
                       std::chrono::steady_clock::time_point deadline)
{
    const std::uint64_t step_ns = 10000;
    std::uint32_t value;

    while ((value = word.load(std::memory_order_acquire)) != want) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        if (cpu_relax_while_eq(&word, value, step_ns) == value)
            std::this_thread::yield();
    }
    return true;
}

/* What follows only shows it: one message comes in time, the other never. */
int main()
{
    std::atomic<std::uint32_t> ready(0);
    int message = 0;
    std::thread sender([&] {
        message = 42;
        ready.store(1, std::memory_order_release);
    });
    const auto now = std::chrono::steady_clock::now();
    const bool came = wait_until(ready, 1, now + std::chrono::seconds(60));
    const bool late = !wait_until(ready, 2, now + std::chrono::milliseconds(5));

    std::printf("the message: %d; the second: %s\n", came ? message : -1,
                late ? "not in time" : "?");
    sender.join();
    return came && message == 42 && late ? 0 : 1;
}
