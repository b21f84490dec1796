"""W9: everybody can use a page, with a screen reader and without a mouse."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.diagnostics import Label
from pfc.semantics.web_shown import (
    FIELDS,
    At,
    Choice,
    Part,
    Repeat,
    Shown,
    Words,
    elements,
    everything,
    inner,
)
from pfc.semantics.world import World, article

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAMING = ("aria-label", "aria-labelledby", "title")
Levels = frozenset[int]


class AccessRules:
    """Judges one page; `whole` is false for a component that stands in none."""

    def __init__(self, world: World, *, whole: bool) -> None:
        self.world = world
        self.whole = whole
        self._labelled: set[str] = set()
        self._labels_any = False
        self._skipped: list[tuple[At, str]] = []

    def check(self, parts: Iterable[Part]) -> None:
        """Reports what some could not use."""
        parts = tuple(parts)
        self._gather_labels(parts)
        for shown in elements(parts):
            self._names(shown)
        if self.whole:
            self._inputs(parts, in_label=False)
            self._headings(parts, frozenset())
            for at, reason in self._skipped:
                self._wrong(at, reason)
            self._ids(parts, {}, None)

    def _wrong(self, at: At, reason: str, *related: Label) -> None:
        self.world.report(
            "PF609", at.page_span, related=[*at.labels(), *related], reason=reason
        )

    # ------------------------------------------------------------ names
    def _names(self, shown: Shown) -> None:
        tag = shown.tag
        if tag == "img":
            if not shown.has("alt"):
                reason = 'an image needs a text: `alt: "..."` (`alt: ""` if it is decoration)'
                self._wrong(shown.at, reason)
        elif not self.whole:
            return  # what fills its slots is not known
        elif self._refused(shown):
            return  # a text in a wrong place has been told
        elif tag in ("a", "button", "summary"):
            if not _is_named(shown) and not has_text(shown.parts):
                what = "a link" if tag == "a" else f"a {tag}"
                self._wrong(shown.at, f"{what} needs a name: a text, or `aria_label:`")
        elif tag in _HEADINGS and not (_is_named(shown) or has_text(shown.parts)):
            self._wrong(shown.at, "a heading needs a text")

    def _refused(self, shown: Shown) -> bool:
        """Whether a text was meant to be in the element, and stands after it."""
        return any(
            label.span == shown.element.span
            for found in self.world.diagnostics
            if found.code == "PF606"
            for label in found.related
        )

    def _gather_labels(self, parts: Iterable[Part]) -> None:
        for shown in elements(parts):
            if shown.tag == "label" and shown.has("for"):
                target = shown.text("for")
                if target is None:
                    self._labels_any = True
                else:
                    self._labelled.add(target)

    def _inputs(self, parts: Iterable[Part], *, in_label: bool) -> None:
        for part in parts:
            inside = in_label
            if isinstance(part, Shown):
                inside = in_label or (part.tag == "label" and has_text(part.parts))
                if part.tag in FIELDS and not (in_label or self._is_labelled(part)):
                    reason = (
                        f"{article(part.tag)} {part.tag} needs a label:"
                        f' `label {{ "..." {part.tag}(...) }}`,'
                        " `label(for:)` with its id, or `aria_label:`"
                    )
                    self._wrong(part.at, reason)
            for parts_inside in inner(part):
                self._inputs(parts_inside, in_label=inside)

    def _is_labelled(self, shown: Shown) -> bool:
        if _is_named(shown):
            return True
        id_ = shown.text("id")
        if id_ is None:
            return shown.has("id") and self._labels_any
        return id_ in self._labelled

    # ------------------------------------------------------------ headings
    def _headings(self, parts: Iterable[Part], before: Levels) -> Levels:
        """The levels that the last heading may have after these parts.

        A heading is wrong if it skips a level whatever was shown before it, and none of
        the branches beside it has a heading that does not: a parameter may choose it.
        """
        for part in parts:
            match part:
                case Words():
                    pass
                case Shown():
                    before = self._heading(part, before)
                case Choice(branches=branches):
                    before = self._branches(branches, before)
                case Repeat(body=body, otherwise=otherwise):
                    once = self._headings(body, before)
                    more = self._headings(body, before | once)
                    before = more | self._headings(otherwise, before)
        return before

    def _branches(
        self, branches: tuple[tuple[Part, ...], ...], before: Levels
    ) -> Levels:
        after: Levels = frozenset()
        outside = self._skipped
        wrong: list[tuple[At, str]] = []
        fine = False
        for branch in branches:
            self._skipped = []
            after |= self._headings(branch, before)
            has_headings = any(shown.tag in _HEADINGS for shown in elements(branch))
            fine = fine or (has_headings and not self._skipped)
            wrong += self._skipped
        self._skipped = outside if fine else [*outside, *wrong]
        return after

    def _heading(self, shown: Shown, before: Levels) -> Levels:
        level = _HEADINGS.get(shown.tag)
        if level is None:
            return self._headings(shown.parts, before)
        if before and all(level - earlier > 1 for earlier in before):
            last = max(before)
            reason = f"`{shown.tag}` follows `h{last}`: `h{last + 1}` is left out"
            self._skipped.append((shown.at, reason))
        return frozenset({level})

    # ------------------------------------------------------------ ids
    def _ids(
        self, parts: Iterable[Part], known: dict[str, At], loop: Repeat | None
    ) -> dict[str, At]:
        """The constant ids so far; each may stand once in what is shown."""
        for part in parts:
            match part:
                case Words():
                    pass
                case Shown():
                    self._id(part, known, loop)
                    known = self._ids(part.parts, known, loop)
                case Choice(branches=branches):
                    after = [self._ids(each, dict(known), loop) for each in branches]
                    known = {id_: at for each in after for id_, at in each.items()}
                case Repeat(body=body, otherwise=otherwise):
                    inside = self._ids(body, dict(known), part)
                    known = {**inside, **self._ids(otherwise, dict(known), loop)}
        return known

    def _id(self, shown: Shown, known: dict[str, At], loop: Repeat | None) -> None:
        id_ = shown.text("id")
        if id_ is None:
            return
        if loop is not None:
            self._wrong(
                shown.at, f"the id `{id_}` stands in a loop, so several have it"
            )
        elif id_ in known:
            label = Label(known[id_].page_span, "it stands here already")
            self._wrong(shown.at, f"the id `{id_}` stands twice in the page", label)
        known.setdefault(id_, shown.at)


def _is_named(shown: Shown) -> bool:
    """Whether an attribute names it; an empty one does not."""
    return any(shown.has(name) and shown.text(name) != "" for name in _NAMING)


def has_text(parts: Iterable[Part]) -> bool:
    """Whether there is something to read aloud."""
    for part in everything(parts):
        if isinstance(part, Words):
            if not part.blank:
                return True
        elif (
            part.tag == "img" and part.has("alt") and part.text("alt") != ""
        ) or _is_named(part):
            return True
    return False
