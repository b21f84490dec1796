"""Declarations of the web layer, plugins, apps and tests."""

from __future__ import annotations

from typing import cast, get_args

from pfc.syntax.ast import apps as ap
from pfc.syntax.ast import tests as te
from pfc.syntax.ast import web as w
from pfc.syntax.ast.base import Dotted, Name, Text
from pfc.syntax.ast.expressions import Argument, Cap, StringLiteral
from pfc.syntax.ast.reactors import Limits, Rate
from pfc.syntax.ast.statements import Block, Let
from pfc.syntax.tree.build_flows import Flows
from pfc.syntax.tree.parts import (
    Parts,
    expr,
    many,
    maybe,
    one,
    right,
    rule,
    rule_expr,
    rules,
    tokens,
)

_CHILDREN: tuple[type, ...] = get_args(w.Child)
_APP_ITEMS: tuple[type, ...] = get_args(ap.AppItem)
_TEST_ITEMS: tuple[type, ...] = get_args(te.TestItem)


class Surface(Flows):
    """Methods for the rules of the web layer, plugins, apps and tests."""

    # ------------------------------------------------------------ children
    def children(self, parts: Parts) -> w.Children:
        nodes = tuple(part for part in parts if isinstance(part, _CHILDREN))
        return w.Children(self.span(parts), cast("tuple[w.Child, ...]", nodes))

    def children_of(self, parts: Parts) -> w.Children:
        """Children, or one child as children of its own."""
        found = maybe(parts, w.Children)
        if found is not None:
            return found
        child = cast("w.Child", next(p for p in parts if isinstance(p, _CHILDREN)))
        return w.Children(child.span, (child,))

    def text_node(self, parts: Parts) -> w.TextNode:
        literal: StringLiteral = self.string(parts[0])
        return w.TextNode(literal.span, literal)

    def element(self, parts: Parts) -> w.Element:
        names = many(parts, Name)
        return w.Element(
            self.span(parts),
            Dotted(names[0].span.to(names[-1].span), names),
            many(rule(parts, "args") or (), Argument),
            maybe(parts, w.Children),
        )

    def slot_node(self, parts: Parts) -> w.SlotNode:
        return w.SlotNode(self.span(parts), maybe(parts, Name))

    def else_of(self, parts: Parts) -> w.Children | w.IfNode | None:
        otherwise = rule(parts, "else_node")
        if otherwise is None:
            return None
        return maybe(otherwise, w.IfNode) or one(otherwise, w.Children)

    def if_node(self, parts: Parts) -> w.IfNode:
        return w.IfNode(
            self.span(parts), expr(parts), one(parts, w.Children), self.else_of(parts)
        )

    def when_node(self, parts: Parts) -> w.WhenNode:
        return w.WhenNode(
            self.span(parts), expr(parts), one(parts, w.Children), self.else_of(parts)
        )

    def for_node(self, parts: Parts) -> w.ForNode:
        otherwise = rule(parts, "else_children")
        return w.ForNode(
            self.span(parts),
            many(parts, Name),
            expr(parts),
            one(parts, w.Children),
            one(otherwise, w.Children) if otherwise else None,
        )

    def child_arm(self, parts: Parts) -> w.ChildArm:
        guard = rule_expr(parts, "guard")
        return w.ChildArm(
            self.span(parts), self.pattern_of(parts), guard, self.children_of(parts)
        )

    def match_node(self, parts: Parts) -> w.MatchNode:
        return w.MatchNode(self.span(parts), right(parts), many(parts, w.ChildArm))

    def let_node(self, parts: Parts) -> w.LetNode:
        let = one(parts, Let)
        return w.LetNode(let.span, let)

    def live_node(self, parts: Parts) -> w.LiveNode:
        keep = rule(parts, "keep_clause")
        return w.LiveNode(
            self.span(parts),
            one(parts, Dotted),
            rule_expr(parts, "where_clause"),
            self.number(keep).raw if keep else None,
        )

    # ------------------------------------------------------------ web
    def component_decl(self, parts: Parts) -> w.Component:
        return w.Component(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            one(parts, w.Children),
            self.doc(parts),
        )

    def page_decl(self, parts: Parts) -> w.Page:
        self.once(parts, "in_clause")
        return w.Page(
            self.span(parts),
            self.text(parts),
            one(parts, Name),
            self.fields_of(parts),
            self.in_of(parts),
            self.requires_of(parts),
            one(parts, w.Children),
            self.doc(parts),
        )

    def endpoint(self, parts: Parts) -> w.Endpoint:
        method = rule(parts, "http_method") or ()
        return w.Endpoint(
            self.span(parts),
            str(method[0]),
            self.text(parts),
            one(parts, Dotted),
            self.doc(parts),
        )

    def api_decl(self, parts: Parts) -> w.Api:
        return w.Api(
            self.span(parts),
            self.text(parts),
            self.in_of(parts),
            many(parts, w.Endpoint),
            self.doc(parts),
        )

    # ------------------------------------------------------------ plugins and apps
    def hook(self, parts: Parts) -> ap.Hook:
        kind = rule(parts, "hook_kind") or ()
        return ap.Hook(
            self.span(parts),
            str(kind[0]),
            one(parts, Dotted),
            many(rule(parts, "bindings") or (), Name),
            one(parts, Block),
        )

    def plugin_decl(self, parts: Parts) -> ap.Plugin:
        return ap.Plugin(
            self.span(parts),
            one(parts, Name),
            self.maybe_number(rule(parts, "plugin_priority")),
            many(parts, ap.Hook),
            self.doc(parts),
        )

    def supervised(self, parts: Parts) -> ap.Supervised:
        names = many(parts, Name)
        shards = rule(parts, "shards_clause")
        spread: ap.Shards | ap.Each | None = maybe(parts, ap.Each)
        if shards:
            count = self.number(shards)
            spread = ap.Shards(self.span(shards), count, one(shards, Name))
        return ap.Supervised(
            self.span(parts), Dotted(names[0].span.to(names[-1].span), names), spread
        )

    def each_clause(self, parts: Parts) -> ap.Each:
        idle = rule_expr(parts, "idle_clause")
        return ap.Each(self.span(parts), one(parts, Name), idle)

    def supervise(self, parts: Parts) -> ap.Supervise:
        children = many(parts, ap.Supervised, ap.Supervise)
        return ap.Supervise(
            self.span(parts),
            one(parts, Name),
            maybe(parts, Limits),
            cast("tuple[ap.Supervised | ap.Supervise, ...]", children),
        )

    def app_grant(self, parts: Parts) -> ap.AppGrant:
        return ap.AppGrant(self.span(parts), one(parts, Dotted), many(parts, Cap))

    def run_clause(self, parts: Parts) -> ap.Run:
        return ap.Run(self.span(parts), many(parts, Dotted))

    def auth_clause(self, parts: Parts) -> ap.Auth:
        people = tokens(rule(parts, "people_clause") or (), "STRING")
        return ap.Auth(
            self.span(parts),
            one(parts, Name),
            one(parts, Dotted),
            tuple(Text(self.token_span(token), str(token)) for token in people),
        )

    def served(self, parts: Parts) -> ap.Served:
        return ap.Served(self.span(parts), maybe(parts, Dotted), self.maybe_text(parts))

    def web_clause(self, parts: Parts) -> ap.Web:
        limits = rules(parts, "rate_clause")
        serves = rules(parts, "serve_clause")
        self.once(parts, "sign_up_clause")
        sign_up = rule(parts, "sign_up_clause")
        return ap.Web(
            self.span(parts),
            self.number(parts),
            many(parts, ap.Auth),
            tuple(one(limit, Rate) for limit in limits),
            tuple(served for clause in serves for served in many(clause, ap.Served)),
            one(sign_up, Name) if sign_up else None,
        )

    def tool(self, parts: Parts) -> ap.Tool:
        return ap.Tool(
            self.span(parts),
            one(parts, Name),
            one(parts, Dotted),
            (),
            self.doc(parts),
        )

    def tool_ceiling(self, parts: Parts) -> ap.Tool:
        tool = one(parts, ap.Tool)
        ceiling = many(rule(parts, "caps") or (), Cap)
        return ap.Tool(self.span(parts), tool.name, tool.intent, ceiling, tool.doc)

    def tools_clause(self, parts: Parts) -> ap.Tools:
        return ap.Tools(self.span(parts), self.in_of(parts), many(parts, ap.Tool))

    def store_clause(self, parts: Parts) -> ap.Store:
        return ap.Store(self.span(parts), one(parts, Name), self.maybe_text(parts))

    def messages_clause(self, parts: Parts) -> ap.Messages:
        files = (
            Text(self.token_span(token), str(token))
            for token in tokens(parts, "STRING")
        )
        return ap.Messages(self.span(parts), tuple(files))

    def cluster_clause(self, parts: Parts) -> ap.Cluster:
        return ap.Cluster(self.span(parts), one(parts, Name))

    def app_decl(self, parts: Parts) -> ap.App:
        items = cast("tuple[ap.AppItem, ...]", many(parts, *_APP_ITEMS))
        return ap.App(self.span(parts), one(parts, Name), items, self.doc(parts))

    # ------------------------------------------------------------ tests
    def items_of(self, parts: Parts) -> tuple[te.TestItem, ...]:
        body = rule(parts, "test_body") or ()
        return cast("tuple[te.TestItem, ...]", many(body, *_TEST_ITEMS))

    def arguments_of(self, parts: Parts) -> tuple[Argument, ...] | None:
        found = rule(parts, "args")
        return None if found is None else many(found, Argument)

    def given_clause(self, parts: Parts) -> te.Given:
        return te.Given(self.span(parts), one(parts, Dotted), self.entries_of(parts))

    def as_block(self, parts: Parts) -> te.As:
        can = rule(parts, "can_clause") or ()
        return te.As(
            self.span(parts),
            one(parts, Dotted),
            self.arguments_of(parts),
            self.maybe_text(rule(parts, "subject_clause")),
            many(rule(can, "caps") or (), Cap),
            self.items_of(parts),
        )

    def stub_clause(self, parts: Parts) -> te.Stub:
        return te.Stub(
            self.span(parts),
            one(parts, Dotted),
            many(rule(parts, "bindings") or (), Name),
            one(parts, Block),
        )

    def advance_clause(self, parts: Parts) -> te.Advance:
        return te.Advance(self.span(parts), expr(parts))

    def expect_true(self, parts: Parts) -> te.Expect:
        return te.Expect(self.span(parts), expr(parts))

    def expect_denied(self, parts: Parts) -> te.ExpectDenied:
        caps = many(rule(parts, "caps") or (), Cap)
        return te.ExpectDenied(self.span(parts), expr(parts), caps)

    def expect_fails(self, parts: Parts) -> te.ExpectFails:
        return te.ExpectFails(
            self.span(parts),
            expr(parts),
            one(parts, Dotted),
            self.arguments_of(parts),
        )

    def expect_emitted(self, parts: Parts) -> te.ExpectEmitted:
        return te.ExpectEmitted(
            self.span(parts), one(parts, Dotted), self.arguments_of(parts)
        )

    def expect_performed(self, parts: Parts) -> te.ExpectPerformed:
        return te.ExpectPerformed(
            self.span(parts), one(parts, Dotted), self.arguments_of(parts)
        )

    def test_decl(self, parts: Parts) -> te.Test:
        return te.Test(self.span(parts), self.text(parts), self.items_of(parts))
