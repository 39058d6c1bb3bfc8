/*
 * shared.c - examples/mutex.c, included as EXAMPLE with MUTEX_SHARED 1, between two processes
 * SPDX-License-Identifier: MIT
 *
 * The child parks, and the parent wakes it. A wake-up that stays in its own process is lost: alarm() ends the child.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#define main example_main
#include EXAMPLE
#undef main

#undef NDEBUG
#include <assert.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct shared {
    mutex guard;
    uint32_t count;
};

int main(void)
{
    struct shared *s =
        mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;
    pid_t child;

    assert(s != MAP_FAILED); /* all zero: FREE */
    mutex_lock(&s->guard);
    child = fork();
    assert(child >= 0);
    if (child == 0) {
        alarm(10);
        mutex_lock(&s->guard);
        s->count++;
        mutex_unlock(&s->guard);
        _exit(0);
    }
    while (s->guard.word != CONTENDED)
        sched_yield();
    cpu_relax_for_ns(20000000); /* time to park */
    assert(s->count == 0);
    mutex_unlock(&s->guard);
    assert(waitpid(child, &status, 0) == child);
    assert(status == 0 && "the child is woken");
    assert(s->count == 1);
    puts("the child is woken");
    return 0;
}
