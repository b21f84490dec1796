"""What is written out of habit where only something else fits, and how it is said here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pfc.syntax.foreign import Rule, instead, kinds_at, with_edits
from pfc.syntax.repairs import CLOSERS, OPENERS, Repair
from pfc.syntax.tolerant import Item

_FAR: Final = 40
"""How many tokens are looked through for the end of what is written."""

_UNITS: Final = frozenset(("ms", "s", "m", "h", "d", "w"))
_VALUES: Final = frozenset(("NAME", "QUOTED", "RSQB", "RPAR", "STRING"))


def slices(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`xs[1:3]` and `xs[:3]`."""
    if items[at].kind != "COLON" or at < 2:
        return None
    first = items[at - 1].kind == "LSQB" and items[at - 2].kind in _VALUES
    if not first and not {"RSQB", "PLUS"} <= accepted:
        return None
    end = _end(items, at, "RSQB")
    if end is None:
        return None
    put = ("NUMBER",) if first else ()
    why = "a part is taken with `.take(n)` and `.drop(n)`"
    return instead(items, at, end - at, put, why, shown=1)


def comprehension(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`[f(x) for x in xs]`."""
    if items[at].kind != "FOR" or not {"RSQB", "PLUS"} <= accepted:
        return None
    end = _end(items, at, "RSQB")
    if end is None:
        return None
    why = "a list is made of another with `xs.map(x => …)` and `xs.filter(x => …)`"
    return instead(items, at, end - at, (), why, shown=1)


_MORE: Final = frozenset(("add", "append", "push", "insert", "extend", "update"))
_FEWER: Final = frozenset(("remove", "discard", "pop", "delete", "clear"))


def changed_in_place(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`state.xs.append(x)` as a statement."""
    if items[at].kind != "LPAR" or "ASSIGN" not in accepted or at < 2:
        return None
    name = items[at - 1].text
    if items[at - 2].kind != "DOT" or name not in _MORE | _FEWER:
        return None
    end = _end(items, at + 1, "RPAR")
    if end is None:
        return None
    whole = _joined_back(items, at - 2)
    ways = [f"`{whole} += [x]` for a list", f"`{whole} = {whole}.union([x])` for a set"]
    if name in _FEWER:
        ways = [
            f"`{whole} = {whole}.filter(…)`",
            f"`remove {whole}[key]` for a map",
        ]
    why = f"collections do not change; write {', '.join(ways)}"
    put = ("ASSIGN", "NUMBER")
    removed = end + 1 - (at - 2)
    told = instead(items, at - 2, removed, put, why, shown=2)
    return replace(told, found=f".{name}")


def _joined_back(items: Sequence[Item], end: int) -> str:
    """The target that ends before `end`, as it is written in its line."""
    start = end - 1
    while start > 0 and not items[start].first and items[start - 1].kind != "LBRACE":
        start -= 1
    return "".join(item.text for item in items[start:end])


def sum_as_statement(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`state.n + 1` as a statement."""
    if not {"ASSIGN", "EQUAL"} <= accepted or items[at].kind not in ("PLUS", "MINUS"):
        return None
    if items[at + 1].kind in ("PLUS", "MINUS"):
        return None
    sign = f"{items[at].text}="
    told = instead(items, at, 1, ("ASSIGN",), "`=` or `+=`", sign)
    return replace(told, code="PF101", found=f"`{items[at].text}`", safe=False)


def bare_field(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`n += 1` for a field of the state."""
    if not kinds_at(items, at, "NAME", "ASSIGN") or "LET" not in accepted:
        return None
    name = items[at].text
    told = instead(
        items, at, 0, ("STATE", "DOT"), f"state is written `state.{name}`", shown=1
    )
    edit = (items[at].start, items[at].start, "state.")
    told = with_edits(told, (edit,), f"write `state.{name}`")
    return replace(told, safe=False)


def result_without_return(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`fn f(a: Int) -> Int { a + 1 }`."""
    first = items[at]
    if first.kind not in ("NAME", "NUMBER", "STRING") or "RETURN" not in accepted:
        return None
    if items[at - 1].kind != "LBRACE" or not _opens_function(items, at - 1):
        return None
    why = "a function with a block gives its result with `return`"
    told = instead(items, at, 0, ("RETURN",), why, shown=1)
    edit = (first.start, first.start, "return ")
    return replace(with_edits(told, (edit,), "add `return`"), safe=False)


def _opens_function(items: Sequence[Item], brace: int) -> bool:
    for here in range(brace - 1, max(brace - _FAR, -1), -1):
        if items[here].kind == "FN":
            return True
        if items[here].kind in ("LBRACE", "RBRACE", "FAT_ARROW"):
            return False
    return False


def typed_binding(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`on Add(x: Int) { … }`."""
    if items[at].kind != "COLON" or not {"RPAR", "COMMA"} <= accepted:
        return None
    if "PLUS" in accepted or not _in_handler_head(items, at):
        return None
    end = at + 1
    depth = 0
    while end < min(len(items), at + _FAR):
        kind = items[end].kind
        if depth == 0 and kind in ("COMMA", "RPAR"):
            break
        depth += (kind in OPENERS) - (kind in CLOSERS)
        end += 1
    else:
        return None
    why = "a handler names the fields of its intent, without their types"
    told = instead(items, at, end - at, (), why, shown=1)
    edit = (items[at].start, items[end - 1].end, "")
    return with_edits(told, (edit,), "remove the type")


def _in_handler_head(items: Sequence[Item], at: int) -> bool:
    here = at
    while here > 0 and items[here].kind not in ("LPAR", "LBRACE", "RBRACE"):
        here -= 1
    here -= 1
    while here > 1 and items[here - 1].kind == "DOT":
        here -= 2
    return here > 0 and items[here - 1].kind == "ON"


def ask_without_brackets(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`ask A` without its arguments."""
    here = at - 1
    while here > 1 and items[here - 1].kind == "DOT":
        here -= 2
    if here < 1 or items[here - 1].kind != "ASK" or "LPAR" not in accepted:
        return None
    shown = "".join(item.text for item in items[here:at])
    end = items[at - 1].end
    told = instead(items, at, 0, ("LPAR", "RPAR"), f"`{shown}()`", shown=1)
    return _missing(told, items, "add `()`", ((end, end, "()"),))


def nothing_expected(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`expect X() denied` and `expect X() fails` with nothing behind."""
    for word in (at - 1, at - 2):
        if word < 1 or items[word].kind not in ("DENIED", "FAILS"):
            continue
        after = items[word + 1]
        if not (after.first or after.kind == "RBRACE") or not _expects(items, word):
            continue
        what = (
            'the capability, as in `denied Poll.vote("best")`'
            if items[word].kind == "DENIED"
            else "the failure, as in `fails NotFound`"
        )
        return _missing(instead(items, word + 1, 0, ("NAME",), what, shown=1), items)
    return None


def _expects(items: Sequence[Item], word: int) -> bool:
    """Whether a word belongs to an `expect` of its line."""
    for here in range(word - 1, max(word - _FAR, -1), -1):
        if items[here].kind == "EXPECT":
            return True
        if items[here].first:
            return False
    return False


def strategy(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`supervise { … }`."""
    if not kinds_at(items, at - 1, "SUPERVISE", "LBRACE"):
        return None
    what = "`one_for_one`, `one_for_all` or `rest_for_one`"
    end = items[at - 1].end
    told = instead(items, at, 0, ("NAME",), what, shown=1)
    return _missing(told, items, "add `one_for_one`", ((end, end, " one_for_one"),))


def in_for_within(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`max 5 in 10s`."""
    if items[at].kind != "IN" or "WITHIN" not in accepted or "NAME" in accepted:
        return None
    return instead(items, at, 1, ("WITHIN",), "write `within`", "within")


def spaced_unit(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`5 s`."""
    number, unit = items[at - 1], items[at]
    if at < 1 or number.kind != "NUMBER" or unit.text not in _UNITS or unit.first:
        return None
    if not number.text.isdecimal():
        return None
    joined = f"{number.text}{unit.text}"
    why = f"a number and its unit stand together: `{joined}`"
    return instead(items, at - 1, 2, ("NUMBER",), why, joined)


def _missing(
    told: Repair,
    items: Sequence[Item],
    title: str = "",
    edits: tuple[tuple[int, int, str], ...] = (),
) -> Repair:
    """What is told of something that is missing before the token of a repair."""
    after = items[told.at]
    found = "end of the line" if after.first else f"`{after.text}`"
    if after.kind == "$END":
        found = "end of the declaration"
    return replace(
        told, code="PF101", found=found, title=title, edits=edits, safe=False
    )


def _end(items: Sequence[Item], at: int, closer: str) -> int | None:
    """Where what is open at `at` is closed by `closer`; none if it is not."""
    depth = 0
    for here in range(at, min(len(items), at + _FAR)):
        kind = items[here].kind
        if depth == 0 and kind in CLOSERS:
            return here if kind == closer else None
        depth += (kind in OPENERS) - (kind in CLOSERS)
    return None


HABITS: Final[tuple[Rule, ...]] = (
    slices,
    comprehension,
    changed_in_place,
    sum_as_statement,
    bare_field,
    result_without_return,
    typed_binding,
    ask_without_brackets,
    nothing_expected,
    strategy,
    in_for_within,
    spaced_unit,
)
