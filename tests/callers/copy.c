/*
 * copy.c - both headers beside a private copy of both under another name
 * SPDX-License-Identifier: MIT
 *
 * The copy is made by the line that cpu_relax.h documents, with my_relax for cpu_relax. Compiled as C and as C++ with
 * every warning, and run: in either order, the calls are the same and nothing is shared.
 */
#if defined(COPY_FIRST)
#  include "my_relax_wait.h"
#endif
#define CPU_RELAX_BACKOFF_LIMIT_NS 100
#include "cpu_relax_wait.h"
#include "my_relax_wait.h"

#include <stdint.h>

int main(void)
{
    static volatile uint32_t word = 5;
    cpu_relax_backoff_t ours = CPU_RELAX_BACKOFF_INIT;
    my_relax_backoff_t copy = MY_RELAX_BACKOFF_INIT;

    cpu_relax();
    my_relax();
    cpu_relax_for_ns(100);
    my_relax_for_ns(100);
    while (cpu_relax_backoff(&ours))
        ;
    while (my_relax_backoff(&copy))
        ;
    return CPU_RELAX_BACKOFF_LIMIT_NS != 100 || MY_RELAX_BACKOFF_LIMIT_NS != 1500 ||
           cpu_relax_while_eq32(&word, 5, 100) != 5 || my_relax_until_eq32(&word, 5, 100) != 5 ||
           cpu_relax_until_masked32(&word, 4, 4, MY_RELAX_FOREVER) != 5 ||
           my_relax_while_masked32(&word, 4, 0, CPU_RELAX_FOREVER) != 5;
}
