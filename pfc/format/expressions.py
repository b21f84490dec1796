"""Layouts of expressions: chains of operators and of calls, conditions, bindings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pfc.format.docs import (
    SOFT,
    SPACE,
    SPACE_OR_BREAK,
    Doc,
    Lazy,
    concat,
    group,
    nest,
)
from pfc.format.pieces import before, brackets, gap, tight, words

_LEVELS: Final = {
    "or": 1,
    "and": 2,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}
"""Operators of one level are laid out together; comparisons are not chained."""

_STAYS: Final = frozenset(
    "ask perform find await_event list map match_expr paren lambda args".split()
)
"""Values that begin on the line of their `=`, however long they are."""

_STEPS: Final = frozenset({"field", "call_expr", "index"})


# ---------------------------------------------------------------- operators
def binary(parts: Sequence[Doc]) -> Doc:
    """Operators of one level in a row: on one line, or each before its operand."""
    left, operator, right = parts
    level = _LEVELS.get(operator.flat or "", 0)
    same = level and left.tag == "binary" and _level(left) == level
    pieces = left.pieces if same else [left]
    pieces += [operator, right]
    base = concat(
        [
            left,
            *before(operator, SPACE_OR_BREAK),
            operator,
            *before(right, SPACE),
            right,
        ]
    )
    return Lazy(base, pieces, _operators)


def _level(doc: Doc) -> int:
    return _LEVELS.get(doc.pieces[1].flat or "", 0)


def _operators(pieces: list[Doc]) -> Doc:
    return concat([pieces[0], nest(_operands(pieces))])


def _operators_aligned(pieces: list[Doc]) -> Doc:
    return concat([pieces[0], *_operands(pieces)])


def _operands(pieces: list[Doc]) -> list[Doc]:
    inner: list[Doc] = []
    for operator, operand in zip(pieces[1::2], pieces[2::2], strict=True):
        inner.extend(before(operator, SPACE_OR_BREAK))
        inner.append(operator)
        inner.extend(before(operand, SPACE))
        inner.append(operand)
    return inner


def unary(parts: Sequence[Doc]) -> Doc:
    """`not x`, `-x`."""
    return tight(parts) if parts[0].tag == "MINUS" else words(parts)


# ---------------------------------------------------------------- calls and fields
def step(parts: Sequence[Doc]) -> Doc:
    """`value.name`, `value(...)` or `value[...]`: one more step of a chain."""
    value = parts[0]
    piece = parts[1] if len(parts) == 2 else _piece(parts[1:])
    chained = value.tag in _STEPS
    pieces = value.pieces if chained else [value]
    pieces.append(piece)
    between = nest(gap(piece.lead)) if piece.lead and piece.lead.comments else None
    base = concat([value, between, piece] if between else [value, piece])
    return Lazy(base, pieces, _chain)


def _piece(parts: Sequence[Doc]) -> Doc:
    if parts[0].tag == "LSQB":
        return brackets(parts, trailing_comma=False)
    found = tight(parts)
    found.tag = "DOT"
    return found


def _method_calls(pieces: Sequence[Doc]) -> int:
    return sum(
        piece.tag == "args" and pieces[at - 1].tag == "DOT"
        for at, piece in enumerate(pieces)
    )


def _chain(pieces: list[Doc]) -> Doc:
    """The head, then a line for each method.

    A first method without arguments belongs to the head: `state.notes.values()`. Behind
    the head, what has no parentheses is most likely a method too.
    """
    start = _end_of_head(pieces) if _method_calls(pieces) > 1 else len(pieces)
    out: list[Doc] = []
    steps: list[Doc] = []
    for at, piece in enumerate(pieces):
        noted = at > 0 and piece.lead is not None and piece.lead.comments
        breaks = at >= start and piece.tag == "DOT"
        if noted and piece.lead is not None:
            found = gap(piece.lead)
            if steps or breaks:
                steps.extend(found)
            else:
                out.append(nest(found))
        elif breaks and (pieces[at - 1].tag != "DOT" or _is_called(pieces, at)):
            steps.append(SOFT)
        (steps or out).append(piece)
    return concat([*out, nest(steps)]) if steps else concat(out)


def _is_called(pieces: Sequence[Doc], at: int) -> bool:
    return at + 1 < len(pieces) and pieces[at + 1].tag == "args"


def _end_of_head(pieces: Sequence[Doc]) -> int:
    """Where the first line of a broken chain ends."""
    at = next(at for at, piece in enumerate(pieces) if at and piece.tag == "args")
    if at == 1 or pieces[at].flat == "()":
        return at + 1
    return at - 1


# ---------------------------------------------------------------- values in their places
def stays(value: Doc) -> bool:
    """Whether a value breaks inside rather than go to the next line as a whole."""
    if value.tag in _STEPS:
        return value.pieces[-1].tag != "DOT" and _method_calls(value.pieces) < 2
    return value.tag in _STAYS


def bound(parts: Sequence[Doc]) -> Doc:
    """`= value` or `... => value`: the value on the same line, or on the next."""
    value = parts[-1]
    if stays(value):
        return words(parts)
    if isinstance(value, Lazy) and value.build in _ALIGNED:
        value.build = _ALIGNED[value.build]
    head = words(parts[:-1])
    return group(concat([head, nest([*before(value, SPACE_OR_BREAK), value])]))


def arrow(parts: Sequence[Doc]) -> Doc:
    """`x => body` and `(a, b) => body`."""
    *parameters, sign, body = parts
    if len(parameters) > 1:
        inside = words(parameters[1:-1])
        parameters = [tight([parameters[0], inside, parameters[-1]])]
    found = words([*parameters, sign, body])
    found.pieces = [body]
    return found


def condition(parts: Sequence[Doc]) -> Doc:
    """`if a then b else c`, with those in its `else` beside it."""
    if_, asked, then, value, else_, otherwise = parts
    case = group(
        concat(
            [
                words([if_, asked]),
                nest([*before(then, SPACE_OR_BREAK), words([then, value])]),
            ]
        )
    )
    if otherwise.tag == "if_expr":
        pieces = otherwise.pieces  # the last case first, so that adding one is cheap
        pieces[-1] = words([else_, pieces[-1]])
    else:
        pieces = [words([else_, otherwise])]
    pieces.append(case)
    last = words([else_, otherwise])
    return Lazy(
        concat([case, nest([*before(else_, SPACE_OR_BREAK), last])]), pieces, _cases
    )


def _cases(pieces: list[Doc]) -> Doc:
    return concat([pieces[-1], nest(_others(pieces))])


def _cases_aligned(pieces: list[Doc]) -> Doc:
    return concat([pieces[-1], *_others(pieces)])


def _others(pieces: list[Doc]) -> list[Doc]:
    inner: list[Doc] = []
    for case in reversed(pieces[:-1]):
        inner.extend(before(case, SPACE_OR_BREAK))
        inner.append(case)
    return inner


_ALIGNED: Final = {_operators: _operators_aligned, _cases: _cases_aligned}
"""Layouts of values that have lines of their own, so that nothing else is beside them."""


def argument(parts: Sequence[Doc]) -> Doc:
    """`value` or `name: value`."""
    found = concat(parts) if len(parts) == 1 else words(parts)
    found.pieces = [parts[-1]]
    return found
