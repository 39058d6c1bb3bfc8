/*
 * init.c - the first program of a guest: shows its CPU, runs the programs named by the kernel's command line,
 * powers off
 * SPDX-License-Identifier: MIT
 *
 * Writes what test_kernel.py reads: /proc/cpuinfo, "features:" with what the header detects, and of each program
 * "run: NAME", its output, and "status: NAME N"; "ended" comes last.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu_relax_wait.h"

static void show_cpuinfo(void)
{
    FILE *const file = fopen("/proc/cpuinfo", "r");
    int c;

    while (file != NULL && (c = getc(file)) != EOF)
        putchar(c);
}

static void show_features(void)
{
    static const struct {
        unsigned int bit;
        const char *name; /* in /proc/cpuinfo */
    } known[] = {
        {CPU_RELAX_FEATURE_EVTSTRM, "evtstrm"},
        {CPU_RELAX_FEATURE_SB, "sb"},
        {CPU_RELAX_FEATURE_WFXT, "wfxt"},
        {CPU_RELAX_FEATURE_ZAWRS, "zawrs"},
    };
    const unsigned int features = cpu_relax_features();
    size_t i;

    fputs("features:", stdout);
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if ((features & known[i].bit) != 0)
            printf(" %s", known[i].name);
    puts("");
}

static void run(char *program)
{
    char *const arguments[] = {program, NULL};
    int status = 0;
    pid_t child;

    printf("run: %s\n", program);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        execv(program, arguments);
        _exit(127);
    }
    waitpid(child, &status, 0);
    printf("status: %s %d\n", program, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

/* init PROGRAM... */
int main(int argc, char **argv)
{
    int i;

    mkdir("/proc", 0555);
    mount("proc", "/proc", "proc", 0, NULL);
    show_cpuinfo();
    show_features();
    for (i = 1; i < argc; i++)
        run(argv[i]);
    puts("ended");
    fflush(stdout);
    return reboot(RB_POWER_OFF);
}
