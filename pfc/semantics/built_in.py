"""What the language declares by itself: the family `System`, `delegate` and `revoke`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.types import INSTANT, STRING, UNIT, UNKNOWN, DeclId, Type
from pfc.semantics.signatures import FieldSig
from pfc.semantics.world import Entity, ModuleInfo
from pfc.span import Source, Span
from pfc.syntax.ast import authority as a
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.module import Module

SYSTEM: Final = "System"
DELEGATE: Final = "delegate"
REVOKE: Final = "revoke"

_OPERATIONS: Final = ("delegate", "revoke", "dashboard", "configure", "unsafe_html")
_NOWHERE: Final = Span("", 0, 0)

_EFFECTS: Final[dict[str, tuple[tuple[str, Type], ...]]] = {
    DELEGATE: (("to", STRING), ("until", INSTANT)),
    REVOKE: (("user", STRING),),
}
"""The built-in effects and their parameters, but for the capability of `delegate`."""


def built_in_entities() -> dict[str, Entity]:
    """Names that every module knows, unless it declares or imports them itself."""
    module = ModuleInfo("", Source("", ""), Module("", (), (), None))
    operations = tuple(
        a.Operation(_NOWHERE, Name(_NOWHERE, name), (), (), None)
        for name in _OPERATIONS
    )
    node = a.Capability(_NOWHERE, Name(_NOWHERE, SYSTEM), operations, None)
    return {SYSTEM: Entity("capability", SYSTEM, _NOWHERE, module, node)}


def is_built_in_effect(name: str, module: ModuleInfo) -> bool:
    """Whether a name means a built-in effect: a module's own goes first."""
    return name in _EFFECTS and name not in module.names and name not in module.imported


def parameters_of(effect: str) -> tuple[FieldSig, ...]:
    """What a built-in effect is performed with, the capability of `delegate` first."""
    fields = tuple(
        FieldSig(name, type_, False, _NOWHERE) for name, type_ in _EFFECTS[effect]
    )
    if effect != DELEGATE:
        return fields
    return (FieldSig("cap", UNKNOWN, False, _NOWHERE), *fields)


def cap_of(node: e.Expr) -> e.Cap | None:
    """The capability that an expression is written as; none if it is no such thing."""
    arguments = None
    callee = node
    if isinstance(node, e.CallExpr):
        callee = node.callee
        arguments = tuple(
            e.CapArgument(each.span, each.name, each.value) for each in node.arguments
        )
    parts: list[Name] = []
    while isinstance(callee, e.Field):
        parts.append(callee.name)
        callee = callee.value
    if not isinstance(callee, e.Reference) or not (parts or arguments is None):
        return None
    parts.append(Name(callee.span, callee.name))
    parts.reverse()
    dotted = Dotted(parts[0].span.to(parts[-1].span), tuple(parts))
    return e.Cap(node.span, dotted, arguments)


def built_in_declarations() -> Iterator[tuple[DeclId, d.Family | d.Effect]]:
    """The typed declarations, by ids that no declaration of a module can have."""
    operations = tuple(
        d.Operation(_NOWHERE, name, (), (), None) for name in _OPERATIONS
    )
    yield SYSTEM, d.Family(_NOWHERE, SYSTEM, SYSTEM, operations, None)
    for name, parameters in _EFFECTS.items():
        required = x.Requirement(_NOWHERE, x.Cap(_NOWHERE, SYSTEM, name, ()))
        yield (
            name,
            d.Effect(
                span=_NOWHERE,
                name_span=_NOWHERE,
                id=name,
                name=name,
                parameters=tuple(_field(*each) for each in parameters),
                result=UNIT,
                fails=(),
                requires=(required,),
                requires_span=None,
                retry=None,
                timeout=None,
                traits=frozenset(),
                body=d.Python(_NOWHERE, None, 0, "packetflow", name, False),
                waits=False,
                doc=None,
            ),
        )


def _field(name: str, type_: Type) -> d.Field:
    symbol = x.Symbol(name, type_, "parameter", _NOWHERE)
    return d.Field(_NOWHERE, name, type_, None, None, None, False, None, symbol)
