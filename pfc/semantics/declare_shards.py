"""`X shards n by f` and `X for each f`: is there such a field, and can it be a key?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

from pfc.diagnostics import Edit, Fix, Label, did_you_mean
from pfc.ir import surface as u
from pfc.ir.types import (
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    PATH,
    STRING,
    TIME,
    UNIT,
    UNKNOWN,
    URL,
    UUID,
    OptionalType,
    RefinedType,
    Type,
    UnionType,
    base_of,
    show,
)
from pfc.semantics.signatures import FieldSig
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import apps as a
from pfc.syntax.ast import data, reactors
from pfc.syntax.ast import intents as i

_ATOMS = frozenset(
    (BOOL, INT, DECIMAL, STRING, BYTES, UUID, PATH, URL, DATE, TIME, INSTANT, DURATION)
)


def shards(checker: TypeChecker, node: a.Shards, reactor: Entity) -> u.Shards | None:
    """How a reactor is sharded; reports what is wrong and is None then."""
    before = len(checker.world.diagnostics)
    count = checker.whole(node.count)
    if count < 1:
        checker.report(
            "PF108",
            node.count.span,
            literal=node.count.raw,
            reason="there is at least one shard",
        )
    found = _key(checker, node, reactor)
    if found is None:
        return None
    handled, keyed = found
    key = node.key.text
    for intent, sigs in handled:
        if key not in sigs and checker.signatures.result(intent) != UNIT:
            _whose(checker, node, intent, keyed[0][1])
    if len(checker.world.diagnostics) > before:
        return None
    return u.Shards(node.span, count, key, keyed[0][0].id)


def each(
    checker: TypeChecker, node: a.Each, reactor: Entity, idle: timedelta | None
) -> u.Each | None:
    """What tells the reactors apart; reports what is wrong and is None then."""
    before = len(checker.world.diagnostics)
    found = _key(checker, node, reactor)
    if found is None:
        return None
    handled, keyed = found
    for intent, sigs in handled:
        if node.key.text not in sigs:
            _whose(checker, node, intent, keyed[0][1])
    if len(checker.world.diagnostics) > before:
        return None
    return u.Each(node.span, node.key.text, keyed[0][0].id, idle)


def _key(
    checker: TypeChecker, node: a.Shards | a.Each, reactor: Entity
) -> (
    tuple[list[tuple[Entity, dict[str, FieldSig]]], list[tuple[Entity, FieldSig]]]
    | None
):
    """The intents with their fields, and those that have the key; None: no such field."""
    key = node.key.text
    handled = [
        (intent, {sig.name: sig for sig in checker.signatures.fields(intent)})
        for intent in _handled(checker, reactor)
    ]
    keyed = [(intent, sigs[key]) for intent, sigs in handled if key in sigs]
    if not keyed:
        fields = [name for _, sigs in handled for name in sigs]
        checker.report(
            "PF210",
            node.key.span,
            notes=[
                *did_you_mean(key, fields),
                f"each intent of `{reactor.name}` goes to the one that its `{key}` says",
            ],
            kind=f"field of an intent of `{reactor.name}` called",
            name=key,
        )
        return None
    _key_type(checker, node, keyed)
    return handled, keyed


def _handled(checker: TypeChecker, reactor: Entity) -> Iterator[Entity]:
    """The intents of a reactor; what is wrong with a name is reported with it."""
    for handler in cast("reactors.Reactor", reactor.node).handlers:
        found, taken = checker.world.find(reactor.module, handler.intent)
        whole = found is not None and taken == len(handler.intent.parts)
        if found is not None and whole and found.kind == "intent":
            yield found


def _key_type(
    checker: TypeChecker, node: a.Shards | a.Each, keyed: list[tuple[Entity, FieldSig]]
) -> None:
    first = keyed[0][1]
    if not _can_be_key(checker, first.type):
        checker.report(
            "PF263",
            node.key.span,
            related=[Label(first.span, f"it is a `{show(first.type)}` here")],
            notes=["a key is a text, a number, a date, a `Uuid` or the like"],
            field=node.key.text,
            problem=f"a `{show(first.type)}` cannot be a key",
        )
        return
    for intent, sig in keyed[1:]:
        if base_of(sig.type) not in (base_of(first.type), UNKNOWN):
            checker.report(
                "PF263",
                node.key.span,
                related=[
                    Label(first.span, f"a `{show(first.type)}` here"),
                    Label(sig.span, f"a `{show(sig.type)}` in `{intent.name}`"),
                ],
                notes=["equal keys go to the same one, so they have to be of one type"],
                field=node.key.text,
                problem="it has different types in the intents",
            )
            return


def _can_be_key(checker: TypeChecker, type_: Type) -> bool:
    match type_:
        case RefinedType(base=base):
            return _can_be_key(checker, base)
        case OptionalType(item=item):
            return _can_be_key(checker, item)
        case UnionType(id=id_):
            # As a name alone: values with fields would be compared by all of them.
            entity = checker.entity(id_)
            if entity is None:
                return True
            variants = cast("data.UnionDecl", entity.node).variants
            return not any(variant.fields for variant in variants)
    return type_ in _ATOMS or type_ == UNKNOWN


def _whose(
    checker: TypeChecker, node: a.Shards | a.Each, intent: Entity, key: FieldSig
) -> None:
    """An intent of which nobody could tell whose it is, or whose result is meant."""
    written = cast("i.Intent", intent.node)
    field = f"{node.key.text}: {show(key.type)}"
    if written.fields:
        start = written.fields[0].span.start
        edit = Edit(Span(written.span.path, start, start), f"{field}, ")
    else:
        end = written.name.span.end
        edit = Edit(Span(written.span.path, end, end), f"({field})")
    related = [Label(node.span, "they are told apart by this field")]
    if isinstance(node, a.Each):
        why = "nobody can tell which one it is for"
        note = f"give it `{field}`"
    else:
        why = "it goes to every shard: it cannot have a result"
        note = f"give it `{field}`, or no result: then it goes to every shard"
    if isinstance(node, a.Shards) and written.result is not None:
        related.append(Label(written.result.span, "which shard's?"))
    checker.world.report(
        "PF262",
        written.name.span,
        related=related,
        notes=[note],
        fixes=[Fix(f"add the field `{field}`", (edit,))],
        intent=intent.name,
        field=node.key.text,
        why=why,
    )
