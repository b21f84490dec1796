"""Terms: what the checker knows a value by, without running anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Union

from pfc.frozen import dataclass
from pfc.ir.expressions import LiteralValue
from pfc.ir.types import DeclId
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value that the program did not make itself comes from.

    `kind`: field (of the intent `owner`), state (of the reactor `owner`), ask, perform,
    python, input (of a page or form), or other. A state field counts only if some
    handler puts a caller-chosen value there.
    """

    kind: str
    name: str
    owner: DeclId = ""
    span: Span | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash((self.kind, self.name, self.owner))


@dataclass(frozen=True, slots=True)
class Const:
    """A constant, by a key equal for equal values (`1` and `1.0`, but not `true`)."""

    key: tuple[str, object]
    text: str = field(compare=False)


@dataclass(eq=False, slots=True)
class Sym:
    """A value that never changes and is known by its identity only.

    `origin` names what it was read from where that can change (`state.dir`).
    """

    text: str
    source: Source | None = None
    origin: str = ""
    span: Span | None = None


class Derived:
    """What a pure operation makes of its parts; the same one, if the parts are.

    Immutable. There is one for nearly every expression of a program, and each is a key
    many times: what it is worked out to is kept, and its `text` is made when asked for.
    """

    __slots__ = ("_hash", "_sources", "_text", "operation", "parts")
    __match_args__ = ("operation", "parts", "text")

    def __init__(
        self, operation: str, parts: tuple[Term, ...], text: str | Callable[[], str]
    ) -> None:
        self.operation = operation
        self.parts = parts
        self._text = text
        self._hash: int | None = None
        self._sources: frozenset[Source] | None = None

    @property
    def text(self) -> str:
        """As a user would write it; it says nothing about what is equal."""
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    @property
    def sources(self) -> frozenset[Source]:
        """Those of all parts."""
        if self._sources is None:
            found: set[Source] = set()
            for part in self.parts:
                if isinstance(part, Derived):
                    found |= part.sources
                elif isinstance(part, Sym) and part.source is not None:
                    found.add(part.source)
            self._sources = frozenset(found) if found else _NO_SOURCES
        return self._sources

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Derived)
            and self.operation == other.operation
            and self.parts == other.parts
        )

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash((self.operation, self.parts))
        return self._hash

    def __repr__(self) -> str:
        return (
            f"Derived(operation={self.operation!r}, parts={self.parts!r},"
            f" text={self.text!r})"
        )


Term = Union[Const, Sym, Derived]


_NO_SOURCES: Final[frozenset[Source]] = frozenset()


def constant(value: LiteralValue) -> Const:
    """The term of a literal."""
    match value:
        case bool():
            return Const(("bool", value), "true" if value else "false")
        case int():
            return _whole(value)
        case float() | Decimal():
            return Const(("number", Fraction(value)), str(value))
        case str():
            return Const(("text", value), f'"{value}"')
        case None:
            return Const(("none", None), "none")
        case timedelta():
            return Const(("duration", value), show_duration(value))
        case _:
            return Const((type(value).__name__, value), str(value))


@lru_cache(maxsize=1024)
def _whole(value: int) -> Const:
    return Const(("number", Fraction(value)), str(value))


def show_duration(value: timedelta) -> str:
    """As in source, in the largest unit that divides it."""
    milliseconds = value // timedelta(milliseconds=1)
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


def leaves(term: Term) -> Iterator[Const | Sym]:
    """The constants and symbols that a term is made of."""
    if isinstance(term, Derived):
        for part in term.parts:
            yield from leaves(part)
    else:
        yield term


def subterms(term: Term) -> Iterator[Term]:
    """The term and everything inside it."""
    yield term
    if isinstance(term, Derived):
        for part in term.parts:
            yield from subterms(part)


def sources(term: Term) -> frozenset[Source]:
    """Everything that came in from outside and took part in making the value."""
    if isinstance(term, Derived):
        return term.sources
    if isinstance(term, Sym) and term.source is not None:
        return frozenset((term.source,))
    return _NO_SOURCES


def replaced(term: Term, new: Mapping[Term, Term]) -> Term:
    """The term with other terms in place of some of its subterms."""
    if term in new:
        return new[term]
    if isinstance(term, Derived):
        parts = tuple(replaced(part, new) for part in term.parts)
        return Derived(term.operation, parts, term.text)
    return term
