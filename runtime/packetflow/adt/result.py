"""Results as values: `Ok` and `Err`."""

from __future__ import annotations

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


Result: TypeAlias = Ok[T_co] | Err[E_co]
