"""What all generated programs declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.types import INT, PATH, STRING, UNIT
from tests.authority.build import AT, cap, family, field, local, refined

_BODY = d.Python(AT, "pass", 1, "", "", False)


def _effect(name: str, parameters: tuple[d.Field, ...], needed: e.Cap) -> d.Effect:
    requires = (e.Requirement(AT, needed),)
    return d.Effect(
        AT, AT, f"g.{name}", name, parameters, UNIT, (), requires, AT,
        None, None, frozenset(), _BODY, False, None,
    )  # fmt: skip


def exactly(kind: str, *fields: d.Field) -> e.Cap:
    """The capability of a kind for the values of these fields."""
    return cap(kind, *(e.ValueArgument(AT, local(each.symbol)) for each in fields))


def _effects() -> Iterator[d.Effect]:
    tenant, number = field("t", STRING), field("n", INT)
    for name, kind in (("do_read", "read"), ("do_write", "write")):
        path = field("p", PATH)
        yield _effect(name, (path,), exactly(kind, path))
    limits = exactly("charge", tenant, number)
    yield _effect("do_charge", (tenant, number), limits)
    area = e.PathArgument(AT, None, ("a",), True)
    yield _effect("do_purge", (field("p", PATH),), cap("write", area))
    owner = field("t", STRING)
    home = e.PathArgument(AT, None, ("a", local(owner.symbol)), False)
    yield _effect("do_home", (owner,), cap("write", home))
    yield _effect("do_admin", (field("p", PATH),), cap("admin"))
    pick = _effect("pick", (), cap("admin"))
    yield replace(pick, requires=(), result=PATH)


def _event() -> d.Event:
    path = field("p", PATH)
    needed = e.Requirement(AT, exactly("write", path))
    return d.Event(AT, AT, "g.Gone", "Gone", (path,), (needed,), AT, None)


COMMON: tuple[Any, ...] = (
    family(),
    refined("g.Local", PATH, "/a", None),
    refined("g.Small", INT, None, 5),
    _event(),
    *_effects(),
)
