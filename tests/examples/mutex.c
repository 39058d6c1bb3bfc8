/*
 * mutex.c - tests of examples/mutex.c, which is included as EXAMPLE
 * SPDX-License-Identifier: MIT
 *
 * The message that the mutex guards is neither atomic nor volatile, so that ThreadSanitizer sees whatever the mutex
 * does not order. A lost wake-up hangs, until test_examples.py ends the program.
 */
#define main example_main
#include EXAMPLE
#undef main

#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <sched.h>

#ifndef ROUNDS
#  define ROUNDS 200000
#endif

enum { MOST = 64, WORDS = 16 };

static mutex guard = MUTEX_INIT;
static uint32_t message[WORDS], rounds, yields;
static long wrong;

static void *pass_messages(void *unused)
{
    for (uint32_t round = 0; round < rounds; round++) {
        mutex_lock(&guard);
        for (uint32_t i = 1; i < WORDS; i++)
            wrong += message[i] != message[0] + i;
        message[0]++;
        if (yields != 0 && round % yields == 0)
            sched_yield(); /* others now find it held for longer than back-off lasts */
        for (uint32_t i = 1; i < WORDS; i++)
            message[i] = message[0] + i;
        mutex_unlock(&guard);
    }
    return unused;
}

static void messages_arrive_whole(int threads)
{
    pthread_t thread[MOST];

    for (uint32_t i = 0; i < WORDS; i++)
        message[i] = i;
    for (int i = 0; i < threads; i++)
        assert(pthread_create(&thread[i], NULL, pass_messages, NULL) == 0);
    for (int i = 0; i < threads; i++)
        assert(pthread_join(thread[i], NULL) == 0);
    assert(wrong == 0);
    assert(message[0] == (uint32_t)threads * rounds);
    assert(guard.word == FREE);
}

static void *take_once(void *unused)
{
    mutex_lock(&guard);
    total++;
    mutex_unlock(&guard);
    return unused;
}

/* As the lock of an allocator must: parking fails here, since nobody holds the mutex. */
static void errno_stays(void)
{
    errno = ERANGE;
    mutex_park(&guard);
    mutex_wake(&guard);
    assert(errno == ERANGE);
}

/* A thread that waits for longer than back-off lasts makes the word CONTENDED before it parks, and is woken. */
static void waiters_park(void)
{
    pthread_t waiter[3];

    mutex_lock(&guard);
    assert(guard.word == HELD);
    for (int i = 0; i < 3; i++)
        assert(pthread_create(&waiter[i], NULL, take_once, NULL) == 0);
    while (guard.word != CONTENDED)
        sched_yield();
    cpu_relax_for_ns(20000000); /* time to park */
    assert(total == 0);
    mutex_unlock(&guard);
    for (int i = 0; i < 3; i++)
        assert(pthread_join(waiter[i], NULL) == 0);
    assert(total == 3);
    assert(guard.word == FREE);
}

int main(void)
{
    rounds = ROUNDS;
    messages_arrive_whole(2);
    rounds = ROUNDS / 32; /* more threads than processors */
    yields = 16;
    messages_arrive_whole(MOST / 2);
    waiters_park();
    errno_stays();
    puts("all tests passed");
    return 0;
}
