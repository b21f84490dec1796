"""Did-you-mean: the candidate that a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

_CLOSE_ENOUGH = 0.7


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """The most similar candidate, or None if nothing is close.

    A name that differs only in case or underscores always counts as close. Of equally
    similar candidates the first in alphabetical order is taken, so that messages do
    not depend on the order of a set.
    """
    best: str | None = None
    best_ratio = _CLOSE_ENOUGH
    folded = _folded(name)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    for candidate in sorted(set(candidates) - {name}):
        other = _folded(candidate)
        if other == folded:
            return candidate
        matcher.set_seq1(other)
        # Both are upper bounds of the ratio, and much cheaper.
        if matcher.real_quick_ratio() <= best_ratio:
            continue
        if matcher.quick_ratio() <= best_ratio:
            continue
        ratio = matcher.ratio()
        if ratio > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def did_you_mean(name: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """`suggest` as the notes of a diagnostic: one note, or none."""
    found = suggest(name, candidates)
    return () if found is None else (f"did you mean `{found}`?",)


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()
