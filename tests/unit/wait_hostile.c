/*
 * wait_hostile.c - an includer with macros of every name that the header could be tempted to use
 * SPDX-License-Identifier: MIT
 *
 * W8, W17, W23: also a statement macro of the includer's for the hint, and a clock function called now.
 */
#include "test.h"
#if defined(_MSC_VER) && !defined(__clang__)
#  include <intrin.h> /* the header includes it: no macro may stand before */
#  undef max
#  undef min
#endif

/* Variables may be called as the header's own, which then shadow them. */
#if defined(_MSC_VER) && !defined(__clang__)
#  pragma warning(disable : 4459)
#elif defined(__GNUC__)
#  pragma GCC diagnostic ignored "-Wshadow"
#endif
static uint64_t ticks_;
#if defined(__x86_64__) || defined(_M_X64)
static unsigned int features_ = 4; /* of another CPU: nothing sleeps by it */
#else
static unsigned int features_ = 2;
#endif

static uint64_t now(void)
{
    return ticks_;
}

static unsigned int features(void)
{
    return 0;
}

static int calls_work(void);

static void names_of_the_includer_break_nothing(void **state)
{
    assert_int_equal(calls_work(), 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(names_of_the_includer_break_nothing)};

    return run("wait_hostile", argc, argv, tests, SIZE(tests));
}

#define CPU_RELAX_CLOCK_NS() ticks_ += 10, now()
#define CPU_RELAX_FEATURES() features(), features_

#define a hostile +
#define any hostile +
#define arg hostile +
#define arm hostile +
#define at hostile +
#define b hostile +
#define before hostile +
#define begin hostile +
#define bits hostile +
#define budget hostile +
#define byte hostile +
#define cache hostile +
#define call hostile +
#define check hostile +
#define clock hostile +
#define cost hostile +
#define count hostile +
#define cycles hostile +
#define d hostile +
#define deadline hostile +
#define detect hostile +
#define duration hostile +
#define eax hostile +
#define ebx hostile +
#define ecx hostile +
#define edx hostile +
#define elapsed hostile +
#define end hostile +
#define f hostile +
#define first hostile +
#define fit hostile +
#define gone hostile +
#define has hostile +
#define held hostile +
#define high hostile +
#define hint hostile +
#define hwcap hostile +
#define hz hostile +
#define i hostile +
#define init hostile +
#define jitter hostile +
#define key hostile +
#define last hostile +
#define leaf hostile +
#define left hostile +
#define limit hostile +
#define limit_ns hostile +
#define line hostile +
#define load hostile +
#define low hostile +
#define mask hostile +
#define max hostile +
#define met hostile +
#define min hostile +
#define most hostile +
#define n hostile +
#define name hostile +
#define nap hostile +
#define noise hostile +
#define ns hostile +
#define number hostile +
#define old hostile +
#define p hostile +
#define pair hostile +
#define poll hostile +
#define polls hostile +
#define price hostile +
#define ref hostile +
#define remaining hostile +
#define result hostile +
#define s hostile +
#define second hostile +
#define seen hostile +
#define sense hostile +
#define share hostile +
#define since hostile +
#define size hostile +
#define sleep hostile +
#define sleeps hostile +
#define span hostile +
#define spent hostile +
#define start hostile +
#define stop hostile +
#define t hostile +
#define ticks hostile +
#define timeout hostile +
#define timeout_ns hostile +
#define timer hostile +
#define turns hostile +
#define type hostile +
#define until hostile +
#define value hostile +
#define wait hostile +
#define want hostile +
#define weight hostile +
#define wide hostile +
#define width hostile +
#define word hostile +
#define x hostile +
#define aligned hostile +
#define always_inline hostile +
#define cold hostile +
#define may_alias hostile +
#if !defined(_MSC_VER) || defined(__clang__) /* Microsoft's has no other name */
#  define noinline hostile +
#endif
#define nonnull hostile +
#if defined(__clang__)
#  pragma clang diagnostic ignored "-Wkeyword-macro"
#endif
#define register /* for old C++ headers */
#define unused hostile +

#include "cpu_relax.h"
#define cpu_relax()                                                                                \
  do {                                                                                             \
    CPU_RELAX_STATEMENT();                                                                         \
  } while (0)
#include "cpu_relax_wait.h"

static int calls_work(void)
{
    static const volatile uint32_t Word = 5;
    cpu_relax_backoff_t Backoff = CPU_RELAX_BACKOFF_INIT;

    cpu_relax_for_ns(100);
    while (cpu_relax_backoff(&Backoff))
        ;
    cpu_relax_backoff_reset(&Backoff);
    cpu_relax_backoff_init(&Backoff, 10);
    return cpu_relax_features() == (CPU_RELAX_HAS_MONITOR ? features_ : 0) &&
#if CPU_RELAX_HAS_EQ64
           cpu_relax_until_eq64(&(uint64_t){7}, 7, 100) == 7 &&
#endif
           cpu_relax_while_eqptr(&(void *){NULL}, NULL, 100) == NULL &&
           cpu_relax_while_eq32(&Word, 5, 100) == 5 && cpu_relax_until_eq32(&Word, 5, 100) == 5 &&
           cpu_relax_while_masked32(&Word, 4, 4, 100) == 5 &&
           cpu_relax_until_masked32(&Word, 4, 4, 100) == 5;
}
