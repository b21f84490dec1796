"""How parts stand beside each other: words, lists in brackets, blocks, clauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pfc.format.comments import joined
from pfc.format.docs import (
    BLANK,
    HARD,
    SOFT,
    SPACE,
    SPACE_OR_BREAK,
    TRAILING_COMMA,
    Doc,
    Lead,
    comment_behind,
    concat,
    force,
    group,
    led,
    line,
    nest,
    text,
    ungrouped,
)

COMMA: Final = text(",")
SEPARATORS: Final = frozenset({"COMMA", "MORE"})
_NO_SPACE_BEFORE: Final = SEPARATORS | frozenset(
    "COLON DOT DOTS OPTIONAL args params cap_args bindings type_args generics "
    "let_type".split()
)
_NO_SPACE_AFTER: Final = frozenset({"DOT", "DOTS"})
_ATTACHED: Final = {
    "until_clause": frozenset({"grant"}),
    "requires_one": frozenset({"member", "secret_member"}),
}
"""Items of a block that belong to the item before them."""

_BROKEN_BEFORE: Final = frozenset(
    "binary unary where_clause ask perform find await_event".split()
)
"""What may go on in further lines before the brace of a block."""

_SPREAD: Final = frozenset({"list", "map", "match_expr"})


# ---------------------------------------------------------------- comments
def gap(lead: Lead, *, first: bool = False) -> list[Doc]:
    """The comments of a lead, and the line break after them; `first` in a block."""
    found = comments(lead, first=first)
    found.append(BLANK if lead.blank else HARD)
    return found


def comments(lead: Lead | None, *, first: bool = False) -> list[Doc]:
    """The comments of a lead, each after a line break or behind what is there."""
    found: list[Doc] = []
    for comment in lead.comments if lead is not None else ():
        if comment.own:
            found.append(BLANK if comment.blank and not first else HARD)
            found.append(text(comment.text))
        else:
            found.append(comment_behind(comment.text))
        first = first and not comment.own
    return found


def before(part: Doc, separator: Doc) -> list[Doc]:
    """What stands before a part: its comments if it has any, else the separator."""
    if part.lead is not None and part.lead.comments:
        return gap(part.lead)
    return [separator]


# ---------------------------------------------------------------- words
def words(parts: Sequence[Doc]) -> Doc:
    """Parts with spaces between them."""
    if len(parts) == 1:
        return parts[0]
    out: list[Doc] = []
    last = ""
    for part in parts:
        tag = part.tag
        if out:
            if part.lead is not None and part.lead.comments:
                out.append(nest(gap(part.lead)))
            elif tag not in _NO_SPACE_BEFORE and last not in _NO_SPACE_AFTER:
                out.append(SPACE)
        out.append(part)
        last = tag
    return concat(out)


def tight(parts: Sequence[Doc]) -> Doc:
    """Parts with nothing between them."""
    out: list[Doc] = []
    for part in parts:
        if out and part.lead is not None and part.lead.comments:
            out.append(nest(gap(part.lead)))
        out.append(part)
    return concat(out)


def tailed(head: Doc, tails: Sequence[Doc]) -> Doc:
    """Clauses behind a head: all on its line, or each on a line of its own."""
    if not tails:
        return head
    out: list[Doc] = []
    for tail in tails:
        out.extend(before(tail, SPACE_OR_BREAK))
        out.append(tail)
    return group(concat([head, nest(out)]))


# ---------------------------------------------------------------- lists
def without_commas(parts: Iterable[Doc]) -> list[Doc]:
    """The parts that are no commas; comments before a comma come before what follows."""
    found: list[Doc] = []
    carried: Lead | None = None
    for part in parts:
        if part.tag in SEPARATORS:
            carried = joined(carried, part.lead)
            continue
        if carried is not None and carried.comments:
            part = led(part, joined(carried, part.lead))
        carried = None
        found.append(part)
    return found


def brackets(parts: Sequence[Doc], *, trailing_comma: bool = True) -> Doc:
    """A list in brackets: on one line, or one item a line."""
    opening = parts[0]
    *items, closing = without_commas(parts[1:])
    behind = comments(closing.lead, first=not items)
    if not items and not behind:
        return concat([opening, closing])
    if len(items) == 1 and _is_spread(items[0]) and not behind:
        return concat([opening, items[0], closing])
    inner: list[Doc] = []
    for item in items:
        if inner:
            inner.append(COMMA)
            inner.extend(before(item, SPACE_OR_BREAK))
        elif item.lead is not None and item.lead.comments:
            inner.extend(gap(item.lead, first=True))
        else:
            inner.append(SOFT)
        inner.append(item)
    if items and trailing_comma:
        inner.append(TRAILING_COMMA)
    return group(concat([opening, nest([*inner, *behind]), SOFT, closing]))


def _is_spread(item: Doc) -> bool:
    """Whether the only item of a list spreads over lines without an indent of its own."""
    if item.lead is not None and item.lead.comments:
        return False
    while item.tag in ("arg", "lambda") and item.pieces:
        item = item.pieces[0]
    return item.tag in _SPREAD


def open_list(parts: Sequence[Doc]) -> Doc:
    """A list without brackets and the words before it: `requires A, B`."""
    start = next(at for at, part in enumerate(parts) if part.tag in SEPARATORS) - 1
    return listed(parts[:start], without_commas(parts[start:]))


def listed(head: Sequence[Doc], items: Sequence[Doc]) -> Doc:
    """Items on the line of the words before them, or one a line."""
    inner: list[Doc] = []
    for item in items:
        if inner:
            inner.append(COMMA)
        if inner or head:
            inner.extend(before(item, SPACE_OR_BREAK))
        inner.append(item)
    if head:
        return group(concat([words(head), nest(inner)]))
    found = group(nest(inner))
    found.lead = items[0].lead
    return found


# ---------------------------------------------------------------- blocks
def block(parts: Sequence[Doc], separator: str) -> Doc:
    """Items in braces, not in a group yet.

    They stand on one line, `separator` between them, if that fits and the first of them
    was written on the line of the brace; else each has a line.
    """
    opening = parts[0]
    *items, closing = without_commas(parts[1:])
    items = _with_attached(items)
    behind = comments(closing.lead, first=not items)
    if not items and not behind:
        return concat([opening, closing])
    inner: list[Doc] = []
    for item in items:
        lead = item.lead
        if lead is not None and lead.comments:
            inner.extend(gap(lead, first=not inner))
        elif inner:
            inner.append(line(separator, blank=lead is not None and lead.blank))
        else:
            inner.append(SPACE_OR_BREAK)
        inner.append(item)
    found = concat([opening, nest([*inner, *behind]), SPACE_OR_BREAK, closing])
    return force(found) if items and items[0].lead is not None else found


def _with_attached(items: list[Doc]) -> list[Doc]:
    found: list[Doc] = []
    for item in items:
        if found and found[-1].tag in _ATTACHED.get(item.tag, ()):
            item = tailed(found.pop(), [item])
        found.append(item)
    return found


def headed(parts: Sequence[Doc], separator: str) -> Doc:
    """Words, then items in braces."""
    at = next(at for at, part in enumerate(parts) if part.tag == "LBRACE")
    return with_block(parts[:at], group(block(parts[at:], separator)))


def with_block(head: Sequence[Doc], below: Doc) -> Doc:
    """Words, then a block.

    An expression among the words that has to be broken is told from what is in the
    block, which is broken then too.
    """
    if not any(part.tag in _BROKEN_BEFORE for part in head):
        return words([*head, below])
    deeper = [_deeper(part) if part.tag in _BROKEN_BEFORE else part for part in head]
    return group(words([*deeper, ungrouped(below)]))


def _deeper(part: Doc) -> Doc:
    found = nest([part])
    found.lead, found.tag = part.lead, part.tag
    return found


# ---------------------------------------------------------------- clauses
def claused(
    head: Sequence[Doc], clauses: Sequence[Doc], body: Doc | None = None
) -> Doc:
    """The head of a declaration, its clauses, and its block if it has one.

    The clauses are on the line of the head if that fits and all were written there.
    """
    if not clauses:
        return words([*head, group(body)] if body else head)
    inner: list[Doc] = []
    fence: Doc | None = None
    for clause in clauses:
        inner.extend(before(clause, SPACE_OR_BREAK))
        if clause.tag == "python_clause" and clause is clauses[-1] and clause.pieces:
            clause, fence = clause.pieces
        inner.append(clause)
    parts = [words(head), nest(inner)]
    if body is not None:
        parts.extend(before(body, SPACE_OR_BREAK))
    top = concat(parts)
    if any(clause.lead is not None for clause in clauses):
        force(top)
    below = fence or (group(body) if body else None)
    return group(top) if below is None else concat([group(top), below])
