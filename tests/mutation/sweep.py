#!/usr/bin/python3
"""sweep.py - tries the systematic mutants of the headers: which test detects each? SPDX-License-Identifier: MIT

usage: sweep.py [-j N] [sample | sample:K | all | accepted | TEXT]
       a fixed sample of one in 500 (another: K from 1 to 499), all; accepted: those of survivors.toml, which the others
       leave out; TEXT: those with this text in their file, place or line

Prints a line for each: verdict, what detects it, file and line, the line before and after. Fails for a mutant that
survives but is not in survivors.toml, and for one of that list that is detected by now or that no header has.
"""
import concurrent.futures
import os
import pathlib
import queue
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import systematic
import targets
from judge import Judge


def verdicts(tries, which, jobs, work):
    """(mutation, its verdict), in the order of the headers."""
    chosen = systematic.chosen(which)
    print(f'{len(systematic.mutations())} mutations, {len(chosen)} of them to try; {len(tries.views.views)} views; '
          f'suites of {" ".join(tries.suites)}', flush=True)
    judges = queue.Queue()
    for number in range(jobs):
        judges.put(Judge(HERE.parents[1], f'{work}/{number}', tries.files, targets.SYSROOTS))

    def attempt(mutation):
        judge = judges.get()
        try:
            return tries.attempt(mutation, judge)
        finally:
            judges.put(judge)
    try:
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            yield from zip(chosen, pool.map(attempt, chosen))
    finally:
        while not judges.empty():
            judges.get().close()


def main():
    words, began = sys.argv[1:], time.monotonic()
    jobs = int(words.pop(words.index('-j') + 1)) if '-j' in words else os.cpu_count()
    words = [word for word in words if word != '-j']
    which = words[0] if words else 'sample'
    accepted, names = systematic.survivors(), {mutation.name for mutation in systematic.mutations()}
    count, wrong = dict(detected=0, equivalent=0, accepted=0, survived=0), []
    with tempfile.TemporaryDirectory() as work:
        tries = systematic.Systematic(targets.load()[1], work)
        for mutation, verdict in verdicts(tries, which, jobs, work):
            kind, known = verdict.kind, mutation.name in accepted
            if kind == 'survived' and known:
                kind = 'accepted'
            if kind == 'survived' or kind == 'detected' and known:
                wrong.append(f'{"survives" if kind == "survived" else "is accepted, but detected"}: {mutation}')
            count[kind] += 1
            print(kind, verdict.by, f'{mutation.file}:{mutation.line}', f'{mutation.before} => {mutation.after}',
                  sep='\t', flush=True)
    wrong += [f'fails without a mutation, and is not used: {test}: {why[:100]}' for test, why in tries.unsound.items()]
    wrong += [f'views.toml names a test that is not there: {test}' for test in sorted(tries.missing)]
    wrong += [f'is accepted, but no header has it: {": ".join(name)}' for name in accepted if name not in names]
    tried = sum(count.values()) - count['equivalent']
    print('\n'.join(wrong + [', '.join(f'{number} {kind}' for kind, number in count.items())]) +
          f'; detected {100 * count["detected"] / max(tried, 1):.1f} % of {tried}; {time.monotonic() - began:.0f} s')
    return bool(wrong) or which == 'all' and count['detected'] < 0.95 * tried


if __name__ == '__main__':
    sys.exit(main())
