#!/usr/bin/python3
"""targets.py - the only reader of targets.toml. SPDX-License-Identifier: MIT

usage: targets.py names [GROUP]     names of targets: all, host, arm, run, bytes, ..., or a target's own
       targets.py show NAME         one target, whole
       targets.py packages [GROUP]  Debian packages that they need
       targets.py sysroots [GROUP]  what sysroot/ has to build for them
       targets.py cmake NAME        what CMake needs of it, as set() lines
       targets.py presets           CMakePresets.json
       targets.py support           the README's support table
       targets.py counts            counts.md
"""
import dataclasses
import difflib
import itertools
import json
import os
import pathlib
import re
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ.get('CPU_RELAX_ROOT', HERE.parent))
SYSROOTS = pathlib.Path(os.environ.get('CPU_RELAX_SYSROOTS', ROOT / 'build/sysroot'))
PROOFS = 'run bare small bytes text select compile'.split()
PRESETS = 'armel armeb-v7a armhf aarch64 riscv64'.split()  # those that people type; others: -DCPU_RELAX_TARGET=NAME


@dataclasses.dataclass(frozen=True)
class Target:
    name: str
    proof: str
    cpu: str
    compiler: str
    hint: str
    flags: str = ''
    each: dict = dataclasses.field(default_factory=dict, hash=False)
    bytes: str = None
    text: str = None
    system: str = ''
    runner: str = ''
    packages: str = ''
    levels: dict = dataclasses.field(default_factory=dict, hash=False)
    asleep: str = None
    options: str = ''
    dialects: bool = True
    every_march: bool = False
    consumers: bool = False

    @property
    def cells(self):
        """{name of the cell: its flags}"""
        choices = [[(name, one) for one in some] for name, some in self.each.items()]
        return {'.'.join(one for _, one in cell).replace(' ', '') or 'only':
                fill(self.flags, dict(cell)) for cell in itertools.product(*choices)}

    @property
    def built(self):  # the sysroots that it needs
        return set(re.findall(r'(?:^|\s)([\w-]+)/bin/', f'{self.compiler} {self.runner}'))

    def command(self, flags=None):
        """The compiler with the flags of a cell, or of the first."""
        program = SYSROOTS / self.compiler if '/' in self.compiler else self.compiler
        return [str(program), *(next(iter(self.cells.values())) if flags is None else flags).split()]

    def run(self):
        """What a program of it is run by."""
        words = self.runner.replace('tests/', f'{ROOT}/tests/').split()
        return [str(SYSROOTS / words[0]), *words[1:]] if words and '/bin/' in words[0] and words[0][0] != '/' else words


def fill(text, values):
    return ' '.join(re.sub(r'\{([\w-]+)\}', lambda m: values.get(m[1], m[0]), text).split())


class Wrong(Exception):
    """A bad entry, and what is wrong with it."""


