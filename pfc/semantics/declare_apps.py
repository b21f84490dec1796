"""Apps: what is supervised, what authority is granted, what is served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import surface as u
from pfc.semantics.declare_behaviour import BehaviourDeclarations
from pfc.semantics.declare_shards import each, shards
from pfc.semantics.declare_stores import declared_store
from pfc.semantics.declare_tools import ceiling_of, in_context
from pfc.semantics.scope import Scope
from pfc.semantics.type_checker import DEFAULT, TypeChecker
from pfc.semantics.world import Entity, ModuleInfo
from pfc.span import Span
from pfc.syntax.ast import apps as a
from pfc.syntax.ast import web as w
from pfc.syntax.strings import unescape

STRATEGIES = ("one_for_one", "one_for_all", "rest_for_one")
AUTHS = ("dev",)
_LATER_AUTHS = ("session", "bearer", "extern")


class AppDeclarations:
    """Makes the typed apps."""

    def __init__(
        self,
        checker: TypeChecker,
        behaviour: BehaviourDeclarations,
        apis: dict[str, list[u.Api]],
    ) -> None:
        self.checker = checker
        self.behaviour = behaviour
        self.apis = apis
        self.misread: set[str] = set()
        """Apps that supervise a reactor which is not known: it may handle anything."""

    def app(self, entity: Entity) -> u.App:
        node = cast("a.App", entity.node)
        scope = Scope(entity.module, DEFAULT)
        trees = [i for i in node.items if isinstance(i, a.Supervise)]
        grants = [i for i in node.items if isinstance(i, a.AppGrant)]
        webs = [i for i in node.items if isinstance(i, a.Web)]
        for item in node.items:
            self._unsupported(item)
        for extra in webs[1:]:
            self.checker.report("PF211", extra.span, name="web")
        made = u.App(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            tuple(self._supervise(tree, scope, entity) for tree in trees),
            tuple(self._grant(grant, scope) for grant in grants),
            self._web(webs[0], scope) if webs else None,
            node.doc,
            tuple(
                tool
                for item in node.items
                if isinstance(item, a.Tools)
                for tool in self._tools(item, scope)
            ),
            declared_store(
                self.checker, [i for i in node.items if isinstance(i, a.Store)]
            ),
            self._runs([i for i in node.items if isinstance(i, a.Run)], scope),
        )
        self._twice(made, node)
        return made

    def _unsupported(self, item: a.AppItem) -> None:
        construct: str | None = None
        match item:
            case a.Tools():
                construct = "`tools`"
            case a.Messages():
                construct = "`messages`"
            case a.Cluster():
                construct = "`cluster`"
        if construct is not None:
            self.checker.report("PF901", item.span, construct=construct)

    def _runs(self, items: list[a.Run], scope: Scope) -> tuple[str, ...]:
        """What goes on by itself while the app runs: for now schedules."""
        found: dict[str, Span] = {}
        for name in (name for item in items for name in item.names):
            entity = self.checker.world.lookup(scope.module, name, "schedule", "stream")
            if entity is None:
                continue
            if entity.kind == "stream":
                self.checker.report("PF901", name.span, construct="`run` of a stream")
            elif entity.id in found:
                label = Label(found[entity.id], "here first")
                self.checker.report(
                    "PF211", name.span, related=[label], name=entity.name
                )
            else:
                found[entity.id] = name.span
        return tuple(found)

    def _tools(self, item: a.Tools, scope: Scope) -> Iterator[u.Tool]:
        """Authority diagnostics stand even where a construct does not run yet."""
        world = self.checker.world
        context = None
        if item.context is None:
            fixes = in_context(item, scope)
            self.checker.report("PF331", item.span, fixes=fixes, entry="a tool")
        else:
            context = world.lookup(scope.module, item.context, "context")
        for tool in item.tools:
            intent = world.lookup(scope.module, tool.intent, "intent", "workflow")
            if not tool.ceiling:
                fixes = ceiling_of(tool, intent, self.checker, scope)
                name = tool.name.text
                self.checker.report("PF330", tool.span, fixes=fixes, tool=name)
            ceiling = self.checker.caps(tool.ceiling, scope)
            if intent is not None:
                yield u.Tool(
                    tool.span,
                    tool.name.text,
                    intent.id,
                    None if context is None else context.id,
                    ceiling,
                    tool.doc,
                )

    # ------------------------------------------------------------ supervision
    def _supervise(self, node: a.Supervise, scope: Scope, app: Entity) -> u.Supervise:
        checker = self.checker
        strategy = node.strategy.text
        if strategy not in STRATEGIES:
            listed = ", ".join(f"`{each}`" for each in STRATEGIES)
            notes = [*did_you_mean(strategy, STRATEGIES), f"there are {listed}"]
            checker.report(
                "PF210",
                node.strategy.span,
                notes=notes,
                kind="supervision strategy",
                name=strategy,
            )
            strategy = STRATEGIES[0]
        children: list[u.Child | u.Supervise] = []
        for child in node.children:
            if isinstance(child, a.Supervise):
                children.append(self._supervise(child, scope, app))
                continue
            found = checker.world.lookup(scope.module, child.reactor, "reactor")
            if found is None:
                self.misread.add(app.id)
            else:
                many = self._many(child.many, found, scope)
                children.append(u.Child(child.span, found.id, many))
        limits = node.limits
        return u.Supervise(
            node.span,
            strategy,
            None if limits is None else checker.whole(limits.count),
            None if limits is None else self.behaviour.duration(limits.within, scope),
            tuple(children),
        )

    def _many(
        self, node: a.Shards | a.Each | None, reactor: Entity, scope: Scope
    ) -> u.Shards | u.Each | None:
        if isinstance(node, a.Shards):
            return shards(self.checker, node, reactor)
        if node is None:
            return None
        idle = node.idle
        seconds = None if idle is None else self.behaviour.duration(idle, scope)
        return each(self.checker, node, reactor, seconds)

    def _twice(self, app: u.App, node: a.App) -> None:
        seen: dict[str, Span] = {}
        for child in supervised(app):
            if child.reactor in seen:
                name = child.reactor.rpartition(".")[2]
                label = Label(seen[child.reactor], "it stands here already")
                self.checker.report(
                    "PF254",
                    child.span,
                    related=[label],
                    name=name,
                    reason="it is supervised twice",
                )
            seen[child.reactor] = child.span

    def _grant(self, node: a.AppGrant, scope: Scope) -> u.AppGrant:
        found = self.checker.world.lookup(scope.module, node.reactor, "reactor")
        caps = self.checker.caps(node.caps, scope)
        return u.AppGrant(node.span, "" if found is None else found.id, caps)

    # ------------------------------------------------------------ web
    def _web(self, node: a.Web, scope: Scope) -> u.Web:
        checker = self.checker
        if node.sign_up is not None:
            checker.report("PF901", node.sign_up.span, construct="`sign_up`")
        auths = tuple(filter(None, (self._auth(auth, scope) for auth in node.auths)))
        pages: list[str] = []
        apis: list[u.Api] = []
        for served in node.serves:
            if served.page is not None:
                page = checker.world.lookup(scope.module, served.page, "page")
                if page is not None:
                    pages.append(page.id)
                    self._known_context(served.span, page, node, scope)
            elif served.prefix is not None:
                apis.extend(self._served_api(served, scope.module, node, scope))
        port = checker.whole(node.port)
        if not 0 <= port <= 65535:
            reason = "a port is from 0 to 65535"
            checker.report(
                "PF108", node.port.span, literal=node.port.raw, reason=reason
            )
        for more in node.limits[1:]:
            checker.report("PF901", more.span, construct="a second `limit`")
        limits = tuple(
            (checker.whole(rate.count), self.behaviour.duration(rate.per, scope))
            for rate in node.limits
        )
        return u.Web(node.span, port, auths, limits, tuple(pages), tuple(apis))

    def _auth(self, node: a.Auth, scope: Scope) -> u.Auth | None:
        method = node.method.text
        checker = self.checker
        context = checker.world.lookup(scope.module, node.context, "context")
        if method in _LATER_AUTHS:
            checker.report("PF901", node.span, construct=f"`auth {method}`")
            return None
        if method not in AUTHS:
            known = (*AUTHS, *_LATER_AUTHS)
            notes = [
                *did_you_mean(method, known),
                f"there are {', '.join(f'`{each}`' for each in known)}",
            ]
            checker.report(
                "PF210",
                node.method.span,
                notes=notes,
                kind="way to sign in",
                name=method,
            )
            return None
        if context is None:
            return None
        if cast("object", getattr(context.node, "authenticate", None)) is None:
            checker.report(
                "PF254",
                node.context.span,
                notes=['give the context one: `authenticate "module:function"`'],
                name=context.name,
                reason="nobody can sign in, because the context has no authenticator",
            )
        people = tuple(unescape(text.raw)[0] for text in node.people)
        return u.Auth(node.span, method, context.id, people)

    def _served_api(
        self, served: a.Served, info: ModuleInfo, node: a.Web, scope: Scope
    ) -> list[u.Api]:
        assert served.prefix is not None
        prefix, _ = unescape(served.prefix.raw)
        modules = [info.name, *sorted(info.used_modules)]
        found = [api for m in modules for api in self.apis[m] if api.prefix == prefix]
        if not found:
            known = [api.prefix for m in modules for api in self.apis[m]]
            notes = did_you_mean(prefix, known)
            self.checker.report(
                "PF210", served.span, notes=notes, kind="api", name=prefix
            )
        for api in found:
            self._authenticated(
                served.span, api.context, f"the api `{prefix}`", node, scope
            )
        return found

    def _known_context(
        self, span: Span, page: Entity, node: a.Web, scope: Scope
    ) -> None:
        written = cast("w.Page", page.node).context
        if written is None:
            return
        context, _ = self.checker.world.find(page.module, written)
        if context is not None:
            self._authenticated(
                span, context.id, f"the page `{page.name}`", node, scope
            )

    def _authenticated(
        self, span: Span, context: str | None, what: str, node: a.Web, scope: Scope
    ) -> None:
        """A served page or api whose context no `auth` makes is an error."""
        if context is None:
            return
        made = []
        for auth in node.auths:
            found, _ = self.checker.world.find(scope.module, auth.context)
            if found is not None:
                made.append(found.id)
        if context not in made:
            name = context.rpartition(".")[2]
            self.checker.report(
                "PF254",
                span,
                notes=[f"add `auth dev for {name}`"],
                name=what.replace("`", ""),
                reason=f"no `auth` makes its context `{name}`",
            )


def supervised(app: u.App) -> Iterator[u.Child]:
    """Every reactor of an app, in the order of starting."""
    pending: list[u.Child | u.Supervise] = list(reversed(app.trees))
    while pending:
        item = pending.pop()
        if isinstance(item, u.Child):
            yield item
        else:
            pending.extend(reversed(item.children))
