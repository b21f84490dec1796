"""What is said about alternatives of a pattern that bind different names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pfc.diagnostics import Edit, Fix, Label, suggest
from pfc.ir import expressions as x
from pfc.semantics.pattern_parts import symbols_in


def first_place(name: str, patterns: Iterable[x.Pattern]) -> Label:
    """Where the first of these patterns that binds the name does so."""
    symbols = (symbol for pattern in patterns for symbol in symbols_in(pattern))
    place = next(symbol.span for symbol in symbols if symbol.name == name)
    return Label(place, f"`{name}` is bound here")


def of_bare_names(
    patterns: Sequence[x.Pattern], constructors: Iterable[str]
) -> tuple[list[str], list[Fix]]:
    """Notes and repairs for alternatives that are nothing but a name: it fits everything."""
    alone = [each.symbol for each in patterns if isinstance(each, x.BindPattern)]
    if not alone:
        return [], []
    note = (
        f"`{alone[0].name}` alone is a new name for every value, whatever it is;"
        " alternatives are constructors or literals"
    )
    known = list(constructors)
    meant = [(symbol, suggest(symbol.name, known)) for symbol in alone]
    edits = tuple(Edit(symbol.span, name) for symbol, name in meant if name)
    if len(edits) < len(alone):
        return [note], []
    shown = " | ".join(edit.text for edit in edits)
    return [note], [Fix(f"write `{shown}`", edits)]
