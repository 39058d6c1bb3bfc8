"""mutants.py - the hand-picked mutants: reads the list, and makes the edits. SPDX-License-Identifier: MIT"""
import dataclasses
import difflib
import pathlib
import re
import tomllib
import warnings

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
ROOT = TESTS.parent
OTHERS = 'survivors.toml', 'views.toml'  # of the systematic mutants


class NotApplied(Exception):
    """A mutant that no longer applies, and what stands there now."""


@dataclasses.dataclass
class Mutant:
    """An entry of the list; headers.toml says what its keys mean."""
    name: str
    file: str
    find: list
    put: list
    test: list
    says: list
    where: str = ''
    on: list = dataclasses.field(default_factory=list)
    unit: str = ''
    limit: int = 20
    wrong: str = ''  # what is wrong with the entry

    @property
    def in_headers(self):
        return self.file.startswith('include/')

    def changed(self):
        """The text of the file with the mutation."""
        path = ROOT / self.file
        if not path.exists():
            raise NotApplied(f'mutant {self.name} no longer applies: there is no file {self.file}')
        text = path.read_text()
        for find, put in zip(self.find, self.put):
            text = self.edit(text, find, put)
        return text

    def edit(self, text, find, put):
        spans = [(0, len(text))]
        if self.where:
            named = places(text) if path_is_c(self.file) else paragraphs(text, self.where)
            spans = [(begin, end) for name, begin, end in named if name == self.where or
                     name.startswith('/*') and name.lstrip('/* \n').startswith(self.where)]
        if not spans:
            raise NotApplied(f'mutant {self.name} no longer applies: {self.file} has no {self.where}')
        changed = text
        for begin, end in sorted(spans, reverse=True):
            changed = changed[:begin] + changed[begin:end].replace(find, put) + changed[end:]
        if changed == text:
            lines = [line.strip() for begin, end in spans for line in text[begin:end].splitlines()]
            near = difflib.get_close_matches(find.strip(), lines, 1, 0.3)
            raise NotApplied(f'mutant {self.name} no longer applies: {self.where or self.file} has no "{find}"' +
                             (f'; the nearest line is "{near[0]}"' if near else '') + '. Change its find')
        return changed


def path_is_c(file):
    return file.endswith(('.h', '.c', '.cc'))


def paragraphs(text, start):
    """[(start, begin, end)]: from each line that contains `start` to the next empty line."""
    at = [match.start() for match in re.finditer(rf'^.*{re.escape(start)}', text, re.M)]
    return [(start, begin, (text.find('\n\n', begin) + 1) or len(text)) for begin in at]


def places(text):
    """[(name, begin, end)] of C: each function, type and macro by name; by its text, each comment at the start of a
    line, which ends where the next begins."""
    found, at = [], 0
    begin = name = None
    for line in re.findall(r'(?:[^\n]*\\\n)*[^\n]*\n', text):
        macro = re.match(r'\s*#\s*define\s+(\w+)', line)
        if macro:
            found.append((macro[1], at, at + len(line)))
        elif begin is None and re.match(r'[A-Za-z_}]', line):
            begin, name = at, None
        if begin is not None and not macro:
            if name is None:
                called = re.findall(r'\b(\w+)\)?\s*(?:\(|$|\{)', line)
                called = [word for word in called if word.startswith('cpu_relax')] or called
                name = called[0] if called else None
            if re.match(r'\}', line) or line.rstrip().endswith(';') and '{' not in text[begin:at + len(line)]:
                ended = re.match(r'\}\s*(\w+);', line)
                found.append((ended[1] if ended else name or '', begin, at + len(line)))
                begin = None
        at += len(line)
    heads = list(re.finditer(r'^/\*.*?\*/', text, re.M | re.S))
    ends = [match.start() for match in heads[1:]] + [len(text)]
    return found + [(head[0], head.start(), end) for head, end in zip(heads, ends)]


KEYS = {'file', 'in', 'find', 'put', 'test', 'on', 'unit', 'says', 'limit'}


def listed(value):
    return list(value) if isinstance(value, list) else [value] if value else []


def tables(list_):
    """(name, table) of each mutant of a list: its own keys, those of its group, and those at the top of the list."""
    def keys_of(table):
        return {key: value for key, value in table.items() if not isinstance(value, dict)}
    for group in [value for value in list_.values() if isinstance(value, dict)]:
        for name in [key for key in group if key not in keys_of(group)]:
            yield name, {**keys_of(list_), **keys_of(group), **group[name]}


def entry(name, table):
    """A mutant of a table; what is wrong with it is its `wrong`."""
    missing = [key for key in ('file', 'find', 'test') if not table.get(key)] + ['put'] * ('put' not in table)
    missing += ['says'] * (not table.get('says') and not table.get('unit'))
    unknown = sorted(set(table) - KEYS)
    find, put = listed(table.get('find')), table.get('put', '')
    put = put if isinstance(put, list) else [put]
    wrong = f'{name}: no {", ".join(missing)}' if missing else f'{name}: unknown {", ".join(unknown)}' if unknown else \
        f'{name}: find and put differ in length' if len(find) != len(put) else \
        f'{name}: find and put are the same' if find == put else \
        f'{name}: its test is of a TARGET, but there is no key on' \
        if 'TARGET' in str(table['test']) and not table.get('on') else ''
    return Mutant(name, table.get('file', ''), find, put, listed(table.get('test')),
                  listed(table.get('says') or table.get('unit')), table.get('in', ''), table.get('on', '').split(),
                  table.get('unit', ''), table.get('limit', 20), wrong)


def load(folder=HERE):
    """{name: mutant} of all lists; a list that cannot be read is one mutant, named by the file, that is wrong."""
    found = {}
    for path in sorted(folder.glob('*.toml')):
        if path.name in OTHERS:
            continue
        try:
            list_ = tomllib.loads(path.read_text())
        except tomllib.TOMLDecodeError as why:
            found[path.name] = Mutant(path.name, '', [], [], [], [], wrong=f'{path.name}: {why}')
            warnings.warn(found[path.name].wrong)  # -k NAME leaves this mutant out
            continue
        for name, table in tables(list_):
            mutant = entry(name, table)
            if name in found:
                mutant.wrong = f'{name}: stands twice in the lists'
            found[name] = mutant
    return found
