#!/usr/bin/python3
"""targets.py - the only reader of targets.toml. SPDX-License-Identifier: MIT

usage: targets.py names [GROUP]        names of targets: all, host, arm, run, bytes, ..., or one target
       targets.py show NAME            all keys of one target
       targets.py tests GROUP          the arguments of pytest that run a group of run.sh
       targets.py packages GROUP...    the Debian packages that groups of run.sh need
       targets.py sysroots GROUP...    what sysroot/make.sh has to build for them
       targets.py cmake NAME           what CMake needs of a target, as set() lines
       targets.py presets              CMakePresets.json
       targets.py support              the README's support table

Groups of run.sh: all; a group of targets; mutants; a test file without test_ and .py, such as documents.
"""
import dataclasses
import difflib
import fnmatch
import itertools
import json
import os
import pathlib
import re
import shlex
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SYSROOTS = pathlib.Path(os.environ.get('CPU_RELAX_SYSROOTS', ROOT / 'build/sysroot'))
PROOFS = 'run msvc bare small bytes text device select compile'.split()
BASE = ('bzip2 cmake gcc libc6-dev libcmocka-dev llvm-22 ninja-build python3 python3-pytest python3-pytest-xdist '
        'xz-utils').split()
PRESETS = 'armel armeb-v7a armhf aarch64 riscv64'.split()  # other targets: -DCPU_RELAX_TARGET=NAME


class Wrong(Exception):
    """A bad entry, and what is wrong with it."""


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
    assembler: str = ''
    system: str = ''
    runner: str = ''
    packages: str = ''
    levels: dict = dataclasses.field(default_factory=dict, hash=False)
    monitor: str = None
    options: str = ''
    dialects: bool = True

    @property
    def configurations(self):
        """{name: flags}"""
        choices = [[(key, value) for value in values] for key, values in self.each.items()]
        return {'.'.join(value for _, value in chosen).replace(' ', '') or 'only': fill(self.flags, dict(chosen))
                for chosen in itertools.product(*choices)}

    @property
    def programs(self):
        """{name of a program of unit/: macros for its sources}"""
        if self.proof == 'small':
            return {f'hint-{name}': '' for name in self.configurations}
        levels = self.levels or {'O2': ''}
        found = {f'hint-{level}': '' for level in ['O0', 'O2', *levels] if 'tsan' not in level}
        if self.proof in ('run', 'msvc'):
            for level, macros in levels.items():
                rounds = re.search(r'\bROUNDS=', macros)
                found[f'wait-{level}'] = macros if rounds else f'{macros} ROUNDS=20000'.strip()
            found |= {f'{suite}-O2': '' for suite in ('until', 'backoff', 'timer', 'clock', 'hostile')}
            if self.cpu == 'arm64':
                found |= {'freebsd-O2': '', 'apple-O2': ''}
            if self.monitor is not None:
                found['monitor-O2'] = self.monitor
        return found if self.proof in ('run', 'msvc', 'bare') else {}

    @property
    def sysroots(self):
        built = set(re.findall(r'(?:^|\s)(src/[^/ ]+|[\w-]+)(?:/usr)?/bin/', f'{self.compiler} {self.runner}'))
        return built | ({'src/cmocka'} if self.proof in ('run', 'msvc') and self.runner else set())

    def command(self, flags=None):
        """The compiler with the flags of a configuration, by default of the first."""
        program = SYSROOTS / self.compiler if '/' in self.compiler else self.compiler
        return [str(program), *(next(iter(self.configurations.values())) if flags is None else flags).split()]

    def run(self):
        """The words before the name of a program that run it."""
        words = self.runner.replace('tests/', f'{HERE}/').split()
        return [str(SYSROOTS / words[0]), *words[1:]] if words and '/bin/' in words[0] else words


def fill(text, values):
    return ' '.join(re.sub(r'\{([\w-]+)\}', lambda m: values.get(m[1], m[0]), text).split())


def suggest(word, known):
    close = dict.fromkeys(difflib.get_close_matches(word, known, 3))
    if close:
        return '; did you mean ' + ' or '.join(f'"{name}"' for name in close) + '?'
    return f'; there are {", ".join(known)}' if len(known) < 25 else '; sh tests/run.sh --help lists the groups'


