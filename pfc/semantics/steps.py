"""Steps of workflows: `sleep`, `await`, `parallel`, `race`; and what plugins say: `reject`."""

from __future__ import annotations

from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import DURATION, STRING, RecordType
from pfc.semantics.bodies import Body
from pfc.semantics.rows import Rows
from pfc.semantics.scope import Scope
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a


class Steps(Rows):
    """Statements that wait, or that run beside each other."""

    # what `Statements` provides
    def open_block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        raise NotImplementedError

    def _in_workflow(self, node: a.Statement | e.Right, verb: str, body: Body) -> None:
        if body.kind != "workflow":
            self.report("PF246", node.span, statement=verb, place=body.name)

    def await_event(
        self, node: e.AwaitEvent, scope: Scope, body: Body
    ) -> x.AwaitEvent | None:
        """`await E where c within d`; none if there is no such event."""
        self._in_workflow(node, "await", body)
        within = (
            None if node.within is None else self.expr(node.within, scope, DURATION)
        )
        event = self.world.lookup(scope.module, node.event, "event")
        if event is None:
            return None
        body.waits = True
        type_ = RecordType(event.id)
        it, inner = self.over(scope, type_, node.event.span)
        where = None if node.where is None else self.condition(node.where, inner)
        return x.AwaitEvent(node.span, type_, event.id, it, where, within)

    def await_(
        self, node: a.AwaitStatement, scope: Scope, body: Body
    ) -> s.AwaitRun | None:
        """An `await` whose event is not needed."""
        found = self.await_event(node.event, scope, body)
        return None if found is None else s.AwaitRun(node.span, found)

    def sleep(self, node: a.Sleep, scope: Scope, body: Body) -> s.Sleep:
        """`sleep d`: a workflow or a handler waits."""
        if body.kind == "handler":
            self.report("PF901", node.span, construct="`sleep` in a handler")
        elif body.kind != "workflow":
            self.report("PF246", node.span, statement="sleep", place=body.name)
        body.waits = True
        return s.Sleep(node.span, self.expr(node.duration, scope, DURATION))

    def together(
        self, node: a.Parallel | a.Race, scope: Scope, body: Body
    ) -> s.Together:
        """`parallel { }` or `race { }`: what it binds is known after it."""
        race = isinstance(node, a.Race)
        self._in_workflow(node, "race" if race else "parallel", body)
        return s.Together(node.span, race, self.open_block(node.body, scope, body))

    def reject(self, node: a.Reject, scope: Scope, body: Body) -> s.Reject:
        """`reject "why"`."""
        if body.kind != "hook":
            self.report("PF246", node.span, statement="reject", place=body.name)
        return s.Reject(node.span, self.expr(node.reason, scope, STRING))
