"""The Python names of symbols within one function."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from pfc.emit.code import Code
from pfc.emit.names import LOCAL, Namer
from pfc.emit.python.syntax import Py
from pfc.ir.expressions import Symbol
from pfc.ir.types import (
    NoneType,
    OptionalType,
    ResultType,
    Type,
    UnionType,
    Unknown,
)
from pfc.ir.walk import types_in

RUNTIME_NAMES: Final = """
    check checked_finite checked_instant checked_path checked_url matches path_pattern present
    stdlib under functools assert_never
""".split()
"""What generated code imports: a local name that hides it would break the code."""


class Scope:
    """Which name, or which expression, stands for each symbol.

    A name is used again only for a symbol of the same type, after the block of the
    first one has ended: so each Python variable keeps one type. `read` are the symbols
    that are read anywhere; the names of others begin with an underscore, which tells
    linters that nobody forgot them.
    """

    def __init__(
        self, reserved: Iterable[str] = (), read: Container[Symbol] | None = None
    ) -> None:
        self._namer = Namer(LOCAL, [*RUNTIME_NAMES, *reserved])
        self._read = read
        self._bound: dict[Symbol, Py] = {}
        self._free: dict[tuple[str, Type], list[Code]] = {}
        self._blocks: list[list[tuple[tuple[str, Type], Code]]] = [[]]

    def bind(self, symbol: Symbol, value: Py) -> None:
        """Let an expression stand for a symbol."""
        self._bound[symbol] = value

    def find(self, symbol: Symbol) -> Py | None:
        """What stands for a symbol, none if it is not known here."""
        return self._bound.get(symbol)

    def is_read(self, symbol: Symbol) -> bool:
        """Whether the program reads a symbol after it is bound."""
        return self._read is None or symbol in self._read

    def declare(
        self, symbol: Symbol, type_: Type | None = None, *, used: bool = False
    ) -> Code:
        """A name for a symbol that is bound from here on, to a value of a type.

        `used`: generated code reads it even if the program does not.
        """
        key = symbol.name, symbol.type if type_ is None else type_
        free = self._free.get(key)
        read = used or self.is_read(symbol)
        base = symbol.name if read else f"_{symbol.name}"
        name = free.pop() if free else self._namer.fresh(base)
        if _is_plain(key[1]):
            self._blocks[-1].append((key, name))
        self._bound[symbol] = Py(name)
        return name

    def claim(self, name: str) -> Code:
        """Keep a name that generated code uses."""
        return self._namer.claim(Code(name))

    def temporary(self, base: str) -> Code:
        """A name that nobody wrote, never used again."""
        return self._namer.fresh(base)

    @contextmanager
    def block(self) -> Iterator[None]:
        """Names that are declared inside are free again after it."""
        self._blocks.append([])
        try:
            yield
        finally:
            for key, name in self._blocks.pop():
                self._free.setdefault(key, []).append(name)


def _is_plain(type_: Type) -> bool:
    """Whether Python infers one and the same type for every expression of the type."""
    return not any(
        isinstance(each, OptionalType | UnionType | NoneType | Unknown | ResultType)
        for each in types_in(type_)
    )
