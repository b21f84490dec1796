"""Walking pages; components are walked at each use, with the arguments of that use."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.authority.facts import Facts
from pfc.authority.terms import Source, Sym
from pfc.authority.values import Value, fresh
from pfc.authority.walk import Walk
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.statements import Fail


class PageWalk(Walk):
    """What a page shows and offers. Its visitors have what it requires."""

    def nodes(self, found: Iterable[s.Node]) -> None:
        """Nodes in order; what is bound among them is known to those that follow."""
        for node in found:
            self.node(node)

    def node(self, node: s.Node) -> None:
        """One node."""
        match node:
            case s.TextNode(text=text):
                self.value(text)
            case s.Element():
                self._element(node)
            case s.UseComponent():
                self._component(node)
            case s.IfNode():
                self._if(node)
            case s.ForNode():
                self._for(node)
            case s.MatchNode():
                self._match_node(node)
            case s.OutcomeNode():
                self._outcomes_of_ask(node)
            case s.LetNode():
                self._let(node)

    def _element(self, node: s.Element) -> None:
        for attribute in node.attributes:
            self.value(attribute.value)
        if node.link is not None:
            self.value(node.link.target)
        if node.sends is not None:
            self._sends(node.sends)
        self.nodes(node.children)

    def _sends(self, sends: s.Sends) -> None:
        arguments = {name: self.value(each) for name, each in sends.intent.arguments}
        for extra in (sends.then, sends.flash):
            if extra is not None:
                self.value(extra)
        intent = self.context.program.by_id.get(sends.intent.id)
        if isinstance(intent, d.Intent) and not sends.may_deny:
            caller = self.caller
            needs = self.needs(intent.requires, intent.fields, arguments, caller)
            self.use("sends", sends.span, intent.id, needs, arguments)

    def _let(self, node: s.LetNode) -> None:
        value = self.right(node.value)
        if isinstance(node.otherwise, Fail):
            self.value(node.otherwise.failure)
        self.introduce(node.symbol, value)
        self.nodes(node.rest)

    def _if(self, node: s.IfNode) -> None:
        self.value(node.condition)
        before = self.facts
        true = self.after(node.condition, True)
        false = self.after(node.condition, False)
        self._inside(true, node.then)
        self._inside(false, node.otherwise)
        self.facts = before

    def _inside(self, facts: Facts, found: Iterable[s.Node]) -> None:
        before = self.facts
        self.facts = facts
        self.nodes(found)
        self.facts = before

    def _for(self, node: s.ForNode) -> None:
        values = self.value(node.values)
        before = self.facts
        item = self.loop(node.symbols, values, node.values)
        inside = before
        if item is not None:
            inside = before.inside(values.collection, item.term)
        self._inside(inside, node.body)
        self._inside(before, node.otherwise)

    def _match_node(self, node: s.MatchNode) -> None:
        subject = self.value(node.subject)
        before = self.facts
        for arm in node.arms:
            self.match(arm.pattern, subject, node.subject.type)
            facts = before
            if arm.guard is not None:
                self.value(arm.guard)
                facts = self.after(arm.guard, True)
            self._inside(facts, arm.body)

    def _outcomes_of_ask(self, node: s.OutcomeNode) -> None:
        outcome = self.right(node.call)
        before = self.facts
        for arm in node.arms:
            for name, symbol in arm.bindings:
                value = outcome
                if (arm.kind, name) != ("ok", "value"):
                    source = Source("ask", name, span=symbol.span)
                    value = fresh(symbol.name, source, symbol.span)
                self.introduce(symbol, value)
            self._inside(before, arm.body)

    # ------------------------------------------------------------ components
    def _component(self, node: s.UseComponent) -> None:
        arguments = {name: self.value(each) for name, each in node.arguments}
        for _, content in node.slots:
            self.nodes(content)
        component = self.context.program.by_id.get(node.id)
        if not isinstance(component, s.Component) or self._calls.count(node.id) > 1:
            return
        saved, before = dict(self.env), self.through
        self.through = (*before, node.span)
        # The second time round it stands for every later use: its arguments are any.
        again = node.id in self._calls
        self._calls.append(node.id)
        for parameter in component.parameters:
            value = self.given(parameter, {} if again else arguments)
            if again:
                value = Value(Sym(parameter.name, span=parameter.span))
            self.bind(parameter.symbol, value)
        self.nodes(component.body)
        self._calls.pop()
        self.through = before
        self.env = saved
