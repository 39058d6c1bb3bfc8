"""The headers in every dialect, with every warning, and what they refuse. SPDX-License-Identifier: MIT

One target: pytest test_dialects.py --target armel
"""
import re
import shutil

import pytest

from conftest import C_INPUT, INCLUDE, ROOT, TARGETS, WARNINGS, compile, run, sh

HEADERS = sorted(header.name for header in INCLUDE.glob('*.h'))
C = 'c90 c99 c11 c17 c2x gnu90 gnu99 gnu11 gnu17 gnu2x'.split()
CXX = 'c++98 c++11 c++14 c++17 c++20 c++2b gnu++98 gnu++2b'.split()
OLDEST = 'c90', 'gnu90', 'c++98', 'gnu++98'  # cpu_relax.h alone
INCLUDES_WAIT = '#include "cpu_relax_wait.h"\n'
CALL = '''#if defined(CPU_RELAX_HAS_EQ8) && CPU_RELAX_HAS_EQ8
unsigned char wait(const unsigned char *p);
unsigned char wait(const unsigned char *p) { return cpu_relax_while_eq8(p, 1, 0); }
#endif
'''


def language(standard):
    return ['-x', 'c++' if '++' in standard else 'c', f'-std={standard}']


def strict(standard):
    """The warnings that callers turn on, as errors."""
    if standard in ('c++98', 'gnu++98'):  # there 0 is the null pointer
        return WARNINGS
    if '++' in standard:
        return [*WARNINGS, '-Wold-style-cast', '-Wzero-as-null-pointer-constant']
    return [*WARNINGS, '-Wstrict-prototypes', '-Wmissing-prototypes']


@pytest.mark.parametrize('target', [pytest.param(target, id=name) for name, target in TARGETS.items()
                                    if target.dialects and target.proof in ('run', 'bare', 'bytes', 'text')])
def test_every_dialect(target, tmp_path):
    """Each one that the target's compiler knows: C90, C99 and C11 at least."""
    command = target.command()
    use, compiled, failed = tmp_path / 'use.c', [], []
    for standard in C + CXX:
        header = 'cpu_relax.h' if standard in OLDEST else 'cpu_relax_wait.h'
        use.write_text(f'#include "{header}"\n' * 3 + (CALL if target.proof == 'run' else ''))
        status, said = sh(command[0], strict(standard), command[1:], '-ffreestanding', language(standard), '-O2',
                          f'-I{INCLUDE}', '-S', use, '-o', tmp_path / 'use.s')
        if status == 0:
            compiled.append(standard)
        elif sh(command, language(standard), '-fsyntax-only', '/dev/null')[0] == 0:  # the compiler knows it
            failed.append(f'{standard}: {next((line for line in said.splitlines() if "error" in line), said)}')
    assert not failed, 'does not compile'
    assert {'c90', 'c99', 'c11'} <= set(compiled)


@pytest.mark.parametrize('header, standard', [(header, standard) for standard in C + CXX for header in HEADERS
                                              if header == 'cpu_relax.h' or standard not in OLDEST])
@pytest.mark.parametrize('compiler', ['clang', 'clang-22'])
def test_weverything(compiler, header, standard):
    """All of clang's warnings, but those that contradict C90 or are about the dialect itself."""
    less = 'declaration-after-statement unsafe-buffer-usage c++98-compat c++98-compat-pedantic unknown-warning-option'
    compile(compiler, language(standard), '-Weverything', [f'-Wno-{name}' for name in less.split()], '-Werror',
            f'-I{INCLUDE}', '-fsyntax-only', '-', input=f'#include "{header}"\n')


@pytest.mark.parametrize('clock', [[], ['-ffreestanding']], ids=['clock', 'estimate'])
@pytest.mark.parametrize('compiler', ['gcc', 'gcc-11', 'g++ -x c++'])
def test_warnings_of_equal_branches(compiler, clock, tmp_path):
    """GCC's warnings that are in none of its groups, with a clock and without: both sides of a `?` differ."""
    (tmp_path / 'use.c').write_text(INCLUDES_WAIT)
    compile(compiler.split(), clock, '-Wduplicated-branches', '-Wduplicated-cond', '-Wlogical-op', '-Werror',
            f'-I{INCLUDE}', '-fsyntax-only', tmp_path / 'use.c')


def test_warning_of_a_later_clang_is_ignored(tmp_path):
    """An older clang lacks a warning that the header turns off: it compiles without a warning about that."""
    later = shutil.copytree(INCLUDE, tmp_path / 'include') / 'cpu_relax_wait.h'
    text = later.read_text()
    assert '"-Wreserved-identifier"' in text
    later.write_text(text.replace('"-Wreserved-identifier"', '"-Wof-a-later-clang"'))
    compile('clang-22', '-Wall', '-Werror', f'-I{later.parent}', '-fsyntax-only', C_INPUT, input=INCLUDES_WAIT)


