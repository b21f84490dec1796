"""What making a value of a type needs: a check, or bringing it in its normal form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import snake_case
from pfc.emit.python import syntax
from pfc.emit.python.file import File
from pfc.emit.python.scope import Scope
from pfc.emit.python.syntax import CONDITIONAL, Py
from pfc.ir import declarations as d
from pfc.ir import types as t
from pfc.ir.program import Program
from pfc.ir.walk import types_in
from pfc.semantics.relations import substitute

NOTHING, CHECKED, CHANGED = range(3)
"""Nothing, a check, or bringing it in normal form."""

_FUNCTIONS: Final[dict[t.Type, tuple[str, int]]] = {
    t.PATH: ("checked_path", CHANGED),
    t.INSTANT: ("checked_instant", CHANGED),
    t.URL: ("checked_url", CHECKED),
    t.FLOAT: ("checked_finite", CHECKED),
    t.DECIMAL: ("checked_finite", CHECKED),
}
_Made = t.RecordType | t.UnionType


def effort(
    type_: t.Type, program: Program, inside: frozenset[t.Type] = frozenset()
) -> int:
    """What a value of the type needs when it is made.

    A record or union checks its own fields when it is made; what stands for its type
    parameters only those who name it know.
    """
    match type_:
        case t.RefinedType(base=base):
            return max(CHECKED, effort(base, program, inside))
        case t.Primitive():
            return _FUNCTIONS.get(type_, ("", NOTHING))[1]
        case t.ListType(item) | t.SetType(item) | t.OptionalType(item):
            return effort(item, program, inside)
        case t.MapType(first, second) | t.PairType(first, second):
            parts = (effort(part, program, inside) for part in (first, second))
            return max(parts)
        case t.ResultType(value, error):
            parts = (effort(part, program, inside) for part in (value, error))
            return CHANGED if any(parts) else NOTHING
        case t.RecordType() | t.UnionType() if type_ not in inside:
            around = inside | {type_}
            found = _parameterised(type_, program)
            some = any(effort(part, program, around) for *_, part in found)
            return CHANGED if some else NOTHING
        case _:
            return NOTHING


def _parameterised(type_: _Made, program: Program) -> Iterator[tuple[str, str, t.Type]]:
    """Variant, name and type of the fields whose types hold type parameters."""
    declaration = program.by_id.get(type_.id)
    if not type_.arguments or not isinstance(declaration, d.Record | d.UnionDecl):
        return
    binding = dict(zip(declaration.generics, type_.arguments, strict=False))
    for variant, fields in _fields(declaration):
        for field in fields:
            if any(isinstance(each, t.Variable) for each in types_in(field.type)):
                yield variant, field.name, substitute(field.type, binding)


def _fields(
    declaration: d.Record | d.UnionDecl,
) -> Iterator[tuple[str, tuple[d.Field, ...]]]:
    if isinstance(declaration, d.Record):
        yield "", declaration.fields
    else:
        for variant in declaration.variants:
            yield variant.name, variant.fields


def normal(file: File, scope: Scope, type_: t.Type, value: Py, label: Code) -> Py:
    """The value, checked and in normal form; `label` names it in a Violation."""
    if effort(type_, file.program) == NOTHING:
        return value
    match type_:
        case t.RefinedType(id_):
            function = file.derived(id_, "check")
            return syntax.call(function, value.at(CONDITIONAL), label)
        case t.OptionalType(item):
            inner = normal(file, scope, item, value, label)
            absent = syntax.compared(value, "is", syntax.text("None"))
            return syntax.conditional(absent, syntax.text("None"), inner)
        case t.ListType(item) | t.SetType(item):
            made = "tuple" if isinstance(type_, t.ListType) else "frozenset"
            name = scope.temporary("item")
            inner = normal(file, scope, item, Py(name), label)
            pattern = made + "({} for {} in {})"
            return Py(splice(pattern, inner.at(CONDITIONAL), name, value.at(syntax.OR)))
        case t.MapType(key, kept):
            names = scope.temporary("key"), scope.temporary("value")
            code = splice(
                "{{{}: {} for {}, {} in {}.items()}}",
                normal(file, scope, key, Py(names[0]), label).at(CONDITIONAL),
                normal(file, scope, kept, Py(names[1]), label).at(CONDITIONAL),
                *names,
                value.at(syntax.ATOM),
            )
            return Py(code)
        case t.ResultType(good, bad):
            functions = [_function(file, scope, each, label) for each in (good, bad)]
            checked = file.py.runtime("checked_result")
            return syntax.call(checked, value.at(CONDITIONAL), *functions)
        case t.RecordType() | t.UnionType():
            return syntax.call(_instance(file, type_), value.at(CONDITIONAL), label)
    checker = file.py.runtime(_FUNCTIONS[type_][0])
    return syntax.call(checker, value.at(CONDITIONAL), label)


def _function(file: File, scope: Scope, type_: t.Type, label: Code) -> Code:
    name = scope.temporary("part")
    inner = normal(file, scope, type_, Py(name), label)
    return splice("lambda {}: {}", name, inner.at(CONDITIONAL))


def _instance(file: File, type_: _Made) -> Code:
    """A function of the file that checks values of a type with these arguments."""
    if type_ in file.instances:
        return file.instances[type_]
    short = type_.id.rpartition(".")[2]
    name = file.instances[type_] = file.fresh(f"_check_{snake_case(short)}")
    value, label = Code("value"), Code("field")
    scope = file.names.scope("value", "field")
    body = Block(4)
    changes: dict[str, list[Code]] = {}
    for variant, field, part in _parameterised(type_, file.program):
        attribute = file.field(type_.id, field, variant)
        place = Py(splice("{}.{}", value, attribute))
        made = normal(file, scope, part, place, label)
        if made is not place:
            pair = splice("{}={}", attribute, made.at(CONDITIONAL))
            changes.setdefault(variant, []).append(pair)
    replace = file.msgspec("structs.replace")
    for variant, pairs in changes.items():
        code = splice("return {}({}, {})", replace, value, join(", ", pairs))
        if not variant:
            body.add(code)
            continue
        kind = file.variant(type_.id, variant)
        with body.nest(splice("if isinstance(value, {}):", kind)) as inner:
            inner.add(code)
    if "" not in changes:
        body.add(Code("return value"))
    annotation = file.type(type_)
    parameters = (
        views.Parameter(value, annotation),
        views.Parameter(label, Code("str")),
    )
    file.out.add(views.Function(name, parameters, annotation, body.lines()))
    return name
