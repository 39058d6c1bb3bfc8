/*
 * mailbox.c - one thread posts, another waits for the post, in C11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     cc -Iinclude examples/mailbox.c -pthread && ./a.out
 */
#include "cpu_relax_wait.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#if !CPU_RELAX_HAS_EQ32
#  error "mailbox.c: this CPU or compiler has no cpu_relax_while_eq32: see cpu_relax_wait.h"
#endif

/* A count of letters: the receiver waits for more than it has read, and the sender for all read. */
struct mailbox {
    _Alignas(64) _Atomic uint32_t posted;
    _Alignas(64) _Atomic uint32_t read;
    char letter[64]; /* neither atomic nor volatile: the wait orders it */
};

/* As long as a park and a wake-up would take, 2 us, in the hope that it is short; then let others
 * have the processor, for they may be who is waited for. */
static void wait_while(_Atomic uint32_t *count, uint32_t old)
{
    while (cpu_relax_while_eq32(count, old, 2000) == old)
        sched_yield();
}

static void post(struct mailbox *box, uint32_t number)
{
    if (number > 1)
        wait_while(&box->read, number - 2);
    snprintf(box->letter, sizeof box->letter, "letter %u", (unsigned)number);
    atomic_store_explicit(&box->posted, number, memory_order_release);
}

static void collect(struct mailbox *box, uint32_t number, char *letter, size_t size)
{
    wait_while(&box->posted, number - 1);
    snprintf(letter, size, "%s", box->letter);
    atomic_store_explicit(&box->read, number, memory_order_release);
}

/* What follows only shows it. */
enum { LETTERS = 100000 };

static struct mailbox box;

static void *write_letters(void *unused)
{
    uint32_t number;
    for (number = 1; number <= LETTERS; number++)
        post(&box, number);
    return unused;
}

int main(void)
{
    pthread_t writer;
    uint32_t number, right = 0;
    if (pthread_create(&writer, NULL, write_letters, NULL) != 0) {
        fputs("mailbox: cannot start a second thread\n", stderr);
        return 1;
    }
    for (number = 1; number <= LETTERS; number++) {
        char letter[64];
        unsigned read = 0;
        collect(&box, number, letter, sizeof letter);
        right += sscanf(letter, "letter %u", &read) == 1 && read == number;
    }
    pthread_join(writer, NULL);

    printf("%u of %d letters arrived as they were written\n", (unsigned)right, LETTERS);
    return right != LETTERS;
}
