"""Did-you-mean: the candidate that a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from pfc.diagnostics.elsewhere import INSTEAD, SYNONYMS

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


@lru_cache(maxsize=1024)
def hinted(
    name: str, candidates: tuple[str, ...]
) -> tuple[tuple[str, ...], str | None]:
    """The notes about a name that is not known, and what to write in its place.

    What other languages call a thing goes before what is spelt like it.
    """
    known = set(candidates)
    found = next((each for each in SYNONYMS.get(name, ()) if each in known), None)
    if found is None and name in INSTEAD:
        return (INSTEAD[name],), None
    found = found or suggest(name, candidates)
    return ((), None) if found is None else ((f"did you mean `{found}`?",), found)


def same_word(name: str, other: str) -> bool:
    """Whether two names differ in nothing but case and underscores, or in the language."""
    return _folded(name) == _folded(other) or other in SYNONYMS.get(name, ())


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()
