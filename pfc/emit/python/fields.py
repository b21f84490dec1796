"""Fields of generated classes: annotation, default, wire name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pfc.emit import views
from pfc.emit.code import Code, splice
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.types import Type

KW_ONLY = Code("kw_only=True")


def class_fields(
    file: File,
    fields: Sequence[d.Field],
    names: dict[str, Code],
    annotation: Callable[[Type], Code] | None = None,
    *,
    tag: str = "",
) -> tuple[views.Field, ...]:
    """The fields of a Struct, in the order of the source.

    A field that is called as the tag of a union goes by its Python name in JSON too.
    """
    annotate = annotation or file.type
    return tuple(
        views.Field(
            names[field.name],
            file.constrained(field.type, field.refinement)
            if annotation is None
            else annotate(field.type),
            _struct_default(file, field, names[field.name], annotate, tag),
            field.doc or "",
        )
        for field in fields
    )


def _struct_default(
    file: File,
    field: d.Field,
    name: Code,
    annotate: Callable[[Type], Code],
    tag: str,
) -> Code | None:
    wire = splice("name={}", file.out.literal(field.name))
    renamed = name != field.name and field.name != tag
    function = file.msgspec("field") if renamed else Code("")
    if field.default is None:
        return splice("{}({})", function, wire) if function else None
    if is_simple(field.default, file):
        value = default(file, field.default)
        if not function:
            return value
        return splice("{}(default={}, {})", function, value, wire)
    made = _factory(file, field, annotate)
    rest = splice(", {}", wire) if function else Code("")
    return splice("{}(default_factory={}{})", file.msgspec("field"), made, rest)


def _factory(file: File, field: d.Field, annotate: Callable[[Type], Code]) -> Code:
    """What makes a default that is not the same object each time."""
    assert field.default is not None
    if isinstance(field.default, x.MapExpr) and not field.default.entries:
        base = t.base_of(field.type)
        assert isinstance(base, t.MapType)
        key, value = file.type(base.key), file.type(base.value)
        return splice("dict[{}, {}]", key, value)
    made = default(file, field.default)
    imported = isinstance(field.default, x.Construct) and file.file != "types"
    if imported and made.endswith("()") and made[:-2].isidentifier():
        return Code(made[:-2])
    return splice("lambda: {}", made)


def default(file: File, expr: x.Expr) -> Code:
    """A default as an expression of its own."""
    scope = file.names.scope()
    printer = Expressions(file, scope, Surroundings(), None, purpose="default")
    return printer.argument(expr)


def is_simple(expr: x.Expr, file: File) -> bool:
    """Whether a default is a constant that everybody may share, known at once."""
    match expr:
        case x.Literal():
            return True
        case x.ListExpr(items=items):
            return all(is_simple(item, file) for item in items)
        case x.Construct(kind="variant", id=id_):
            union = file.program.by_id[id_]
            is_member = isinstance(union, d.UnionDecl) and union.is_enumeration
            place = file.names.of(id_)
            return is_member and not file.names.is_later(file.module, file.file, place)
        case _:
            return False


def options(fields: Sequence[d.Field]) -> tuple[Code, ...]:
    """`kw_only=True` where a field without a default follows one that has it."""
    seen = False
    for field in fields:
        if field.default is not None:
            seen = True
        elif seen:
            return (KW_ONLY,)
    return ()


def in_python_order(fields: Sequence[d.Field]) -> list[d.Field]:
    """Parameters without a default before those with one, as Python wants it."""
    return sorted(fields, key=lambda field: field.default is not None)


def parameters(
    file: File, fields: Sequence[d.Field], names: dict[str, Code]
) -> tuple[views.Parameter, ...]:
    """The parameters of a function, those without a default first."""
    made: list[views.Parameter] = []
    for field in in_python_order(fields):
        value = None if field.default is None else default(file, field.default)
        made.append(views.Parameter(names[field.name], file.type(field.type), value))
    return tuple(made)
