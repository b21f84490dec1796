"""Small builders of typed IR for generated programs."""

from __future__ import annotations

from random import Random
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.types import BOOL, INT, PATH, STRING, UNIT, RefinedType, Type
from pfc.span import Span

AT = Span("g.pf", 0, 0)
PATHS = ("/a", "/a/b", "/ab", "/c")
TENANTS = ("x", "y")
NUMBERS = (1, 5, 9)
LOCAL = RefinedType("g.Local", PATH)
SMALL = RefinedType("g.Small", INT)
KINDS: dict[str, tuple[str, ...]] = {
    "read": ("path",),
    "write": ("path",),
    "admin": (),
    "charge": ("atom", "max"),
    "boss": ("atom",),
}


def literal(value: Any, type_: Type) -> e.Literal:
    return e.Literal(AT, type_, value)


def symbol(name: str, type_: Type, kind: str = "parameter") -> e.Symbol:
    return e.Symbol(name, type_, kind, AT)


def local(found: e.Symbol) -> e.Local:
    return e.Local(AT, found.type, found)


def field(name: str, type_: Type) -> d.Field:
    own = symbol(name, type_)
    return d.Field(AT, name, type_, None, None, None, False, None, own)


def block(*statements: st.Statement, leaves: bool = False) -> st.Block:
    return st.Block(AT, statements, leaves)


def family() -> d.Family:
    types = {"path": PATH, "atom": STRING, "max": INT}
    parameters = {
        name: tuple(
            d.Parameter(AT, f"{name}{i}", domain, types[domain])
            for i, domain in enumerate(domains)
        )
        for name, domains in KINDS.items()
    }
    implies = {
        "write": (d.Implication(AT, "g.F.read", (0,)),),
        "admin": (d.Implication(AT, "g.F.write", (None,)),),
        "boss": (d.Implication(AT, "g.F.charge", (0, literal(5, INT))),),
    }
    operations = tuple(
        d.Operation(AT, name, parameters[name], implies.get(name, ()), None)
        for name in KINDS
    )
    return d.Family(AT, "g.F", "F", operations, None)


def refined(id_: str, base: Type, under: str | None, limit: int | None) -> d.Refined:
    it = symbol("it", base, "it")
    where = None
    if limit is not None:
        where = e.Compare(AT, BOOL, "<=", local(it), literal(limit, INT))
    refinement = d.Refinement(AT, under, it, where)
    return d.Refined(AT, id_, id_.rpartition(".")[2], base, refinement, None)


def intent_of(
    number: int, fields: tuple[d.Field, ...], requires: tuple[e.Requirement, ...]
) -> d.Intent:
    return d.Intent(
        AT, AT, f"g.J{number}", f"J{number}", fields, UNIT, None, (),
        requires, AT, not requires, None, (), None,
    )  # fmt: skip


def cap(kind: str, *arguments: e.CapArgument) -> e.Cap:
    return e.Cap(AT, "g.F", kind, arguments)


def call(name: str, **arguments: e.Expr) -> e.Perform:
    given = tuple(arguments.items())
    return e.Perform(AT, UNIT, f"g.{name}", given, (), False)


def again(found: e.Expr, scope: dict[str, e.Symbol]) -> e.Expr:
    """The same words in another place."""
    if isinstance(found, e.Local) and found.symbol.name in scope:
        return local(scope[found.symbol.name])
    return found


def told(condition: e.Expr) -> list[e.Cap]:
    """What a condition says that the caller has."""
    match condition:
        case e.CanExpr(cap=found):
            return [found]
        case e.Logic(operator="and", left=left, right=right):
            return told(left) + told(right)
        case _:
            return []


def renamed(found: e.Cap, new: dict[e.Symbol, e.Symbol]) -> e.Cap:
    """The capability over the names of a handler."""

    def expr(old: e.Expr) -> e.Expr:
        return local(new[old.symbol]) if isinstance(old, e.Local) else old

    def argument(old: e.CapArgument) -> e.CapArgument:
        match old:
            case e.ValueArgument(value=value):
                return e.ValueArgument(AT, expr(value))
            case e.PathArgument(leading=leading, segments=segments, rest=rest):
                first = None if leading is None else expr(leading)
                parts = tuple(p if isinstance(p, str) else expr(p) for p in segments)
                return e.PathArgument(AT, first, parts, rest)
            case _:
                return old

    arguments = tuple(map(argument, found.arguments))
    return e.Cap(AT, found.family, found.operation, arguments)


def under(random: Random, path: e.Symbol) -> e.Expr:
    """A test of a path, which its type does not decide."""
    choices = ("/a/b",) if path.type == LOCAL else PATHS
    return e.UnderPath(AT, BOOL, local(path), literal(random.choice(choices), PATH))


def small(random: Random, number: e.Symbol) -> e.Expr:
    """A test of a number, which its type does not decide, nor the values that it has."""
    limit = 1 if number.type == SMALL else random.choice(NUMBERS[:-1])
    return e.Compare(AT, BOOL, "<=", local(number), literal(limit, INT))


def sorted_symbols(scope: dict[str, e.Symbol]) -> list[e.Symbol]:
    return [scope[name] for name in sorted(scope)]


def base(type_: Type) -> Type:
    return type_.base if isinstance(type_, RefinedType) else type_
