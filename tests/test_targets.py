"""targets.py names what is wrong with an entry, and knows what a group needs. SPDX-License-Identifier: MIT"""
import pytest

import targets
from conftest import TARGETS

GOOD = '''
[alias]
soft = "-mfloat-abi=soft"
[program]
"z-*" = "z-package"
[cpu]
none = {title = "Z", hint = "none", since = "-", why = "has none"}
[[family]]
proof = "bytes"
cpu = "none"
hint = "none"
z80.compiler = "z-gcc"
z80.flags = "{soft} -march={march} -O{level}"
z80.each = {march = ["a", "b c"], level = ["0", "2"]}
z80.bytes = ""
'''
WRONG = {  # edit of the good table: the message
    ('hint = "none"\n', 'hin = "none"\n'): 'z80: no key "hin"; did you mean "hint"?',
    ('z80.bytes = ""', ''): 'z80: proof "bytes" needs the key bytes',
    ('bytes = ""', 'bytes = "F390"'): 'z80: bytes "F390" must be pairs of lower-case hexadecimal digits',
    ('bytes = ""', 'bytes = 1'): 'z80: bytes must be a str, not 1',
    ('proof = "bytes"', 'proof = "byte"'): 'z80: proof "byte" is unknown; did you mean "bytes"?',
    ('proof = "bytes"', 'proof = "small"'): 'z80: proof "small" needs the key runner',
    ('cpu = "none"', 'cpu = "nine"'): 'z80: cpu "nine" is no line of [cpu]; did you mean "none"?',
    ('cpu = "none"\n', ''): 'z80: cpu is missing, here and in its family',
    ('-O{level}', ''): 'z80: each.level is not in flags',
    ('["0", "2"]', '"0"'): 'z80: each.level must be a list',
    ('{soft}', '{sort}'): 'z80: {sort} in flags is neither in its each nor in [alias]',
    ('z80.bytes = ', 'z80.bytes = = '): 'Invalid value',
    ('[cpu]', '[cpus]'): '[cpus] is none of alias, march, program, packages, cpu, family',
    ('[cpu]', '[cpu]\nzero = {}'): 'cpu.zero is proved by no target',
    ('[[family]]', '[[family]]\n[[family]]'): 'number 1 has no targets',
    ('\n[[family]]', '\n[[family]]\nz80 = {proof = "compile", cpu = "none", compiler = "z", hint = "-"}'
     '\n[[family]]'): 'two targets are named z80',
}


def load(tmp_path, text):
    (tmp_path / 'targets.toml').write_text(text)
    return targets.load(tmp_path / 'targets.toml')


def test_a_good_entry(tmp_path):
    target = load(tmp_path, GOOD)[1]['z80']
    assert target.configurations == {f'{march.replace(" ", "")}.{level}': f'-mfloat-abi=soft -march={march} -O{level}'
                                     for march in ('a', 'b c') for level in '02'}
    assert target.packages == 'z-package'


@pytest.mark.parametrize('edit', WRONG, ids=lambda edit: edit[1].strip()[:30] or edit[0].strip())
def test_a_wrong_entry_is_named(edit, tmp_path):
    text = GOOD.replace(*edit)
    assert text != GOOD
    with pytest.raises(targets.Wrong) as error:
        load(tmp_path, text)
    assert WRONG[edit] in str(error.value)


@pytest.mark.parametrize('name, near', [('armell', '"armel"'), ('codegin', '"codegen"'), ('hosts', '"host"')])
def test_an_unknown_group_names_the_near_ones(name, near):
    with pytest.raises(targets.Wrong) as error:
        targets.tests(TARGETS, name)
    assert name in str(error.value) and near in str(error.value)


def test_what_groups_need():
    packages, sysroots = targets.needs(TARGETS, ['armeb-v7a'])
    assert {'gcc-arm-linux-gnueabi', 'qemu-user', 'libcmocka-dev'} <= set(packages) and 'sdcc' not in packages
    assert sysroots == ['armeb', 'src/cmocka']
    assert set(targets.needs(TARGETS, ['host'])[1]) == set()
    assert {'sdcc-ucsim', 'mspdebug', 'wine', 'spin'} <= set(targets.needs(TARGETS, ['all'])[0])
    assert 'sdcc-ucsim' in targets.needs(TARGETS, ['unit'])[0] and 'spin' not in targets.needs(TARGETS, ['unit'])[0]
