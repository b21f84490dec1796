"""Which handlers may change the state itself: nothing can go wrong once they have.

A handler works on a copy of the state, which is dropped when it fails. One that makes
a single change, after which nothing is left that could fail, needs no copy. Keys of
maps do not count: what changes them keeps what is needed to change them back.
"""

from __future__ import annotations

from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import operators as o
from pfc.ir import statements as s
from pfc.ir import types as t
from pfc.ir.walk import nodes


def in_place(handler: d.Handler, intent: d.Intent, reactor: d.Reactor) -> bool:
    """Whether a handler needs no draft of the state."""
    if handler.waits or reactor.always or intent.performs:
        return False
    free = frozenset(one.name for one in reactor.state if one.refinement is None)
    return Analysis(free).block(handler.body, changed=False) is not None


class Analysis:
    """Follows a handler's statements. `free`: fields that are checked for nothing."""

    def __init__(self, free: frozenset[str]) -> None:
        self._free = free

    def block(self, block: s.Block, *, changed: bool) -> bool | None:
        """Whether the state may have changed at the block's end; none: it needs a draft."""
        after: bool | None = changed
        for statement in block.statements:
            after = self._statement(statement, changed=bool(after))
            if after is None:
                return None
        return after

    def _statement(self, statement: object, *, changed: bool) -> bool | None:
        match statement:
            case s.If(condition=condition, then=then, otherwise=otherwise):
                if changed and not _total(condition):
                    return None
                ways = [self.block(then, changed=changed)]
                if otherwise is not None:
                    ways.append(self.block(otherwise, changed=changed))
                return _joined(ways, changed=changed)
            case s.Match(arms=arms) if not changed:
                return _joined([self.block(one.body, changed=False) for one in arms])
            case s.Reply(value=value) if changed:
                return changed if value is None or _total(value) else None
            case s.Assign(target=target) if _is_key(target) and not changed:
                return False
            case s.Assign(target=target):
                simple = not changed and not target.steps and self._is_free(target)
                return True if simple else None
            case s.Remove(target=target) if _is_key(target) and not changed:
                return False
        if changed or any(_changes(node) for node in nodes(statement)):
            return None
        return False

    def _is_free(self, target: s.Target) -> bool:
        return target.field in self._free and _is_plain(target.field_type)


def _joined(ways: list[bool | None], *, changed: bool = False) -> bool | None:
    if None in ways:
        return None
    return changed or any(ways)


def _changes(node: object) -> bool:
    match node:
        case s.Assign(target=target) | s.Remove(target=target):
            return not _is_key(target)
    return False


def _is_key(target: s.Target) -> bool:
    """Whether a key of a map in the state is changed, and nothing inside its value."""
    match target.steps:
        case (s.KeyStep(is_list=False),):
            return True
    return False


def _is_plain(type_: t.Type) -> bool:
    """Whether a field takes any value of its type as it is, and is no map."""
    match type_:
        case t.OptionalType(item=item):
            return _is_plain(item)
        case t.Primitive() | t.ListType() | t.SetType():
            return True
    return False


def _total(value: object) -> bool:
    """Whether evaluating it cannot fail."""
    match value:
        case o.Compare(operator="==" | "!="):
            return _total(value.left) and _total(value.right)
        case o.Compare() | o.Arithmetic(operator="+" | "-"):
            whole = value.left.type == value.right.type == t.INT
            return whole and _total(value.left) and _total(value.right)
        case x.Literal() | x.Local() | x.StateField():
            return True
        case x.FieldOf(value=of):
            return _total(of)
        case o.Logic(left=left, right=right):
            return _total(left) and _total(right)
        case o.Not(operand=operand):
            return _total(operand)
    return False