@pytest.mark.parametrize('compiler', ['gcc', 'gcc-11', 'clang', 'clang-22'])
def test_structures_may_be_packed(compiler, tmp_path):
    """The includer's -fpack-struct or #pragma pack makes no load a call. (clang goes by the alignment of members.)"""
    compile(compiler, '-O2', '-Wall', '-Werror', '-fpack-struct', '-c', C_INPUT, '-o', tmp_path / 'use.o',
            input=f'{INCLUDES_WAIT}unsigned long long f(unsigned long long *p);\n'
                  'unsigned long long f(unsigned long long *p) { return cpu_relax_until_eq64(p, 1, 100); }\n')
    assert '__atomic' not in run('nm', tmp_path / 'use.o')


@pytest.mark.parametrize('language', ['c', 'c++'])
@pytest.mark.parametrize('compiler', ['clang', 'clang-22'])
def test_pasted_header_is_quiet(compiler, language):
    """Its text in the main file, as in an amalgamation, where clang calls an inline function unused, too."""
    compile(compiler, '-Wall', '-Wextra', '-Werror', f'-I{INCLUDE}', '-fsyntax-only', '-x', language,
            INCLUDE / 'cpu_relax_wait.h')


@pytest.mark.parametrize('compiler', ['pcc', 'tcc'])
def test_small_compilers(compiler, tmp_path):
    """A call in the dialect that each has by default."""
    (tmp_path / 'use.c').write_text(INCLUDES_WAIT + CALL)
    compile(compiler, f'-I{INCLUDE}', '-c', tmp_path / 'use.c', '-o', tmp_path / 'use.o')


@pytest.mark.parametrize('header', HEADERS)
@pytest.mark.parametrize('level', ['-O0', '-O2'])
@pytest.mark.parametrize('compiler', ['gcc', 'clang'])
def test_unused_header_adds_nothing(compiler, level, header, tmp_path):
    source, objects = tmp_path / 'use.c', []
    for text in '', f'#include "{header}"\n':
        source.write_text(text)
        compile(compiler, level, f'-I{INCLUDE}', '-c', source, '-o', tmp_path / 'use.o')
        objects.append((tmp_path / 'use.o').read_bytes())
    assert objects[0] == objects[1], 'the object is not that of an empty file'


WAIT = 'cpu_relax_wait.h'
REFUSED = [  # header, flags, what the message must name
    ('cpu_relax.h', '-DCPU_RELAX_HINT="yield"', '#error CPU_RELAX_HINT CPU_RELAX_INSN'),
    ('cpu_relax.h', '-DCPU_RELAX_INSN="nop" -U__GNUC__', '#error assembly CPU_RELAX_INSN'),
    ('cpu_relax.h', '-DCPU_RELAX_INSN=nop', 'expected string literal'),
    (WAIT, '-std=c90', '#error C99 C++11 cpu_relax.h'),
    (WAIT, '-DCPU_RELAX_CLOCK="mine"', '#error CPU_RELAX_CLOCK CPU_RELAX_CLOCK_NS'),
    (WAIT, '-DCPU_RELAX_HAS_CLOCK=0', '#error CPU_RELAX_CLOCK CPU_RELAX_CLOCK_NS'),
    (WAIT, '-DCPU_RELAX_MONITOR="mine"', '#error CPU_RELAX_MONITOR CPU_RELAX_FEATURES'),
    (WAIT, '-DCPU_RELAX_HAS_MONITOR=0', '#error CPU_RELAX_MONITOR CPU_RELAX_FEATURES'),
    (WAIT, '-DCPU_RELAX_BACKOFF_START_NS=0', '#error CPU_RELAX_BACKOFF_START_NS 1 CPU_RELAX_BACKOFF_CAP_NS'),
    (WAIT, '-DCPU_RELAX_BACKOFF_START_NS=2000 -DCPU_RELAX_BACKOFF_CAP_NS=1000',
     '#error CPU_RELAX_BACKOFF_START_NS 1 CPU_RELAX_BACKOFF_CAP_NS'),
    (WAIT, '-DCPU_RELAX_BACKOFF_CAP_NS=0', '#error CPU_RELAX_BACKOFF_CAP_NS 1 1000000000'),
    (WAIT, '-DCPU_RELAX_BACKOFF_CAP_NS=1000000001', '#error CPU_RELAX_BACKOFF_CAP_NS 1 1000000000'),
    (WAIT, '-DCPU_RELAX_BACKOFF_LIMIT_NS=0', '#error CPU_RELAX_BACKOFF_LIMIT_NS 1 1000000000'),
    (WAIT, '-DCPU_RELAX_BACKOFF_LIMIT_NS=1000000001', '#error CPU_RELAX_BACKOFF_LIMIT_NS 1 1000000000'),
    (WAIT, '-DCPU_RELAX_POLL_NS=0', '#error CPU_RELAX_POLL_NS 1 1000000'),
    (WAIT, '-DCPU_RELAX_POLL_NS=1000001', '#error CPU_RELAX_POLL_NS 1 1000000'),
]


