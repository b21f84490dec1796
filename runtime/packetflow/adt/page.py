"""Pages of a longer list, and the cursor that asks for the next one."""

from __future__ import annotations

from typing import Generic, NewType, TypeVar

import msgspec

T = TypeVar("T")

Cursor = NewType("Cursor", str)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items of a longer list; `next` is None on the last page."""

    items: tuple[T, ...]
    next: Cursor | None = None
