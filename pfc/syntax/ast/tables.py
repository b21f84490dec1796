"""Declarations of tables."""

from __future__ import annotations

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, node
from pfc.syntax.ast.expressions import Cap


@node
class Table:
    span: Span
    name: Name
    row: Dotted
    key: Name | None
    read: Cap | None
    write: Cap | None
    indexes: tuple[tuple[Name, ...], ...]
    uniques: tuple[tuple[Name, ...], ...]
    doc: str | None
