"""A draft of a migration: what there is to do, as Python that somebody completes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from packetflow.shape import OPTIONAL, Difference, Shape, show

_INDENT: Final = "    "


def module_of(reactor: str) -> str:
    """The Python module in which a reactor's migrations are looked for first."""
    module = reactor.rpartition(".")[0]
    return f"{module.replace('.', '_')}_migrations"


def name_of(reactor: str, found: Mapping[str, Any]) -> str:
    """A name for its next migration that no other one has."""
    name = reactor.rpartition(".")[2].lower()
    taken = {one.rpartition(":")[2] for one in found["migrations"]}
    number = len(taken) + 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def skeleton(
    reactor: str,
    name: str,
    shapes: tuple[Shape, Shape],
    told: Sequence[Difference],
) -> str:
    """The text of a function; what it cannot know is `...`, which no state can hold.

    `shapes` are the one that was kept and the one that there is now.
    """
    lines = [
        f"def {name}(state: dict[str, Any]) -> dict[str, Any]:",
        f'    """From what {reactor} kept before to what it keeps now."""',
        *(f"{_INDENT}{line}" for line in _body(shapes, told)),
        "    return state",
    ]
    return "\n".join(lines) + "\n"


def _body(shapes: tuple[Shape, Shape], told: Sequence[Difference]) -> Iterator[str]:
    """What to do about each difference, those of one place together."""
    old, _ = shapes
    places: dict[str, list[Difference]] = {}
    for one in told:
        places.setdefault(_owner(old, one), []).append(one)
    for owner, many in places.items():
        yield from (f"# {one.place}: {one.before} -> {one.after}" for one in many)
        added = _added(shapes, owner)
        if owner == "state":
            yield from _steps("state", many, added)
            continue
        ways = list(_ways(old, owner))
        for head, depth, value in ways:
            yield from head
            steps = list(_steps(value, many, added)) or ["..."]
            yield from (f"{_INDENT * depth}{step}" for step in steps)
        if not ways:
            yield "..."


def _added(shapes: tuple[Shape, Shape], owner: str) -> dict[str, str]:
    """The fields of a state or record that there were not, and their types."""
    old, new = (_fields(shape, owner) for shape in shapes)
    return {name: show(field["type"]) for name, field in new.items() if name not in old}


def _fields(shape: Shape, owner: str) -> Mapping[str, Any]:
    if owner == "state":
        return cast("Mapping[str, Any]", shape["state"])
    for name, defined in shape["types"].items():
        if show(name) == owner and "record" in defined:
            return cast("Mapping[str, Any]", defined["record"])
    return {}


def _owner(old: Mapping[str, Any], one: Difference) -> str:
    owner = one.place.rpartition(".")[0] or one.place
    known = {show(name) for name in old["types"]}
    while owner not in known and "." in owner:
        owner = owner.rpartition(".")[0]
    return owner


def _steps(
    value: str, told: Sequence[Difference], added: Mapping[str, str]
) -> Iterator[str]:
    """Fields that are gone and new ones: of one type they are one that was renamed."""
    left = dict(added)
    for one in told:
        name = _field(one)
        if one.after != "nothing" or not name.isidentifier():
            continue
        same = [other for other, kind in left.items() if kind == one.before]
        if same:
            left.pop(same[0])
            yield f"{value}[{_quoted(same[0])}] = {value}.pop({_quoted(name)})"
        else:
            yield f"{value}.pop({_quoted(name)})  # put it where it belongs now"
    for one in told:
        name = _field(one)
        at = f"{value}[{_quoted(name)}]"
        if one.before == "nothing" and name in left:
            yield f"{at} = ..."
        elif "nothing" not in (one.before, one.after) and name.isidentifier():
            yield f"{at} = {at}  # was {one.before}, is {one.after}"


def _field(one: Difference) -> str:
    return one.place.rpartition(".")[2]


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _ways(old: Mapping[str, Any], owner: str) -> Iterator[tuple[list[str], int, str]]:
    """The loops that lead from the state to every value of a type, and its name there."""
    for name, field in old["state"].items():
        value = f"state[{_quoted(name)}]"
        yield from _inside(old, owner, field["type"], value, [], 0, ())


def _inside(
    old: Mapping[str, Any],
    owner: str,
    kind: Any,
    value: str,
    head: list[str],
    depth: int,
    seen: tuple[str, ...],
) -> Iterator[tuple[list[str], int, str]]:
    pad = _INDENT * depth
    if isinstance(kind, str):
        defined = old["types"].get(kind, {})
        if show(kind) == owner:
            yield head, depth, value
        if "refined" in defined:
            yield from _inside(old, owner, defined["refined"], value, head, depth, seen)
        if kind in seen:
            return
        for name, field in defined.get("record", {}).items():
            inner = f"{value}[{_quoted(name)}]"
            yield from _inside(
                old, owner, field["type"], inner, head, depth, (*seen, kind)
            )
        return
    ((constructor, parts),) = kind.items()
    one = f"one_{depth}" if depth else "one"
    if constructor == OPTIONAL:
        more = [*head, f"{pad}if {value} is not None:"]
        yield from _inside(old, owner, parts[0], value, more, depth + 1, seen)
    elif constructor in ("List", "Set"):
        more = [*head, f"{pad}for {one} in {value}:"]
        yield from _inside(old, owner, parts[0], one, more, depth + 1, seen)
    elif constructor == "Map":
        # Only a map that is a field of the state is a list of pairs.
        key = parts[0]
        is_field = depth == 0 and value.startswith("state[") and value.count("[") == 1
        is_text = key == "String" or "enum" in old["types"].get(str(key), {})
        texts = is_text or not is_field
        loop = (
            f"for {one} in {value}.values():" if texts else f"for _, {one} in {value}:"
        )
        yield from _inside(
            old, owner, parts[1], one, [*head, pad + loop], depth + 1, seen
        )
