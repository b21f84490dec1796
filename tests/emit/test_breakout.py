"""No text and no name of a program changes what a generated module consists of."""

from __future__ import annotations

import ast
from collections.abc import Callable

import black
from hypothesis import given, settings

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.header import file_header
from pfc.emit.interpolation import interpolation
from pfc.emit.module import PythonModule
from pfc.emit.names import (
    ATTRIBUTE,
    ENUM,
    MODULE,
    Namer,
    constant_case,
    identifier,
    rename,
    snake_case,
)
from tests.emit.strategies import texts

Names = Callable[[str], Code]


def everything(text: str, name: str) -> str:
    """A module with every kind of definition, the text and name everywhere."""
    module = PythonModule(text, file_header({"a.pf": text}))
    top, inner = Namer(MODULE), Namer(ATTRIBUTE)

    def new(case: Callable[[str], str] = str) -> Code:
        return top.fresh(identifier(case(name)))

    field = views.Field(
        inner.fresh(identifier(name, ATTRIBUTE)),
        Code("str"),
        module.literal(text),
        text,
    )
    parameter = views.Parameter(field.name, Code("str"))
    block = Block(8)
    block.comment(text)
    block.add(splice("x = {}", interpolation([text, Code("self"), text])))
    block.add(splice("y = {}", module.literal(text.encode("utf-8", "surrogatepass"))))
    body = block.lines()
    constant = new(constant_case)
    for view in (
        views.Alias(new(), Code("str"), text),
        views.Variable(new(), Code("str"), module.literal(text), text),
        views.TypeVariable(new()),
        views.Function(new(), (parameter,), Code("str"), body, text, is_async=True),
        views.CallProtocol(new(), (parameter,), Code("str"), text),
        views.Record(new(), text, (field,), body),
        views.Enumeration(new(), text, tuple(members(name, text))),
        views.CapabilityKind(constant, text),
        views.CapabilityFamily(new(), text, operations(name, text, constant)),
        views.ContextClass(new(), text, (field,), body, body),
        views.FailureClass(new(), text, (parameter,), 404),
        views.IntentClass(new(), text, Code("int"), (field,), body, body),
        views.EventClass(new(), text, (field,), body, body),
        views.EffectDefinition(new(snake_case), text, constant, doc=text),
        views.StateClass(new(), (field,), text),
        views.ReactorClass(new(), text, text, Code("int"), handlers(body, text)),
        views.AppClass(new(), text, text, Code("None")),
        scenario := views.Scenario(new(), text, body, text, 3),
        views.ScenarioList((scenario,)),
    ):
        module.add(view)
    return module.render()


def members(name: str, text: str) -> list[views.Member]:
    namer = Namer(ENUM)
    return [
        views.Member(namer.fresh(constant_case(name)), text, text),
        views.Member(namer.fresh("OTHER"), text),
    ]


def operations(name: str, text: str, kind: Code) -> tuple[views.Operation, ...]:
    python = rename([name], ATTRIBUTE).names[name]
    other = Namer(ATTRIBUTE, [python]).fresh("other")
    parameter = views.Parameter(python, Code("str"))
    return (
        views.Operation(python, kind, text),
        views.Operation(other, kind, text, (parameter,)),
    )


def handlers(body: tuple[Code, ...], text: str) -> tuple[views.Handler, ...]:
    one = views.Handler(Code("on_a"), Code("A"), Code("int"), body, True, doc=text)
    return (one,)


def shape(source: str) -> list[str]:
    """The kinds of all nodes, in order, without what strings hold."""
    return [
        type(node).__name__
        for node in ast.walk(ast.parse(source))
        # An f-string has a constant for each text that is not empty.
        if not isinstance(node, ast.JoinedStr | ast.FormattedValue)
    ]


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_any_text_and_name_leave_the_module_as_it_is(text: str, name: str) -> None:
    doc = f"d{text}"  # With no text there is no docstring: another shape.
    source = everything(doc, name)
    assert shape(source) == shape(everything("harmless", "Harmless"))
    assert "\r" not in source
    assert source.endswith("\n")
    assert not source.endswith("\n\n")
    source.encode("utf-8")
    compile(source, "m", "exec")
    assert black.format_str(source, mode=black.Mode()) == source
