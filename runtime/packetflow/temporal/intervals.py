"""Half-open intervals of instants, as sorted lists that neither touch nor overlap."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Interval(NamedTuple):
    """From `start` up to, but without, `end`."""

    start: datetime
    end: datetime


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """What is in any of the intervals."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if found and start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Interval(start, end))
    return found


def intersected(one: list[Interval], other: list[Interval]) -> list[Interval]:
    """What is in both."""
    found: list[Interval] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start = max(one[i].start, other[j].start)
        end = min(one[i].end, other[j].end)
        if start < end:
            found.append(Interval(start, end))
        if one[i].end < other[j].end:
            i += 1
        else:
            j += 1
    return found


def subtracted(one: list[Interval], other: list[Interval]) -> list[Interval]:
    """What is in the first and not in the second."""
    found: list[Interval] = []
    for start, end in one:
        for gone in other:
            if gone.end <= start:
                continue
            if gone.start >= end:
                break
            if gone.start > start:
                found.append(Interval(start, gone.start))
            start = gone.end
        if start < end:
            found.append(Interval(start, end))
    return found
