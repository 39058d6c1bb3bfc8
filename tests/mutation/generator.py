"""generator.py - every single edit of a header, one kind of edit at a time. SPDX-License-Identifier: MIT

By structure and not by line, so that a change of a header needs no change here:
    number      one more, one less
    string      empty
    operator    its neighbours (< and <=, + and -, && and ||, ...), a ! less
    condition   of if, while, #if, #elif, each defined(X): 0, 1
    statement   left out; what is returned: 0
    clobber     left out, as are volatile, an attribute, one side of a comma
    order       acquire becomes relaxed
    directive   #define, #undef, #include, #pragma, #error left out
"""
import re

TOKEN = re.compile(r'''
    (?P<space>\s+|\\\n|/\*.*?\*/|//[^\n]*)
  | (?P<string>L?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d[\w.]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<op>\.\.\.|<<=|>>=|\#\#|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
''', re.S | re.X)

NEIGHBOURS = {
    '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'],
    '==': ['!='], '!=': ['=='], '&&': ['||'], '||': ['&&'], '<<': ['>>'], '>>': ['<<'],
    '+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '%': ['/'], '&': ['|'], '|': ['&'], '^': ['|'],
    '+=': ['-='], '-=': ['+='], '^=': ['='], '|=': ['='], '&=': ['='], '++': ['--'], '--': ['++'],
}
BINARY = set('+-*/%&|^<>') | {'<<', '>>', '<=', '>='}
TYPES = re.compile(r'(const\s+|static\s+|extern\s+|unsigned\s+|struct\s+|union\s+)*'
                   r'(cpu_relax_\w+|int|long|void|type|char|typename)\b[^=(]*$')


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)


def lines_of(text):
    """(start, end, directive or None) of each line, a continued one as a whole, comments blanked."""
    blank = re.sub(r'/\*.*?\*/', lambda m: re.sub(r'[^\n]', ' ', m.group()), text, flags=re.S)
    for match in re.finditer(r'(?:[^\n]*\\\n)*[^\n]*\n', blank):
        directive = re.match(r'\s*#\s*(\w+)', match.group())
        yield match.start(), match.end(), directive and directive.group(1), blank


def tokens(text, start, end):
    at = start
    while at < end:
        match = TOKEN.match(text, at, end)
        if match.lastgroup != 'space':
            yield Token(match.lastgroup, match.group(), at)
        at = match.end()


def closing(found, i):
    """The index of the parenthesis that closes found[i]."""
    depth = 0
    for j in range(i, len(found)):
        depth += {'(': 1, ')': -1}.get(found[j].text, 0)
        if depth == 0:
            return j
    return None


def edits(text):
    """(start, end, replacement) of each mutation, some of them twice."""
    code = []
    for start, end, directive, blank in lines_of(text):
        if directive is None:
            code += tokens(blank, start, end)
            continue
        if directive in ('define', 'undef', 'include', 'pragma', 'error'):
            yield start, end - 1, ''
        if directive in ('include', 'pragma', 'error', 'undef', 'else', 'endif'):
            continue
        found = list(tokens(blank, start, end))[2:]  # less '#' and its name
        if directive in ('if', 'elif'):
            for value in '0', '1':
                yield found[0].start, found[-1].end, value
            for i, token in enumerate(found):
                if token.text == 'defined':
                    last = closing(found, i + 1)
                    for value in '0', '1':
                        yield token.start, found[last].end, value
        if directive == 'define':  # less the macro's name and parameters
            after = 1
            if len(found) > 1 and found[1].text == '(' and found[1].start == found[0].end:
                after = closing(found, 1) + 1
            found = found[after:]
            if found:
                yield from statements(blank, found, 1)
        yield from small(blank, found)
    yield from small(text, code)
    yield from statements(text, code, 0)


def small(text, found):
    """Mutations of a token or two."""
    for i, token in enumerate(found):
        if token.kind == 'number':
            digits = re.match(r'0[xX][0-9a-fA-F]+|\d+', token.text).group()
            suffix = token.text[len(digits):]
            base = 16 if digits[:2] in ('0x', '0X') else 10
            for value in int(digits, base) + 1, int(digits, base) - 1:
                if value >= 0:
                    yield token.start, token.end, (hex(value) if base == 16 else str(value)) + suffix
        elif token.kind == 'string' and token.text != '""':
            head = text[:token.start].rstrip()
            if head.endswith(': : :'):
                yield text.rindex(':', 0, token.start), token.end, ''
            elif not head.endswith((': :', 'extern')):
                yield token.start, token.end, '""'
        elif token.text == '!':
            yield token.start, token.end, ''
        elif token.text in NEIGHBOURS:
            spaced = text[token.start - 1] == ' ' and text[token.end:token.end + 1] in (' ', '\\')
            if token.text in BINARY and not spaced:
                continue  # a pointer, an address, a sign, a template's bracket
            for other in NEIGHBOURS[token.text]:
                yield token.start, token.end, other
        elif token.text in ('volatile', '__volatile__'):
            yield token.start, token.end, ''
        elif token.text == '__ATOMIC_ACQUIRE' and i and found[i - 1].text in (',', '('):
            yield token.start, token.end, '__ATOMIC_RELAXED'
        elif token.text == 'memory_order_acquire':
            yield token.start, token.end, 'memory_order_relaxed'
        elif token.text == '__attribute__':
            yield token.start, found[closing(found, i + 1)].end, ''
        elif token.text in ('if', 'while') and i + 1 < len(found) and found[i + 1].text == '(':
            last = closing(found, i + 1)
            if last:
                for value in '0', '1':
                    yield found[i + 1].end, found[last].start, value


def statements(text, found, depth):
    """Statements left out, and 0 returned."""
    begin, parens, scopes = 0, 0, []
    for i, token in enumerate(found):
        parens += {'(': 1, ')': -1}.get(token.text, 0)
        if token.text == '{':
            head = ' '.join(t.text for t in found[begin:i])
            scopes.append(not re.match(r'(typedef )?(struct|enum|union|extern|template <> struct)\b', head))
            begin = i + 1
        elif token.text == '}':
            scopes = scopes[:-1]
            begin = i + 1
        elif token.text == ';' and parens == 0:
            first = found[begin]
            # after if (...), else and do comes the statement itself
            while first.text in ('if', 'else', 'do', 'while'):
                begin += 1
                if found[begin].text == '(':
                    begin = closing(found, begin) + 1
                first = found[begin]
            body = text[first.start:token.start]
            if not (scopes and scopes[-1]) and not (depth and scopes):
                pass
            elif first.text == 'return':
                if body not in ('return 0', 'return'):
                    yield first.start, token.start, 'return 0'
                if body == 'return':
                    yield first.start, token.start, ''
            elif first is not token and not TYPES.match(body.split('=')[0].rstrip() + ' ') \
                    and first.text not in ('typedef', 'static_assert', 'struct', 'static', 'const'):
                yield first.start, token.start, ''
            begin = i + 1


def generate(text):
    """Sorted, each once: (start, end, replacement)."""
    return sorted({edit for edit in edits(text) if text[edit[0]:edit[1]] != edit[2]})
