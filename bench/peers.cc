// peers.cc - the peers that are C++: oneTBB, Boost, abseil and libstdc++
// SPDX-License-Identifier: MIT
#include <atomic>
#include <mutex>
#include <new>

#include "bench.h"
#include "ttas.h"

#if defined(__has_include) && __has_include(<oneapi/tbb/spin_mutex.h>)
#  include <oneapi/tbb/spin_mutex.h>
using backoff = tbb::detail::d0::atomic_backoff;
using spin_mutex = tbb::spin_mutex;
TTAS(tbb, backoff b, b.pause())
static void tbb_mutex_acquire(void *m)
{
    static_cast<spin_mutex *>(m)->lock();
}
static void tbb_mutex_release(void *m)
{
    static_cast<spin_mutex *>(m)->unlock();
}
#else
#  define tbb_acquire nullptr
#  define tbb_mutex_acquire nullptr
#  define tbb_mutex_release nullptr
#endif

#if defined(__has_include) && __has_include(<boost/smart_ptr/detail/spinlock.hpp>)
#  include <boost/smart_ptr/detail/spinlock.hpp>
using boost_spinlock = boost::detail::spinlock;
TTAS(boost, unsigned k = 0, boost::detail::yield(k++))
static void boost_spinlock_acquire(void *m)
{
    static_cast<boost_spinlock *>(m)->lock();
}
static void boost_spinlock_release(void *m)
{
    static_cast<boost_spinlock *>(m)->unlock();
}
#else
#  define boost_acquire nullptr
#  define boost_spinlock_acquire nullptr
#  define boost_spinlock_release nullptr
#endif

#if defined(__has_include) && __has_include(<absl/synchronization/mutex.h>)
#  include <absl/base/internal/spinlock.h>
#  include <absl/synchronization/mutex.h>
using absl_spinlock = absl::base_internal::SpinLock;
static void absl_spin_prepare(void *m)
{
    new (m) absl_spinlock(absl::base_internal::SCHEDULE_COOPERATIVE_AND_KERNEL);
}
static void absl_spin_acquire(void *m)
{
    static_cast<absl_spinlock *>(m)->Lock();
}
static void absl_spin_release(void *m)
{
    static_cast<absl_spinlock *>(m)->Unlock();
}
static void absl_mutex_prepare(void *m)
{
    new (m) absl::Mutex;
}
static void absl_mutex_acquire(void *m)
{
    static_cast<absl::Mutex *>(m)->Lock();
}
static void absl_mutex_release(void *m)
{
    static_cast<absl::Mutex *>(m)->Unlock();
}
#else
#  define absl_spin_prepare nullptr
#  define absl_spin_acquire nullptr
#  define absl_spin_release nullptr
#  define absl_mutex_prepare nullptr
#  define absl_mutex_acquire nullptr
#  define absl_mutex_release nullptr
#endif

static void std_mutex_prepare(void *m)
{
    new (m) std::mutex;
}
static void std_mutex_acquire(void *m)
{
    static_cast<std::mutex *>(m)->lock();
}
static void std_mutex_release(void *m)
{
    static_cast<std::mutex *>(m)->unlock();
}

#if defined(__cpp_lib_atomic_wait)
using atomic_flag = std::atomic<int>;
static void std_wait_acquire(void *m)
{
    while (static_cast<atomic_flag *>(m)->exchange(1, std::memory_order_acquire))
        static_cast<atomic_flag *>(m)->wait(1, std::memory_order_relaxed);
}
static void std_wait_release(void *m)
{
    static_cast<atomic_flag *>(m)->store(0, std::memory_order_release);
    static_cast<atomic_flag *>(m)->notify_one();
}
#else
#  define std_wait_acquire nullptr
#  define std_wait_release nullptr
#endif

const struct lock cpp_locks[] = {
    {"tbb atomic_backoff", "libtbb-dev", 'p', tbb_acquire, ttas_release, nullptr},
    {"boost yield", "libboost-dev", 'p', boost_acquire, ttas_release, nullptr},
    {"tbb::spin_mutex", "libtbb-dev", 'n', tbb_mutex_acquire, tbb_mutex_release, nullptr},
    {"boost spinlock", "libboost-dev", 'n', boost_spinlock_acquire, boost_spinlock_release,
     nullptr},
    {"absl SpinLock", "libabsl-dev", 'n', absl_spin_acquire, absl_spin_release, absl_spin_prepare},
    {"absl::Mutex", "libabsl-dev", 'k', absl_mutex_acquire, absl_mutex_release, absl_mutex_prepare},
    {"std::mutex", "g++", 'k', std_mutex_acquire, std_mutex_release, std_mutex_prepare},
    {"std::atomic::wait", "g++", 'k', std_wait_acquire, std_wait_release, nullptr},
};
const int cpp_locks_count = sizeof(cpp_locks) / sizeof(cpp_locks[0]);
