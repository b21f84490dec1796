"""What people write who come from other languages, and how it is written here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pfc.syntax.repairs import Repair
from pfc.syntax.tolerant import Item

_FN = (("FN",), "a function is `fn name(…) -> Type = …`")
_RECORD = (("RECORD",), "data is a `record`")
_REACTOR = (("REACTOR",), "what keeps state is a `reactor`")
_INTENT = (("INTENT",), "a request is an `intent`")
_IMPORT = (("IMPORT",), "a module is taken in with `import` or `from … import …`")
_LET = (("LET",), "a new name begins with `let`")
_FAIL = (("FAIL",), "a handler fails with `fail`")
_ELSE_IF = (("ELSE", "IF"), "write `else if`")
_MATCH = (("MATCH",), "cases are told apart with `match`")
_GONE: tuple[tuple[str, ...], str] = ((), "it is not needed")
_ON = (("ON",), "a handler begins with `on`")
_NONE: tuple[str, ...] = ("?",)

WORDS: Final[dict[str, tuple[tuple[tuple[str, ...], str], ...]]] = {
    **dict.fromkeys(("def", "func", "function", "fun", "proc"), (_FN, _ON)),
    **dict.fromkeys(("class", "struct", "dataclass", "object"), (_RECORD,)),
    **dict.fromkeys(("actor", "service", "agent"), (_REACTOR,)),
    **dict.fromkeys(("command", "request", "query", "message"), (_INTENT,)),
    **dict.fromkeys(("use", "using", "include"), (_IMPORT,)),
    **dict.fromkeys(("const", "var", "val", "auto"), (_LET,)),
    **dict.fromkeys(("raise", "throw", "abort"), (_FAIL,)),
    **dict.fromkeys(("elif", "elsif", "elseif"), (_ELSE_IF,)),
    **dict.fromkeys(("switch", "select"), (_MATCH,)),
    **dict.fromkeys(
        ("async", "public", "private", "export", "pub", "static", "override"), (_GONE,)
    ),
    **dict.fromkeys(("handle", "handles", "receive"), (_ON,)),
    "enum": ((("UNION",), "alternatives are a `union`"),),
    "trait": ((("INTERFACE",), "a set of intents is an `interface`"),),
    "protocol": ((("INTERFACE",), "a set of intents is an `interface`"),),
    "package": ((("MODULE",), "a file is a `module`"),),
    "namespace": ((("MODULE",), "a file is a `module`"),),
    "typedef": ((("TYPE",), "a type gets a name with `type Name = …`"),),
    "alias": ((("TYPE",), "a type gets a name with `type Name = …`"),),
    "foreach": ((("FOR",), "a loop is `for x in xs { … }`"),),
    "assert": ((("REQUIRE",), "write `require condition else …`"),),
    "del": ((("REMOVE",), "an entry is taken away with `remove`"),),
    "publish": ((("EMIT",), "an event is sent with `emit`"),),
    "call": ((("PERFORM",), "an effect is run with `perform`"),),
    "pass": (((), "an empty block is `{ }`"),),
    "case": (((), "an arm is `pattern => …`"),),
    "new": (((), "a value is made with `Name(…)`"),),
    "yield": ((("REPLY",), "an answer is given with `reply`"),),
    "is": ((("COMPARE",), "values are compared with `==`"),),
    "of": ((("IN",), "a loop is `for x in xs { … }`"),),
    "while": ((_NONE, "there is no `while`: a loop is `for x in xs { … }`"),),
    "loop": ((_NONE, "a loop is `for x in xs { … }`"),),
    "try": ((_NONE, "failures are handled with `let … else { … }` or `match ask …`"),),
    "except": ((_NONE, "failures are told apart with `match ask … { … }`"),),
    "catch": ((_NONE, "failures are told apart with `match ask … { … }`"),),
    "break": ((_NONE, "there is no `break`: use `filter` or `first`"),),
    "continue": ((_NONE, "there is no `continue`: use `if` or `filter`"),),
    "global": ((_NONE, "what changes is the `state` of a reactor"),),
    "extends": ((_NONE, "nothing inherits: put the record into a field"),),
    "inherits": ((_NONE, "nothing inherits: put the record into a field"),),
}
"""Word → the kinds of tokens to put in its place, and why; `?` if there are none."""

Rule = Callable[[Sequence[Item], int, frozenset[str]], "Repair | None"]


def known_words(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> list[Repair]:
    """The readings of a word of another language at `at`, where `accepted` fit."""
    item = items[at]
    if item.kind == "ASYNC" or item.text not in WORDS or item.made:
        return []
    found = []
    for put, why in WORDS[item.text]:
        if not put or put[0] in accepted:
            removed, text = 1, _written(put)
            if item.text == "is" and items[at + 1].text == "not":
                removed, text, why = 2, "!=", "values are compared with `!=`"
            elif item.text == "is" and _is_alternative(items[at + 1].text):
                why = "alternatives are told apart with `match`"
                found.append(instead(items, at, removed, put, why))
                continue
            found.append(instead(items, at, removed, put, why, text))
    return found


def hopeless(items: Sequence[Item], at: int) -> Repair | None:
    """What is said of a word for which there is none here."""
    readings = WORDS.get(items[at].text, ())
    for put, why in readings:
        if put == _NONE:
            return instead(items, at, 1, (), why)
    return None


def _is_alternative(text: str) -> bool:
    return text[:1].isupper() and text not in ("None", "True", "False")


def _written(put: tuple[str, ...]) -> str:
    return " ".join("==" if kind == "COMPARE" else kind.lower() for kind in put)


def instead(
    items: Sequence[Item],
    at: int,
    removed: int,
    put: tuple[str, ...],
    why: str,
    text: str | None = None,
    *,
    cost: int = 0,
    shown: int | None = None,
) -> Repair:
    """`put` in place of `removed` tokens at `at`: written `text`, if that is known."""
    last = items[at + removed - 1]
    shown = removed if shown is None else shown
    edits: tuple[tuple[int, int, str], ...] = ()
    if text is not None:
        end = last.end if text else items[at + removed].start
        edits = ((items[at].start, end, text),)
    return Repair(
        at,
        removed,
        put,
        cost,
        why,
        "PF111",
        _joined(items[at : at + shown]),
        shown,
        edits,
        f"write `{text.strip()}`" if text else f"remove `{items[at].text}`",
        safe=True,
    )


def _joined(items: Sequence[Item]) -> str:
    """The texts of some tokens, as they stand to each other."""
    text = items[0].text
    for before, item in pairwise(items):
        text += item.text if before.end == item.start else f" {item.text}"
    return text


# ---------------------------------------------------------------- constructs
def kinds_at(items: Sequence[Item], at: int, *kinds: str) -> bool:
    found = [item.kind for item in items[at : at + len(kinds)]]
    return at >= 0 and found == list(kinds)


def _adjacent(items: Sequence[Item], at: int) -> bool:
    return items[at].end == items[at + 1].start


def three_equals(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`===` and `!==`."""
    if not kinds_at(items, at - 1, "COMPARE", "EQUAL") or not _adjacent(items, at - 1):
        return None
    text = items[at - 1].text
    why = f"values are compared with `{text}`"
    return instead(items, at - 1, 2, ("COMPARE",), why, text)


