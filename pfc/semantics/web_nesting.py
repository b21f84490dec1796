"""Page-wide rules of nesting: what a browser would move or drop may not be written."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.semantics import html_nesting as html
from pfc.semantics.web_shown import At, Part, Shown, Words, inner, top
from pfc.semantics.world import World, any_of


class NestingRules:
    """Judges which element stands in which."""

    def __init__(self, world: World) -> None:
        self.world = world

    def check(self, parts: Iterable[Part]) -> None:
        """Reports every element that cannot stand where it does."""
        parts = tuple(parts)
        for part in top(parts):
            if isinstance(part, Shown) and part.tag in html.PARENTS:
                self._parent(part, None)
        self._inside(parts, ())

    def _inside(self, parts: Iterable[Part], around: tuple[str, ...]) -> None:
        for part in parts:
            if isinstance(part, Shown):
                self._shown(part, around)
                self._inside(part.parts, (*around, part.tag))
            else:
                for inside in inner(part):
                    self._inside(inside, around)

    def _shown(self, part: Shown, around: tuple[str, ...]) -> None:
        tag = part.tag
        is_form = tag == "form" or part.element.sends is not None
        written = "form" if is_form else tag
        if "p" in around and written in html.NOT_IN_PARAGRAPH:
            what = "a button that sends" if is_form and tag == "button" else f"`{tag}`"
            self._refuse(part.at, f"{what} cannot stand in a `p`: it would end there")
        for outer in ("a", "button"):
            if outer in around and tag in html.INTERACTIVE:
                shown = "link" if outer == "a" else outer
                self._refuse(part.at, f"`{tag}` cannot stand in a {shown}")
        self._children(part)

    def _children(self, part: Shown) -> None:
        allowed = html.CHILDREN.get(part.tag)
        for child in top(part.parts):
            if isinstance(child, Words):
                if allowed is not None and not child.blank:
                    self._refuse(child.at, f"a `{part.tag}` holds no text directly")
                continue
            tag = child.tag
            if tag == "button" and child.element.sends is not None:
                tag = "form"
            if allowed is not None and tag not in allowed:
                listed = any_of([f"`{name}`" for name in sorted(allowed)])
                self._refuse(child.at, f"a `{part.tag}` holds only {listed}")
            elif tag in html.PARENTS:
                self._parent(child, part.tag)

    def _parent(self, part: Shown, parent: str | None) -> None:
        allowed = html.PARENTS[part.tag]
        if parent not in allowed:
            listed = any_of([f"`{name}`" for name in sorted(allowed)])
            reason = f"`{part.tag}` can stand only directly in {listed}"
            self._refuse(part.at, reason)

    def _refuse(self, at: At, reason: str) -> None:
        self.world.report("PF606", at.page_span, related=at.labels(), reason=reason)
