"""The rules that need the whole program: every page judged as it will be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.ir.types import DeclId
from pfc.semantics.web_access import AccessRules
from pfc.semantics.web_form_rules import FormRules
from pfc.semantics.web_nesting import NestingRules
from pfc.semantics.web_reads import Reads, calls_in
from pfc.semantics.web_served import ServedRules
from pfc.semantics.web_shown import Expander, Part
from pfc.semantics.world import World


class WebRules:
    """Judges all pages, components and APIs of a program whose handlers are known."""

    def __init__(self, world: World, program: Program) -> None:
        self.world = world
        self.program = program
        self.reads = Reads(world, program)
        known = program.by_id.values()
        self.pages = [each for each in known if isinstance(each, u.Page)]
        self.components = [each for each in known if isinstance(each, u.Component)]

    def check(self) -> None:
        """Reports everything."""
        expander = Expander(self.program)
        shown: dict[DeclId, tuple[Part, ...]] = {}
        for page in self.pages:
            shown[page.id] = expander.expand(page.body)
            self._page(page, shown[page.id])
        self._components(expander)
        self._endpoints()
        ServedRules(self.world, self.program, shown).check()

    def _page(self, page: u.Page, parts: tuple[Part, ...]) -> None:
        FormRules(self.world, self.program, page).check(parts)
        NestingRules(self.world).check(parts)
        AccessRules(self.world, whole=True).check(parts)
        for call in calls_in(page.body):
            if isinstance(call, x.Ask):
                self.reads.check(call.span, call.intent.id, "a page")

    def _endpoints(self) -> None:
        for module in self.program.modules.values():
            for api in module.apis:
                for end in api.endpoints:
                    if end.method in ("GET", "HEAD"):
                        self.reads.check(end.span, end.intent, f"a {end.method}")

    # ------------------------------------------------------------ components
    def _components(self, expander: Expander) -> None:
        used = self._used(page.body for page in self.pages)
        for component in self.components:
            if component.id in used:
                self._slots(component)
                continue
            parts = expander.expand(component.body)
            FormRules(self.world, self.program, None).check(parts)
            AccessRules(self.world, whole=False).check(parts)
            if self.pages:
                self._dead(
                    component, f"the component `{component.name}`", "no page uses it"
                )

    def _dead(self, component: u.Component, what: str, reason: str) -> None:
        self.world.report("PF603", component.name_span, what=what, reason=reason)

    def _used(self, bodies: Iterable[tuple[u.Node, ...]]) -> set[DeclId]:
        """The components that these show, and those that they use."""
        found: set[DeclId] = set()
        pending = list(bodies)
        while pending:
            for use in uses_in(pending.pop()):
                component = self.program.by_id.get(use.id)
                if use.id not in found and isinstance(component, u.Component):
                    found.add(use.id)
                    pending.append(component.body)
        return found

    def _slots(self, component: u.Component) -> None:
        bodies = [page.body for page in self.pages]
        bodies += [each.body for each in self.components]
        filled = {
            name
            for body in bodies
            for use in uses_in(body)
            if use.id == component.id
            for name, _ in use.slots
        }
        for slot in slots_in(component.body):
            if slot.name not in filled:
                what = f"the slot `{slot.name}`" if slot.name else "the slot"
                reason = f"no use of `{component.name}` fills it"
                self.world.report("PF603", slot.span, what=what, reason=reason)


def nodes_in(nodes: Iterable[u.Node]) -> Iterator[u.Node]:
    """All nodes, parents first, what fills slots included."""
    for node in nodes:
        yield node
        match node:
            case u.Element(children=children):
                yield from nodes_in(children)
            case u.UseComponent(slots=slots):
                for _, content in slots:
                    yield from nodes_in(content)
            case u.IfNode(then=then, otherwise=otherwise):
                yield from nodes_in((*then, *otherwise))
            case u.ForNode(body=body, otherwise=otherwise):
                yield from nodes_in((*body, *otherwise))
            case u.MatchNode(arms=arms) | u.OutcomeNode(arms=arms):
                for arm in arms:
                    yield from nodes_in(arm.body)
            case u.LetNode(rest=rest):
                yield from nodes_in(rest)
            case _:
                pass


def uses_in(nodes: Iterable[u.Node]) -> Iterator[u.UseComponent]:
    """Every use of a component."""
    return (node for node in nodes_in(nodes) if isinstance(node, u.UseComponent))


def slots_in(nodes: Iterable[u.Node]) -> Iterator[u.SlotNode]:
    """Every slot."""
    return (node for node in nodes_in(nodes) if isinstance(node, u.SlotNode))
