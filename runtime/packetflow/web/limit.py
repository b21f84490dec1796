"""How many requests one user, or one address, may make."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from packetflow.web.problem import ProblemError, problem

__all__ = ["Limit"]

_MOST_KEYS: Final = 100_000


class Limit:
    """`count` requests per `per`, smoothed: GCRA, which keeps one number per user.

    See https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm.
    """

    def __init__(
        self, count: int, per: timedelta, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per = per.total_seconds()
        self._interval = self._per / count
        self._now = now
        self._due: dict[str, float] = {}

    def count(self, key: str) -> None:
        """Count one request; raises ProblemError (429) if it is one too many."""
        now = self._now()
        due = max(self._due.get(key, now), now)
        wait = due + self._interval - now - self._per
        # Sums of intervals are not exact; a millionth of a second is no abuse.
        if wait > 1e-6:
            seconds = str(max(1, round(wait)))
            raise ProblemError(
                problem(429, "Slow down.", headers=(("retry-after", seconds),))
            )
        if len(self._due) >= _MOST_KEYS:
            self._due = {k: v for k, v in self._due.items() if v > now}
        self._due[key] = due + self._interval
