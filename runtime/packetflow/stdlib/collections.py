"""The language's functions of lists, sets, maps, optionals and results."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from packetflow.adt.lists import O
from packetflow.adt.result import Err, Ok

T = TypeVar("T")
U = TypeVar("U")
E = TypeVar("E")
F = TypeVar("F")


def min_by(xs: Iterable[T], key: Callable[[T], O]) -> T | None:
    """The item with the smallest key, the first of equal ones, or None."""
    return min(xs, key=key, default=None)


def max_by(xs: Iterable[T], key: Callable[[T], O]) -> T | None:
    """The item with the largest key, the first of equal ones, or None."""
    return max(xs, key=key, default=None)


def take_while(xs: Iterable[T], test: Callable[[T], bool]) -> tuple[T, ...]:
    """The items before the first one that fails the test."""
    return tuple(itertools.takewhile(test, xs))


def drop_while(xs: Iterable[T], test: Callable[[T], bool]) -> tuple[T, ...]:
    """The items from the first one that fails the test."""
    return tuple(itertools.dropwhile(test, xs))


def chunks(xs: Sequence[T], size: int) -> tuple[tuple[T, ...], ...]:
    """Lists of so many items; raises ValueError if the size is less than 1."""
    if size < 1:
        raise ValueError("a chunk has at least one item")
    return tuple(tuple(xs[at : at + size]) for at in range(0, len(xs), size))


def key_by(xs: Iterable[T], key: Callable[[T], U]) -> Mapping[U, T]:
    """The items by key; of several with one key the last."""
    return {key(one): one for one in xs}


def indexed(xs: Iterable[T]) -> tuple[tuple[int, T], ...]:
    """Each item with its place."""
    return tuple(enumerate(xs))


def keep_if(value: T | None, test: Callable[[T], bool]) -> T | None:
    """The value, if there is one that passes the test."""
    return value if value is not None and test(value) else None


def to_list(value: T | None) -> tuple[T, ...]:
    """The value as a list, or an empty one."""
    return () if value is None else (value,)


def result_value(result: Ok[T] | Err[E]) -> T | None:
    """The value of Ok."""
    return result.value if isinstance(result, Ok) else None


def result_error(result: Ok[T] | Err[E]) -> E | None:
    """The error of Err."""
    return result.error if isinstance(result, Err) else None


def result_map(result: Ok[T] | Err[E], f: Callable[[T], U]) -> Ok[U] | Err[E]:
    """With `f` of the value."""
    return Ok(f(result.value)) if isinstance(result, Ok) else result


def result_map_error(result: Ok[T] | Err[E], f: Callable[[E], F]) -> Ok[T] | Err[F]:
    """With `f` of the error."""
    return Err(f(result.error)) if isinstance(result, Err) else result


def result_flat_map(
    result: Ok[T] | Err[E], f: Callable[[T], Ok[U] | Err[E]]
) -> Ok[U] | Err[E]:
    """What `f` gives for the value."""
    return f(result.value) if isinstance(result, Ok) else result
