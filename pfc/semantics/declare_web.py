"""Components, pages and APIs, typed."""

from __future__ import annotations

from typing import cast

from pfc.ir import declarations as d
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.ir.types import UNIT
from pfc.semantics.bodies import Body
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.signatures import FieldSig
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.web_nodes import Around, Nodes
from pfc.semantics.web_routes import Routes
from pfc.semantics.web_rules import WebRules
from pfc.semantics.world import Entity, ModuleInfo
from pfc.syntax.ast import web as w

_IN_QUERY = ("GET", "HEAD", "DELETE")


class WebDeclarations:
    """Makes the typed web layer."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker
        self.nodes = Nodes(checker)
        self.routes = Routes(checker)

    def finish(self, program: Program) -> None:
        """Judges what needs the whole program; all declarations have been made."""
        WebRules(self.checker.world, program).check()

    # ------------------------------------------------------------ components
    def component(self, entity: Entity) -> u.Component:
        """A component; what it offers is judged where it is used."""
        node = cast("w.Component", entity.node)
        fields = self.checker.fields(node.parameters, entity.module)
        setting = Setting(
            "a component",
            caller_reason="a component is given what it shows as its parameters",
        )
        scope = Scope(entity.module, setting)
        for field in fields:
            scope.bind(field.symbol)
        body = Body("component", setting.name, UNIT, None, performs=False)
        return u.Component(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            fields,
            self.nodes.children(node.body.nodes, scope, Around(body)),
            self.nodes.slots.of(entity),
            node.doc,
        )

    # ------------------------------------------------------------ pages
    def page(self, entity: Entity) -> u.Page:
        """A page: its route, its parameters, who may see it, and what it shows."""
        node = cast("w.Page", entity.node)
        checker = self.checker
        fields = checker.fields(node.parameters, entity.module)
        sigs = {each.name: each for each in checker.signatures.fields(entity)}
        route, text = self.routes.read(node.route, sigs, f"the page `{entity.name}`")
        self.routes.reserved(node.route.span, text)
        in_route = {part.text for part in route if part.parameter}
        for name, sig in sigs.items():
            if name not in in_route:
                self.routes.in_query(sig.span, sig)
                if route or text == "/":
                    self.routes.without_default(sig.span, sig, entity.name)
        scope = self._page_scope(entity, fields)
        body = Body("page", "a page", UNIT, None, performs=False)
        requires = node.requires
        return u.Page(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            route,
            text,
            fields,
            scope.setting.context,
            checker.requirements(requires, scope),
            None if requires is None else requires.span,
            self.nodes.children(node.body.nodes, scope, Around(body, top=True)),
            node.doc,
        )

    def _page_scope(self, entity: Entity, fields: tuple[d.Field, ...]) -> Scope:
        """Its parameters and, by name, the fields of its context."""
        context = self.checker.signatures.context(entity)
        setting = Setting(
            "a page",
            caller=None if context is None else context.id,
            context=None if context is None else context.id,
            caller_reason=f"the page `{entity.name}` is not `in` a context",
            fields_of_caller=True,
        )
        scope = Scope(entity.module, setting)
        for field in fields:
            scope.bind(field.symbol)
        return scope

    # ------------------------------------------------------------ APIs
    def api(self, node: w.Api, info: ModuleInfo) -> u.Api:
        """An API: each endpoint makes an intent of what it is sent."""
        world = self.checker.world
        context = None
        if node.context is not None:
            context = world.lookup(info, node.context, "context")
        _, prefix = self.routes.read(node.prefix, {}, "an api")
        self.routes.reserved(node.prefix.span, prefix)
        made = (self._endpoint(each, prefix, context, info) for each in node.endpoints)
        return u.Api(
            node.span,
            prefix,
            None if context is None else context.id,
            tuple(endpoint for endpoint in made if endpoint is not None),
            node.doc,
        )

    def _endpoint(
        self, node: w.Endpoint, prefix: str, context: Entity | None, info: ModuleInfo
    ) -> u.Endpoint | None:
        checker = self.checker
        intent = checker.world.lookup(info, node.intent, "intent", "workflow")
        if intent is None:
            return None
        if intent.kind == "workflow":
            checker.report("PF901", node.intent.span, construct="a workflow")
            return None
        self._context(node, intent, context)
        sigs = {each.name: each for each in checker.signatures.fields(intent)}
        route, text = self.routes.read(node.route, sigs, f"`{intent.name}`")
        in_route = {part.text for part in route if part.parameter}
        rest = [sig for sig in sigs.values() if sig.name not in in_route]
        self._others(node, rest)
        whole = tuple(
            u.RoutePart(part, False, False) for part in prefix.split("/") if part
        )
        full = prefix.rstrip("/") + text
        return u.Endpoint(
            node.span, node.method, (*whole, *route), full, intent.id, node.doc
        )

    def _context(
        self, node: w.Endpoint, intent: Entity, context: Entity | None
    ) -> None:
        wanted = self.checker.signatures.context(intent)
        if wanted is None or context is wanted or context is None:
            return  # an api that does not say who is asking is reported as a whole
        self.checker.report(
            "PF251",
            node.intent.span,
            intent=intent.name,
            wanted=wanted.name,
            found=f"`{context.name}`",
        )

    def _others(self, node: w.Endpoint, fields: list[FieldSig]) -> None:
        """The fields that are not in the route come from the query or the body."""
        if node.method in _IN_QUERY:
            for field in fields:
                self.routes.in_query(node.intent.span, field)