@pytest.mark.parametrize('header, flags, message', REFUSED, ids=[flags for _, flags, _ in REFUSED])
def test_bad_input_is_refused(header, flags, message):
    use = f'#include "{header}"\n'
    status, said = sh('gcc', '-Wall', '-Werror', flags.split(), '-fsyntax-only', C_INPUT, input=use)
    assert status != 0, 'accepted'
    words = message.split()
    errors = [line for line in said.splitlines() if 'error' in line]
    assert any(all(re.search(rf'(?<!\w){re.escape(word)}(?!\w)', line) for word in words) for line in errors), said


@pytest.mark.parametrize('flags', ['-D_M_X64=100 -D_MSC_VER=1939', '-D__TINYC__=928 -D__x86_64__', ''])
def test_pragmas_of_gnu_are_for_gnu(flags, tmp_path):
    (tmp_path / 'intrin.h').write_text('')
    said = compile('gcc', '-undef', '-std=c99', '-ffreestanding', flags.split(), f'-I{tmp_path}', '-E', C_INPUT,
                   input=INCLUDES_WAIT)
    assert '#pragma GCC' not in said


def test_gnu90():
    """The dialect of GCC before 5 has what the second header needs."""
    compile('gcc', '-std=gnu90', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', C_INPUT, input=INCLUDES_WAIT)


TUNABLES = {'START': 'CPU_RELAX_BACKOFF_START_NS', 'CAP': 'CPU_RELAX_BACKOFF_CAP_NS',
            'LIMIT': 'CPU_RELAX_BACKOFF_LIMIT_NS', 'POLL': 'CPU_RELAX_POLL_NS'}
DEFAULTS = 50, 2000, 1500, 2000
SETTINGS = {  # flags: the tunables; START and CAP, set alone, follow each other
    '': DEFAULTS,
    'START=1': (1, 2000, 1500, 2000),
    'START=2000': (2000, 2000, 1500, 2000),
    'START=2001': (2001, 2001, 1500, 2000),
    'START=1000000000': (1000000000, 1000000000, 1500, 2000),
    'CAP=1': (1, 1, 1500, 2000),
    'CAP=49': (49, 49, 1500, 2000),
    'CAP=51': (50, 51, 1500, 2000),
    'CAP=1000000000': (50, 1000000000, 1500, 2000),
    'POLL=1': (50, 2000, 1500, 1),
    'POLL=1000000': (50, 2000, 1500, 1000000),
    'LIMIT=1': (50, 2000, 1, 2000),
    'LIMIT=1000000000': (50, 2000, 1000000000, 2000),
}
EXTREMES = [*SETTINGS, 'START=1 CAP=1 LIMIT=1 POLL=1', 'START=1 CAP=2', 'START=2 CAP=3',
            'START=1 CAP=1000000000 LIMIT=1000000000',
            'START=1000000000 CAP=1000000000 LIMIT=1000000000 POLL=1000000']


def defines(setting):
    return [f'-D{TUNABLES[name]}={value}' for name, value in (word.split('=') for word in setting.split())]


@pytest.mark.parametrize('setting', SETTINGS)
def test_tunables(setting):
    text = compile('gcc', '-Wall', '-Werror', defines(setting), '-E', '-P', C_INPUT,
                   input=f'{INCLUDES_WAIT}are {" ".join(TUNABLES.values())}\n')
    assert re.search('^are (.*)', text, re.M)[1].split() == [str(value) for value in SETTINGS[setting]]


@pytest.mark.parametrize('setting', EXTREMES)
def test_extreme_tunables_run(setting, tmp_path):
    """Under UBSan, by a clock that moves 1 us each time it is read."""
    compile('gcc', '-O1', '-g', '-fsanitize=undefined', '-fno-sanitize-recover=all', defines(setting),
            f'-I{INCLUDE}', ROOT / 'tests/callers/tunables.c', '-o', tmp_path / 'tunables')
    run(tmp_path / 'tunables')


def test_version(tmp_path):
    """It is that of the newest entry of the changelog, and one number, whatever its parts are."""
    header = (INCLUDE / 'cpu_relax.h').read_text()
    number = r'(define CPU_RELAX_VERSION_{} +)(\d+)'
    version = '.'.join(re.search(number.format(part), header)[2] for part in ('MAJOR', 'MINOR', 'PATCH'))
    assert re.search(r'^## \[(.*)\]', (ROOT / 'CHANGELOG.md').read_text(), re.M)[1] == version
    for part, value in ('MAJOR', 2), ('MINOR', 3), ('PATCH', 4):
        header = re.sub(number.format(part), rf'\g<1>{value}', header)
    (tmp_path / 'cpu_relax.h').write_text(header)
    (tmp_path / 'use.c').write_text('#include "cpu_relax.h"\nCPU_RELAX_VERSION == 20304\n')
    text = compile('gcc', '-E', '-P', tmp_path / 'use.c')
    expression = re.search(r'^(.*) == 20304', text, re.M)[1]
    (tmp_path / 'use.c').write_text(f'int is[({expression}) == 20304 ? 1 : -1];\n')
    compile('gcc', '-fsyntax-only', tmp_path / 'use.c')


def test_versions_must_be_the_same(tmp_path):
    """Of cpu_relax.h, which another package may have installed, and cpu_relax_wait.h."""
    header = (INCLUDE / 'cpu_relax.h').read_text()
    (tmp_path / 'cpu_relax.h').write_text(re.sub(r'(define CPU_RELAX_VERSION_PATCH) \d+', r'\1 99', header))
    status, said = sh('gcc', f'-I{tmp_path}', '-fsyntax-only', '-include', 'cpu_relax.h', '-x', 'c', INCLUDE / WAIT)
    assert status != 0, 'another version is accepted'
    assert '#error "cpu_relax.h and cpu_relax_wait.h are of different versions' in said, said


@pytest.mark.parametrize('call', ['cpu_relax_backoff', 'cpu_relax_backoff_reset'])
def test_null_is_refused(call):
    text = f'{INCLUDES_WAIT}void f(void);\nvoid f(void) {{ (void){call}((void *)0); }}\n'
    status, said = sh('gcc', '-Wall', '-Werror', '-fsyntax-only', C_INPUT, input=text)
    assert status != 0, 'a null back-off is accepted'
    assert 'nonnull' in said, said


MISALIGNED = '''#include "cpu_relax_wait.h"
#include <stdint.h>
int main(void)
{
    static uint32_t words[2] = {0x05050505, 0x05050505};
    return cpu_relax_while_eq32((const volatile uint32_t *)(const void *)((char *)words + OFFSET), 6, 1) != 0x05050505;
}
'''


@pytest.mark.parametrize('offset, expected', [(0, ''), (1, 'misaligned address')])
def test_misaligned_word_is_seen_by_ubsan(offset, expected, tmp_path):
    compile('gcc', '-fsanitize=alignment', '-fno-sanitize-recover=all', f'-DOFFSET={offset}', C_INPUT,
            '-o', tmp_path / 'use', input=MISALIGNED)
    status, said = sh(tmp_path / 'use')
    assert (status == 0) == (offset == 0), f'offset {offset}: status {status}: {said}'
    assert expected in said


@pytest.mark.parametrize('order', ['little', 'big'])
@pytest.mark.parametrize('state', ['arm', 'thumb'])
@pytest.mark.parametrize('target', [TARGETS['gcc-a32-mov-le']], ids=['gcc-a32-mov-le'])
def test_every_march_is_in_the_table(target, state, order, tmp_path):
    """Each -march that the compiler knows, as far as it has this instruction set."""
    source = tmp_path / 'x.c'
    source.write_text('int x(void) { return 0; }\n')
    known = re.search('valid arguments are: ([^;]*)', sh(target.compiler, '-march=none', '-c', source)[1])[1].split()
    in_table = {word for other in TARGETS.values() if other.compiler == target.compiler
                and {f'-m{state}', f'-m{order}-endian'} <= set(other.flags.split())
                for word in [*other.flags.split(), *(f'-march={march}' for march in other.each.get('march', []))]}
    missing = [march for march in known if f'-march={march}' not in in_table and
               sh(target.compiler, f'-m{state}', '-mlittle-endian', '-mfloat-abi=soft', f'-march={march}', '-Werror',
                  '-S', source, '-o', tmp_path / 'x.s')[0] == 0]
    assert not missing, 'no target of targets.toml has it'
