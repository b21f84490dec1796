"""The closure of implications: whole for large programs, and bounded for hostile ones."""

from __future__ import annotations

from pfc.authority.algebra import Capability, path_of_text
from pfc.authority.kinds import Kind, Kinds
from pfc.ir import declarations as d
from pfc.ir.types import PATH
from tests.authority.build import AT, literal

AREAS = 3_400


def kind(
    name: str, *implies: tuple[str, tuple[int | str, ...]], arity: int = 1
) -> Kind:
    parameters = tuple(d.Parameter(AT, f"p{n}", "path", PATH) for n in range(arity))
    rules = tuple(
        d.Implication(
            AT,
            target,
            tuple(a if isinstance(a, int) else literal(a, PATH) for a in arguments),
        )
        for target, arguments in implies
    )
    return Kind(name, name, parameters, rules, None)


def kinds(*made: Kind) -> Kinds:
    return Kinds({each.id: each for each in made})


def test_thousands_of_kinds_may_each_imply_one_with_a_constant() -> None:
    areas = [kind(f"area{n}", ("write", (f"/d{n}",)), arity=0) for n in range(AREAS)]
    boss = kind("boss", *((area.id, ()) for area in areas), arity=0)
    found = kinds(
        boss,
        *areas,
        kind("write", ("read", (0,))),
        kind("read", ("list", (0,))),
        kind("list"),
    )
    assert len(found.closure("boss")) == 1 + 4 * AREAS
    implied = {way.of(Capability("boss")) for way in found.ways("boss", "list")}
    assert implied == {
        Capability("list", (path_of_text(f"/d{n}"),)) for n in range(AREAS)
    }


def test_rules_that_exchange_parameters_do_not_make_factorially_many() -> None:
    swaps = [tuple({i: i + 1, i + 1: i}.get(n, n) for n in range(10)) for i in range(9)]
    found = kinds(kind("k", *(("k", swap) for swap in swaps), arity=10))
    closure = found.closure("k")
    assert 10_000 <= len(closure) < 200_000
    assert len({way.arguments for way in closure}) == len(closure)


def test_ways_are_the_part_of_the_closure_that_is_of_the_kind() -> None:
    found = kinds(
        kind("a", ("b", (0,)), ("b", ("/x",)), ("c", (0,))),
        kind("b", ("c", ("/y",))),
        kind("c"),
    )
    for one in ("a", "b", "c", "unknown"):
        for other in ("a", "b", "c", "unknown"):
            expected = [way for way in found.closure(one) if way.kind == other]
            assert list(found.ways(one, other)) == expected
