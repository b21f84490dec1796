"""Checks that refinements and borders are made of; each raises Violation."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from packetflow.errors import Violation

N = TypeVar("N", float, Decimal)


def check(condition: bool, field: str, message: str) -> None:
    """Raise Violation for the field unless the condition holds."""
    if not condition:
        raise Violation(field, message)


def is_finite(value: float | Decimal) -> bool:
    """Whether it is a number: no NaN, no infinity."""
    # `math.isfinite` would make a float of a Decimal, and infinity of a large one.
    if isinstance(value, Decimal):
        return value.is_finite()
    return math.isfinite(value)


def checked_finite(value: N, field: str) -> N:
    """A Float or Decimal that is a number: NaN and infinities are refused."""
    if not is_finite(value):
        raise Violation(field, "must be finite")
    return value


def checked_instant(value: datetime, field: str) -> datetime:
    """An Instant in UTC; one without a zone is refused."""
    if value.tzinfo is None:
        raise Violation(field, "must have a time zone")
    return value.astimezone(UTC)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern matches the whole text."""
    return _pattern(pattern).fullmatch(text) is not None
