"""Types as they are written."""

from __future__ import annotations

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, node


@node
class TypeRef:
    """`Name[Args]??`: a named type, its arguments, and how many question marks follow."""

    span: Span
    name: Dotted
    arguments: tuple[TypeRef, ...]
    optional: int
