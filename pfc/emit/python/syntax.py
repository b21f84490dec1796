"""Python expressions with their precedence, so that only needed brackets are written."""

from __future__ import annotations

from typing import Final

from pfc.emit.code import Code, splice
from pfc.frozen import dataclass

(
    ANY,
    CONDITIONAL,
    OR,
    AND,
    NOT,
    COMPARISON,
    UNION,
    INTERSECTION,
    SUM,
    PRODUCT,
    UNARY,
    AWAIT,
    ATOM,
) = range(13)
"""How tightly an expression binds; a walrus or a lambda binds least (ANY)."""

_BRACKETS: Final = Code("({})")


@dataclass(frozen=True, slots=True)
class Py:
    """An expression and how tightly it binds."""

    code: Code
    level: int = ATOM

    def at(self, level: int) -> Code:
        """The code where something that binds as tightly as `level` is needed."""
        return self.code if self.level >= level else splice(_BRACKETS, self.code)

    @property
    def is_place(self) -> bool:
        """Whether it is a name or a chain of attributes: cheap, and free of effects."""
        return all(part.isidentifier() for part in self.code.split("."))


def text(code: str) -> Py:
    """An atom that is written in the compiler."""
    return Py(Code(code))


def call(function: Code, *arguments: Code) -> Py:
    """`function(a, b)`; the arguments stand as they are."""
    return Py(Code(f"{function}({', '.join(arguments)})"))


def attribute(value: Py, name: Code) -> Py:
    """`value.name`."""
    return Py(splice("{}.{}", value.at(ATOM), name))


def method(value: Py, name: str, *arguments: Code) -> Py:
    """`value.name(a, b)`."""
    return call(splice("{}.{}", value.at(ATOM), Code(name)), *arguments)


def binary(left: Py, operator: str, right: Py, level: int) -> Py:
    """`left op right`, associating to the left."""
    code = splice("{} {} {}", left.at(level), Code(operator), right.at(level + 1))
    return Py(code, level)


def compared(left: Py, operator: str, right: Py) -> Py:
    """`left op right` of a comparison, never part of a chain."""
    code = splice("{} {} {}", left.at(UNION), Code(operator), right.at(UNION))
    return Py(code, COMPARISON)


def negated(value: Py) -> Py:
    """`not value`."""
    return Py(splice("not {}", value.at(NOT)), NOT)


def conditional(condition: Py, then: Py, otherwise: Py) -> Py:
    """`then if condition else otherwise`."""
    code = splice(
        "{} if {} else {}", then.at(OR), condition.at(OR), otherwise.at(CONDITIONAL)
    )
    return Py(code, CONDITIONAL)


def sequence(opening: str, items: list[Code], closing: str) -> Py:
    """A display of items; a tuple of one gets its comma."""
    comma = "," if opening == "(" and len(items) == 1 else ""
    return Py(Code(f"{opening}{', '.join(items)}{comma}{closing}"))
