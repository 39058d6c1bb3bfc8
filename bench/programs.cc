// programs.cc - two uses of other projects' code, before and after this library: run.sh compiles it twice
// SPDX-License-Identifier: MIT
//
// usage: programs MILLISECONDS THREADS >CSV
//
// A row for each program: operations per microsecond, and processor time for each.
// - map: all threads count random words in a hash map, whose 16 parts each have a tbb::spin_mutex.
// - queue: half of the threads produce, half consume, by moodycamel::BlockingConcurrentQueue.
// - idle queue: the same, but each producer rests for 20 us after each item, so that the consumers wait.
#include <concurrentqueue/blockingconcurrentqueue.h>
#include <oneapi/tbb/spin_mutex.h>
#include <thread>
#include <unordered_map>
#include <vector>

#include "bench.h"

static std::atomic<bool> stop;

static uint64_t map_worker(unsigned id)
{
    static struct part {
        alignas(128) tbb::spin_mutex mutex;
        std::unordered_map<uint64_t, uint64_t> counts;
    } parts[16];
    uint64_t random = id + 1, n = 0;

    for (; !stop; n++) {
        const uint64_t word = noise(&random) >> 50;
        part &p = parts[word % 16];
        tbb::spin_mutex::scoped_lock hold(p.mutex);
        p.counts[word]++;
    }
    return n;
}

static moodycamel::BlockingConcurrentQueue<uint64_t> items;

static uint64_t produce(uint64_t rest_ns)
{
    uint64_t n = 0;

    for (; !stop; n++) {
        const uint64_t start = clock_ns(CLOCK_MONOTONIC);

        while (clock_ns(CLOCK_MONOTONIC) - start < rest_ns && !stop)
            ;
        items.enqueue(1);
    }
    items.enqueue(0); // ends one consumer
    return n;
}

static uint64_t consume()
{
    for (uint64_t item = 1; item != 0;)
        items.wait_dequeue(item);
    return 0;
}

template <typename Worker>
static void measure(const char *name, unsigned ms, unsigned threads, Worker work)
{
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
    const uint64_t start = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    std::vector<std::thread> running;
    std::atomic<uint64_t> sum{0};

    stop = false;
    for (unsigned i = 0; i < threads; i++)
        running.emplace_back([&sum, work, i] { sum += work(i); });
    nanosleep(&pause, nullptr);
    stop = true;
    for (auto &t : running)
        t.join();
    printf("%s,%u,%.4g,%.4g\n", name, threads,
           (double)sum * 1e3 / (double)(clock_ns(CLOCK_MONOTONIC) - start),
           (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)sum);
}

int main(int argc, char **argv)
{
    const unsigned ms = argc == 3 ? (unsigned)atoi(argv[1]) : 0,
                   threads = argc == 3 ? (unsigned)atoi(argv[2]) : 0;

    if (ms < 1 || threads < 2) {
        fprintf(stderr, "usage: programs MILLISECONDS THREADS, at least two\n");
        return 2;
    }
    measure("map", ms, threads, map_worker);
    measure("queue", ms, threads / 2 * 2,
            [](unsigned i) { return i % 2 ? consume() : produce(1000); });
    measure("idle queue", ms, threads / 2 * 2,
            [](unsigned i) { return i % 2 ? consume() : produce(20000); });
}
