"""Conditions as SQL: text with places, and what is bound to each place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, cast, final

from packetflow.table.columns import Column, Stored
from packetflow.table.condition import (
    Absent,
    Among,
    Arg,
    Col,
    Compare,
    Condition,
    Every,
    Holds,
    Opposite,
    Part,
    Some,
    Under,
)
from packetflow.table.dialect import Dialect, quoted

Bind = Callable[[object], Stored]
Places = Sequence[tuple[int, Bind]]
"""For each `?` the number of an argument, and how it is bound."""

TRUE: Final = "1 = 1"
FALSE: Final = "1 = 0"
_OPERATORS: Final = {"!=": "<>", "==": "="}
_LIST: Final = "\0"  # stands for a list whose length only its argument says


@final
class Clause:
    """SQL of a condition for one dialect. Values are bound, never part of the text."""

    __slots__ = ("_lists", "_places", "_text")

    def __init__(self, writer: Writer, text: str) -> None:
        self._text = text
        self._places = tuple(writer.places)
        self._lists = tuple(writer.lists)

    @property
    def fixed(self) -> tuple[str, Places] | None:
        """The text and what is bound, if the text is the same for all arguments."""
        return None if self._lists else (self._text, self._places)

    def bound(self, args: Sequence[object]) -> tuple[str, list[Stored]]:
        """The text and what is bound; raises ValueError for a value without a form."""
        if not self._lists:
            return self._text, [bind(args[number]) for number, bind in self._places]
        pieces = self._text.split(_LIST)
        values: list[Stored] = []
        text = pieces[0]
        lists = iter(zip(self._lists, pieces[1:], strict=True))
        for number, bind in self._places:
            if number < 0:
                column, following = next(lists)
                text += _among(column, args[-number - 1], bind, values) + following
            else:
                values.append(bind(args[number]))
        return text, values


def _among(column: Column, items: object, bind: Bind, values: list[Stored]) -> str:
    name = quoted(column.name)
    # Nothing is there where another part of the condition decides.
    found = [] if items is None else list(cast("Iterable[object]", items))
    there = [bind(item) for item in found if item is not None]
    values += there
    text = FALSE
    if there:
        text = f"{name} IN ({', '.join('?' * len(there))})"
    if column.optional:
        text = f"({name} IS NOT NULL AND {text})"
        if len(there) < len(found):
            text = f"({name} IS NULL OR {text})"
    return text


@final
class Writer:
    """Writes one condition on the columns of a table."""

    def __init__(self, dialect: Dialect, columns: Mapping[str, Column]) -> None:
        self.dialect = dialect
        self.columns = columns
        self.places: list[tuple[int, Bind]] = []
        self.lists: list[Column] = []

    def clause(self, condition: Condition) -> Clause:
        """The whole condition."""
        return Clause(self, self.write(condition))

    def write(self, condition: Condition) -> str:
        """The text of a condition, fit to stand beside others."""
        match condition:
            case Compare():
                return self._compare(condition)
            case Absent(name):
                return f"{quoted(name)} IS NULL"
            case Holds(number):
                self.places.append((number, _truth))
                return "? = 1"
            case Among(name, number):
                column = self.columns[name]
                self.places.append((-number - 1, self._form(column)))
                self.lists.append(column)
                return _LIST
            case Part():
                return self._part(condition)
            case Under(name, number):
                return self._under(name, number)
            case Every(parts):
                return self._joined(" AND ", parts, TRUE)
            case Some(parts):
                return self._joined(" OR ", parts, FALSE)
            case Opposite(part):
                return f"NOT ({self.write(part)})"

    def _joined(self, word: str, parts: Sequence[Condition], empty: str) -> str:
        if not parts:
            return empty
        return f"({word.join([self.write(part) for part in parts])})"

    def _form(self, column: Column) -> Bind:
        """How a value is bound where it meets a column."""
        if self.dialect.is_postgres and column.storage == "text":
            return lambda value: encoded(column.stored(value))
        return column.stored

    def _compare(self, node: Compare) -> str:
        column = self.columns[node.left.name]
        left = self._operand(node.left)
        nullable = column.optional and node.left.default is None
        bare = True
        if isinstance(node.right, Col):
            other = self.columns[node.right.name]
            right = self._operand(node.right)
            absent = other.optional and node.right.default is None
        else:
            self.places.append((node.right.number, self._form(column)))
            right, absent = "?", node.right.optional
            if isinstance(node.right, Arg):
                bare = not absent
        if node.operator in ("==", "!="):
            bare = bare and not absent
            text = self.dialect.same(
                left, right, nullable=nullable or absent, bare=bare
            )
            return text if node.operator == "==" else f"NOT ({text})"
        text = f"{left} {_OPERATORS.get(node.operator, node.operator)} {right}"
        if nullable:
            text = f"({left} IS NOT NULL AND {text})"
        return text

    def _operand(self, node: Col) -> str:
        name = quoted(node.name)
        if node.default is None:
            return name
        self.places.append((node.default, self._form(self.columns[node.name])))
        return f"coalesce({name}, ?)"

    def _part(self, node: Part) -> str:
        column = self.columns[node.name]
        name = quoted(node.name)
        if node.where == "inside":
            text = self.dialect.inside(name)
        else:
            is_start = node.where == "start"
            text = (self.dialect.starts if is_start else self.dialect.ends)(name)
            self.places.append((node.number, _size))
        self.places.append((node.number, _bytes))
        return f"({name} IS NOT NULL AND {text})" if column.optional else text

    def _under(self, column: str, number: int) -> str:
        name = quoted(column)
        form = self._form(self.columns[column])
        self.places += [
            (number, form),
            (number, lambda value: _size(_below(value))),
            (number, lambda value: _bytes(_below(value))),
        ]
        text = f"({name} = ? OR {self.dialect.starts(name)})"
        nullable = self.columns[column].optional
        return f"({name} IS NOT NULL AND {text})" if nullable else text


def encoded(value: Stored) -> Stored:
    """Text as PostgreSQL compares it."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _truth(value: object) -> Stored:
    return 1 if value else 0


def _bytes(value: object) -> Stored:
    if value is None:
        return None
    return cast("str", value).encode("utf-8", "surrogatepass")


def _size(value: object) -> Stored:
    found = _bytes(value)
    return None if found is None else len(cast("bytes", found))


def _below(value: object) -> object:
    return "/" if value in (None, "/") else f"{value}/"
