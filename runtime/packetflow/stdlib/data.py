"""The language's functions of bytes, JSON, paths and URLs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import cast
from urllib.parse import parse_qs, urlsplit

import msgspec

from packetflow.adt.json import Json
from packetflow.adt.path import is_segment
from packetflow.adt.text import text
from packetflow.errors import Violation
from packetflow.stdlib.parsing import parse_decimal


def is_text(value: bytes) -> bool:
    """Whether it is UTF-8."""
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def bytes_get(value: bytes, at: int) -> int | None:
    """The byte at a place, or None."""
    return value[at] if 0 <= at < len(value) else None


def bytes_take(value: bytes, count: int) -> bytes:
    """The first bytes; none if the count is negative."""
    return value[: max(count, 0)]


def bytes_drop(value: bytes, count: int) -> bytes:
    """All but the first bytes; all if the count is negative."""
    return value[max(count, 0) :]


def to_base64(value: bytes) -> str:
    """Base64 with its padding."""
    return base64.b64encode(value).decode("ascii")


def sha256(value: bytes) -> bytes:
    """The SHA-256 digest."""
    return hashlib.sha256(value).digest()


# ------------------------------------------------------------------------- JSON
def json_get(value: Json, key: str) -> Json:
    """The member of an object, or None."""
    return value.get(key) if isinstance(value, dict) else None


def as_string(value: Json) -> str | None:
    """The string that it is, or None."""
    return value if isinstance(value, str) else None


def as_bool(value: Json) -> bool | None:
    """The truth value that it is, or None."""
    return value if isinstance(value, bool) else None


def as_int(value: Json) -> int | None:
    """The whole number that it is, or None."""
    is_int = isinstance(value, int) and not isinstance(value, bool)
    return cast("int", value) if is_int else None


def as_float(value: Json) -> float | None:
    """The number that it is, or None."""
    if isinstance(value, float):
        return value
    found = as_int(value)
    try:
        return None if found is None else float(found)
    except OverflowError:
        return None


def as_decimal(value: Json) -> Decimal | None:
    """The number that it is, or that a string writes, or None."""
    if isinstance(value, str):
        return parse_decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    found = as_int(value)
    return None if found is None else Decimal(found)


def as_list(value: Json) -> tuple[Json, ...] | None:
    """The items of an array, or None."""
    return tuple(value) if isinstance(value, list) else None


def as_map(value: Json) -> Mapping[str, Json] | None:
    """The members of an object, or None."""
    return value if isinstance(value, dict) else None


def json_text(value: Json) -> str:
    """JSON text without white space."""
    return msgspec.json.encode(value).decode("utf-8")


def list_to_json(value: tuple[Json, ...]) -> Json:
    """A list as an array."""
    return list(value)


def map_to_json(value: Mapping[str, Json]) -> Json:
    """A map as an object."""
    return dict(value)


def decimal_to_json(value: Decimal) -> Json:
    """A Decimal as a string."""
    return text(value)


# ------------------------------------------------------------------------- paths
def path_segments(path: str) -> tuple[str, ...]:
    """The segments of a path in normal form."""
    return tuple(path[1:].split("/")) if path != "/" else ()


def path_name(path: str) -> str | None:
    """The last segment, or None."""
    return path.rpartition("/")[2] or None


def path_extension(path: str) -> str | None:
    """What stands behind the last point of the name, or None."""
    stem, _, extension = path.rpartition("/")[2].rpartition(".")
    return extension if stem and extension else None


def path_parent(path: str) -> str | None:
    """The path without its last segment, or None."""
    return None if path == "/" else path.rpartition("/")[0] or "/"


def path_child(path: str, name: str) -> str:
    """The path with one more segment; raises Violation."""
    if not is_segment(name):
        raise Violation("name", "must be one legal segment of a path")
    return f"/{name}" if path == "/" else f"{path}/{name}"


# ------------------------------------------------------------------------- URLs
def url_scheme(url: str) -> str:
    """The scheme, in lower case."""
    return urlsplit(url).scheme


def url_host(url: str) -> str | None:
    """The host, in lower case, or None."""
    return urlsplit(url).hostname


def url_port(url: str) -> int | None:
    """The port that is written, or None."""
    return urlsplit(url).port


def url_path(url: str) -> str:
    """What stands between the host and the query."""
    return urlsplit(url).path


def url_query(url: str) -> Mapping[str, tuple[str, ...]]:
    """The parameters of the query, decoded."""
    found = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return {name: tuple(values) for name, values in found.items()}


def url_fragment(url: str) -> str | None:
    """What stands behind the `#`, or None."""
    return urlsplit(url).fragment or None
