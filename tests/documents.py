"""The files of this tree, and the code blocks and links of its documents. SPDX-License-Identifier: MIT"""
import os
import re
import shutil
import subprocess

from targets import ROOT

FRAGMENTS = 'bench/results/readme.md', 'bench/published.md'  # of other documents, with paths as from there
NOT_OURS = {'.git', 'build', '__pycache__', '.pytest_cache'}  # made by tools; git would leave them out


def files(*patterns, root=ROOT):
    """The files of the project that match a pattern ('*.md', 'bench/*.sh'), or all of them."""
    if (root / '.git').exists():
        command = 'git -c safe.directory=* ls-files -z --cached --others --exclude-standard'.split()
        listed = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout
        found = [root / name for name in listed.split('\0') if name]
    else:
        found = [root / where / name for where, _, names in os.walk(root) for name in names]
    return sorted(path for path in found
                  if path.is_file() and not NOT_OURS.intersection(path.relative_to(root).parts)
                  and (not patterns or any(path.relative_to(root).match(pattern) for pattern in patterns)))


def copy_tree(to):
    """A copy of the project, as a user has it after unpacking a release."""
    for path in files():
        new = to / path.relative_to(ROOT)
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, new)
    return to


def block(name, document='README.md'):
    """The fenced block after the line <!-- test: NAME -->, as it stands: what a reader copies."""
    text = (ROOT / document).read_text()
    found = re.search(f'^<!-- test: {name} -->\n```\\w*\n(.*?)^```$', text, re.M | re.S)
    assert found, f'{document} has no block after <!-- test: {name} -->'
    return found[1]


def marked(name, document='README.md'):
    """The lines between <!-- NAME ... --> and <!-- end of NAME -->."""
    text = (ROOT / document).read_text()
    found = re.search(f'^<!-- {name}[^\n]* -->\n(.*?)^<!-- end of {name} -->$', text, re.M | re.S)
    assert found, f'{document} has no lines <!-- {name} ... --> and <!-- end of {name} -->'
    return found[1]


def headings(document):
    """The anchors that a link can lead to."""
    titles = re.findall(r'^#+ (.*)', document.read_text(), re.M)
    return {re.sub(r'[^\w-]', '', title.lower().replace(' ', '-')) for title in titles}


def broken_links(root=ROOT):
    """Relative links of the documents that lead to no file or to no heading."""
    broken = []
    for document in files('*.md', root=root):
        if str(document.relative_to(root)) in FRAGMENTS:
            continue
        text = re.sub(r'`[^`]*`', '', document.read_text())  # inline code may resemble a link
        for link in re.findall(r'\]\(([^ )]*)\)', text):
            if link.startswith(('http://', 'https://')):
                continue
            path, _, anchor = link.partition('#')
            target = document.parent / path if path else document
            if not target.exists() or anchor and anchor not in headings(target):
                broken.append(f'{document.relative_to(root)}: {link}')
    return broken
