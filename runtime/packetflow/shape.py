"""The shape of what is kept, as plain data, and whether another shape can read it.

A shape is `{"state": FIELDS, "types": {name: DEFINITION}}`. Fields are
`{name: {"type": TYPE, "default": true, "where": [condition]}}`; a type is a name or
`{constructor: [types]}`; a definition is one of `{"record": FIELDS}`,
`{"union": {variant: FIELDS}}`, `{"enum": [names]}`, `{"refined": TYPE}`; records and
refined types also have a `where`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

Shape = Mapping[str, Any]
Type = str | Mapping[str, Any]

OPTIONAL: Final = "optional"

_BOUND: Final = re.compile(r"(it(?:\.\w+)*) (<=?|>=?) (-?[\d_]+(?:\.\d+)?)")
_UNDER: Final = re.compile(r'under "(.*)"')


class Difference(NamedTuple):
    """Something that was kept and has no place any more.

    `place` is a field, a variant or a type, `before` and `after` say what it was and is;
    `why` is a clause.
    """

    place: str
    before: str
    after: str
    why: str

    def __str__(self) -> str:
        """One line: the place, what it was and is, and why that needs a migration."""
        return f"{self.place}: {self.before} -> {self.after}: {self.why}"


def differences(old: Shape, new: Shape) -> list[Difference]:
    """What of `old` values `new` cannot read, or would drop; none if it reads all."""
    comparison = _Comparison(old["types"], new["types"])
    comparison.fields("state", old["state"], new["state"])
    comparison.conditions("state", old.get("where", ()), new.get("where", ()))
    return comparison.found


def message_differences(of: str, old: Shape, new: Shape) -> list[Difference]:
    """As `differences`, for a message: `{"fields": FIELDS, "types": ...}` of that name."""
    comparison = _Comparison(old["types"], new["types"])
    comparison.fields(of, old["fields"], new["fields"])
    return comparison.found


def reached(fields: Mapping[str, Any], types: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the types that fields are made of."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [one["type"] for one in fields.values()]
    while waiting:
        kind = waiting.pop()
        if not isinstance(kind, str):
            waiting += [part for parts in kind.values() for part in parts]
        elif kind in types and kind not in found:
            found[kind] = types[kind]
            waiting += _inside(types[kind])
    return found


def _inside(definition: Mapping[str, Any]) -> list[Any]:
    if "refined" in definition:
        return [definition["refined"]]
    variants = definition.get("union", {}).values()
    members = [definition.get("record", {}), *variants]
    return [one["type"] for fields in members for one in fields.values()]


def show(kind: Type) -> str:
    """A type as it is written in a program."""
    if isinstance(kind, str):
        name, bracket, arguments = kind.partition("[")
        return name.rpartition(".")[2] + bracket + arguments
    ((constructor, parts),) = kind.items()
    inside = ", ".join(map(show, parts))
    return f"{inside}?" if constructor == OPTIONAL else f"{constructor}[{inside}]"


class _Comparison:
    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.old = old
        self.new = new
        self.found: list[Difference] = []
        self._seen: set[tuple[str, str]] = set()

    def fields(self, of: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for name, before in old.items():
            place = f"{of}.{name}"
            if name not in new:
                why = "it was removed or renamed, and what it held would be lost"
                self._add(place, show(before["type"]), "nothing", why)
                continue
            after = new[name]
            self.type(place, before["type"], after["type"])
            self.conditions(place, before.get("where", ()), after.get("where", ()))
        for name, after in new.items():
            if name not in old and not after.get("default"):
                why = "what was kept has no value for it, so it needs a default"
                self._add(f"{of}.{name}", "nothing", show(after["type"]), why)

    def conditions(self, place: str, old: Sequence[str], new: Sequence[str]) -> None:
        for one in new:
            if not any(_implies(before, one) for before in old):
                shown = " and ".join(old) or "any value"
                why = "what was kept may not fulfil that"
                self._add(place, shown, one, why)

    def type(
        self, place: str, old: Type, new: Type, whole: tuple[Type, Type] | None = None
    ) -> None:
        """Compare two types; those that people are told are the whole ones."""
        whole = whole or (old, new)
        before, held = _resolved(self.old, old)
        after, wanted = _resolved(self.new, new)
        self.conditions(place, held, wanted)
        if not isinstance(after, str) and OPTIONAL in after:
            # Also what may be absent today may have been required before.
            self.type(place, _present(before), after[OPTIONAL][0], whole)
        elif isinstance(before, str) and isinstance(after, str):
            if before in self.old and after in self.new:
                self._defined(before, after, place, whole)
            elif before != after:
                self._changed(place, whole)
        elif isinstance(before, str) or isinstance(after, str):
            self._changed(place, whole)
        else:
            ((one, inner),) = before.items()
            ((other, others),) = after.items()
            if one != other or len(inner) != len(others):
                self._changed(place, whole)
                return
            for a, b in zip(inner, others, strict=True):
                self.type(place, a, b)

    def _defined(
        self, old: str, new: str, place: str, whole: tuple[Type, Type]
    ) -> None:
        if (old, new) in self._seen:
            return
        self._seen.add((old, new))
        before, after = self.old[old], self.new[new]
        shown = show(new)
        if "record" in before and "record" in after:
            self.fields(shown, before["record"], after["record"])
            self.conditions(shown, before.get("where", ()), after.get("where", ()))
        elif "union" in before and "union" in after:
            self._variants(shown, before["union"], after["union"])
            for name in before["union"].keys() & after["union"].keys():
                inner = f"{shown}.{name}"
                self.fields(inner, before["union"][name], after["union"][name])
        elif "enum" in before and "enum" in after:
            self._variants(shown, before["enum"], after["enum"])
        else:
            one, other = (f"{next(iter(each))} " for each in (before, after))
            why = "what was kept is written in another way"
            self._add(place, one + show(whole[0]), other + show(whole[1]), why)

    def _variants(self, of: str, old: Any, new: Any) -> None:
        for name in old:
            if name not in new:
                why = "this variant was removed or renamed"
                self._add(f"{of}.{name}", name, "nothing", why)

    def _changed(self, place: str, whole: tuple[Type, Type]) -> None:
        old, new = whole
        self._add(place, show(old), show(new), "what was kept has another type")

    def _add(self, place: str, before: str, after: str, why: str) -> None:
        self.found.append(Difference(place, before, after, why))


def _resolved(types: Mapping[str, Any], kind: Type) -> tuple[Type, list[str]]:
    """A type without its refinements, and what they demand."""
    demanded: list[str] = []
    for _ in types:  # no more often: a file may say that a type refines itself
        if not isinstance(kind, str) or "refined" not in types.get(kind, {}):
            break
        demanded += types[kind].get("where", ())
        kind = types[kind]["refined"]
    return kind, demanded


def _present(kind: Type) -> Type:
    if not isinstance(kind, str) and OPTIONAL in kind:
        inside: Type = kind[OPTIONAL][0]
        return inside
    return kind


def _implies(old: str, new: str) -> bool:
    """Whether every value that fulfils one condition fulfils the other."""
    if old == new:
        return True
    folder, inner = _UNDER.fullmatch(new), _UNDER.fullmatch(old)
    if folder and inner:
        return f"{inner[1]}/".startswith(f"{folder[1].rstrip('/')}/")
    one, other = _BOUND.fullmatch(old), _BOUND.fullmatch(new)
    if not one or not other or one[1] != other[1] or one[2][0] != other[2][0]:
        return False
    held, wanted = Decimal(one[3]), Decimal(other[3])
    if held == wanted:
        return one[2] == other[2] or "=" in other[2]
    return held > wanted if one[2][0] == ">" else held < wanted