def suggest(word, known):
    close = difflib.get_close_matches(word, known, 1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f'; there are {", ".join(known)}' if len(known) < 25 else f'; {len(known)} are known'


def check(name, entry, cpus):
    fields = {field.name: field for field in dataclasses.fields(Target)}
    kinds = {'each': dict, 'levels': dict, 'dialects': bool, 'every_march': bool, 'consumers': bool}
    for key, value in entry.items():
        if key not in fields:
            raise Wrong(f'{name}: no key "{key}"' + suggest(key, [f for f in fields if f != 'name']))
        if not isinstance(value, kinds.get(key, str)):
            raise Wrong(f'{name}: {key} must be a {kinds.get(key, str).__name__}, not {value!r}')
    for key in 'proof', 'cpu', 'compiler', 'hint':
        if not entry.get(key):
            raise Wrong(f'{name}: {key} is missing, here and in its family')
    if entry['proof'] not in PROOFS:
        raise Wrong(f'{name}: proof "{entry["proof"]}"' + suggest(entry['proof'], PROOFS))
    if entry['cpu'] not in cpus:
        raise Wrong(f'{name}: cpu "{entry["cpu"]}" is no line of [cpu]' + suggest(entry['cpu'], list(cpus)))
    wanted = {'run': 'bytes', 'bare': 'bytes', 'bytes': 'bytes', 'text': 'text', 'select': 'text'}.get(entry['proof'])
    if wanted and wanted not in entry:
        raise Wrong(f'{name}: a target of proof "{entry["proof"]}" says what it expects, by {wanted} = "..."')
    if entry.get('bytes') not in (None, 'any') and not re.fullmatch('([0-9a-f]{2})*', entry['bytes']):
        raise Wrong(f'{name}: bytes "{entry["bytes"]}" are no pairs of lower-case hexadecimal digits')
    if entry['proof'] == 'small' and not entry.get('runner'):
        raise Wrong(f'{name}: a target of proof "small" has a runner')
    for key, values in entry.get('each', {}).items():
        if not isinstance(values, list) or not values:
            raise Wrong(f'{name}: each.{key} must be a list')
        if '{%s}' % key not in entry.get('flags', ''):
            raise Wrong(f'{name}: each.{key} is in no flags: {entry.get("flags", "")!r}')
    left = [one for one in re.findall(r'\{([\w-]+)\}', entry.get('flags', '')) if one not in entry.get('each', {})]
    if left:
        raise Wrong(f'{name}: {{{left[0]}}} in flags is neither an each of it nor in [let]')


def load(path=HERE / 'targets.toml'):
    """({cpu: its line}, {name: Target}), in the order of the table."""
    try:
        table = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f'{path.name}: {error}') from None
    found, let = {}, table.pop('let', {})
    cpus = table.pop('cpu', {})
    table.pop('packages', {})
    families = table.pop('family', [])
    for stray in table:
        raise Wrong(f'{path.name}: [{stray}] is none of let, cpu, family')
    for family in families:
        shared = {key: value for key, value in family.items() if key not in ('title', 'targets')}
        title = family.get('title', '(without title)')
        if not family.get('targets'):
            raise Wrong(f'{path.name}: the family "{title}" has no targets')
        for name, own in family['targets'].items():
            if name in found:
                raise Wrong(f'{path.name}: two targets are named {name}, one in "{title}"')
            entry = {**shared, **own}
            for key in 'flags', 'runner', 'options':
                if isinstance(entry.get(key), str):
                    entry[key] = fill(entry[key], let)
            check(f'{path.name}: {name}', entry, cpus)
            found[name] = Target(name, **entry)
    for cpu in set(cpus) - {target.cpu for target in found.values()}:
        raise Wrong(f'{path.name}: cpu.{cpu} is proved by no target')
    return cpus, found


def group(targets, name):
    chosen = [t for t in targets.values() if name in ('all', t.name, t.proof) or name == 'host' and t.name.startswith('host-')
              or name == 'arm' and t.cpu in ('arm', 'arm4')]
    if not chosen:
        raise Wrong(f'no such target or group: {name}' + suggest(name, list(targets)))
    return chosen


def presets():
    hosts = {'host-debug': ('debug', 'Debug', ''), 'host-release': ('release', 'Release', ''),
             'host-asan-ubsan': ('with AddressSanitizer and UBSan', 'Debug', '-fsanitize=address,undefined -fno-sanitize-recover=all'),
             'host-tsan': ('with ThreadSanitizer', 'Debug', '-fsanitize=thread')}
    configure = []
    for name, (title, kind, flags) in hosts.items():
        configure.append({'name': name, 'displayName': f'This machine, {title}', 'binaryDir': '${sourceDir}/build/${presetName}',
                          **({'environment': {'CFLAGS': f'$penv{{CFLAGS}} {flags}'}} if flags else {}),
                          'cacheVariables': {'CMAKE_BUILD_TYPE': kind}})
    for name in PRESETS:
        configure.append({'name': name, 'displayName': f'Target {name} of tests/targets.toml', 'binaryDir': '${sourceDir}/build/${presetName}',
                          'toolchainFile': 'cmake/toolchain.cmake', 'cacheVariables': {'CPU_RELAX_TARGET': name}})
    every = [*hosts, *PRESETS]
    return json.dumps({'version': 3, 'configurePresets': configure,
                       'buildPresets': [{'name': name, 'configurePreset': name} for name in every],
                       'testPresets': [{'name': name, 'configurePreset': name, 'output': {'outputOnFailure': True},
                                        'execution': {'noTestsAction': 'error'}} for name in every]}, indent=2)