def walrus(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`:=`."""
    for start in (at, at - 1):
        if kinds_at(items, start, "COLON", "EQUAL") and _adjacent(items, start):
            why = "a value is given with `=`"
            return instead(items, start, 2, ("EQUAL",), why, "=")
    return None


def power(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`**`."""
    if not kinds_at(items, at - 1, "STAR", "STAR") or not _adjacent(items, at - 1):
        return None
    why = "there is no operator for powers: multiply"
    return instead(items, at - 1, 2, ("STAR",), why)


def increment(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`state.x++`."""
    for kind, sign in (("PLUS", "+="), ("MINUS", "-=")):
        if (
            "ASSIGN" in accepted
            and kinds_at(items, at, kind, kind)
            and _adjacent(items, at)
        ):
            why = f"write `{sign} 1`"
            return instead(items, at, 2, ("ASSIGN", "NUMBER"), why, f" {sign} 1")
    return None


def null_coalescing(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`x ?? y`."""
    if not kinds_at(items, at, "OPTIONAL", "OPTIONAL") or "OR" not in accepted:
        return None
    return instead(items, at, 2, ("OR",), "write `value or default`", "or")


def question(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`c ? a : b`."""
    if items[at].kind != "OPTIONAL" or "OR" not in accepted:
        return None
    why = "write `if condition then one else other`"
    depth = 0
    for here in range(at + 1, min(at + 30, len(items))):
        kind = items[here].kind
        depth += (kind in ("LPAR", "LSQB")) - (kind in ("RPAR", "RSQB"))
        if kind == "COLON" and depth == 0:
            removed = here - at + 1
            middle = tuple(item.kind for item in items[at + 1 : here])
            return instead(items, at, removed, ("OR", *middle, "OR"), why, shown=1)
    return None


def python_conditional(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`a if c else b`."""
    if items[at].kind != "IF" or at == 0:
        return None
    stop = min(at + 30, len(items))
    for here in range(at + 1, stop):
        if items[here].kind in ("THEN", "LBRACE", "RBRACE") or items[here].first:
            return None
        if items[here].kind == "ELSE":
            condition = items[at + 1 : here]
            if not condition or items[here + 1].kind in ("LBRACE", "IF"):
                return None
            middle = tuple(item.kind for item in condition)
            why = "write `if condition then one else other`"
            put = ("OR", *middle, "OR")
            return instead(items, at, here - at + 1, put, why, shown=1)
    return None


def python_lambda(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`lambda x: e`; it is found at the name, or at the colon if there is none."""
    start = at - 1
    if start < 0 or items[start].text != "lambda":
        return None
    names: list[str] = []
    here = at
    while items[here].kind == "NAME" and items[here + 1].kind in ("COMMA", "COLON"):
        names.append(items[here].text)
        here += 1
        if items[here].kind == "COLON":
            many = len(names) > 1
            shown = f"({', '.join(names)})" if many else names[0]
            commas = ("NAME", *(("COMMA", "NAME") * (len(names) - 1)))
            put = ("LPAR", *commas, "RPAR") if many else ("NAME",)
            why = "a function without a name is `x => …`"
            removed = here - start + 1
            return instead(
                items, start, removed, (*put, "FAT_ARROW"), why, f"{shown} =>", shown=1
            )
        here += 1
    return None


def angle_brackets(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """`List<Int>`."""
    if items[at].text != "<" or "LSQB" not in accepted or "COMPARE" in accepted:
        return None
    depth = 0
    for here in range(at, min(at + 30, len(items))):
        depth += {"<": 1, ">": -1}.get(items[here].text, 0)
        if depth == 0:
            inner = items[at : here + 1]
            put = tuple({"<": "LSQB", ">": "RSQB"}.get(i.text, i.kind) for i in inner)
            why = "types are applied with `[ ]`"
            edits = tuple(
                (i.start, i.end, "[" if i.text == "<" else "]")
                for i in inner
                if i.text in "<>"
            )
            told = instead(items, at, here - at + 1, put, why, "", shown=1)
            return with_edits(told, edits, "write `[ ]`")
    return None


def with_edits(
    told: Repair, edits: tuple[tuple[int, int, str], ...], title: str
) -> Repair:
    return replace(told, edits=edits, title=title)


def or_none(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`X | None` as a type."""
    if items[at].kind != "VBAR" or "OPTIONAL" not in accepted:
        return None
    if items[at + 1].text not in ("None", "none", "null"):
        return None
    told = instead(items, at, 2, ("OPTIONAL",), "a value that may be none is `T?`", "?")
    return with_edits(told, ((items[at - 1].end, items[at + 1].end, "?"),), "write `?`")


def not_in(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`x not in y`."""
    if not kinds_at(items, at, "NOT", "IN") or "IN" not in accepted:
        return None
    return instead(items, at, 2, ("IN",), "write `not (x in xs)`")


def python_block(
    items: Sequence[Item], at: int, accepted: frozenset[str]
) -> Repair | None:
    """A colon and an indented block."""
    if items[at].kind != "COLON" or "LBRACE" not in accepted:
        return None
    if not items[at + 1].first:
        return None
    start = at
    while start > 0 and not items[start].first:
        start -= 1
    indent = items[start].indent
    stop = at + 1
    while items[stop].kind != "$END" and not (
        items[stop].first and items[stop].indent <= indent
    ):
        stop += 1
    if stop == at + 1:
        return None
    last = items[stop - 1].end
    edits = (
        (items[at].start, items[at].end, " {"),
        (last, last, f"\n{' ' * indent}}}"),
    )
    told = instead(items, at, 1, ("LBRACE",), "a block stands in braces: `{ … }`")
    told = with_edits(told, edits, "put the block into `{ }`")
    return replace(told, later=((stop, "RBRACE"),))


def markup(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`<div>` where an element may stand."""
    if items[at].text != "<" or not {"STRING", "SLOT", "WHEN"} <= accepted:
        return None
    why = "an element is `name(attribute: value) { … }`"
    return instead(items, at, 1, (), why, cost=3)


def chained(items: Sequence[Item], at: int, accepted: frozenset[str]) -> Repair | None:
    """`a < b < c`."""
    if items[at].kind != "COMPARE" or "COMPARE" in accepted or "AND" not in accepted:
        return None
    if at < 2 or items[at - 2].kind != "COMPARE":
        return None
    middle = items[at - 1]
    why = "comparisons are not chained; write `a < b and b < c`"
    edits = ((items[at].start, items[at].start, f"and {middle.text} "),)
    told = instead(items, at, 1, ("AND", middle.kind, "COMPARE"), why, "")
    return with_edits(told, edits, f"write `and {middle.text}`")


CONSTRUCTS: Final[tuple[Rule, ...]] = (
    three_equals,
    walrus,
    power,
    increment,
    null_coalescing,
    question,
    python_conditional,
    python_lambda,
    angle_brackets,
    or_none,
    not_in,
    python_block,
    markup,
    chained,
)
