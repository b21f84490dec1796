"""Intents of served contexts that nothing offers and nobody sends (PF404)."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.ir.walk import nodes
from pfc.semantics.world import World

_SENDERS = (d.Reactor, u.Page, u.Component, l.Stream, l.Schedule)


def check_reachable(program: Program, world: World) -> None:
    """Warns of intents that the users of an app with a web have no way to send."""
    apps = [each for each in program.by_id.values() if isinstance(each, u.App)]
    served = {auth.context for app in apps if app.web for auth in app.web.auths}
    if not served:
        return
    used = {tool.intent for app in apps for tool in app.tools}
    for module in program.modules.values():
        for api in module.apis:
            used.update(endpoint.intent for endpoint in api.endpoints)
        for declaration in module.declarations:
            if isinstance(declaration, _SENDERS):
                used.update(_intents(declaration))
    for workflow in program.workflows.values():
        used |= {workflow.id, *_intents(workflow)}
    for declaration in program.by_id.values():
        if not isinstance(declaration, d.Intent) or declaration.id in used:
            continue
        if declaration.context in served:
            world.report(
                "PF404",
                declaration.name_span,
                intent=declaration.name,
                reason="no page or api offers it, and no handler sends it",
            )


def _intents(root: object) -> Iterator[str]:
    """The intents that are made somewhere inside a declaration."""
    for node in nodes(root):
        if isinstance(node, x.Construct) and node.kind == "intent":
            yield node.id
