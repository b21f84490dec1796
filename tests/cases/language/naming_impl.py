"""What naming.pf links."""

from __future__ import annotations


def yield_(await_: str, async_: int) -> str:
    return await_ * async_
