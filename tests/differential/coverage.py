"""Which constructs generated programs are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pfc.semantics.stdlib import methods
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.module import Module

NODES = (
    "TypeAlias Record UnionDecl Variant Function Member TypeRef Block "
    "Reference Number Constant StringLiteral ListLiteral MapLiteral MapEntry Field "
    "Index Argument CallExpr Unary Binary Range IfExpr MatchExpr ExprArm Lambda "
    "NamePattern LiteralPattern ConstructorPattern PatternArgument OrPattern "
    "Let Return If Match Arm For Require"
).split()
OPERATORS = "and or not in under == != < <= > >= + - * / %".split()


def counted(modules: Iterable[Module]) -> Counter[str]:
    """How often each node, operator and method occurs."""
    names = {name for _, name in methods()} | {"with"}
    found: Counter[str] = Counter()
    for module in modules:
        for node in _nodes(module.declarations):
            found[type(node).__name__] += 1
            match node:
                case e.Binary(operator=operator) | e.Unary(operator=operator):
                    found[operator] += 1
                case e.Field() if node.name.text in names:
                    found[f".{node.name.text}"] += 1
                case e.StringLiteral() if any(
                    not isinstance(p, str) for p in node.parts
                ):
                    found["interpolation"] += 1
    return found


def _nodes(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        if not hasattr(node, "_fields"):  # a span is no part
            for each in node:
                yield from _nodes(each)
    elif hasattr(node, "span"):
        yield node
        for name in type(node).__slots__:
            yield from _nodes(getattr(node, name))


def table(found: Counter[str]) -> str:
    """The counts in columns."""
    cells = [f"{name:<20}{count:>8}" for name, count in sorted(found.items())]
    rows = (cells[at : at + 3] for at in range(0, len(cells), 3))
    return "\n".join("   ".join(row) for row in rows)
