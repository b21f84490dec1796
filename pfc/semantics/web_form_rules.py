"""Page-wide rules of forms: each field has one source, and no form stands in another."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.diagnostics import Label, Note, did_you_mean
from pfc.ir import declarations as d
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.semantics.web_shown import (
    FIELDS,
    At,
    Part,
    Shown,
    Words,
    fields_in,
    inner,
)
from pfc.semantics.world import World


class FormRules:
    """Judges the forms of one page; `page` is none for a component that no page uses."""

    def __init__(self, world: World, program: Program, page: u.Page | None) -> None:
        self.world = world
        self.program = program
        self.page = page

    def check(self, parts: Iterable[Part], form: Shown | None = None) -> None:
        """Reports what is wrong in and around forms."""
        for part in parts:
            inside = form
            if isinstance(part, Shown):
                inside = self._shown(part, form)
            for parts_inside in inner(part):
                self.check(parts_inside, inside)

    def _shown(self, part: Shown, form: Shown | None) -> Shown | None:
        """One element; the form that its content stands in."""
        sends = part.element.sends
        if sends is not None:
            self._context(part, sends)
            if form is not None:
                self._nested(part, form)
            elif part.tag == "form":
                self._sources(part, sends)
        if part.tag == "form":
            return part
        if part.tag in FIELDS and form is None and self.page is not None:
            self._outside(part)
        return form

    def _context(self, part: Shown, sends: u.Sends) -> None:
        """An intent `in C` is sent from pages `in C` only."""
        intent = self.program.by_id.get(sends.intent.id)
        if self.page is None or not isinstance(intent, d.Intent):
            return
        if intent.context is None or intent.context == self.page.context:
            return
        here = self.page.context
        at = At(sends.span, part.at.through)
        self.world.report(
            "PF251",
            at.page_span,
            related=at.labels(),
            intent=intent.name,
            wanted=intent.context.rpartition(".")[2],
            found="unknown" if here is None else f"`{here.rpartition('.')[2]}`",
        )

    def _nested(self, part: Shown, form: Shown) -> None:
        what = "a form" if part.tag == "form" else "a button that sends"
        reason = f"{what} is a form of its own, and a form cannot stand in another"
        related = [Label(form.at.span, "it stands in this form"), *part.at.labels()]
        self.world.report("PF606", part.at.page_span, related=related, reason=reason)

    def _outside(self, part: Shown) -> None:
        name = part.text("name")
        self.world.report(
            "PF603",
            part.at.page_span,
            related=part.at.labels(),
            what=f"the {part.tag}" + (f" `{name}`" if name else ""),
            reason="it stands in no form, so nothing is sent",
        )

    # ------------------------------------------------------------ fields
    def _sources(self, part: Shown, sends: u.Sends) -> None:
        """Each field is given, or has an input, or has a default; and only one of two."""
        intent = self.program.by_id.get(sends.intent.id)
        if not isinstance(intent, d.Intent):
            return
        given = {name for name, _ in sends.intent.arguments}
        fields = {field.name for field in intent.fields}
        found: set[str] = set()
        for name, shown in fields_in(part.parts):
            found.add(name)
            if name not in fields:
                reason = f"it has no field `{name}` for this {shown.tag}"
                notes = did_you_mean(name, fields)
                self._wrong(shown.at, intent, reason, notes)
            elif name in given:
                reason = f"`{name}` is given in `sends:`, so it has no {shown.tag}"
                self._wrong(shown.at, intent, reason)
        for shown in _nameless(part.parts):
            reason = f"this {shown.tag} has no `name:`, so nothing is sent from it"
            self._wrong(shown.at, intent, reason)
        for field in intent.fields:
            if field.name not in given | found and field.default is None:
                reason = (
                    f"the field `{field.name}` is not given, has no default, and no"
                    " input has its name"
                )
                self._wrong(At(sends.span, part.at.through), intent, reason)

    def _wrong(
        self, at: At, intent: d.Intent, reason: str, notes: Iterable[Note] = ()
    ) -> None:
        self.world.report(
            "PF601",
            at.page_span,
            related=at.labels(),
            notes=notes,
            intent=intent.name,
            reason=reason,
        )


def _nameless(parts: Iterable[Part]) -> Iterable[Shown]:
    for part in parts:
        if isinstance(part, Words):
            continue
        if isinstance(part, Shown) and part.tag in FIELDS and not part.has("name"):
            yield part
        for inside in inner(part):
            yield from _nameless(inside)
