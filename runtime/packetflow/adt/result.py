"""Results as values: `Ok` and `Err`."""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")
E = TypeVar("E")


class Ok(msgspec.Struct, Generic[T], frozen=True, tag="Ok", tag_field="type"):
    """It went well; `value` is the result."""

    value: T


class Err(msgspec.Struct, Generic[E], frozen=True, tag="Err", tag_field="type"):
    """It did not; `error` says why."""

    error: E


Result: TypeAlias = Ok[T] | Err[E]
