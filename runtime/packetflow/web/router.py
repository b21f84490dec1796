"""From a request's path to what answers it.

Static paths are one dictionary lookup; the others walk a tree, a segment at a time,
where a literal goes before a parameter and a parameter before the rest of the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypeVar
from urllib.parse import unquote_to_bytes

from packetflow.adt.path import refusal

__all__ = ["BadPath", "Found", "Router", "split_path"]

T = TypeVar("T")

# The common case, decided by one match: nothing encoded, no segment begins with a dot.
_PLAIN: Final = re.compile(rb"(?:/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*)?)+")

# `*` is a character like any other here: a rest parameter is checked again as a Path.
_ONLY_DOTS: Final = frozenset({".", ".."})
_NO_PATH_VALUE: Final = frozenset({"*", "**"})


class BadPath(ValueError):
    """A path with a segment that no route may ever see."""


class Found(Generic[T]):
    """What a path leads to: an entry per method, and the values in the path.

    `names` has, for each method, what its route calls these values.
    """

    __slots__ = ("_names", "_values", "methods")

    def __init__(
        self,
        methods: Mapping[str, T],
        names: Mapping[str, tuple[str, ...]],
        values: tuple[str, ...],
    ) -> None:
        self.methods = methods
        self._names = names
        self._values = values

    def parameters(self, method: str) -> Mapping[str, str]:
        """Give the parameters by the names that a method's route has for them."""
        return dict(zip(self._names.get(method, ()), self._values, strict=False))


class _Node(Generic[T]):
    __slots__ = ("literals", "methods", "names", "parameter", "rest")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[T]] = {}
        self.parameter: _Node[T] | None = None
        self.rest: _Node[T] | None = None
        self.methods: dict[str, T] = {}
        self.names: dict[str, tuple[str, ...]] = {}


def split_path(raw: bytes) -> tuple[str, ...]:
    """Decode a request's raw path into segments, each decoded once and on its own.

    Raises BadPath for `.` and `..`, NUL, backslashes, slashes that were encoded or look
    like one, and bytes that are not UTF-8.
    """
    if _PLAIN.fullmatch(raw):
        return tuple(raw[1:].decode("ascii").split("/"))
    if not raw.startswith(b"/"):
        raise BadPath("A path begins with a slash.")
    segments = []
    for part in raw[1:].split(b"/"):
        try:
            segment = unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError:
            raise BadPath("A path is UTF-8.") from None
        if segment in _ONLY_DOTS or (
            segment not in _NO_PATH_VALUE and refusal(segment) is not None
        ):
            raise BadPath("A segment of the path is not allowed.")
        segments.append(segment)
    return tuple(segments)


class Router(Generic[T]):
    """A table of routes; patterns are `/notes/{note}` or, with a rest, `/f/{path*}`."""

    def __init__(self, routes: Iterable[tuple[str, str, T]]) -> None:
        """Take (method, pattern, entry); two entries for one route raise ValueError."""
        self._static: dict[tuple[str, ...], Found[T]] = {}
        self._root: _Node[T] = _Node()
        for method, pattern, entry in routes:
            self._add(method, pattern, entry)

    def _add(self, method: str, pattern: str, entry: T) -> None:
        node = self._root
        names: list[str] = []
        for part in pattern[1:].split("/"):
            if part.startswith("{") and part.endswith("*}"):
                names.append(part[1:-2])
                node.rest = node = node.rest or _Node()
            elif part.startswith("{"):
                names.append(part[1:-1])
                node.parameter = node = node.parameter or _Node()
            else:
                node = node.literals.setdefault(part, _Node())
        if method in node.methods:
            raise ValueError(f"two routes for {method} {pattern}")
        node.methods[method] = entry
        node.names[method] = tuple(names)
        if not names:
            self._static[tuple(pattern[1:].split("/"))] = Found(node.methods, {}, ())

    def find(self, segments: tuple[str, ...]) -> Found[T] | None:
        """Give what answers this path, or None."""
        static = self._static.get(segments)
        if static is not None:
            return static
        values: list[str] = []
        node = _walk(self._root, segments, 0, values)
        if node is None:
            return None
        return Found(node.methods, node.names, tuple(values))


def _walk(
    node: _Node[T], segments: tuple[str, ...], at: int, values: list[str]
) -> _Node[T] | None:
    """Find the node of a path; `values` gets its parameters, in order."""
    if at == len(segments):
        return node if node.methods else None
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _walk(literal, segments, at + 1, values)
        if found is not None:
            return found
    if node.parameter is not None and segment:
        values.append(segment)
        found = _walk(node.parameter, segments, at + 1, values)
        if found is not None:
            return found
        values.pop()
    if node.rest is not None and all(segments[at:]):
        values.append("/" + "/".join(segments[at:]))
        return node.rest
    return None
