"""Results as values: `Ok` and `Err`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

import msgspec

# Results never change, so a result of a type is one of a wider type too.
T_co = TypeVar("T_co", covariant=True)
E_co = TypeVar("E_co", covariant=True)


class Ok(msgspec.Struct, Generic[T_co], frozen=True, tag="Ok", tag_field="type"):
    """It went well; `value` is the result."""

    value: T_co


class Err(msgspec.Struct, Generic[E_co], frozen=True, tag="Err", tag_field="type"):
    """It did not; `error` says why."""

    error: E_co


A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


def checked_result(
    value: Ok[A] | Err[B], ok: Callable[[A], C], err: Callable[[B], D]
) -> Ok[C] | Err[D]:
    """The result with what is inside checked and in its normal form."""
    if isinstance(value, Ok):
        return Ok(ok(value.value))
    return Err(err(value.error))


Result: TypeAlias = Ok[T_co] | Err[E_co]
