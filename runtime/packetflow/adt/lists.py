"""The language's list functions that are more than one plain Python expression."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

LONGEST_RANGE: Final = 10_000_000
"""How many items a range that is made a list may have."""

T = TypeVar("T")
K = TypeVar("K")


class Comparable(Protocol):
    """A type with an order."""

    def __lt__(self, other: Any, /) -> bool: ...


O = TypeVar("O", bound=Comparable)  # noqa: E741 - an ordered type


def item(xs: Sequence[T], index: int) -> T:
    """`xs[i]`: an index outside the list is a fault, a negative one too."""
    if index < 0:
        raise IndexError(f"the index {index} is negative")
    return xs[index]


def get(xs: Sequence[T], index: int) -> T | None:
    """The item at an index, counted from 0, or None if there is none."""
    return xs[index] if 0 <= index < len(xs) else None


def first(xs: Sequence[T]) -> T | None:
    """The first item, or None."""
    return xs[0] if xs else None


def last(xs: Sequence[T]) -> T | None:
    """The last item, or None."""
    return xs[-1] if xs else None


def smallest(xs: Iterable[O]) -> O | None:
    """`min`: the smallest item, the first of equal ones, or None."""
    return min(xs, default=None)


def largest(xs: Iterable[O]) -> O | None:
    """`max`: the largest item, the first of equal ones, or None."""
    return max(xs, default=None)


def index_of(xs: Sequence[T], value: T) -> int | None:
    """Where the value first stands, or None."""
    for index, one in enumerate(xs):
        if one == value:
            return index
    return None


def take(xs: Sequence[T], count: int) -> tuple[T, ...]:
    """The first items; none if the count is negative."""
    return tuple(xs[: max(count, 0)])


def drop(xs: Sequence[T], count: int) -> tuple[T, ...]:
    """All but the first items; all if the count is negative."""
    return tuple(xs[max(count, 0) :])


def distinct(xs: Iterable[T]) -> tuple[T, ...]:
    """Each value once, where it first stood."""
    kept: list[T] = []
    seen: set[Hashable] = set()
    for one in xs:
        try:
            fresh = one not in seen
            seen.add(one)
        except TypeError:  # values that hold maps have no hash
            fresh = one not in kept
        if fresh:
            kept.append(one)
    return tuple(kept)


def group_by(xs: Iterable[T], key: Callable[[T], K]) -> Mapping[K, tuple[T, ...]]:
    """The items by key, keys and items in the order in which they first stood."""
    groups: dict[K, list[T]] = {}
    for one in xs:
        groups.setdefault(key(one), []).append(one)
    return {name: tuple(found) for name, found in groups.items()}


def sort_by(xs: Iterable[T], key: Callable[[T], O]) -> tuple[T, ...]:
    """The items by key, equal ones in the order in which they stood."""
    return tuple(sorted(xs, key=key))


def zipped(xs: Iterable[T], ys: Iterable[K]) -> tuple[tuple[T, K], ...]:
    """Pairs of items at the same place, as many as the shorter list has."""
    return tuple(zip(xs, ys, strict=False))


def closed_range(start: int, end: int) -> tuple[int, ...]:
    """`start..end`: both ends included, none if the end comes first.

    Raises OverflowError rather than filling the memory.
    """
    if end - start >= LONGEST_RANGE:
        raise OverflowError(f"a range as a list has at most {LONGEST_RANGE:,} items")
    return tuple(range(start, end + 1))
