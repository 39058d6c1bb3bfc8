"""vendored.py - a copy of another project's sources, with or without the header, for tests of allocators and recipes.

SPDX-License-Identifier: MIT
"""
import os
import re
import shutil

import targets
from conftest import INCLUDE, ROOT, compile, run, sh

SOURCES = targets.SYSROOTS / 'src'
DOCUMENT = (ROOT / 'VENDORING.md').read_text()
RECIPES = dict(re.findall(r'^<!-- test: vendor (\w+) -->\n```sh\n(.*?)^```', DOCUMENT, re.M | re.S))
TABLE = re.findall(r'^\| (\w+) \| (\S+) \| (.*) \| (.*) \|$', DOCUMENT, re.M)[1:]  # without its heading
ENGLISH = dict(os.environ, LC_ALL='C', CPU_RELAX=str(ROOT))  # messages are compared; recipes take $CPU_RELAX
MINUTES = 60
# What one hint becomes: the assembly between two labels, and whether the compiler then loads again what it had.
PROBE = '''
int probe(const int *p)
{
    int before = *p;
    __asm__ volatile("probe_begin:" : :); /* without the colons it would be a barrier */
    %s;
    __asm__ volatile("probe_end:" : :);
    return AGAIN;
}
'''


class Tree:
    """A copy of the sources of a package, for one target; commands run in the folder that holds it.

    release: of another release of Debian than the tests'; see sysroot/fetch.sh.
    """

    def __init__(self, package, target, folder, release=''):
        self.package, self.target, self.folder = package, target, folder
        self.static = ['-static'] if target.runner else []  # needs nothing of the target on this machine
        shutil.copytree(SOURCES / (package + release), folder / package, symlinks=True)

    def path(self, name):
        return self.folder / self.package / name

    def edit(self, name, old, new):
        text = self.path(name).read_text()
        assert old in text, f'{name} has no {old}'
        self.path(name).write_text(text.replace(old, new))

    def command(self, *words, folder=''):
        """What a command of the build writes."""
        __tracebackhide__ = True
        return compile(words, limit=10 * MINUTES, cwd=self.folder / folder, env=ENGLISH)

    def cc(self, *words):
        __tracebackhide__ = True
        return self.command(self.target.command(), words)

    def configure(self, *options):
        host = [f'--host={self.cc("-dumpmachine").strip()}'] if self.target.runner else []
        compiler = ' '.join(self.target.command())
        self.command('./configure', host, f'CC={compiler}', options, folder=self.package)

    def vendor(self):
        self.command('sh', '-euc', RECIPES[self.package], folder=self.package)

    def run(self, program, *arguments, runner=None):
        """What a program writes that ends well."""
        __tracebackhide__ = True
        return run(runner or self.target.run(), program, arguments, cwd=self.folder)

    def hint(self, call, headers, *options):
        """What the compiler makes of one call, as the table of VENDORING.md writes it."""
        __tracebackhide__ = True
        (self.folder / 'probe.c').write_text(''.join(f'#include <{header}>\n' for header in headers) + PROBE % call)
        assembly = []
        for again in 'before == *p', '1':
            self.cc('-O2', '-w', options, f'-DAGAIN={again}', '-S', 'probe.c', '-o', 'probe.s')
            assembly.append((self.folder / 'probe.s').read_text().splitlines())
        begin, end = [next(i for i, line in enumerate(assembly[0]) if label in line)
                      for label in ('probe_begin:', 'probe_end:')]
        lines = [' '.join(line.split()) for line in assembly[0][begin + 1:end]
                 if not re.match(r'\s*([#@]|//|\.(arm|thumb|syntax))', line)]
        becomes = '`' + '; '.join(lines) + '`' if lines else 'nothing'
        return becomes if assembly[0] != assembly[1] else f'{becomes}, no barrier'

    def expect(self, before, after):
        """A hint is now what cpu_relax() is, and VENDORING.md says what it was and is."""
        __tracebackhide__ = True
        assert after == self.hint('cpu_relax()', ['cpu_relax.h'], f'-I{INCLUDE}'), 'does the recipe still fit?'
        line = self.package, self.target.name, before, after
        assert line in TABLE, f'the table of VENDORING.md lacks | {" | ".join(line)} |'


def in_table(package):
    """The targets that the table of VENDORING.md has for a package."""
    return ' '.join(target for other, target, *_ in TABLE if other == package)


def mimalloc_link(tree, *words):
    """(status, output) of linking a program."""
    # Where the CPU has no 8-byte atomics they are libatomic's, unless the tool chain has its own.
    (tree.folder / 'empty.c').write_text('int main(void) { return 0; }\n')
    atomic = sh(tree.target.command(), '-static', 'empty.c', '-latomic', '-o', 'empty', cwd=tree.folder)[0] == 0
    return sh(tree.target.command(), '-w', '-Imimalloc/include', tree.static, '-pthread', words,
              ['-latomic'] if atomic else [], limit=10 * MINUTES, cwd=tree.folder, env=ENGLISH)
