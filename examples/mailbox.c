/*
 * mailbox.c - a mailbox with a flag bit: one thread posts, another collects, in C11, to copy
 * SPDX-License-Identifier: MIT
 *
 *     cc -Iinclude examples/mailbox.c -pthread && ./a.out
 */
#define _DEFAULT_SOURCE /* nanosleep, in strict modes too */
#include "cpu_relax_wait.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#if !CPU_RELAX_HAS_EQ32
#  error "mailbox.c: this CPU or compiler has no 32-bit waits, see cpu_relax_wait.h"
#endif

enum { FULL = 1, CLOSED = 2 };

struct mailbox {
    _Alignas(64) _Atomic uint32_t flags; /* FULL: the sender sets it, the receiver clears it */
    char letter[64];                     /* neither atomic nor volatile: the flags order it */
};

/* Waits until the mailbox is empty, then fills it. After 2 us the waiter lets others run, because the receiver may need
 * the processor: by a yield, and after 10000 yields by a short sleep, because a yield lets no lower priority run. */
static void post(struct mailbox *box, const char *letter)
{
    unsigned int yields = 0;

    while (cpu_relax_until_masked32(&box->flags, FULL, 0, 2000) & FULL)
        yields++ < 10000 ? sched_yield() : nanosleep(&(struct timespec){0, 50000}, NULL);
    snprintf(box->letter, sizeof box->letter, "%s", letter);
    atomic_fetch_or_explicit(&box->flags, FULL, memory_order_release);
}

static void close_box(struct mailbox *box)
{
    atomic_fetch_or_explicit(&box->flags, CLOSED, memory_order_release);
}

/* Waits while the mailbox is empty and open. Returns 0 if it is empty and closed. */
static int collect(struct mailbox *box, char *letter, size_t size)
{
    uint32_t flags;
    unsigned int yields = 0;

    while ((flags = cpu_relax_while_masked32(&box->flags, FULL | CLOSED, 0, 2000)) == 0)
        yields++ < 10000 ? sched_yield() : nanosleep(&(struct timespec){0, 50000}, NULL);
    if (!(flags & FULL))
        return 0;
    snprintf(letter, size, "%s", box->letter);
    atomic_fetch_and_explicit(&box->flags, ~(uint32_t)FULL, memory_order_release);
    return 1;
}

/* The rest is a demonstration: no letter is lost. */
enum { LETTERS = 100000 };

static struct mailbox box;

static void *write_letters(void *unused)
{
    for (int number = 1; number <= LETTERS; number++) {
        char letter[64];

        snprintf(letter, sizeof letter, "letter %d", number);
        post(&box, letter);
    }
    close_box(&box);
    return unused;
}

int main(void)
{
    pthread_t writer;
    char letter[64];
    int collected = 0, right = 0;

    if (pthread_create(&writer, NULL, write_letters, NULL) != 0) {
        fputs("mailbox: cannot start a second thread\n", stderr);
        return 1;
    }
    while (collect(&box, letter, sizeof letter)) {
        int number;

        collected++;
        right += sscanf(letter, "letter %d", &number) == 1 && number == collected;
    }
    pthread_join(writer, NULL);

    printf("%d of %d letters arrived in order\n", right, LETTERS);
    return right != LETTERS;
}
