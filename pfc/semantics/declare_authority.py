"""Capabilities, contexts and principals, typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, cast

from pfc.diagnostics import Label, did_you_mean, suggest
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.semantics.embedded import Embedded
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.signatures import ParameterSig
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity
from pfc.syntax.ast import authority as a
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Dotted, Name

PROPAGATIONS = ("inherit", "copy", "isolate", "attenuate")
COMPOSITIONS = ("merge", "override", "intersect")
_LABELS: Final = 20
"""How many implications of a circle are pointed at."""
_NOBODY = Setting("an implication", pure=True, clock=False, configs=False)


def _misspelt_implies(before: Sequence[d.Operation]) -> list[str]:
    """What to say if the word in front was read as an operation of its own."""
    word = before[-1].name if before else ""
    if suggest(word, ["implies"]) is None:
        return []
    return [f"`{word}` is an operation here: did you mean `implies`?"]


class AuthorityDeclarations:
    """Makes the typed declarations of authority."""

    def __init__(self, checker: TypeChecker, embedded: Embedded) -> None:
        self.checker = checker
        self.embedded = embedded

    # ------------------------------------------------------------ capabilities
    def family(self, entity: Entity) -> d.Family:
        node = cast("a.Capability", entity.node)
        signatures = self.checker.signatures.operations(entity)
        operations: list[d.Operation] = []
        seen: dict[str, a.Operation] = {}
        for operation in node.operations:
            name = operation.name.text
            if name in seen:
                label = Label(seen[name].name.span, f"`{name}` stands here already")
                notes = _misspelt_implies(operations)
                self.checker.report(
                    "PF211",
                    operation.name.span,
                    related=[label],
                    notes=notes,
                    name=name,
                )
                continue
            seen[name] = operation
            parameters = tuple(
                d.Parameter(p.span, p.name, p.domain, p.type) for p in signatures[name]
            )
            implies = tuple(
                implied
                for cap in operation.implies
                if (implied := self._implication(cap, signatures[name], entity))
            )
            operations.append(
                d.Operation(operation.span, name, parameters, implies, operation.doc)
            )
        return d.Family(node.span, entity.id, entity.name, tuple(operations), node.doc)

    def _implication(
        self, cap: e.Cap, own: tuple[ParameterSig, ...], entity: Entity
    ) -> d.Implication | None:
        checker = self.checker
        name = cap.name
        if len(name.parts) == 1:
            head = Name(name.span, entity.name)
            name = Dotted(name.span, (head, *name.parts))
        scope = Scope(entity.module, _NOBODY)
        family = checker.family(name, scope)
        if family is None:
            return None
        operations = checker.signatures.operations(family)
        implied = operations.get(name.last.text)
        if implied is None:
            notes = did_you_mean(name.last.text, operations)
            checker.report(
                "PF201",
                cap.name.last.span,
                notes=notes,
                family=family.name,
                operation=name.last.text,
            )
            return None
        given = checker._by_parameter(cap, implied)
        if given is None:
            return None
        arguments: list[int | x.Expr | None] = []
        used: dict[str, e.Expr | e.Anything] = {}
        for value, parameter in zip(given, implied, strict=True):
            argument = self._argument(value, parameter, own, scope)
            arguments.append(argument)
            if isinstance(argument, int):
                held = own[argument].name
                if held in used:
                    checker.report(
                        "PF203",
                        value.span,
                        related=(Label(used[held].span, "it stands here already"),),
                        parameter=held,
                        capability=cap.name.text,
                    )
                used[held] = value
        kind = f"{family.id}.{name.last.text}"
        return d.Implication(cap.span, kind, tuple(arguments))

    def _argument(
        self,
        value: e.Expr | e.Anything,
        parameter: ParameterSig,
        own: tuple[ParameterSig, ...],
        scope: Scope,
    ) -> int | x.Expr | None:
        """A parameter of the implying one (its index), a constant, or `*` (none)."""
        checker = self.checker
        if isinstance(value, e.Anything):
            return None
        if isinstance(value, e.Reference):
            for index, held in enumerate(own):
                if held.name == value.name:
                    if held.domain != parameter.domain:
                        checker.report(
                            "PF220",
                            value.span,
                            expected=f"a parameter of the domain {parameter.domain}",
                            found=f"one of the domain {held.domain}",
                        )
                    return index
            notes = did_you_mean(value.name, [held.name for held in own])
            checker.report(
                "PF210", value.span, notes=notes, kind="parameter", name=value.name
            )
            return None
        found = checker.cap_argument(value, parameter, scope)
        if isinstance(found, x.ValueArgument):
            return found.value
        if isinstance(found, x.PathArgument):
            text = "/" + "/".join(str(segment) for segment in found.segments)
            pattern = text + "/**" if found.rest else text
            return x.Literal(found.span, parameter.type, pattern)
        return None

    def cycles(self, families: list[d.Family]) -> None:
        """Reports implications that go in a circle, once each."""
        edges: dict[str, list[d.Implication]] = {}
        for family in families:
            for operation in family.operations:
                kind = f"{family.id}.{operation.name}"
                edges[kind] = list(operation.implies)
        done: set[str] = set()
        for kind in edges:
            self._visit(kind, edges, [], done)

    def _visit(
        self,
        kind: str,
        edges: dict[str, list[d.Implication]],
        path: list[str],
        done: set[str],
    ) -> None:
        """Depth first, with a stack of its own: chains may be thousands long."""
        stack: list[tuple[str, int]] = [(kind, 0)]
        on_path: dict[str, int] = {}
        while stack:
            current, at = stack.pop()
            if at == 0:
                if current in done:
                    continue
                on_path[current] = len(path)
                path.append(current)
            implied = edges.get(current, [])
            if at < len(implied):
                stack.append((current, at + 1))
                following = implied[at].kind
                if following in on_path:
                    cycle = [*path[on_path[following] :], following]
                    shown = " → ".join(_short(each) for each in cycle)
                    rules = _rules(cycle[:-1], edges)
                    span = implied[at].span
                    self.checker.report("PF204", span, related=rules, cycle=shown)
                elif following not in done:
                    stack.append((following, 0))
            else:
                path.pop()
                del on_path[current]
                done.add(current)

    # ------------------------------------------------------------ contexts
    def context(self, entity: Entity) -> d.Context:
        node = cast("a.Context", entity.node)
        checker = self.checker
        fields = checker.fields(node.fields, entity.module, kind="field")
        setting = Setting(
            "a grant",
            configs=False,
            caller=entity.id,
            context=entity.id,
            fields_of_caller=True,
        )
        scope = Scope(entity.module, setting)
        authenticate = None
        if node.authenticate is not None:
            authenticate = self.embedded.linked(node.authenticate)
        return d.Context(
            node.span,
            entity.id,
            entity.name,
            fields,
            authenticate,
            self._strategy(node.propagate, PROPAGATIONS, "propagation strategy"),
            self._strategy(node.compose, COMPOSITIONS, "composition strategy"),
            checker.grants(node.grants, scope),
            node.doc,
        )

    def _strategy(self, name: Name | None, known: tuple[str, ...], kind: str) -> str:
        if name is None:
            return known[0]
        if name.text not in known:
            listed = ", ".join(f"`{each}`" for each in known)
            notes = [*did_you_mean(name.text, known), f"there are {listed}"]
            self.checker.report(
                "PF210", name.span, notes=notes, kind=kind, name=name.text
            )
            return known[0]
        return name.text

    def principal(self, entity: Entity) -> d.Principal:
        node = cast("a.Principal", entity.node)
        setting = Setting(
            "a grant", configs=False, caller_reason="a principal has no fields"
        )
        grants = self.checker.grants(node.grants, Scope(entity.module, setting))
        return d.Principal(node.span, entity.id, entity.name, grants, node.doc)


def _short(kind: str) -> str:
    """`FileCap.read` of `files.FileCap.read`."""
    return ".".join(kind.rsplit(".", 2)[-2:])


def _rules(
    cycle: list[str], edges: Mapping[str, list[d.Implication]]
) -> tuple[Label, ...]:
    """The implications of a circle but for the last one; of a long circle the first."""
    steps = pairwise(cycle[: _LABELS + 1])
    rules = (
        next(rule for rule in edges[one] if rule.kind == other) for one, other in steps
    )
    return tuple(Label(rule.span, "implied here") for rule in rules)
