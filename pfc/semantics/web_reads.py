"""W7: which intents only read, so that a page may ask them and a GET may send them."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.diagnostics import Label
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.program import Program
from pfc.ir.types import DeclId
from pfc.ir.walk import nodes
from pfc.semantics.world import World
from pfc.span import Span

Problem = tuple[str, tuple[Label, ...]]
"""What an intent does that a reader would not, and where."""


class Reads:
    """Judges intents by their handlers."""

    def __init__(self, world: World, program: Program) -> None:
        self.world = world
        self.program = program
        self._known: dict[DeclId, Problem | None] = {}

    def check(self, span: Span, intent: DeclId, place: str) -> None:
        """Reports an intent that does more than read, sent from `place`."""
        problem = self.problem(intent)
        if problem is not None:
            action, labels = problem
            name = intent.rpartition(".")[2]
            self.world.report(
                "PF607", span, related=labels, intent=name, action=action, place=place
            )

    def problem(self, intent: DeclId) -> Problem | None:
        """Why an intent is not read-only; none if it is, or if nobody handles it."""
        if intent not in self._known:
            self._known[intent] = None  # a cycle of asks is no reason by itself
            self._known[intent] = self._found(intent)
        return self._known[intent]

    def _found(self, intent: DeclId) -> Problem | None:
        declared = self.program.by_id.get(intent)
        handled = self.program.handler_of.get(intent)
        if not isinstance(declared, d.Intent) or handled is None:
            return None
        handler = handled[1]
        for performed in declared.performs:
            problem = self._performs(performed)
            if problem is not None:
                return problem
        if not handler.reads_only:
            label = Label(handler.head_span, "this handler changes or sends something")
            return "changes or sends something", (label,)
        for call in calls_in(handler.body):
            problem = self._call(call)
            if problem is not None:
                return problem
        return None

    def _call(self, call: x.Ask | x.Perform) -> Problem | None:
        if isinstance(call, x.Perform):
            return self._performs(call)
        inner = self.problem(call.intent.id)
        if inner is None:
            return None
        name = call.intent.id.rpartition(".")[2]
        action, labels = inner
        label = Label(call.span, "it is asked here")
        return f"asks `{name}`, which {action}", (label, *labels)

    def _performs(self, call: x.Perform) -> Problem | None:
        effect = self.program.by_id.get(call.effect)
        if not isinstance(effect, d.Effect) or "reads" in effect.traits:
            return None
        label = Label(call.span, "it is performed here")
        return f"performs `{effect.name}`, which does not say `reads`", (label,)


def calls_in(node: object) -> Iterator[x.Ask | x.Perform]:
    """Every `ask` and `perform` in a part of the typed program."""
    for each in nodes(node):
        if isinstance(each, x.Ask | x.Perform):
            yield each
