"""What embedded and linked Python may return: what is converted need not be exact.

A result is converted when it comes back: a list is taken where a tuple is wanted, a
mapping or any object with its attributes where a record is. mypy looks at a copy of the
generated code in which the results of the user's Python are as wide as that. Lines stay
where they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

from packetflow.origin.source_map import read_comment

_EXACT: Final = frozenset({"None", "bool", "int", "str", "bytes"})
_OR_TEXT: Final = {
    "Decimal": "Decimal | str | int",
    "UUID": "UUID | str",
    "float": "float | str",
}
_COLLECTIONS: Final = ("tuple", "frozenset")
_ALIAS: Final = re.compile(r"^(\w+): TypeAlias = (?:Annotated\[\s*)?(\w+)\b(.*)", re.M)
_FUTURE: Final = "from __future__ import annotations"
_ABC: Final = "_collections_abc"


def exact_aliases(files: Mapping[str, str]) -> frozenset[str]:
    """The names of types that are plain ones with another name."""
    return frozenset(
        name
        for path, text in files.items()
        if path.endswith("types.py")
        for name, base, rest in _ALIAS.findall(text)
        if base in _EXACT and not rest.lstrip().startswith(("|", "["))
    )


def widened(text: str, aliases: frozenset[str]) -> str:
    """A generated file with wider results of the user's Python."""
    lines = text.split("\n")
    changed = False
    for node in _results(ast.parse(text), lines):
        if node.lineno != node.end_lineno:
            continue
        wide = _wide(node, aliases)
        if wide != ast.unparse(node):
            row = lines[node.lineno - 1].encode()
            before, after = row[: node.col_offset], row[node.end_col_offset :]
            lines[node.lineno - 1] = (before + wide.encode() + after).decode()
            changed = True
    if not changed:
        return text
    imported = f"{_FUTURE}; import collections.abc as {_ABC}"
    return "\n".join(imported if line == _FUTURE else line for line in lines)


def _results(tree: ast.Module, lines: list[str]) -> Iterator[ast.expr]:
    """The annotations of the results of fences, and of what linked Python has to be."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            header = range(node.lineno, node.body[0].lineno + 1)
            origins = (read_comment(lines[number - 1]) for number in header)
            if any(origin is not None and origin.code for origin in origins):
                yield from _present(node.returns)
        elif isinstance(node, ast.ClassDef):
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            call = node.body[-1]
            if "Protocol" in bases and isinstance(call, ast.FunctionDef):
                yield from _present(call.returns)


def _present(node: ast.expr | None) -> Iterator[ast.expr]:
    if node is not None:
        yield node


def _wide(node: ast.expr, aliases: frozenset[str]) -> str:
    """What is taken where a type is wanted."""
    if isinstance(node, ast.Constant) and node.value is None:
        return "None"
    if isinstance(node, ast.Name):
        if node.id in _EXACT or node.id in aliases:
            return node.id
        return _OR_TEXT.get(node.id, "object")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return f"{_wide(node.left, aliases)} | {_wide(node.right, aliases)}"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _wide_applied(node.value.id, node.slice, aliases)
    return "object"


def _wide_applied(head: str, inside: ast.expr, aliases: frozenset[str]) -> str:
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    wide = [_wide(part, aliases) for part in parts]
    if head == "Awaitable":
        return f"{head}[{wide[0]}]"
    if head in _COLLECTIONS:
        return f"{_ABC}.Collection[{' | '.join(dict.fromkeys(_items(parts, wide)))}]"
    if head == "Mapping":
        return f"{_ABC}.Mapping[{wide[0]}, {wide[1]}]"
    return "object"


def _items(parts: list[ast.expr], wide: list[str]) -> Iterator[str]:
    for part, taken in zip(parts, wide, strict=True):
        if not (isinstance(part, ast.Constant) and part.value is Ellipsis):
            yield taken
