"""Pages of a longer list, and the cursor that asks for the next one."""

from __future__ import annotations

from typing import Generic, NewType, TypeVar

import msgspec

T_co = TypeVar("T_co", covariant=True)

Cursor = NewType("Cursor", str)


class Page(msgspec.Struct, Generic[T_co], frozen=True, dict=True):
    """Some items of a longer list; `next` is None on the last page.

    A page of rows has a `count` in its dictionary, which says how many there are in all.
    """

    items: tuple[T_co, ...]
    next: Cursor | None = None

    @property
    def total(self) -> int:
        """How many there are in all; counted only when it is asked for."""
        count = self.__dict__.get("count")
        return len(self.items) if count is None else int(count())
