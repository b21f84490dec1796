"""Rules about what is served together: routes that hide others, pages nobody links to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pfc.diagnostics import Label
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.ir.types import DeclId
from pfc.semantics.web_routes import Shape, shape
from pfc.semantics.web_shown import Part, elements
from pfc.semantics.world import World
from pfc.span import Span


@dataclass(frozen=True)
class Entry:
    """A method and a route, and what answers it."""

    method: str
    route: tuple[u.RoutePart, ...]
    text: str
    span: Span
    owner: u.Page | u.Endpoint

    @property
    def key(self) -> tuple[str, Shape]:
        """Two entries with the same key hide one another."""
        return self.method, shape(self.route)


def page_entries(page: u.Page, *, has_forms: bool) -> Iterator[Entry]:
    """What a page answers."""
    for method in ("GET", "POST") if has_forms else ("GET",):
        yield Entry(method, page.route, page.route_text, page.name_span, page)


def api_entries(api: u.Api) -> Iterator[Entry]:
    """What an API answers."""
    for end in api.endpoints:
        yield Entry(end.method, end.route, end.route_text, end.span, end)


def hidden(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Entries that can never answer, each with the one that answers instead."""
    first: dict[tuple[str, Shape], Entry] = {}
    for entry in entries:
        earlier = first.setdefault(entry.key, entry)
        if earlier is not entry:
            yield entry, earlier


class ServedRules:
    """Judges what one app serves; `shown` is what each page shows."""

    def __init__(
        self, world: World, program: Program, shown: Mapping[DeclId, tuple[Part, ...]]
    ) -> None:
        self.world = world
        self.program = program
        self.shown = shown

    def check(self) -> None:
        """Every app, or (a library) every module by itself."""
        apps = [each for each in self.program.by_id.values() if isinstance(each, u.App)]
        webs = [app.web for app in apps if app.web is not None]
        for web in webs:
            pages = [self.program.by_id.get(id_) for id_ in web.pages]
            served = [page for page in pages if isinstance(page, u.Page)]
            self._routes(served, web.apis)
            self._reached(served)
        if not webs:
            for module in self.program.modules.values():
                own = [p for p in module.declarations if isinstance(p, u.Page)]
                self._routes(own, module.apis)

    # ------------------------------------------------------------ routes
    def _routes(self, pages: Iterable[u.Page], apis: Iterable[u.Api]) -> None:
        entries: list[Entry] = []
        for page in pages:
            if not page.route and page.route_text != "/":
                continue  # the route could not be read
            has_forms = self.has_forms(page)
            entries += page_entries(page, has_forms=has_forms)
        for api in apis:
            entries += api_entries(api)
        for late, early in hidden(entries):
            label = Label(early.span, "this one answers")
            if type(late.owner) is not type(early.owner):
                self.world.report(
                    "PF254",
                    late.span,
                    related=[label],
                    name=f"{late.method} {late.text}",
                    reason="a page and an API cannot share a route",
                )
                continue
            self.world.report(
                "PF603",
                late.span,
                related=[label],
                what=f"`{late.method} {late.text}`",
                reason="another route that looks the same stands before it",
            )

    def has_forms(self, page: u.Page) -> bool:
        """Whether a page sends anything."""
        shown = self.shown.get(page.id, ())
        return any(part.element.sends is not None for part in elements(shown))

    # ------------------------------------------------------------ W4
    def _reached(self, pages: list[u.Page]) -> None:
        """Pages that no link leads to, from the first page or the one at `/`."""
        if not pages:
            return
        root = next((page for page in pages if not page.route), pages[0])
        reached = {root.id}
        pending = [root.id]
        while pending:
            for target in self._links(pending.pop()):
                if target not in reached:
                    reached.add(target)
                    pending.append(target)
        for page in pages:
            if page.id not in reached:
                reason = f"no link leads to it from `{root.name}`"
                self.world.report(
                    "PF604", page.name_span, name=page.name, reason=reason
                )

    def _links(self, page: DeclId) -> Iterator[DeclId]:
        for part in elements(self.shown.get(page, ())):
            element = part.element
            targets = [element.link.target] if element.link is not None else []
            if element.sends is not None and element.sends.then is not None:
                targets.append(element.sends.then)
            for target in targets:
                kind = getattr(target, "kind", "")
                if kind == "page":
                    yield getattr(target, "id", "")
