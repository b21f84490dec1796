"""Implications to close: families of ten kinds, each implying the two below it.

Only the standard library, for it runs in environments of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

FAMILY: Final = 10
SIZES: Final = (10, 100, 1_000)


def edges(kinds: int) -> Iterator[tuple[int, int]]:
    """Who implies whom: in a family the next below, and from even ones two below."""
    for number in range(kinds):
        place = number % FAMILY
        if place >= 1:
            yield number, number - 1
        if place >= 2 and place % 2 == 0:
            yield number, number - 2


def closure_of(kinds: int) -> list[int]:
    """How many kinds each implies, itself included: all below it in its family."""
    return [number % FAMILY + 1 for number in range(kinds)]
