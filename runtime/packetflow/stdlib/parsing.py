"""What strings write: each function gives None for a text that writes something else."""

from __future__ import annotations

import base64
import binascii
import datetime
import math
import re
import uuid
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from packetflow.adt.json import Json
from packetflow.adt.path import normalise
from packetflow.adt.text import MOST_DIGITS
from packetflow.adt.url import checked_url
from packetflow.errors import Violation

T = TypeVar("T")

_INT: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_FLOAT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def _writes(pattern: re.Pattern[str], value: str) -> bool:
    # One more for the sign, one for the point.
    return len(value) <= MOST_DIGITS and pattern.fullmatch(value) is not None


def parse_int(value: str) -> int | None:
    """Decimal digits, with a sign or without."""
    return int(value) if _writes(_INT, value) else None


def parse_decimal(value: str) -> Decimal | None:
    """Digits, and digits behind a point."""
    return Decimal(value) if _writes(_DECIMAL, value) else None


def parse_float(value: str) -> float | None:
    """As a Decimal, or with an exponent; it has to be finite."""
    found = float(value) if _writes(_FLOAT, value) else None
    return found if found is not None and math.isfinite(found) else None


def parse_bool(value: str) -> bool | None:
    """`true` or `false`."""
    return {"true": True, "false": False}.get(value)


def _convert(value: str, kind: type[T]) -> T | None:
    """As in JSON."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def parse_date(value: str) -> datetime.date | None:
    """ISO 8601."""
    return _convert(value, datetime.date)


def parse_time(value: str) -> datetime.time | None:
    """ISO 8601, without a zone."""
    found = _convert(value, datetime.time)
    return found if found is None or found.tzinfo is None else None


def parse_instant(value: str) -> datetime.datetime | None:
    """RFC 3339, with an offset; in UTC."""
    found = _convert(value, datetime.datetime)
    if found is None or found.tzinfo is None:
        return None
    try:
        return found.astimezone(datetime.UTC)
    except OverflowError:  # before the year 1, or after 9999
        return None


def parse_duration(value: str) -> datetime.timedelta | None:
    """ISO 8601."""
    return _convert(value, datetime.timedelta)


def parse_uuid(value: str) -> uuid.UUID | None:
    """RFC 9562."""
    return _convert(value, uuid.UUID)


def parse_path(value: str) -> str | None:
    """A path, in its normal form."""
    try:
        return normalise(value)
    except ValueError:
        return None


def parse_url(value: str) -> str | None:
    """An absolute URL with a scheme that is safe to link to."""
    try:
        return checked_url(value, "")
    except Violation:
        return None


def parse_json(value: str) -> Json:
    """Any JSON text."""
    try:
        found: Json = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return found


def parse_base64(value: str) -> bytes | None:
    """Base64 with its padding."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def parse_hex(value: str) -> bytes | None:
    """Two digits a byte."""
    if len(value) % 2 or not value.isascii() or (not value.isalnum() and value):
        return None
    try:
        return bytes.fromhex(value)
    except ValueError:
        return None
