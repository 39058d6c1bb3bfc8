// peers.cc - the peers that are C++: oneTBB and Boost
// SPDX-License-Identifier: MIT
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

const struct lock cpp_locks[] = {
    {"tbb atomic_backoff", "libtbb-dev", 'p', tbb_acquire, ttas_release, nullptr},
    {"boost yield", "libboost-dev", 'p', boost_acquire, ttas_release, nullptr},
    {"tbb::spin_mutex", "libtbb-dev", 'n', tbb_mutex_acquire, tbb_mutex_release, nullptr},
    {"boost spinlock", "libboost-dev", 'n', boost_spinlock_acquire, boost_spinlock_release,
     nullptr},
};
const int cpp_locks_count = sizeof(cpp_locks) / sizeof(cpp_locks[0]);
