/*
 * deadline.cc - waits with a deadline of std::chrono for a state and for a new version, in C++11, to copy
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

using steady = std::chrono::steady_clock;

/* The remaining time, as a timeout. After the deadline it is negative, so as an unsigned number it is 2^63 or more: an
 * expired timeout, with which the wait checks once. */
static std::uint64_t until(steady::time_point deadline)
{
    const std::chrono::nanoseconds remaining = deadline - steady::now();

    return static_cast<std::uint64_t>(remaining.count());
}

enum class state : std::uint8_t { starting, running, stopped };

/* Waits until the state is `want`. Returns false if the deadline comes first. It spins, or sleeps on the cache line,
 * until then, so use it for microseconds. For longer waits, and in real-time threads, spin briefly, then block. */
static bool wait_for(const std::atomic<state> &word, state want, steady::time_point deadline)
{
    return cpu_relax_until_eq(&word, want, until(deadline)) == want;
}

/* Waits while the version is `old`. Returns the new one, or `old` if the deadline comes first. A version can
 * be skipped, so this does not wait for one particular version. */
static std::uint32_t wait_for_next(const std::atomic<std::uint32_t> &version, std::uint32_t old,
                                   steady::time_point deadline)
{
    return cpu_relax_while_eq(&version, old, until(deadline));
}

/* The rest is a demonstration: the state and the version come in time, a second version does not. */
int main()
{
    std::atomic<state> worker_state(state::starting);
    std::atomic<std::uint32_t> version(0);
    int data = 0;
    std::thread worker([&] {
        worker_state.store(state::running, std::memory_order_release);
        data = 42;
        version.store(1, std::memory_order_release);
    });
    const auto soon = steady::now() + std::chrono::seconds(60);
    const bool running = wait_for(worker_state, state::running, soon);
    const bool in_time = wait_for_next(version, 0, soon) == 1;
    const bool late = wait_for_next(version, 1, steady::now() + std::chrono::milliseconds(5)) == 1;

    std::printf("running: %d, data: %d, second version: %s\n", running, in_time ? data : -1,
                late ? "not in time" : "?");
    worker.join();
    return running && in_time && data == 42 && late ? 0 : 1;
}
