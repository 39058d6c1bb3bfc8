"""views.py - what each target, and each includer, sees of the headers. SPDX-License-Identifier: MIT

A header is seen through the macros of a compiler. It is preprocessed once for every set of such macros, a view: a
mutation that changes the text of no view is equivalent, and one that does matters to the targets of that view alone.
"""
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile
import tomllib

import generator
from mutants import HERE, ROOT

TABLE = tomllib.loads((HERE / 'views.toml').read_text())
# What is included, and used: a mutant of a macro that an includer may use must show
CALLS = [f'cpu_relax_{sense}_eq{width}(p, old, ns)' for sense in ('while', 'until') for width in (8, 16, 32, 64, 'ptr', '')]
CALLS += [call.replace('_eq', '_masked').replace('old', 'mask, want') for call in CALLS if 'ptr' not in call]
SOURCE = """
#include "cpu_relax.h"
#if !defined(__ASSEMBLER__)
#include "cpu_relax_wait.h"
#endif
CPU_RELAX_VERSION
CPU_RELAX_STATEMENT()
""" + '\n'.join(CALLS) + '\n'
HEADERS = {f'include/{path.name}': path.read_text() for path in sorted((ROOT / 'include').glob('*.h'))}


@dataclasses.dataclass
class View:
    macros: list           # lines of C that define them
    targets: list          # of (target, flags)
    includer: str = ''


def without_comments(text):
    return re.sub(r'/\*.*?\*/', lambda match: ' ' + '\n' * match[0].count('\n'), text, flags=re.S)


class Views:
    def __init__(self, targets, work):
        self.work = pathlib.Path(work)
        directives = '\n'.join(text[start:end] for text in HEADERS.values()
                               for start, end, directive, _ in generator.lines_of(text) if directive)
        words = set(re.findall(r'\b[A-Za-z_]\w*\b', directives)) - {'defined'}
        prefix = 'CPU_RELAX_'
        self.own = sorted(set(re.findall(r'#\s*define\s+(\w+)', directives)) |
                          {word for word in words if word.startswith(prefix)})
        self.tested = sorted(words - set(self.own))
        self.stubs = self.work / 'stubs'
        self.stubs.mkdir()
        for name, text in TABLE['stubs'].items():
            (self.stubs / name).write_text(text)
        self.views = self.of_targets(targets)
        self.views += self.of_includers()
        self.write_source()
        self.sound = self.texts({})
        self.lines = self.shown_lines()

    def of_targets(self, targets):
        wanted = []
        for target in targets.values():
            every = list(target.configurations.values())
            wanted += [(target, flags) for flags in sorted({every[0], every[-1]})]
        sets = {}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for user, macros in zip(wanted, pool.map(lambda user: self.macros(*user), wanted)):
                if macros is not None:  # else the compiler is not here
                    sets.setdefault(macros, []).append(user)
        return [View(list(macros), users) for macros, users in sets.items()]

    def macros(self, target, flags):
        """The lines that define what the compiler predefines and the headers test; sdcc wants a file to read,
        and the flags of a device pass have the language."""
        sources = {'small': [self.stubs / 'stdatomic.h'], 'device': ['/dev/null']}
        source = sources.get(target.proof, ['-x', 'c', '/dev/null'])
        try:
            done = subprocess.run([*target.command(flags), '-dM', '-E', *source], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, errors='replace')
        except FileNotFoundError:
            return None
        if done.returncode:
            return None
        known = {}
        for line in done.stdout.splitlines():
            match = re.match(r'#define ((\w+)(\([^)]*\))?.*)', line)
            if match and match[2] in self.tested:
                known[match[2]] = '#define ' + match[1]
        missing = [f'#undef {name}' for name in ('__STDC_HOSTED__', '__STDC_VERSION__') if name not in known]
        return tuple(missing + [known[name] for name in sorted(known)])

    def of(self, name):
        """The macros of a target."""
        return next((view.macros for view in self.views if any(t.name == name for t, _ in view.targets)), None)

    def of_includers(self):
        made = []
        for name, includer in TABLE['includer'].items():
            base = self.of(includer.get('target', 'host-gcc'))
            if base is None:
                continue
            if includer.get('macros'):
                made.append(View(base + includer['macros'], [], name))
            for macro, values in includer.get('each', {}).items():
                made += [View(base + [f'#define {macro} {value}'], [], name) for value in values]
        return made

    def write_source(self):
        names = self.own + [name for name in self.tested if not name.startswith('__has_')] + ['STRICT']
        with open(self.work / 'views.c', 'w') as out:
            for number, view in enumerate(self.views):
                out.write(''.join(f'#undef {name}\n' for name in names))
                out.write('\n'.join(view.macros) + f'\n@@{number}@@\n' + SOURCE)
                out.write(''.join(f'#ifdef {name}\n"{name}" {name}\n#endif\n' for name in self.own))

    def texts(self, changed):
        """The text of each view with these headers, {file: text}, and last what the preprocessor complains of;
        None, if it does not come to the end."""
        with tempfile.TemporaryDirectory(dir=self.work) as include:
            for file, text in {**HEADERS, **changed}.items():
                pathlib.Path(include, pathlib.Path(file).name).write_text(without_comments(text))
            done = subprocess.run(['gcc', '-E', '-P', '-w', '-undef', '-nostdinc', f'-I{include}', f'-I{self.stubs}',
                                   self.work / 'views.c'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, errors='replace')
        parts = re.split(r'@@\d+@@', done.stdout)
        if len(parts) != len(self.views) + 1:
            return None
        complaints = [re.sub(r'^.*?: ', '', line) for line in done.stderr.splitlines() if ': error: ' in line]
        return [' '.join(part.split()) for part in parts[1:]] + ['\n'.join(complaints)]

    def shown_lines(self):
        """{(file, line of code): the views that show it}: each such line ends in a word of its own, once."""
        marked, lines = {}, {}
        for index, (file, text) in enumerate(HEADERS.items()):
            out = []
            for start, end, directive, blank in generator.lines_of(text):
                word = f' line_{index}_{text.count(chr(10), 0, start) + 1}_'
                line = blank[start:end]
                out.append(line if directive or not line.strip() else line.rstrip('\n') + word + '\n')
            marked[file] = ''.join(out)
        files = list(HEADERS)
        for number, text in enumerate(self.texts(marked)[:-1]):
            for index, line in re.findall(r'\bline_(\d+)_(\d+)_', text):
                lines.setdefault((files[int(index)], int(line)), set()).add(number)
        return lines

    def changes(self, after):
        """[(view, what changed in it)] of a mutant's texts, which may be the same for many views."""
        changed = [(view, difference(a, b)) for view, a, b in zip(self.views, self.sound, after) if a != b]
        if after[-1] != self.sound[-1]:  # an #error more or less leaves no text
            changed.append((View([], [], 'errors'), 'complaints'))
        return changed


def difference(before, after):
    """Two texts without what they begin and end with."""
    start = len(os.path.commonprefix([before, after]))
    before, after = before[start:], after[start:]
    end = len(os.path.commonprefix([before[::-1], after[::-1]]))
    return before[:len(before) - end], after[:len(after) - end]
