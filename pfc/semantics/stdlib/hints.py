"""What is said about a name that a type does not have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pfc.diagnostics import Note, did_you_mean

_ONE_MORE: Final = "a list with one more item is `xs + [item]`"
_OTHERWISE: Final[dict[tuple[str, str], str]] = {
    **{("List", name): _ONE_MORE for name in ("append", "add", "push")},
    **{
        ("List", name): "two lists after one another are `xs + ys`"
        for name in ("extend", "concat")
    },
    **{
        ("List", name): "the first that fits is `xs.filter(x => …).first`"
        for name in ("find", "find_first", "detect")
    },
    ("List", "flatten"): "a list of lists in one is `xs.flat_map(x => x)`",
    **{
        ("Map", name): "a map with one more entry is `m.merge({key: value})`"
        for name in ("put", "set")
    },
    ("Set", "add"): "a set with one more member is `s.union([member])`",
    **{
        ("Optional", name): "a value or another is `x or default`"
        for name in ("unwrap", "get", "or_else")
    },
    ("Optional", "is_none"): "whether there is no value is `x == none`",
    ("Optional", "is_some"): "whether there is a value is `x != none`",
    **{
        ("Calendar", name): f"as a whole, calendars `{verb}`"
        for name, verb in (
            ("union", "unite"),
            ("intersection", "intersect"),
            ("difference", "subtract"),
        )
    },
    ("String", "format"): 'expressions stand in a string: `"{x}"`',
}
"""What is no method here, but written in another way."""


def of_pair(*, optional: bool) -> list[Note]:
    """Notes on a name behind a pair, which has no fields."""
    if optional:
        return [
            "it may be none, and it is a pair: two names take a pair apart, as in"
            " `best.map((a, b) => a)`, and `or` says what there is without one"
        ]
    return [
        "two names take a pair apart: `for a, b in pairs { }`, `pairs.map((a, b) => a)`"
    ]


def advice(
    owner: str | None, name: str, methods: Iterable[str], fields: Iterable[str] = ()
) -> list[Note]:
    """Notes: what was probably meant, and all that there is."""
    there = sorted({*methods})
    known = _OTHERWISE.get((owner or "", name))
    notes: list[Note] = (
        [known] if known else list(did_you_mean(name, [*fields, *there]))
    )
    if there:
        notes.append(f"{owner} has " + ", ".join(f"`{each}`" for each in there))
    return notes
