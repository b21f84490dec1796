"""How names are written: PascalCase for what is declared, snake_case for what is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pfc.semantics.world import ModuleInfo, World
from pfc.syntax.ast import authority, data
from pfc.syntax.ast.base import Name

_PASCAL = re.compile(r"_*[^\W\d_]\w*\Z")
_SNAKE_KINDS = ("fn", "effect")


def check_names(info: ModuleInfo, world: World) -> None:
    """Warns of names that look like another kind of name."""
    for entity in info.names.values():
        name = Name(entity.span, entity.name)
        if entity.kind in _SNAKE_KINDS:
            _snake(name, entity.kind, world)
        else:
            _pascal(name, entity.kind, world)
        for kind, inner in _inner(entity.node):
            (_pascal if kind == "variant" else _snake)(inner, kind, world)


def _inner(node: object) -> Iterator[tuple[str, Name]]:
    if isinstance(node, data.UnionDecl):
        for variant in node.variants:
            yield "variant", variant.name
    elif isinstance(node, authority.Capability):
        for operation in node.operations:
            yield "operation", operation.name
    for attribute in ("fields", "parameters"):
        for member in getattr(node, attribute, ()):
            if isinstance(member, data.Member):
                yield "field", member.name


def _pascal(name: Name, kind: str, world: World) -> None:
    if name.text[:1].islower() and _PASCAL.match(name.text):
        words = [word for word in name.text.split("_") if word]
        suggestion = "".join(word[:1].upper() + word[1:] for word in words)
        _warn(name, kind, suggestion, world)


def _snake(name: Name, kind: str, world: World) -> None:
    if name.text.lower() != name.text:
        words = re.sub(r"(?<=[^\W_])(?=[A-Z])", "_", name.text)
        _warn(name, kind, words.lower(), world)


def _warn(name: Name, kind: str, suggestion: str, world: World) -> None:
    article = "an" if kind[:1] in "aeiou" else "a"
    world.report("PF401", name.span, kind=f"{article} {kind}", suggestion=suggestion)
