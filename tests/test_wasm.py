"""The second header in WebAssembly with threads, under node. SPDX-License-Identifier: MIT"""
from conftest import INCLUDE, UNIT, WARNINGS, compile, need, run

CLANG = ['clang-22', '--target=wasm32', '-matomics', '-mbulk-memory', '-O2', WARNINGS, f'-I{INCLUDE}']
LINK = '-nostdlib -Wl,--no-entry,--import-memory,--shared-memory,--max-memory=262144,--export=__stack_pointer'.split()


def test_load_is_atomic():
    assert 'atomic.load32' in compile(CLANG, '-S', UNIT / 'wasm_threads.c', '-o', '-'), 'no atomic load'


def test_stores_are_seen(tmp_path):
    """2000 messages and replies between two threads with one memory."""
    need('wasm-ld-22', 'lld-22')
    compile(CLANG, LINK, UNIT / 'wasm_threads.c', '-o', tmp_path / 'threads.wasm')
    said = run('node', UNIT / 'wasm_threads.mjs', tmp_path / 'threads.wasm', limit=60)
    assert sorted(said.splitlines()) == ['messages: 0 wrong', 'replies: 0 wrong']
