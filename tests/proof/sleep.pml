/*
 * sleep.pml - a lost wake-up cannot hang a wait: arm, load, sleep, and a load after every wake-up
 * SPDX-License-Identifier: MIT
 *
 * One thread waits while a word is OLD, or until it is NEW; another changes it, back and forth, and in the
 * end to NEW. At any moment between two steps of the waiter the world may
 * - switch it away; what runs meanwhile arms other lines, clears the monitor, takes the event, stores to
 *   the word itself; the waiter goes on, there or on the other processor;
 * - run a signal handler, which may do all that, too;
 * - steal the monitor (a hypervisor, a sibling thread): what was armed is not, or another line is.
 * Spin tries every order. The waiter must end, or stand where it can still go on; and a sleep may last its
 * whole slice, though the condition holds, only if the world came between.
 *
 * The monitor, one of
 * -DWFE    Arm: LDAXR arms and loads at once, an event ends the sleep; that a monitor was cleared by a
 *          store is an event, and so is a return from an exception.
 * -DWRS    RISC-V, POWER: LR arms and loads at once; it sleeps while the reservation is held.
 * -DLL     MIPS: LL and PAUSE, likewise; a return from an exception clears LLbit.
 * -DMWAIT  x86: MONITORX, UMONITOR arm, a load follows; it sleeps while nobody has stored to the line.
 *
 * Assumed: arming is ordered before the load, as the manuals have it of each of these; a store that
 * comes after arming clears the monitor of every other processor; and a slice ends by itself.
 */
#define OLD 0
#define NEW 1
#define MID 2 /* neither ends a wait until NEW, nor keeps a wait while OLD */
#define NONE 0
#define WORD 1
#define OTHER 2

byte word = OLD;
bit until;            /* NEW; else while OLD */
#define MET(value) ((until && value == NEW) || (!until && value != OLD))
byte armed[2] = NONE; /* what each processor's monitor watches */
bool event[2];
byte cpu = 0;         /* where the waiter runs */
bool away = false;    /* or does not */
bool disturbed;       /* the world came between since it armed */
bool done = false;

inline clear(c)
{
    armed[c] = NONE;
    event[c] = true
}

/* Seen by the other processor's monitor; by its own perhaps, and perhaps without an event. */
inline store(by, value)
{
    word = value;
    if :: armed[1 - by] == WORD -> clear(1 - by) :: else fi;
    if :: armed[by] == WORD -> if :: clear(by) :: armed[by] = NONE :: skip fi :: else fi
}

#define STEP(what) atomic { !away -> what }

#define ARM armed[cpu] = WORD

#if defined(WFE)
#define WOKEN event[cpu]
#else
#define WOKEN (armed[cpu] == NONE)
#endif

active proctype waiter()
{
    byte value;

    if :: until = 0 :: until = 1 fi;
    do
    ::
#if defined(MWAIT)
        STEP(ARM; disturbed = false);
        STEP(value = word);
#else
        STEP(ARM; disturbed = false; value = word);
#endif
        if :: MET(value) -> break :: else fi; /* armed and loaded */
        atomic {                                /* asleep: woken, or the slice ends by itself */
            !away;
            if
            :: WOKEN -> event[cpu] = false
            :: !WOKEN -> assert(!MET(word) || disturbed)
            fi
        };
        STEP(value = word);
        if :: MET(value) -> break :: else fi
    od;
    assert(MET(value));
    done = true
}

active proctype writer() /* on a processor that the waiter does not use */
{
    byte by;

    do
    :: atomic { away || cpu == 1 -> by = 0; goto write }
    :: atomic { away || cpu == 0 -> by = 1;
write:      if
            :: store(by, NEW)
            :: store(by, OLD)
            :: store(by, MID)
            :: store(by, NEW); break
            fi
        }
    od
}

/* What others do on the waiter's processor, or both, while it is away. */
inline meanwhile()
{
    do
    :: armed[0] = OTHER
    :: armed[1] = OTHER
    :: armed[cpu] = NONE
    :: event[0] = false
    :: event[1] = false
    :: store(cpu, NEW)
    :: break
    od
}

/* A return from an exception. */
inline back()
{
    disturbed = true;
    event[cpu] = true;
#if defined(LL)
    armed[cpu] = NONE;
#endif
    away = false
}

active proctype world()
{
    do
    :: !done && !away -> away = true; /* a switch; with luck to the other processor */
        meanwhile();
        atomic { if :: cpu = 0 :: cpu = 1 fi; back() }
    :: !done && !away -> away = true; /* a signal */
        meanwhile();
        atomic { back() }
    :: atomic { !done && !away -> disturbed = true; if :: armed[cpu] = NONE :: armed[cpu] = OTHER fi }
    :: break
    od
}
