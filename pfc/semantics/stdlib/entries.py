"""Entries of the standard library's table, and how they are read from its text.

An entry begins with its signature. The lines below it are indented: sentences that say
what it means, `! when it is a fault`, and `> examples`, each of them true. Variables in
types: N is a number, O something that can be sorted, all others anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pfc.ir.types import (
    CALENDAR,
    PRIMITIVES,
    FunctionType,
    ListType,
    MapType,
    OptionalType,
    PairType,
    ResultType,
    SetType,
    Type,
    Variable,
)
from pfc.semantics.relations import fresh

_TYPES: Final = {**PRIMITIVES, CALENDAR.name: CALENDAR}
_SIGNATURE: Final = re.compile(
    r"(?P<owner>.+?) (?P<name>\w+)(?:\((?P<parameters>.*)\))?: (?P<result>.+)\Z"
)


@dataclass(frozen=True)
class MethodEntry:
    """One method; its types may hold variables."""

    owner: str
    """The kind of its receiver: `List`."""
    name: str
    receiver: Type
    parameters: tuple[tuple[str, Type], ...]
    result: Type
    signature: str
    """As users write it: `List[T].map(f: (T) => U): List[U]`."""
    doc: str
    """What it gives: sentences."""
    faults: tuple[str, ...]
    """When calling it is a fault: `if ...`."""
    examples: tuple[str, ...]
    """Expressions of type Bool that are true."""


@dataclass(frozen=True)
class FunctionEntry:
    """One function that is called without a receiver."""

    name: str
    result: Type
    signature: str
    doc: str
    faults: tuple[str, ...]
    examples: tuple[str, ...]


def read(written: str, owner_of: Callable[[Type], str | None]) -> Iterator[MethodEntry]:
    """The entries of a part of the table."""
    for block in re.split(r"\n(?=\S)", written.strip()):
        signature, *rest = block.splitlines()
        match = _SIGNATURE.match(signature)
        assert match is not None, signature
        receiver = read_type(match["owner"])
        owner = owner_of(receiver)
        assert owner is not None, signature
        parameters = tuple(
            (name.strip(), read_type(type_))
            for name, _, type_ in (
                part.partition(":") for part in _split(match["parameters"] or "")
            )
        )
        lines = [line.strip() for line in rest]
        yield MethodEntry(
            owner,
            match["name"],
            receiver,
            parameters,
            read_type(match["result"]),
            f"{match['owner']}.{signature[len(match['owner']) + 1 :]}",
            " ".join(line for line in lines if line[:2] not in ("! ", "> ")),
            tuple(line[2:] for line in lines if line.startswith("! ")),
            tuple(line[2:] for line in lines if line.startswith("> ")),
        )


def _split(written: str) -> list[str]:
    """The parts between commas that stand in no bracket."""
    parts: list[str] = []
    depth = 0
    current = ""
    for char in written:
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()] if current.strip() else parts


def read_type(written: str) -> Type:
    """A type as the table writes it."""
    written = written.strip()
    if " => " in written and written.startswith("("):
        inside, _, result = written.partition(") => ")
        parameters = tuple(map(read_type, _split(inside[1:])))
        return FunctionType(parameters, read_type(result))
    if written.endswith("?"):
        return OptionalType(read_type(written[:-1]))
    name, bracket, inside = written.partition("[")
    if not bracket:
        return _TYPES.get(name) or Variable(fresh(name))
    arguments = [read_type(part) for part in _split(inside[:-1])]
    if name == "Map":
        return MapType(arguments[0], arguments[1])
    if name == "Pair":
        return PairType(arguments[0], arguments[1])
    if name == "Result":
        return ResultType(arguments[0], arguments[1])
    return SetType(arguments[0]) if name == "Set" else ListType(arguments[0])
