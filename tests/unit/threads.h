/*
 * threads.h - threads, sleep, clock, processors, stores with release order: by Win32 or by POSIX
 * SPDX-License-Identifier: MIT
 */
#if defined(_WIN32)
#  include <windows.h>

struct thread {
    void *(*function)(void *);
    void *result;
    HANDLE handle;
};

static inline DWORD WINAPI thread_main(void *thread)
{
    struct thread *const t = thread;

    t->result = t->function(t->result);
    return 0;
}

static inline int thread_start(struct thread *t, void *(*function)(void *), void *argument)
{
    t->function = function;
    t->result = argument;
    t->handle = CreateThread(NULL, 0, thread_main, t, 0, NULL);
    return t->handle != NULL;
}

static inline void *thread_join(struct thread *t)
{
    return WaitForSingleObject(t->handle, INFINITE) == 0 && CloseHandle(t->handle) ? t->result : t;
}

static inline int64_t now_ns(void)
{
    LARGE_INTEGER now, hz;

    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&hz);
    return now.QuadPart / hz.QuadPart * 1000000000 +
           now.QuadPart % hz.QuadPart * 1000000000 / hz.QuadPart;
}

#  define PROCESSORS() ((long)GetActiveProcessorCount(ALL_PROCESSOR_GROUPS))
#  define SLEEP_MS(ms) Sleep(ms)
#else
#  include <pthread.h>
#  include <time.h>
#  include <unistd.h>

struct thread {
    pthread_t handle;
};

static inline int thread_start(struct thread *t, void *(*function)(void *), void *argument)
{
    return pthread_create(&t->handle, NULL, function, argument) == 0;
}

static inline void *thread_join(struct thread *t)
{
    void *result;

    return pthread_join(t->handle, &result) == 0 ? result : t;
}

static inline int64_t now_ns(void)
{
    struct timespec t;

#  if defined(CLOCK_UPTIME_RAW) /* Apple: its CLOCK_MONOTONIC moves in microseconds */
    clock_gettime(CLOCK_UPTIME_RAW, &t);
#  else
    clock_gettime(CLOCK_MONOTONIC, &t);
#  endif
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#  define PROCESSORS() sysconf(_SC_NPROCESSORS_ONLN)
#  define SLEEP_MS(ms) usleep((ms)*1000)
#endif

#if defined(__GNUC__) || defined(__clang__)
#  define STORE(p, value) __atomic_store_n(p, value, __ATOMIC_RELEASE)
#  define ADD(p, value) __atomic_add_fetch(p, value, __ATOMIC_ACQ_REL)
#else /* words of 32 bits, or of a pointer's width */
#  define STORE(p, value)                                                                          \
    (sizeof(*(p)) == sizeof(void *)                                                                \
         ? (void)InterlockedExchangePointer((void *volatile *)(p), (void *)(intptr_t)(value))      \
         : (void)InterlockedExchange((LONG volatile *)(p), (LONG)(intptr_t)(value)))
#  define ADD(p, value) ((uint32_t)InterlockedExchangeAdd((LONG volatile *)(p), value) + (value))
#endif
