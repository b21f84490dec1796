"""A mistake that was found in the tokens as a diagnostic: place, words and repair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pfc.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Label,
    Note,
    diagnostic,
    suggest,
)
from pfc.span import Span
from pfc.syntax.expectations import describe_expected
from pfc.syntax.recovery import Fault
from pfc.syntax.repairs import (
    ANY,
    CLOSERS,
    OPENERS,
    SIGNS,
    Repair,
    inserted,
    opener_of,
    text_of,
    written,
)
from pfc.syntax.tables import Tables
from pfc.syntax.tolerant import Item
from pfc.syntax.words import RESERVED

_ALWAYS_MEANT = frozenset(
    "COLON COMMA EQUAL ARROW FAT_ARROW LBRACE COMPARE AND".split()
)
"""Signs that are missing, or wrong, in one way only."""

_ALIKE = (
    frozenset("COLON EQUAL COMPARE ARROW FAT_ARROW ASSIGN".split()),
    frozenset("AND COMMA OR VBAR".split()),
    frozenset("DOT DOTS COMMA".split()),
)


class Telling:
    """Tells of the mistakes in one piece of a file, which stands at `base` of `path`."""

    def __init__(self, tables: Tables, path: str, base: int, text: str) -> None:
        self._tables = tables
        self._path, self._base, self._text = path, base, text

    def tell(self, fault: Fault) -> Diagnostic | None:
        """The diagnostic of a mistake; none if it follows from another one."""
        if fault.unclosed is not None:
            opener = fault.items[fault.unclosed.opener]
            return self._unclosed(opener, "RBRACE", fault.unclosed.before, fault.items)
        repair = fault.told or fault.repair
        if repair is None:
            return self._unexpected(fault, fault.at)
        if repair.code:
            return self._known(fault, repair)
        (put,) = repair.put if len(repair.put) == 1 else ("",)
        if put in CLOSERS:
            opener_found = opener_of(fault.items, repair.at, put)
            if opener_found is not None and opener_found.made:
                return None
            if opener_found is not None:
                return self._unclosed(
                    opener_found, put, repair.at, fault.items, repair.removed
                )
        if put == "NAME" and repair.removed == 1:
            item = fault.items[repair.at]
            begun = self._tables.beginnings(fault.stack, "NAME")
            if item.text == "else" and repair.at < fault.at:
                # It was no name: what stands in it is wrong, such as markup.
                return self._unexpected(fault, fault.at)
            if item.text in RESERVED and "type" not in begun:
                return self._reserved(item)
        fixes = tuple(self._fixes(fault, repair, put))
        notes = self._notes(fault, repair, put)
        text = text_of(put)
        word = repair.removed == 1 and text is not None and put not in SIGNS
        similar = word and suggest(fault.items[repair.at].text, [text or ""])
        at = repair.at if similar else fault.at
        # a misspelt word may have been read as a name before anything did not fit
        expected = f"`{text}`" if similar and at < fault.at else None
        return self._unexpected(
            fault, at, notes=notes, fixes=fixes, wanted=put, expected=expected
        )

    # ------------------------------------------------------------ places
    def _span(self, start: int, end: int) -> Span:
        return Span(self._path, self._base + start, self._base + end)

    def _place(self, items: Sequence[Item], at: int) -> Span:
        """A token; where it stands in another line than what comes before, that one's end."""
        item = items[at]
        if item.kind == "$END":
            last = items[at - 1].end if at else len(self._text.rstrip())
            return self._span(max(last - 1, 0), last)
        return self._span(item.start, max(item.end, item.start + 1))

    # ------------------------------------------------------------ kinds of mistakes
    def _unexpected(
        self,
        fault: Fault,
        at: int,
        *,
        notes: Sequence[Note] = (),
        fixes: Sequence[Fix] = (),
        wanted: str = "",
        expected: str | None = None,
    ) -> Diagnostic:
        item = fault.items[at]
        if expected is None:
            expected = describe_expected(self._tables, fault.stack, wanted)
        span, found = self._place(fault.items, at), _found(item)
        repair = fault.repair
        missing = repair is not None and not repair.removed and repair.at == at
        if missing and item.first and at and (wanted in SIGNS or wanted in ANY):
            last = fault.items[at - 1].end
            span, found = self._span(last, last + 1), "end of the line"
        return diagnostic(
            "PF101", span, notes=notes, fixes=fixes, found=found, expected=expected
        )

    def _known(self, fault: Fault, repair: Repair) -> Diagnostic:
        items = fault.items[repair.at : repair.at + max(repair.shown, 1)]
        span = self._span(items[0].start, items[-1].end)
        edits = tuple(Edit(self._span(s, e), text) for s, e, text in repair.edits)
        fixes = [Fix(repair.title, edits, repair.safe)] if edits else []
        if repair.code == "PF101":  # nothing foreign: something is missing before it
            end = fault.items[repair.at - 1].end
            if items[0].first:
                span = self._span(end, end + 1)
            return diagnostic(
                "PF101", span, fixes=fixes, found=repair.found, expected=repair.why
            )
        return diagnostic(
            repair.code,
            span,
            fixes=fixes,
            found=f"`{repair.found}`",
            instead=repair.why,
        )

    def _reserved(self, item: Item) -> Diagnostic:
        span = self._span(item.start, item.end)
        quoted = f"`{item.text}`"
        fix = Fix("put it in back-quotes", (Edit(span, quoted),), True)
        note = f"in back-quotes it can: {quoted}"
        return diagnostic("PF112", span, notes=[note], fixes=[fix], word=item.text)

    def _unclosed(
        self,
        opener: Item,
        closer: str,
        before: int,
        items: Sequence[Item],
        removed: int = 0,
    ) -> Diagnostic:
        sign = SIGNS[closer]
        span = self._span(opener.start, opener.end)
        if removed:
            wrong = items[before]
            where = self._span(wrong.start, wrong.end)
            edit, told = Edit(where, sign), f"here `{sign}` was expected"
            title = f"write `{sign}`"
        else:
            end = items[before - 1].end
            where = self._span(max(end - 1, 0), end)
            begins = items[before].first or items[before].kind == "$END"
            text = sign
            if closer == "RBRACE":
                text = f"\n{' ' * _indent(items, opener)}}}" if begins else " }"
            edit, told = (
                Edit(self._span(end, end), text),
                f"`{sign}` is missing after this",
            )
            title = f"add `{sign}`"
        same = where == span
        return diagnostic(
            "PF104",
            span,
            related=[] if same else [Label(where, told)],
            fixes=[Fix(title, (edit,))],
            opener=opener.text,
        )

    # ------------------------------------------------------------ help
    def _notes(self, fault: Fault, repair: Repair, put: str) -> Sequence[Note]:
        item = fault.items[repair.at]
        if repair.removed == 1 and put.isalpha() and put not in SIGNS:
            meant = suggest(item.text, [written(put)])
            return () if meant is None else (f"did you mean `{meant}`?",)
        accepted = self._tables.accepts(fault.stack)
        if fault.at == repair.at and "LET" in accepted and item.kind == "NAME":
            following = fault.items[fault.at + 1]
            if following.kind in ("EQUAL", "ASSIGN"):
                return [
                    f"a new name begins with `let`; state is written `state.{item.text}`"
                ]
            if following.kind in ("LPAR", "DOT"):
                return [
                    "an effect is run with `perform`, an intent sent with `ask` or `send`,"
                    " an event with `emit`"
                ]
        return ()

    def _fixes(self, fault: Fault, repair: Repair, put: str) -> Iterator[Fix]:
        items = fault.items
        text = text_of(put)
        if repair.removed == 0:
            yield from self._addition(fault, repair, put, text)
        elif repair.removed == 1:
            item = items[repair.at]
            span = self._span(item.start, item.end)
            similar = text is not None and suggest(item.text, [text]) is not None
            if text is not None and (similar or _alike(put, item.kind)):
                meant = similar or put in _ALWAYS_MEANT
                edit = (
                    Edit(span, text) if similar else self._sign(items, repair.at, text)
                )
                yield Fix(f"write `{text}`", (edit,), meant)
            elif item.kind in ("STRING", "FENCE"):
                return  # nobody wants to lose that
            elif not repair.put and (repair.at == fault.at or item.kind == "COMMA"):
                yield Fix(f"remove {_found(item)}", (self._removal(items, repair.at),))
        elif repair.removed == 2 and len(repair.put) == 2:
            first, second = items[repair.at], items[repair.at + 1]
            edits = (
                Edit(self._span(first.start, first.end), second.text),
                Edit(self._span(second.start, second.end), first.text),
            )
            yield Fix("swap them", edits)

    def _addition(
        self, fault: Fault, repair: Repair, put: str, text: str | None
    ) -> Iterator[Fix]:
        """What is missing is offered if it is a sign, or the only word that fits."""
        if text is None:
            return
        accepted = self._tables.accepts(fault.stack)
        words = [kind for kind in accepted if kind not in SIGNS and kind != "$END"]
        if put not in SIGNS and words != [put] and put != "LET":
            return
        place, written = inserted(fault.items, repair.at, text, self._text)
        edit = Edit(self._span(place, place), written)
        if put == "LET":
            start = fault.items[repair.at].start
            edit = Edit(self._span(start, start), "let ")
        following = fault.items[repair.at]
        sure = put in _ALWAYS_MEANT
        if put == "ARROW":
            sure = following.text[:1].isupper()  # what follows is a type
        elif put == "COMMA":
            sure = following.kind not in OPENERS  # a bracket may be what is wrong
        yield Fix(f"add `{text}`", (edit,), sure)

    def _sign(self, items: Sequence[Item], at: int, text: str) -> Edit:
        """A sign in place of another, with the spaces that it wants."""
        item = items[at]
        start, before = item.start, items[at - 1].end
        after = "" if self._text[item.end : item.end + 1].isspace() else " "
        if text in ":,":
            start = before if self._text[before:start].isspace() else start
            return Edit(self._span(start, item.end), text + after)
        gap = " " if before == start else ""
        return Edit(self._span(start, item.end), gap + text + after)

    def _removal(self, items: Sequence[Item], at: int) -> Edit:
        """Takes a token away, and one of the spaces around it."""
        start, end = items[at].start, items[at].end
        before, after = self._text[start - 1 : start], self._text[end : end + 1]
        if before == " " and after in (" ", "\n", "") and not items[at].first:
            start -= 1
        elif items[at].first and after == " ":
            end += 1
        return Edit(self._span(start, end), "")


def _alike(one: str, other: str) -> bool:
    """Whether two signs are easily taken for each other."""
    if (one, other) == ("COMPARE", "COLON"):
        return False  # a colon that does not fit is a slice or a type, no comparison
    return any(one in signs and other in signs for signs in _ALIKE)


def _found(item: Item) -> str:
    """What stands where it should not."""
    match item.kind:
        case "$END":
            return "end of the declaration"
        case "STRING":
            return "string"
        case "FENCE":
            return "Python fence"
        case _:
            return f"`{item.text}`"


def _indent(items: Sequence[Item], item: Item) -> int:
    """How far the line is indented that an item stands in."""
    indent = 0
    for each in items:
        if each.first:
            indent = each.indent
        if each is item:
            return indent
    return 0
