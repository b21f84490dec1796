"""Pages of a longer list, and the cursor that asks for the next one."""

from __future__ import annotations

from typing import Generic, NewType, TypeVar

import msgspec

T_co = TypeVar("T_co", covariant=True)

Cursor = NewType("Cursor", str)


class Page(msgspec.Struct, Generic[T_co], frozen=True):
    """Some items of a longer list; `next` is None on the last page."""

    items: tuple[T_co, ...]
    next: Cursor | None = None