def check(name, entry, cpus):
    fields = {field.name: field for field in dataclasses.fields(Target)}
    kinds = {'each': dict, 'levels': dict, 'dialects': bool}
    for key, value in entry.items():
        if key not in fields:
            raise Wrong(f'{name}: no key "{key}"' + suggest(key, [f for f in fields if f != 'name']))
        if not isinstance(value, kinds.get(key, str)):
            raise Wrong(f'{name}: {key} must be a {kinds.get(key, str).__name__}, not {value!r}')
    for key in 'proof', 'cpu', 'compiler', 'hint':
        if not entry.get(key):
            raise Wrong(f'{name}: {key} is missing, here and in its family')
    if entry['proof'] not in PROOFS:
        raise Wrong(f'{name}: proof "{entry["proof"]}" is unknown' + suggest(entry['proof'], PROOFS))
    if entry['cpu'] not in cpus:
        raise Wrong(f'{name}: cpu "{entry["cpu"]}" is no line of [cpu]' + suggest(entry['cpu'], list(cpus)))
    text = 'text', 'device', 'select'
    wanted = 'text' if entry['proof'] in text else 'bytes' if entry['proof'] in ('run', 'msvc', 'bare', 'bytes') else ''
    if wanted and wanted not in entry:
        raise Wrong(f'{name}: proof "{entry["proof"]}" needs the key {wanted}: what is expected')
    if entry.get('bytes') not in (None, 'any') and not re.fullmatch('([0-9a-f]{2})*', entry['bytes']):
        raise Wrong(f'{name}: bytes "{entry["bytes"]}" must be pairs of lower-case hexadecimal digits')
    if entry['proof'] == 'small' and not entry.get('runner'):
        raise Wrong(f'{name}: proof "small" needs the key runner')
    for key, values in entry.get('each', {}).items():
        if not isinstance(values, list) or not values:
            raise Wrong(f'{name}: each.{key} must be a list')
        if '{%s}' % key not in entry.get('flags', ''):
            raise Wrong(f'{name}: each.{key} is not in flags: {entry.get("flags", "")!r}')
    unknown = [one for one in re.findall(r'\{([\w-]+)\}', entry.get('flags', '')) if one not in entry.get('each', {})]
    if unknown:
        raise Wrong(f'{name}: {{{unknown[0]}}} in flags is neither in its each nor in [alias]')


def load(path=HERE / 'targets.toml'):
    """({cpu: its line}, {name: Target}), in the order of the table."""
    try:
        table = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f'{path.name}: {error}') from None
    for section in table:
        if section not in ('alias', 'march', 'program', 'packages', 'cpu', 'family'):
            raise Wrong(f'{path.name}: [{section}] is none of alias, march, program, packages, cpu, family')
    found, aliases, marches, cpus = {}, *(table.get(section, {}) for section in ('alias', 'march', 'cpu'))
    for number, family in enumerate(table.get('family', []), 1):
        shared = {key: own for key, own in family.items() if not isinstance(own, dict) or key in ('each', 'levels')}
        if len(shared) == len(family):
            raise Wrong(f'{path.name}: [[family]] number {number} has no targets')
        for name in [key for key in family if key not in shared]:
            if name in found:
                raise Wrong(f'{path.name}: two targets are named {name}')
            entry = {**shared, **family[name]}
            for key in 'flags', 'runner', 'options', 'text':
                if isinstance(entry.get(key), str):
                    entry[key] = fill(entry[key], aliases)
            entry['each'] = {key: marches.get(values, '').split() if isinstance(values, str) else values
                             for key, values in entry.get('each', {}).items()}
            check(f'{path.name}: {name}', entry, cpus)
            programs = [entry['compiler'], *entry.get('runner', '').split()[:1]]
            entry['packages'] = ' '.join([package_of(one, table.get('program', {})) for one in programs] +
                                         [entry.get('packages', '')]).strip()
            found[name] = Target(name, **entry)
    for cpu in set(cpus) - {target.cpu for target in found.values()}:
        raise Wrong(f'{path.name}: cpu.{cpu} is proved by no target')
    return cpus, found


def package_of(program, known):
    return next((known[key] for key in known if any(fnmatch.fnmatch(program, one) for one in key.split())), program)


def group(targets, name):
    chosen = [t for t in targets.values() if name in ('all', t.name, t.proof) or
              name == 'host' and t.name.startswith('host-') or name == 'arm' and t.cpu in ('arm', 'arm4')]
    if chosen:
        return chosen
    known = [*targets, *PROOFS, *files(), 'all', 'host', 'arm', 'mutants']
    raise Wrong(f'no such target or group: {name}' + suggest(name, known))


def files():
    return [path.stem.removeprefix('test_') for path in sorted(HERE.glob('test_*.py'))]


def tests(targets, name):
    """The arguments of pytest for a group of run.sh."""
    if name in ('all', 'mutants'):
        return {'all': ['--mutants'], 'mutants': ['-m', 'mutants']}[name] + ['tests']
    if name in files():
        return [f'tests/test_{name}.py']
    group(targets, name)
    others = [f'--ignore=tests/test_{one}.py' for one in ('allocators', 'recipes')]  # need other projects' sources
    return ['--target', name, *others, *(['-m', 'not slow'] if name == 'host' else []), 'tests']


