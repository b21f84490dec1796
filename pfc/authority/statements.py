"""Walking statements: how facts come, stay and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pfc.authority import rows
from pfc.authority.facts import Fact, Facts, joined
from pfc.authority.terms import Derived, Source, Term, sources
from pfc.authority.trace import Authority, HandlerPlace, Stored
from pfc.authority.values import Value, fresh
from pfc.authority.walk import Walk
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir import statements as st

_ALONE: Final = frozenset({st.Run, st.Send, st.Emit})
_WAYS: Final[Mapping[type, str]] = {
    st.If: "_if",
    st.Require: "_require",
    st.Match: "_match_statement",
    st.MatchOutcome: "_outcomes",
    st.For: "_for",
    st.WithAuthority: "_authority",
    st.Let: "_let",
    st.Together: "_together",
}
"""The methods for statements in which others stand, or that make names."""


class StatementWalk(Walk):
    """Blocks. A method for a statement gives the facts after it; none: no way there."""

    def block(self, block: st.Block, facts: Facts | None) -> Facts | None:
        """The facts where a block ends, if it is entered with these."""
        for statement in block.statements:
            if facts is None:
                return None  # dead code uses nothing
            self.facts = facts
            facts = self.statement(statement)
        return None if block.leaves else facts

    def body(self, body: object) -> None:
        """The body of a function."""
        if isinstance(body, st.Block):
            self.block(body, self.facts)
        else:
            super().body(body)

    def statement(self, statement: st.Statement) -> Facts | None:
        """One statement; `self.facts` is what is known before it."""
        kind = type(statement)
        self.statement_span = statement.span if kind in _ALONE else None
        # By name: what a subclass (or a test) has in its place is found.
        found: Facts | None = getattr(self, _WAYS.get(kind, "_plain"))(statement)
        return found

    # ------------------------------------------------------------ without branches
    def _plain(self, statement: st.Statement) -> Facts | None:
        match statement:
            case st.Assign(target=target, value=value):
                found = self.right(value)
                self._store(target, (found, *self._keys(target)))
            case st.Remove(target=target):
                self._keys(target)
                self.reading_state(target.field)
            case st.Run(call=call):
                self.right(call)
            case st.Send(span=span, intent=intent, after=after, only=only):
                if after is not None:
                    self.value(after)
                self.dispatch("send", span, intent, only)
            case st.Emit(event=event):
                self._emit(event)
            case st.Reply(value=value):
                if value is not None:
                    self.right(value)
                return None
            case st.Return(value=value):
                self.right(value)
                return None
            case st.Fail(failure=failure):
                self.value(failure)
                return None
            case st.Deny():
                return None
            case st.Reject(reason=reason):
                self.value(reason)
                return None
            case st.Insert() | st.Update() | st.Delete():
                rows.change(self, statement)
            case st.Sleep(duration=duration):
                self.value(duration)
                return self._resumed()
            case st.AwaitRun(event=event):
                self.right(event)
                return self._resumed()
        return self.facts

    def _resumed(self) -> Facts:
        """A workflow goes on later, as an entry: what was checked before is not known."""
        if not isinstance(self.place, HandlerPlace):
            return self.facts
        if isinstance(self.place.reactor, d.Reactor):
            return self.facts
        held = tuple(fact for fact in self.facts.held if fact.kind != "check")
        return Facts(held, (), self.facts.bounds)

    def _together(self, statement: st.Together) -> Facts | None:
        before = self.facts
        after = self.block(statement.body, before)
        return joined(before, after) if statement.race else after

    def _let(self, statement: st.Let) -> Facts | None:
        value = self.right(statement.value)
        waits = isinstance(statement.value, e.AwaitEvent)
        facts = self._resumed() if waits else self.facts
        if statement.otherwise is not None:
            self.block(statement.otherwise, facts)
        self.introduce(statement.symbol, value)
        return facts

    def _keys(self, target: st.Target) -> list[Value]:
        steps = (step for step in target.steps if isinstance(step, st.KeyStep))
        return [self.value(step.key) for step in steps]

    def _store(self, target: st.Target, values: Iterable[Value]) -> None:
        self.reading_state(target.field)
        if isinstance(self.place, HandlerPlace):
            found = frozenset[Source]().union(*(sources(v.term) for v in values))
            self.context.trace.stored.append(
                Stored(target.span, self.place, target.field, found)
            )

    def _emit(self, made: e.Construct) -> None:
        arguments = {name: self.value(each) for name, each in made.arguments}
        event = self.context.program.by_id.get(made.id)
        if isinstance(event, d.Event):
            needs = self.needs(event.requires, event.fields, arguments, None)
            self.use("emit", made.span, event.id, needs, arguments)

    def holds(self, reactor: d.Reactor | l.Workflow) -> tuple[Fact, ...]:
        """What a reactor holds, as facts."""
        known = self.context.holds.get(reactor.id)
        if known is None:
            known = tuple(
                Fact(self.instance(cap).capability, cap.span, "holds", index=index)
                for index, cap in enumerate(reactor.holds)
            )
            self.context.holds[reactor.id] = known
        return known

    def performs(self, calls: Iterable[e.Perform], intent: d.Intent) -> None:
        """What an intent performs after its handler, with what its reactor holds."""
        if not isinstance(self.place, HandlerPlace):
            return
        holds = self.holds(self.place.reactor)
        for call in calls:
            reason = f"performs of {intent.name}"
            own = Authority(call.span, reason, (), holds, is_block=False)
            self.authority = own
            self.perform(call, "performs")
        self.authority = None

    def reading_state(self, field: str) -> None:
        """The state of the reactor is touched."""
        self.context.trace.state_users.add(self.place)

    # ------------------------------------------------------------ with branches
    def _if(self, statement: st.If) -> Facts | None:
        self.value(statement.condition)
        true = self.after(statement.condition, True)
        false = self.after(statement.condition, False)
        then = self.block(statement.then, true)
        if statement.otherwise is None:
            return joined(then, false)
        return joined(then, self.block(statement.otherwise, false))

    def _require(self, statement: st.Require) -> Facts | None:
        self.value(statement.condition)
        true = self.after(statement.condition, True)
        self.block(statement.otherwise, self.after(statement.condition, False))
        return true

    def _match_statement(self, statement: st.Match) -> Facts | None:
        subject = self.right(statement.subject)
        before = self.facts
        after: Facts | None = None
        for arm in statement.arms:
            self.facts = before
            self.match(arm.pattern, subject, statement.subject.type)
            entered = before
            if arm.guard is not None:
                self.value(arm.guard)
                entered = self.after(arm.guard, True)
            after = joined(after, self.block(arm.body, entered))
        return after

    def _outcomes(self, statement: st.MatchOutcome) -> Facts | None:
        outcome = self.right(statement.call)
        before = self.facts
        after: Facts | None = None
        given: list[Term] = []
        for arm in statement.arms:
            for name, symbol in arm.bindings:
                value = outcome
                if (arm.kind, name) != ("ok", "value"):
                    source = Source("ask", name, span=symbol.span)
                    value = fresh(symbol.name, source, symbol.span)
                self.introduce(symbol, value)
            after = joined(after, self.block(arm.body, before))
            if statement.gives is not None:
                given.append(self.local(statement.gives).term)
        if statement.gives is not None:
            name = statement.gives.name
            self.introduce(statement.gives, Value(Derived("match", tuple(given), name)))
        return after

    def _for(self, statement: st.For) -> Facts | None:
        values = self.value(statement.values)
        before = self.facts
        item = self.loop(statement.symbols, values, statement.values)
        inside = before
        if item is not None:
            inside = before.inside(values.collection, item.term)
        self.block(statement.body, inside)
        return before

    def _authority(self, statement: st.WithAuthority) -> Facts | None:
        outer = self.authority
        if not isinstance(self.place, HandlerPlace):
            return self.block(statement.body, self.facts)
        over = tuple(self.value(each).term for each in statement.over)
        holds = self.holds(self.place.reactor)
        if outer is not None:
            over += outer.over
            holds += tuple(fact for fact in outer.holds if fact not in holds)
        found = Authority(statement.span, statement.reason, over, holds)
        self.context.trace.authorities.append((found, self.place))
        self.authority = found
        after = self.block(statement.body, self.facts)
        self.authority = outer
        return after
