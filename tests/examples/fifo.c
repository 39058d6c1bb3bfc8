/*
 * fifo.c - a real-time thread waits for the spinlock of examples/spinlock.c, which is included as EXAMPLE
 * SPDX-License-Identifier: MIT
 *
 * Its holder has a lower priority and the same processor, so it can release the lock only while the waiter sleeps.
 * RLIMIT_RTTIME ends a program, by SIGXCPU, whose real-time thread uses 200 ms of the processor without blocking;
 * a yield is no such thing. Exit status 77: real-time threads are not permitted.
 */
#define _GNU_SOURCE /* sched_setaffinity */
#define main example_main
#include EXAMPLE
#undef main

#undef NDEBUG
#include <assert.h>
#include <sys/resource.h>

static void *wait_for_lock(void *unused)
{
    spin_lock(&lock);
    total++;
    spin_unlock(&lock);
    return unused;
}

int main(void)
{
    const struct sched_param lowest = {.sched_priority = 1};
    const struct rlimit processor_us = {200000, 400000};
    pthread_attr_t attributes;
    pthread_t waiter;
    cpu_set_t one;

    assert(sched_getaffinity(0, sizeof one, &one) == 0);
    for (int cpu = 0, kept = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &one) && kept++)
            CPU_CLR(cpu, &one);
    assert(sched_setaffinity(0, sizeof one, &one) == 0);
    assert(setrlimit(RLIMIT_RTTIME, &processor_us) == 0);
    assert(pthread_attr_init(&attributes) == 0);
    assert(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
    assert(pthread_attr_setschedpolicy(&attributes, SCHED_FIFO) == 0);
    assert(pthread_attr_setschedparam(&attributes, &lowest) == 0);

    spin_lock(&lock);
    if (pthread_create(&waiter, &attributes, wait_for_lock, NULL) != 0)
        return 77;
    assert(total == 0);
    spin_unlock(&lock);
    assert(pthread_join(waiter, NULL) == 0);
    assert(total == 1);
    puts("the holder ran");
    return 0;
}