def support(cpus, targets):
    rank = {'select': 'selected', 'compile': 'selected', 'text': 'text', 'bytes': 'bytes'}
    order = ['selected', 'text', 'bytes', 'executed']
    lines = ['| CPU | hint | since | why | proven |', '|---|---|---|---|---|']
    for key, line in cpus.items():
        best = max((rank.get(t.proof, 'executed') for t in targets.values() if t.cpu == key), key=order.index)
        lines.append('| {title} | {hint} | {since} | {why} | {} |'.format(best, **line))
    return '\n'.join(lines)


def compiled_by(target):
    if target.name.startswith('msvc-'):
        return 'MSVC path'
    name = target.compiler
    if '/' in name:
        return 'clang' if 'clang' in target.packages else 'gcc'
    return next((short for short, regex in (('gcc', r'.*-gcc$|gcc-.*|gcc$'), ('clang', 'clang.*'), ('tcc', '.*-?tcc'))
                 if re.fullmatch(regex, name)), name)


def counts(cpus, targets):
    kinds = {'executed': ('run', 'bare', 'small'), 'bytes': ('bytes',), 'text': ('text',), 'selected': ('select',)}
    lines = ['| CPU | hint | since | executed | bytes | text | selected | compiled by |', '|---|---|---|---|---|---|---|---|']
    def number(cpu, kind):
        return sum(len(t.cells) for t in targets.values() if t.proof in kinds[kind] and cpu in (None, t.cpu))
    for key, line in cpus.items():
        by = dict.fromkeys(compiled_by(t) for t in targets.values() if t.cpu == key and t.proof != 'select')
        lines.append('| {title} | {hint} | {since} | '.format(**line) +
                     ' | '.join(str(number(key, kind) or '') for kind in kinds) + f' | {", ".join(by)} |')
    lines.append('| **all** | | | ' + ' | '.join(f'**{number(None, kind)}**' for kind in kinds) + f' | {len(targets)} rows |')
    return '\n'.join(lines)


def cmake(target):
    values = {'PROOF': target.proof, 'CPU': target.cpu, 'COMPILER': target.command()[0], 'FLAGS': ' '.join(target.command()[1:]),
              'HINT': target.hint, 'BYTES': target.bytes or '', 'SYSTEM': target.system, 'RUNNER': ';'.join(target.run()),
              'OPTIONS': ';'.join(target.options.split()), 'ASLEEP': target.asleep or '',
              'LEVELS': ';'.join(f'{level} {macros}'.strip() for level, macros in target.levels.items()) or 'O2'}
    return '\n'.join(f'set(TARGET_{key} [[{value}]])' for key, value in values.items())


def main(command='', name='all', *rest):
    cpus, targets = load()
    if command not in ('presets', 'support', 'counts'):
        chosen = group(targets, name)
    if command == 'names':
        print('\n'.join(t.name for t in chosen))
    elif command == 'show':
        for field, value in dataclasses.asdict(chosen[0]).items():
            if value not in (None, '', {}):
                print(f'{field:9} {value}')
    elif command == 'packages':
        print('\n'.join(sorted({word for t in chosen for word in t.packages.split()})))
    elif command == 'sysroots':
        print('\n'.join(sorted({one for t in chosen for one in t.built})))
    elif command == 'cmake':
        print(cmake(chosen[0]))
    elif command == 'presets':
        print(presets())
    elif command == 'support':
        print(support(cpus, targets))
    elif command == 'counts':
        print(counts(cpus, targets))
    else:
        sys.exit(__doc__.partition('\n\n')[2].rstrip())


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f'targets.py: {wrong}')
