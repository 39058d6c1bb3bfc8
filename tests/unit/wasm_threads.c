/*
 * wasm_threads.c - the second header in WebAssembly with threads: wasm_threads.mjs calls it from two of them
 * SPDX-License-Identifier: MIT
 */
unsigned long long clock_ns(void) __attribute__((import_module("env"), import_name("clock_ns")));
#define CPU_RELAX_CLOCK_NS() clock_ns()
#include "cpu_relax_wait.h"

#define EXPORT(name) __attribute__((__export_name__(name)))

enum { MESSAGES = 2000 };
static unsigned int word, data; /* data is neither volatile nor atomic, as in wait_threads.c */

/* Stores message 1, 2, ...: each after the reply to the one before. Returns how many replies were wrong. */
EXPORT("send") unsigned int send(void)
{
    unsigned int i, wrong = 0;

    for (i = 0; i < MESSAGES; i++) {
        data = ~i;
        __atomic_store_n(&word, 2 * i + 1, __ATOMIC_RELEASE);
        wrong += cpu_relax_until_eq32(&word, 2 * i + 2, CPU_RELAX_FOREVER) != 2 * i + 2;
        wrong += data != i;
    }
    return wrong;
}

/* Replies to them. */
EXPORT("reply") unsigned int reply(void)
{
    unsigned int i, wrong = 0;

    for (i = 0; i < MESSAGES; i++) {
        wrong += cpu_relax_while_eq32(&word, 2 * i, 1000000000000) != 2 * i + 1;
        wrong += data != ~i;
        data = i;
        __atomic_store_n(&word, 2 * i + 2, __ATOMIC_RELEASE);
    }
    return wrong;
}
