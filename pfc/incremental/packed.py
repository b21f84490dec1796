"""What a unit was compiled to, as JSON: findings, files, what Python it looked at.

And what of it stores may hold: see `pfc.semantics.lasting`.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

from pfc.diagnostics.model import Diagnostic, Edit, Fix, Hint, Label, Severity
from pfc.frozen import dataclass
from pfc.span import Span

_NODES: Final[dict[str, type]] = {
    each.__name__: each for each in (Diagnostic, Label, Fix, Edit, Hint)
}


@dataclass(frozen=True, slots=True)
class Result:
    """`python`: for each linked module that was looked for, the hash of its source.

    `lasting` is what stores may hold of it.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, str]
    python: dict[str, str]
    lasting: dict[str, Any]


class Unreadable(ValueError):
    """These are not the bytes of a result."""


def pack(result: Result) -> bytes:
    """The result as bytes; whatever findings hold is kept."""
    found = [_packed(each) for each in result.diagnostics]
    made = [found, result.files, result.python, result.lasting]
    return json.dumps(made).encode("utf-8")


def unpack(content: bytes) -> Result:
    """The result that was packed; raises Unreadable for anything else."""
    try:
        found, files, python, lasting = json.loads(content)
        diagnostics = tuple(_unpacked(each) for each in found)
        if not all(isinstance(each, Diagnostic) for each in diagnostics):
            raise Unreadable
        if not isinstance(lasting, dict):
            raise Unreadable
        return Result(diagnostics, _texts(files), _texts(python), lasting)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Unreadable from problem


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Unreadable
    if not all(isinstance(each, str) for each in value.values()):
        raise Unreadable
    return value


def _packed(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Severity():
            return {"is": "Severity", "value": value.value}
        case Span():
            return {"is": "Span", "value": list(value)}
        case tuple():
            return [_packed(each) for each in value]
    name = type(value).__name__
    if _NODES.get(name) is not type(value):
        raise TypeError(f"a finding holds a {name}, which cannot be kept")
    parts = {f.name: _packed(getattr(value, f.name)) for f in fields(_NODES[name])}
    return {"is": name, "value": parts}


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpacked(each) for each in value)
    if not isinstance(value, dict):
        return value
    kind, inner = value["is"], value["value"]
    if kind == "Severity":
        return Severity(inner)
    if kind == "Span":
        path, start, end = inner
        return Span(str(path), int(start), int(end))
    return _NODES[kind](**{name: _unpacked(each) for name, each in inner.items()})
