"""Applying the repairs that diagnostics carry, as long as that makes things better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from pfc.diagnostics import Diagnostic, Edit, Fix, Severity
from pfc.diagnostics.places import in_order
from pfc.diagnostics.repaired import applied, overlap
from pfc.span import Source

_ROUNDS: Final = 50
_SYNTAX: Final = "PF1"

Texts: TypeAlias = Mapping[str, str]
Check: TypeAlias = Callable[[Texts], Sequence[Diagnostic]]


@dataclass(frozen=True)
class Repaired:
    """A repair that was made; `line` and `column` are where, in the text before it."""

    found: Diagnostic
    fix: Fix
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Fixed:
    """The texts after all repairs, what was made, and what is still found."""

    texts: Texts
    made: tuple[Repaired, ...]
    left: Sequence[Diagnostic]


@dataclass(frozen=True)
class Wanted:
    """Which repairs to make: in which files, of which codes, and whether unsafe ones too."""

    paths: Collection[str]
    codes: Collection[str] = ()
    unsafe: bool = False

    def of(self, found: Diagnostic) -> Iterator[Fix]:
        """The repairs of a finding that are wanted, best first."""
        if self.codes and found.code not in self.codes:
            return
        for fix in found.fixes:
            inside = all(edit.span.path in self.paths for edit in fix.edits)
            if fix.edits and inside and (fix.safe or self.unsafe):
                yield fix


def fix(texts: Texts, check: Check, wanted: Wanted) -> Fixed:
    """Repairs what can be repaired, checking after each step.

    A repair that does not remove its finding, or brings errors that were not there, is
    not made.
    """
    found = check(texts)
    made: list[Repaired] = []
    refused: set[tuple[str, str, tuple[Edit, ...]]] = set()
    for _ in range(_ROUNDS):
        chosen = list(_chosen(found, wanted, refused))
        if not chosen:
            break
        step = _step(texts, found, chosen, check)
        if step is None and len(chosen) > 1:
            # together they do not work: one by one, the first that does
            for one in chosen:
                step = _step(texts, found, [one], check)
                if step is not None:
                    chosen = [one]
                    break
                refused.add(_key(one))
        if step is None:
            refused.update(map(_key, chosen))
            continue
        made += _placed(chosen, texts)
        texts, found = step
    return Fixed(texts, tuple(made), found)


def _placed(made: Iterable[Repaired], texts: Texts) -> Iterator[Repaired]:
    """The repairs, with where they begin in these texts."""
    sources = {path: Source(path, text) for path, text in texts.items()}
    for each in made:
        start = min(edit.span for edit in each.fix.edits)
        line, column = sources[start.path].position(start.start)
        yield replace(each, line=line, column=column)


def _step(
    texts: Texts,
    found: Sequence[Diagnostic],
    chosen: Sequence[Repaired],
    check: Check,
) -> tuple[Texts, Sequence[Diagnostic]] | None:
    """The texts with these repairs and what is found then; none if it is no better."""
    edits = [edit for one in chosen for edit in one.fix.edits]
    paths = {edit.span.path for edit in edits}
    after = {
        path: applied(text, [e for e in edits if e.span.path == path])
        if path in paths
        else text
        for path, text in texts.items()
    }
    left = check(after)
    return (after, left) if _better(found, left, chosen) else None


def _better(
    before: Sequence[Diagnostic], after: Sequence[Diagnostic], made: Sequence[Repaired]
) -> bool:
    """Whether the findings that were repaired are gone, and no more errors have come.

    As long as something cannot be read, what follows from it is not known: then only
    what cannot be read counts.
    """
    told, still = Counter(map(_what, before)), Counter(map(_what, after))
    for what, count in Counter(_what(one.found) for one in made).items():
        if still[what] > told[what] - count:
            return False
    unread, unreadable = _unread(before), _unread(after)
    if unread:
        return unreadable <= unread
    # One repair may uncover an error that hid behind it; of several, none may hide
    # behind the others that it makes things worse.
    gone = _errors(one.found for one in made) if len(made) > 1 else 0
    return not unreadable and _errors(after) <= _errors(before) - gone


def _what(found: Diagnostic) -> tuple[str, str]:
    return found.code, found.message


def _unread(found: Iterable[Diagnostic]) -> int:
    return sum(one.code.startswith(_SYNTAX) for one in found)


def _errors(found: Iterable[Diagnostic]) -> int:
    return sum(one.severity is Severity.ERROR for one in found)


def _chosen(
    found: Sequence[Diagnostic],
    wanted: Wanted,
    refused: set[tuple[str, str, tuple[Edit, ...]]],
) -> Iterator[Repaired]:
    """One repair for each finding, without any that get in each other's way."""
    syntax = _unread(found) > 0
    taken: list[Edit] = []
    for one in in_order(found):
        if syntax and not one.code.startswith(_SYNTAX):
            continue
        for each in wanted.of(one):
            repaired = Repaired(one, each)
            free = not any(overlap(a, b) for a in each.edits for b in taken)
            if free and _key(repaired) not in refused:
                taken += each.edits
                yield repaired
                break


def _key(repaired: Repaired) -> tuple[str, str, tuple[Edit, ...]]:
    return repaired.found.code, repaired.found.message, repaired.fix.edits
