"""Cursors: where a page ended, as text that only its query takes back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, ClassVar, Final

import msgspec

from packetflow.adt.page import Cursor
from packetflow.intent import Failure
from packetflow.table.columns import Column, Stored
from packetflow.table.declared import Query

_MARK: Final = 6
_SUM: Final = 6
_encoder: Final = msgspec.msgpack.Encoder()
_TYPES: Final[dict[str, type]] = {
    "text": str,
    "integer": int,
    "real": float,
    "blob": bytes,
}


class CursorRefused(Failure):
    """A cursor that this query did not give: made up, cut, or of another query."""

    status: ClassVar[int] = 400

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "the cursor is not one of this list"


def cursor(query: Query[Any], values: Sequence[Stored]) -> Cursor:
    """The place behind a row that has these values in the columns of the order."""
    body = query.mark + _encoder.encode(list(values))
    return Cursor(urlsafe_b64encode(_sum(body) + body).rstrip(b"=").decode())


def opened(query: Query[Any], text: Cursor) -> list[Stored]:
    """The values that a cursor was made of; raises CursorRefused."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = msgspec.msgpack.decode(raw[_SUM + _MARK :], type=list[Any])
    except (ValueError, msgspec.DecodeError):
        raise CursorRefused from None
    body = raw[_SUM:]
    columns = [column for column, _ in query.order]
    whole = raw[:_SUM] == _sum(body) and body[:_MARK] == query.mark
    fits = len(values) == len(columns) and all(
        _fits(value, column) for value, column in zip(values, columns, strict=True)
    )
    if not (whole and fits):
        raise CursorRefused
    return values


def _fits(value: object, column: Column) -> bool:
    if value is None:
        return column.optional
    return type(value) is _TYPES[column.storage]


def _sum(body: bytes) -> bytes:
    return blake2b(body, digest_size=_SUM).digest()