def needs(targets, names):
    """(Debian packages, sysroots) of groups of run.sh."""
    lines = tomllib.loads((HERE / 'targets.toml').read_text()).get('packages', {})
    todo = [*names, *(lines if {'all', 'mutants'} & set(names) else [])]
    packages, sysroots = set(BASE), set()
    while todo:
        name = todo.pop()
        for word in lines.get(name, '').split():
            if word.startswith('@'):
                todo.append(word[1:])
            elif word.startswith('sysroot/'):
                sysroots.add(word.removeprefix('sysroot/'))
            elif word.endswith('.txt'):
                packages |= {line for line in (ROOT / word).read_text().splitlines() if line[0] != '#'}
            else:
                packages.add(word)
        if name not in lines and name not in files():
            for target in group(targets, 'all' if name == 'mutants' else name):
                packages |= set(target.packages.split())
                sysroots |= target.sysroots
    return sorted(packages), sorted(sysroots)


def presets():
    sanitizers = '-fsanitize=address,undefined -fno-sanitize-recover=all'
    hosts = [('host-debug', 'debug', 'Debug', ''), ('host-release', 'release', 'Release', ''),
             ('host-asan-ubsan', 'with AddressSanitizer and UBSan', 'Debug', sanitizers),
             ('host-tsan', 'with ThreadSanitizer', 'Debug', '-fsanitize=thread')]
    directory = '${sourceDir}/build/${presetName}'
    configure = [{'name': name, 'displayName': f'This machine, {title}', 'binaryDir': directory,
                  'environment': {'CFLAGS': f'$penv{{CFLAGS}} {flags}'}, 'cacheVariables': {'CMAKE_BUILD_TYPE': kind}}
                 for name, title, kind, flags in hosts]
    configure += [{'name': name, 'displayName': f'Target {name} of tests/targets.toml', 'binaryDir': directory,
                   'toolchainFile': 'cmake/toolchain.cmake', 'cacheVariables': {'CPU_RELAX_TARGET': name}}
                  for name in PRESETS]
    build = [{'name': one['name'], 'configurePreset': one['name']} for one in configure]
    test = [{**one, 'output': {'outputOnFailure': True}, 'execution': {'noTestsAction': 'error'}} for one in build]
    return json.dumps(dict(version=3, configurePresets=configure, buildPresets=build, testPresets=test), indent=2)


def support(cpus, targets):
    rank = {'select': 'selected', 'compile': 'selected', 'text': 'text', 'device': 'text', 'bytes': 'bytes'}
    order = ['selected', 'text', 'bytes', 'executed']
    lines = ['| CPU | hint | since | why | proven |', '|---|---|---|---|---|']
    for key, line in cpus.items():
        proofs = ['bytes' if t.assembler else rank.get(t.proof, 'executed') for t in targets.values() if t.cpu == key]
        lines.append('| {title} | {hint} | {since} | {why} | {} |'.format(max(proofs, key=order.index), **line))
    return '\n'.join(lines)


def cmake(target):
    values = {'PROOF': target.proof, 'COMPILER': target.command()[0], 'FLAGS': ' '.join(target.command()[1:]),
              'HINT': target.hint, 'BYTES': '?' if target.bytes == 'any' else target.bytes or '',
              'SYSTEM': target.system, 'RUNNER': ';'.join(target.run()), 'PACKAGES': target.packages,
              'OPTIONS': ';'.join(target.options.split()), 'PROGRAMS': ';'.join(target.programs),
              **{f'MACROS_{name}': ';'.join(macros.split()) for name, macros in target.programs.items()}}
    return '\n'.join(f'set(TARGET_{key} [[{value}]])' for key, value in values.items())


def main(command='', *names):
    cpus, targets = load()
    by_name = command in ('names', 'show', 'cmake')
    chosen = [t for name in names or ['all'] for t in group(targets, name)] if by_name else []
    if command == 'names':
        print('\n'.join(t.name for t in chosen))
    elif command == 'show':
        for field, value in dataclasses.asdict(chosen[0]).items():
            if value not in (None, '', {}):
                print(f'{field:11} {value}')
    elif command == 'cmake':
        print(cmake(chosen[0]))
    elif command == 'tests':
        print(shlex.join(tests(targets, *names)))
    elif command in ('packages', 'sysroots'):
        print('\n'.join(needs(targets, names or ['all'])[command == 'sysroots']))
    elif command in ('presets', 'support'):
        print(presets() if command == 'presets' else support(cpus, targets))
    else:
        sys.exit(__doc__.partition('\n\n')[2].rstrip())


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f'targets.py: {wrong}')
