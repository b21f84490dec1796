"""What stands in pages and components: text, elements, components, slots and control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import surface as u
from pfc.ir.types import STRING
from pfc.semantics import html
from pfc.semantics.bodies import Body
from pfc.semantics.scope import Scope
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.web_elements import Elements
from pfc.semantics.web_outcomes import outcome_node
from pfc.semantics.web_sends import SendsChecker
from pfc.semantics.web_shown import FIELDS
from pfc.semantics.web_slots import Slots, fill_at
from pfc.semantics.world import Entity
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import web as w
from pfc.syntax.ast.base import Dotted

Typed = tuple[u.Node, ...]


NAMED_BY = frozenset({"id", "title", "aria-label", "aria-labelledby"})
"""What gives an input a name, or lets a label do so."""


@dataclass(frozen=True)
class Around:
    """What the nodes stand in: the body of a page or component, and its top or inside."""

    body: Body
    top: bool = False
    labelled: bool = False
    """Whether a `label` is around it."""

    @property
    def in_page(self) -> bool:
        """Whether it is a page, which may ask."""
        return self.body.kind == "page"

    def inside(self) -> Around:
        """The same further down."""
        return Around(self.body, labelled=self.labelled)

    def in_label(self) -> Around:
        """The same inside a `label`."""
        return Around(self.body, labelled=True)


class Nodes:
    """Types nodes."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker
        self.report = checker.report
        self.slots = Slots(checker.world)
        self.elements = Elements(checker)
        self.sends = SendsChecker(self.elements)

    def children(self, nodes: Sequence[w.Child], scope: Scope, around: Around) -> Typed:
        """Nodes in order; what a `let` binds is known to those that follow it."""
        found: list[u.Node] = []
        before: w.Child | None = None
        for place, node in enumerate(nodes):
            if isinstance(node, w.TextNode) and self._braces_forgotten(before):
                self._no_braces(node, cast("w.Element", before))
            made = self._node(node, scope, around)
            if isinstance(made, u.LetNode) and made.otherwise is not None:
                rest = self.children(nodes[place + 1 :], scope, around)
                return (*found, replace(made, rest=rest))
            if made is not None:
                found.append(made)
            before = node
        return tuple(found)

    def _braces_forgotten(self, before: w.Child | None) -> bool:
        """Whether a text after this node looks as if it were meant to be inside."""
        if not isinstance(before, w.Element) or before.children is not None:
            return False
        return before.name.text not in html.VOID_ELEMENTS

    def _no_braces(self, node: w.TextNode, before: w.Element) -> None:
        name = before.name.text
        self.elements.refuse(
            node.span,
            f"the text stands behind `{name}` and not in it; what is in it stands in"
            f" braces: `{name} {{ {node.text.raw} }}`",
            Label(before.span, f"nothing is in this `{name}`"),
        )

    def _inside(self, node: w.Children | None, scope: Scope, around: Around) -> Typed:
        """Nodes in braces: names bound there are unknown after them."""
        if node is None:
            return ()
        return self.children(node.nodes, scope.child(), around.inside())

    def _node(self, node: w.Child, scope: Scope, around: Around) -> u.Node | None:
        match node:
            case w.TextNode():
                text = self.checker.string(node.text, scope, STRING)
                return u.TextNode(node.span, cast("x.Literal | x.Interpolation", text))
            case w.Element():
                return self._element(node, scope, around)
            case w.SlotNode():
                return self._slot(node, around)
            case w.IfNode() | w.WhenNode():
                return self._if(node, scope, around)
            case w.ForNode():
                return self._for(node, scope, around)
            case w.MatchNode():
                return self._match(node, scope, around)
            case w.LetNode():
                return self._let(node, scope, around)
            case w.LiveNode():
                self.report("PF901", node.span, construct="`live`")
                return None

    # ------------------------------------------------------------ elements
    def _element(self, node: w.Element, scope: Scope, around: Around) -> u.Node | None:
        component = self._component_named(node.name, scope)
        if component is not None:
            return self._use(node, component, scope, around)
        name = node.name.last
        if len(node.name.parts) > 1 or name.text[:1].isupper():
            self.checker.world.lookup(scope.module, node.name, "component")
            self._unknown(node, scope, around)
            return None
        if not self.elements.known(name):
            self._unknown(node, scope, around)
            return None
        return self._html(node, name.text, scope, around)

    def _component_named(self, name: Dotted, scope: Scope) -> Entity | None:
        entity, taken = self.checker.world.find(scope.module, name)
        if entity is None or taken != len(name.parts) or entity.kind != "component":
            return None
        return None if name.text in html.ELEMENTS else entity

    def _unknown(self, node: w.Element, scope: Scope, around: Around) -> None:
        """What an unknown element holds is still looked at."""
        for argument in node.arguments:
            if not isinstance(argument.value, e.CallExpr):
                self.checker.infer_expr(argument.value, scope, None)
        self._inside(node.children, scope, around)

    def _html(
        self, node: w.Element, written: str, scope: Scope, around: Around
    ) -> u.Element:
        tag = "a" if written == "link" else written
        given = {a.name.text: a for a in node.arguments if a.name is not None}
        attributes = self.elements.attributes(tag, node.arguments, scope)
        link = None
        if tag == "a":
            link = self.elements.link(tag, given.get("href"), given.get("to"), scope)
            if "to" not in given and "href" not in given:
                reason = f"`{written}` says where it goes: `to: Page()` or `href: url`"
                self.report("PF605", node.name.span, reason=reason)
        sends = None
        if tag in ("form", "button"):
            sends = self.sends.sends(tag, node.name.span, given, scope)
        if tag in html.VOID_ELEMENTS and node.children is not None:
            self.elements.refuse(node.children.span, f"`{tag}` holds nothing")
        if tag == "title":
            self._title(node, around)
        if tag in FIELDS and not around.labelled:
            attributes = named(node, attributes)
        inner = around.in_label() if tag == "label" else around
        children = self._inside(node.children, scope, inner)
        if tag in (*html.RCDATA_ELEMENTS, "option"):
            self._only_text(tag, children)
        return u.Element(node.span, tag, attributes, link, sends, children)

    def _title(self, node: w.Element, around: Around) -> None:
        if not (around.in_page and around.top):
            reason = "`title` can stand only directly in a page"
            self.elements.refuse(node.name.span, reason)
        for argument in node.arguments:
            self.elements.refuse(argument.span, "`title` has no attributes")

    def _only_text(self, tag: str, children: Typed) -> None:
        for child in children:
            if not isinstance(child, u.TextNode):
                self.elements.refuse(child.span, f"`{tag}` holds only text")

    # ------------------------------------------------------------ components
    def _use(
        self, node: w.Element, component: Entity, scope: Scope, around: Around
    ) -> u.UseComponent:
        call = e.CallExpr(
            node.span, e.Reference(node.name.span, component.name), node.arguments
        )
        fields = self.checker.signatures.fields(component)
        arguments = self.checker.bind(component.name, fields, call, scope, {})
        slots = self._content(node, component, scope, around)
        return u.UseComponent(node.span, component.id, arguments, slots)

    def _content(
        self, node: w.Element, component: Entity, scope: Scope, around: Around
    ) -> tuple[tuple[str, Typed], ...]:
        """What fills the slots: `slot name { }` the named one, all else the unnamed."""
        if node.children is None:
            return ()
        known = self.slots.of(component)
        rest: list[w.Child] = []
        filled: dict[str, Typed] = {}
        nodes = node.children.nodes
        at = 0
        while at < len(nodes):
            fill = fill_at(nodes, at, known)
            if fill is None:
                rest.append(nodes[at])
                at += 1
                continue
            at += 2
            name = fill.name.text
            content = self._inside(fill.children, scope, around)
            if name in filled:
                self.report("PF211", fill.name.span, name=f"slot {name}")
            elif name not in known:
                notes = did_you_mean(name, known)
                kind = f"slot of `{component.name}`,"
                self.report("PF210", fill.name.span, notes=notes, kind=kind, name=name)
            else:
                filled[name] = content
        if rest:
            self._unnamed(rest, known, component)
            inner = scope.child()
            filled = {"": self.children(rest, inner, around.inside()), **filled}
        return tuple(filled.items())

    def _unnamed(
        self, rest: list[w.Child], known: Sequence[str], component: Entity
    ) -> None:
        if "" in known:
            return
        named = [f"`slot {name} {{ }}`" for name in known]
        reason = f"`{component.name}` has no slot"
        if named:
            reason += f" without a name; it has {', '.join(named)}"
        self.elements.refuse(rest[0].span, reason)

    def _slot(self, node: w.SlotNode, around: Around) -> u.SlotNode | None:
        if around.in_page:
            self.elements.refuse(node.span, "a slot can stand only in a component")
            return None
        return u.SlotNode(node.span, "" if node.name is None else node.name.text)

    # ------------------------------------------------------------ control
    def _if(
        self, node: w.IfNode | w.WhenNode, scope: Scope, around: Around
    ) -> u.IfNode:
        checker = self.checker
        is_when = isinstance(node, w.WhenNode)
        condition = checker.condition(node.condition, scope)
        if is_when and not _only_can(condition):
            checker.report(
                "PF220",
                condition.span,
                expected="`can ...`, joined by `and`, `or` and `not`",
                found="another condition: that is `if`",
            )
        holds = scope.narrow(checker.facts(condition, holds=True))
        fails = scope.narrow(checker.facts(condition, holds=False))
        then = self._inside(node.then, holds, around)
        otherwise: Typed = ()
        if isinstance(node.otherwise, w.IfNode):
            otherwise = (self._if(node.otherwise, fails, around),)
        elif node.otherwise is not None:
            otherwise = self._inside(node.otherwise, fails, around)
        return u.IfNode(node.span, condition, then, otherwise, is_when)

    def _for(self, node: w.ForNode, scope: Scope, around: Around) -> u.ForNode:
        checker = self.checker
        if isinstance(node.value, e.Range):
            values = checker.range_(node.value, scope)
        else:
            values = checker.expr(node.value, scope)
        types = checker._loop_types(values, len(node.names))
        inner = scope.child()
        symbols: list[x.Symbol] = []
        for name, type_ in zip(node.names, types, strict=True):
            symbol = x.Symbol(name.text, type_, "loop", name.span)
            symbols.append(symbol)
            inner.bind(symbol)
        body = self._inside(node.body, inner, around)
        otherwise = self._inside(node.otherwise, scope, around)
        return u.ForNode(node.span, tuple(symbols), values, body, otherwise)

    def _match(
        self, node: w.MatchNode, scope: Scope, around: Around
    ) -> u.MatchNode | u.OutcomeNode | None:
        checker = self.checker
        subject = node.subject
        if isinstance(subject, e.Ask | e.Perform | e.Find | e.AwaitEvent):
            call = checker.right(subject, scope, around.body, handled=True)
            if not isinstance(call, x.Ask):
                return None
            return outcome_node(
                checker,
                node,
                call,
                scope,
                lambda body, inner: self._inside(body, inner, around),
            )
        value = checker.expr(subject, scope)
        arms: list[u.NodeArm] = []
        for arm in node.arms:
            inner = scope.child()
            pattern = checker.pattern(arm.pattern, value.type, inner)
            guard = None if arm.guard is None else checker.condition(arm.guard, inner)
            body = self._inside(arm.body, inner, around)
            arms.append(u.NodeArm(arm.span, pattern, guard, body))
        guarded = [(arm.pattern, arm.guard is not None) for arm in arms]
        checker.check_arms(subject.span, value.type, guarded)
        return u.MatchNode(node.span, value, tuple(arms))

    def _let(self, node: w.LetNode, scope: Scope, around: Around) -> u.LetNode | None:
        made = self.checker.let(node.let, scope, around.body)
        if isinstance(made, s.MatchOutcome):
            construct = "`let` of what an `ask` comes to, in a page"
            self.report("PF901", node.span, construct=construct)
        if not isinstance(made, s.Let):
            return None
        otherwise = None
        if made.otherwise is not None:
            otherwise = self._leaving(made.otherwise)
            if otherwise is None:
                return None
        return u.LetNode(node.span, made.symbol, made.value, otherwise)

    def _leaving(self, block: s.Block) -> s.Fail | s.Deny | s.Reply | None:
        """What leaves a page: there is nobody to reply to, and nothing to be done."""
        match block.statements:
            case (s.Fail() | s.Deny() as leave,):
                return leave
            case (s.Reply(value=None) as leave,):
                return leave
        if block.leaves:
            reason = (
                "in a page or component, `else` of a `let` is `done`, `deny` or `fail`"
            )
            self.elements.refuse(block.span, reason)
        return None


def _only_can(condition: x.Expr) -> bool:
    """Whether a condition is made of `can` only."""
    match condition:
        case x.CanExpr():
            return True
        case x.Not(operand=operand):
            return _only_can(operand)
        case x.Logic(left=left, right=right):
            return _only_can(left) and _only_can(right)
        case x.Literal(value=None):
            return True  # what could not be read has been reported
        case _:
            return False


def named(
    node: w.Element, attributes: tuple[u.Attribute, ...]
) -> tuple[u.Attribute, ...]:
    """The attributes of an input; one without a label gets a name from its field's.

    `title` is what browsers fall back on: a label that stands elsewhere wins over it.
    """
    given = {attribute.name: attribute for attribute in attributes}
    field = given.get("name")
    if (
        field is None
        or given.keys() & NAMED_BY
        or not isinstance(field.value, x.Literal)
    ):
        return attributes
    words = str(field.value.value).replace("_", " ").strip()
    title = x.Literal(node.name.span, STRING, words[:1].upper() + words[1:])
    return (*attributes, u.Attribute(node.name.span, "title", title))
