"""Routes of pages and APIs: `/files/{path}` read into segments, and what may be in a URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pfc.ir.surface import RoutePart
from pfc.ir.types import (
    PATH,
    ListType,
    OptionalType,
    Primitive,
    SetType,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.checker import Checker
from pfc.semantics.signatures import FieldSig
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast.base import Text
from pfc.syntax.strings import unescape

RESERVED: Final = ("/sign-in", "/sign-out", "/favicon.ico")
RESERVED_UNDER: Final = "/_pf"

Shape = tuple[str, ...]
"""A route without the names of its parameters: two alike cannot be told apart."""

_PARAMETER: Final = re.compile(r"\{([^\W\d]\w*)\}")
_FOREIGN: Final = re.compile(
    r":(?P<colon>[^\W\d]\w*)|<(?:\w+:)?(?P<angles>[^\W\d]\w*)>"
)
"""How others write a parameter: `:id`, `<id>`, `<int:id>`."""
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._~!$&'()+,;=:@-]+")
_NOT_IN_URL: Final = frozenset({"Json", "Unit", "Upload", "Download", "Cursor"})


def split_route(text: str) -> tuple[RoutePart, ...] | str:
    """The segments of a route, or what is wrong with it; `rest` is not known yet."""
    if not text.startswith("/"):
        return "a route begins with `/`"
    if text == "/":
        return ()
    parts: list[RoutePart] = []
    for segment in text[1:].split("/"):
        parameter = _PARAMETER.fullmatch(segment)
        if parameter is not None:
            name = parameter[1]
            if any(part.parameter and part.text == name for part in parts):
                return f"it names `{name}` twice"
            parts.append(RoutePart(name, True, False))
            continue
        problem = _segment_problem(segment)
        if problem is not None:
            return problem
        parts.append(RoutePart(segment, False, False))
    return tuple(parts)


def _segment_problem(segment: str) -> str | None:
    if not segment:
        return "it has an empty segment"
    if segment in (".", ".."):
        return f"a path may not hold `{segment}`"
    foreign = _FOREIGN.fullmatch(segment)
    if foreign is not None:
        name = foreign["colon"] or foreign["angles"]
        return f"parameters are written `{{name}}`, so `{segment}` is `{{{name}}}`"
    if "{" in segment or "}" in segment:
        return "a parameter is a whole segment, written `{name}`"
    if not _SEGMENT.fullmatch(segment):
        return f"`{segment}` cannot stand in a URL as it is"
    return None


def shape(parts: tuple[RoutePart, ...]) -> Shape:
    """What two routes have in common that a request cannot tell apart."""
    return tuple(
        ("{*}" if part.rest else "{}") if part.parameter else part.text
        for part in parts
    )


def in_segment(type_: Type) -> bool:
    """Whether a value of the type is one text that is never absent."""
    base = base_of(type_)
    if isinstance(base, Primitive):
        return base.name not in _NOT_IN_URL
    return isinstance(base, Unknown)


class Routes:
    """Reads the routes of pages and endpoints, and reports what is wrong."""

    def __init__(self, checker: Checker) -> None:
        self.checker = checker

    def read(
        self, node: Text, fields: Mapping[str, FieldSig], owner: str
    ) -> tuple[tuple[RoutePart, ...], str]:
        """The parts of a route whose parameters are `fields` of `owner`, and its text."""
        text, problems = unescape(node.raw)
        for problem in problems:
            self.checker.report("PF107", node.span, reason=problem.message)
        parts = split_route(text)
        if isinstance(parts, str):
            self.refuse(node.span, text, parts)
            return (), text
        return self._typed(node.span, text, parts, fields, owner), text

    def refuse(self, span: Span, text: str, reason: str) -> None:
        """Reports a route that cannot be served."""
        self.checker.report("PF202", span, path=f'"{text}"', reason=reason)

    def reserved(self, span: Span, text: str) -> None:
        """Reports a route that the runtime answers for itself."""
        if text in RESERVED or text == RESERVED_UNDER or text.startswith("/_pf/"):
            self.refuse(span, text, "the runtime answers there itself")

    def _typed(
        self,
        span: Span,
        text: str,
        parts: tuple[RoutePart, ...],
        fields: Mapping[str, FieldSig],
        owner: str,
    ) -> tuple[RoutePart, ...]:
        found: list[RoutePart] = []
        for place, part in enumerate(parts):
            field = fields.get(part.text) if part.parameter else None
            if field is None:
                found.append(part)
                if part.parameter:
                    kind = f"parameter of {owner}"
                    self.checker.report("PF210", span, kind=kind, name=part.text)
                continue
            rest = base_of(field.type) == PATH
            if rest and place != len(parts) - 1:
                reason = f"`{part.text}` is a Path and takes the rest, so it is last"
                self.refuse(span, text, reason)
            elif not self._may_stand(field.type):
                self._not_in_url(span, field, "a segment of a URL")
            found.append(RoutePart(part.text, True, rest))
        return tuple(found)

    def _may_stand(self, type_: Type) -> bool:
        return in_segment(type_) or self.enumeration(type_) is not None

    def enumeration(self, type_: Type) -> Entity | None:
        """The union that a type is, if no variant has fields."""
        base = base_of(type_)
        entity = self.checker.entity(base.id) if isinstance(base, UnionType) else None
        node = None if entity is None else entity.node
        if not isinstance(node, data.UnionDecl):
            return None
        return None if any(variant.fields for variant in node.variants) else entity

    def in_query(self, span: Span, field: FieldSig) -> None:
        """Reports a field that cannot come from a query."""
        type_ = base_of(field.type)
        if isinstance(type_, OptionalType):
            type_ = base_of(type_.item)
        if isinstance(type_, ListType | SetType):
            type_ = base_of(type_.item)
        if isinstance(type_, Primitive) and type_.name in ("Upload", "Download"):
            self._not_in_url(span, field, "a query")

    def without_default(self, span: Span, field: FieldSig, page: str) -> None:
        """Warns of a query parameter that an address must not leave out."""
        if not field.has_default:
            self.checker.report("PF610", span, name=field.name, page=page)

    def _not_in_url(self, span: Span, field: FieldSig, place: str) -> None:
        self.checker.report(
            "PF220",
            span,
            expected=f"a type that can stand in {place} for `{field.name}`",
            found=f"`{show(field.type)}`",
        )
