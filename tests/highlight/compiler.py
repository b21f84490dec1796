"""The classes of a text by the parser itself: what the highlighters are held against."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from pfc.highlight import classes
from pfc.span import Source
from pfc.syntax.grammar import make_parser
from pfc.syntax.islands import split_islands
from pfc.syntax.strings import Hole, split

NAMES = frozenset(
    "name arm_name child_name child_ref table_name tool_name operation_name reserved".split()
)
DECLARING = re.compile(r".*_decl|variant|operation")
INTERPOLATED = frozenset({"literal", "text_node"})
CONSTANTS = frozenset({"TRUE", "FALSE", "NONE"})
PUNCTUATION = frozenset("()[]{},.:")
ESCAPE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[ntrabfv\\'\"])"
)

Painted = list[str]
"""The class of each character; empty for space."""


def compiled(text: str) -> Painted:
    """The classes of a program that parses."""
    painted = [""] * len(text)
    source = Source("sample.pf", text)
    try:
        for piece in split_islands(source).pieces:
            _tree(piece.text, "file", piece.start, painted)
    except UnexpectedInput:  # a wrong split: the compiler too takes the whole file then
        painted = [""] * len(text)
        _tree(text, "file", 0, painted)
    _comments(text, painted)
    return painted


@cache
def parser() -> Lark:
    return make_parser()


def _tree(text: str, start: str, base: int, painted: Painted) -> None:
    tree = parser().parse(text, start=start)
    for token, path in _tokens(tree, ()):
        assert token.start_pos is not None
        _paint(token, path, base + token.start_pos, painted)


def _tokens(
    tree: Tree[Token], path: tuple[str, ...]
) -> Iterator[tuple[Token, tuple[str, ...]]]:
    """Every token, with the rules around it, innermost last."""
    first = True
    path = (*path, str(tree.data))
    for child in tree.children:
        if not isinstance(child, Tree):
            yield child, path
        elif str(child.data) in NAMES:
            yield from _tokens(child, (*path, "first") if first else path)
            first = False
        elif child.data == "args" and _calls_matches(tree):
            yield from _plain(child, path)
        else:
            yield from _tokens(child, path)


def _calls_matches(tree: Tree[Token]) -> bool:
    callee = tree.children[0]
    called = (
        list(callee.scan_values(lambda _: True)) if isinstance(callee, Tree) else []
    )
    return tree.data == "call_expr" and called[-1:] == ["matches"]


def _plain(
    args: Tree[Token], path: tuple[str, ...]
) -> Iterator[tuple[Token, tuple[str, ...]]]:
    """The arguments of `matches`: a text among them has no holes."""
    for part in args.children:
        inner = part.children[-1] if isinstance(part, Tree) else None
        is_text = isinstance(inner, Tree) and inner.data == "literal"
        mark = ("plain",) if is_text else ()
        if isinstance(part, Tree):
            for token, below in _tokens(part, (*path, "args")):
                yield token, (*mark, *below)
        else:
            yield part, (*path, "args")


def _paint(token: Token, path: tuple[str, ...], at: int, painted: Painted) -> None:
    if token.type == "STRING":
        _string(str(token), path, at, painted)
    elif token.type == "FENCE":
        _fill(painted, at, len(token), classes.FENCE)
        opening = str(token).index("\n") + 1
        _fill(painted, at + opening, len(token) - opening - 3, classes.PYTHON)
    else:
        _fill(painted, at, len(token), _class(token, path))


def _class(token: Token, path: tuple[str, ...]) -> str:
    rule = path[-1]
    if rule in NAMES or token.type == "NAME":
        return _name(str(token), path)
    if token.type in CONSTANTS:
        return classes.CONSTANT
    if token.type == "NUMBER":
        return classes.NUMBER
    if token[:1].isalpha():
        return classes.KEYWORD
    return classes.PUNCTUATION if str(token) in PUNCTUATION else classes.OPERATOR


def _name(text: str, path: tuple[str, ...]) -> str:
    if path[-2:-1] == ("first",):
        if DECLARING.fullmatch(path[-3]):
            return classes.DECLARED
        if path[-3] == "element":
            return classes.class_of_name(text, classes.TAG)
    return classes.class_of_name(text)


def _string(raw: str, path: tuple[str, ...], at: int, painted: Painted) -> None:
    _fill(painted, at, len(raw), classes.STRING)
    if path[-1] in INTERPOLATED and "plain" not in path:
        _holes(raw, at, painted)
    else:
        for match in ESCAPE.finditer(raw):
            _fill(painted, at + match.start(), len(match.group()), classes.ESCAPE)


def _holes(raw: str, at: int, painted: Painted) -> None:
    pieces, problems = split(raw)
    assert not problems
    holes = [piece for piece in pieces if isinstance(piece, Hole)]
    inside = [(hole.start - 1, hole.start + len(hole.source) + 1) for hole in holes]
    for (_, begin), (end, _) in pairwise([(0, 0), *inside, (len(raw), 0)]):
        for match in re.finditer(rf"{ESCAPE.pattern}|\{{\{{|\}}\}}", raw[begin:end]):
            place = at + begin + match.start()
            _fill(painted, place, len(match.group()), classes.ESCAPE)
    for hole in holes:
        start = at + hole.start
        _fill(painted, start - 1, len(hole.source) + 2, classes.HOLE)
        _fill(painted, start, len(hole.source), "")
        _tree(hole.source, "hole", start, painted)


def _comments(text: str, painted: Painted) -> None:
    for match in re.finditer(r"#[^\n]*", text):
        if painted[match.start()] == "":
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            is_doc = match.group().startswith("##") and not line.strip()
            class_ = classes.DOC if is_doc else classes.COMMENT
            _fill(painted, match.start(), len(match.group()), class_)


def _fill(painted: Painted, start: int, length: int, class_: str) -> None:
    painted[start : start + length] = [class_] * length
