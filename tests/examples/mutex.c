/*
 * mutex.c - tests of examples/mutex.c, which is included as EXAMPLE
 * SPDX-License-Identifier: MIT
 *
 * What the mutex guards is neither atomic nor volatile, on purpose: ThreadSanitizer, where it is used,
 * sees whatever the mutex does not order. A wake-up that is lost hangs, and the test's time limit ends it.
 */
#define main example_main
#include EXAMPLE
#undef main

#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#ifndef ROUNDS
#  define ROUNDS 200000
#endif

enum { MOST = 64 };

static mutex guard = MUTEX_INIT;
static uint32_t message[16], rounds, yields;
static long wrong;

static void *pass_messages(void *unused)
{
    for (uint32_t round = 0; round < rounds; round++) {
        mutex_lock(&guard);
        for (uint32_t i = 1; i < 16; i++)
            wrong += message[i] != message[0] + i;
        message[0]++;
        if (yields != 0 && round % yields == 0)
            sched_yield(); /* others now find it held for longer than back-off lasts */
        for (uint32_t i = 1; i < 16; i++)
            message[i] = message[0] + i;
        mutex_unlock(&guard);
    }
    return unused;
}

static void pass(uint32_t threads)
{
    pthread_t thread[MOST];

    wrong = 0;
    for (uint32_t i = 0; i < 16; i++)
        message[i] = i;
    for (uint32_t i = 0; i < threads; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, pass_messages, NULL), 0);
    for (uint32_t i = 0; i < threads; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_int_equal(wrong, 0);
    assert_int_equal(message[0], threads * rounds);
    assert_int_equal(guard.word, FREE);
}

static void messages_arrive_whole(void **state)
{
    (void)state;
    rounds = ROUNDS;
    yields = 0;
    pass(2);
}

static void more_threads_than_processors(void **state)
{
    (void)state;
    rounds = ROUNDS / 32;
    yields = 16;
    pass(MOST / 2);
}

/* Who waits for longer than back-off lasts says so in the word before it parks, and is woken. */
static void *take_once(void *unused)
{
    mutex_lock(&guard);
    total++;
    mutex_unlock(&guard);
    return unused;
}

static void who_waits_parks(void **state)
{
    pthread_t waiter[3];

    (void)state;
    total = 0;
    mutex_lock(&guard);
    assert_int_equal(guard.word, HELD);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&waiter[i], NULL, take_once, NULL), 0);
    while (guard.word != CONTENDED)
        sched_yield();
    cpu_relax_ns(20000000); /* time to park */
    assert_int_equal(total, 0);
    mutex_unlock(&guard);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(waiter[i], NULL), 0);
    assert_int_equal(total, 3);
    assert_int_equal(guard.word, FREE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_whole),
        cmocka_unit_test(more_threads_than_processors),
        cmocka_unit_test(who_waits_parks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
