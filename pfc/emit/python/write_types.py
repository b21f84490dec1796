"""`types.py`: type aliases with their checks, records, unions, and functions they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python.checks import Checks
from pfc.emit.python.fields import class_fields, options
from pfc.emit.python.file import File, variant_generics
from pfc.emit.python.normal_forms import normal
from pfc.ir import declarations as d
from pfc.ir import types as t
from pfc.ir.program import Declaration
from pfc.ir.walk import types_in

_TAG = "type"
_TAG_FIELD = Code('tag_field="type"')


def write_types(file: File, declarations: Iterable[Declaration]) -> None:
    """Enumerations, then aliases, classes, and aliases that need classes."""
    found = list(declarations)
    for union in found:
        if isinstance(union, d.UnionDecl) and union.is_enumeration:
            with file.declaring(union.span):
                _enumeration(file, union)
    aliases = [each for each in found if isinstance(each, d.Refined)]
    early = [a for a in aliases if not _needs_class(file, a.base)]
    late = [a for a in aliases if _needs_class(file, a.base)]
    for alias in _in_order(file, early):
        _alias(file, alias)
    for each in found:
        if isinstance(each, d.Record):
            with file.declaring(each.span):
                _record(file, each)
        elif isinstance(each, d.UnionDecl) and not each.is_enumeration:
            _union(file, each)
    for alias in _in_order(file, late):
        _alias(file, alias)


def _needs_class(file: File, type_: t.Type) -> bool:
    """Whether an alias can only stand after the classes of this file."""
    for each in types_in(type_):
        if isinstance(each, t.RecordType | t.UnionType):
            declaration = file.program.by_id[each.id]
            if not (
                isinstance(declaration, d.UnionDecl) and declaration.is_enumeration
            ):
                return True
    return False


def _in_order(file: File, aliases: list[d.Refined]) -> Iterator[d.Refined]:
    """Aliases after those that they are made of."""
    left = {alias.id: alias for alias in aliases}

    def visit(alias: d.Refined) -> Iterator[d.Refined]:
        for each in types_in(alias.base):
            if isinstance(each, t.RefinedType) and each.id in left:
                yield from visit(left.pop(each.id))
        yield alias

    for alias in aliases:
        if left.pop(alias.id, None) is not None:
            yield from visit(alias)


def _enumeration(file: File, union: d.UnionDecl) -> None:
    names = file.names.fields(union.id)
    members = tuple(
        views.Member(names[variant.name], variant.name, variant.doc or "")
        for variant in union.variants
    )
    name = file.names.of(union.id).name
    file.out.add(views.Enumeration(name, union.doc or "", members))


def _alias(file: File, alias: d.Refined) -> None:
    """The alias and, if it has a refinement, the function that checks values."""
    with file.declaring(alias.span):
        _alias_and_check(file, alias)


def _alias_and_check(file: File, alias: d.Refined) -> None:
    name = file.names.of(alias.id).name
    annotation = file.underlying(alias)
    if file.names.is_late(alias.id):
        annotation = file.out.literal(str(annotation))
    file.out.add(views.Alias(name, annotation, alias.doc or ""))
    if alias.refinement is not None:
        _check_function(file, alias, alias.refinement)


def _check_function(file: File, alias: d.Refined, refinement: d.Refinement) -> None:
    body = Block(4, origin=file.out.origin)
    checks = Checks(file, "", body, frozen=False)
    value = checks.attribute(Code("value"))
    label = Code("field")
    checks.scope.claim("value")
    checks.scope.claim("field")
    if alias.base == t.PATH and refinement.under is not None:
        path = file.out.literal(refinement.under)
        checked = file.py.runtime("checked_path")
        body.add(splice("value = {}(value, field, under={})", checked, path))
        refinement = replace(refinement, under=None)
    else:
        made = normal(file, checks.scope, alias.base, value, label)
        if made is not value:
            body.add(splice("value = {}", made.code))
    checks.refinement(refinement, alias.base, value, label)
    body.add(Code("return value"))
    parameters = (
        views.Parameter(Code("value"), file.type(alias.base)),
        views.Parameter(label, Code("str")),
    )
    result = file.names.of(alias.id).name
    function = file.names.derived(alias.id, "check").name
    doc = f"The value, if it is a {alias.name}; raises Violation for the field if not."
    view = views.Function(function, parameters, result, body.lines(), doc)
    file.out.add(view)


def _record(file: File, record: d.Record) -> None:
    names = file.names.fields(record.id)
    fields = class_fields(file, record.fields, names)
    view = views.Record(
        file.names.of(record.id).name,
        record.doc or "",
        fields,
        _checks(file, record.fields, names, record),
        _generic(file, record.generics),
        options(record.fields),
    )
    file.out.add(view)


def _checks(
    file: File,
    fields: tuple[d.Field, ...],
    names: dict[str, Code],
    record: d.Record | None = None,
) -> tuple[Code, ...]:
    body = Block(8, origin=file.out.origin)
    checks = Checks(file, "self", body)
    checks.fields(fields, names)
    if record is not None:
        checks.always(record.always, record.name)
    return body.lines()


def _generic(file: File, generics: tuple[str, ...]) -> tuple[Code, ...]:
    if not generics:
        return ()
    variables = join(", ", [file.variable(name) for name in generics])
    return (splice("{}[{}]", file.py.typing("Generic"), variables),)


def _variant(
    file: File, union: d.UnionDecl, variant: d.Variant, bases: tuple[Code, ...]
) -> None:
    names = file.names.fields(union.id, variant.name)
    tag = splice("tag={}", file.out.literal(variant.name))
    view = views.Record(
        file.names.variant(union.id, variant.name).name,
        variant.doc or "",
        class_fields(file, variant.fields, names, tag=_TAG),
        _checks(file, variant.fields, names),
        bases,
        (*options(variant.fields), tag, _TAG_FIELD),
    )
    file.out.add(view)


def _union(file: File, union: d.UnionDecl) -> None:
    """A class for each variant, and the union of them."""
    parts: list[Code] = []
    for variant in union.variants:
        generics = variant_generics(union, variant)
        name = file.names.variant(union.id, variant.name).name
        with file.declaring(variant.span):
            _variant(file, union, variant, _generic(file, generics))
        if generics:
            arguments = join(", ", [file.variable(each) for each in generics])
            name = splice("{}[{}]", name, arguments)
        parts.append(name)
    name = file.names.of(union.id).name
    with file.declaring(union.span):
        file.out.add(views.Alias(name, join(" | ", parts), union.doc or ""))
