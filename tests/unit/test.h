/*
 * test.h - what every program of cmocka shares: its includes, a time limit for each test, how tests run
 * SPDX-License-Identifier: MIT
 *
 * A program may define BEFORE_EACH(), which then runs before each test.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#define CMOCKA_DISABLE_DEPRECATION_WARNINGS /* of assert_in_range(), by cmocka 2 */
#include <cmocka.h>
#undef stop /* a macro of cmocka 2 */

#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* How long a hint usually takes */
#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
enum { HINT_NS = 32 };
#elif defined(__aarch64__) || defined(_M_ARM64)
enum { HINT_NS = 8 };
#else
enum { HINT_NS = 4 };
#endif

static const char *running;

#if defined(_WIN32) /* CTest's time limit has to do */
static inline void limit_time(unsigned seconds)
{
}
#else
#  include <signal.h>
#  include <unistd.h>

static inline void hung(int signal_number)
{
    static const char before[] = "[  FAILED  ] ", after[] = ": hung\n";

    _exit(write(STDOUT_FILENO, before, sizeof(before) - 1) < 0 ||
          write(STDOUT_FILENO, running, strlen(running)) < 0 ||
          write(STDOUT_FILENO, after, sizeof(after) - 1) < 0 || 1);
}

static inline void limit_time(unsigned seconds)
{
    signal(SIGALRM, hung);
    alarm(seconds);
}
#endif

/* How long a test may take before it counts as hung: not a verdict on speed. */
#ifndef HANG_SECONDS
#  define HANG_SECONDS 120
#endif

static inline int setup(void **state)
{
    running = *state;
    limit_time(HANG_SECONDS);
#if defined(BEFORE_EACH)
    BEFORE_EACH();
#endif
    return 0;
}

static inline int teardown(void **state)
{
    limit_time(0);
    return 0;
}

#define TEST(f) cmocka_unit_test_prestate_setup_teardown(f, setup, teardown, (void *)#f)

/* Runs the tests, or the one that argv names. */
static inline int run(const char *name, int argc, char **argv, const struct CMUnitTest *tests,
                      size_t count)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return _cmocka_run_group_tests(name, tests, count, NULL, NULL) != 0;
}
