"""Capabilities on ground values: what covers what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ANY = "*"
Ground = tuple[str, tuple[Any, ...]]
"""Kind and arguments: ANY, an atom or number, or (segments, whether anything below)."""


@dataclass(eq=False)
class Cell:
    """One value: what it is, whether somebody outside chose it, or a plugin changed it."""

    value: Any
    chosen: bool = False
    rewritten: bool = False


def inside(cell: Cell) -> list[Cell]:
    """The cell, and those in it."""
    match cell.value:
        case list() as items:
            return [cell, *items]
        case dict() as fields:
            return [cell, *fields.values()]
        case _:
            return [cell]


def covers(domain: str, held: Any, need: Any) -> bool:
    """Whether one ground argument covers another."""
    if held == ANY:
        return True
    if need == ANY:
        return False
    match domain:
        case "path":
            if not held[1]:
                return bool(held == need)
            return bool(need[0][: len(held[0])] == held[0])
        case "max":
            return bool(need <= held)
        case "min":
            return bool(need >= held)
        case _:
            return bool(held == need)


def ground_value(domain: str, value: Any) -> Any:
    """A plain value as an argument."""
    return (tuple(split(value)), False) if domain == "path" else value


def domain_of(cell: Cell) -> str:
    """The domain of a value, as the generated programs have them."""
    if isinstance(cell.value, str):
        return "path" if cell.value.startswith("/") else "atom"
    return "max"


def split(path: str) -> list[str]:
    """The segments of a path."""
    return [part for part in path.split("/") if part]
