"""A stub's parameters may be called like Python's own functions: none of these is hidden."""

from __future__ import annotations

import ast
import builtins

import pytest

from pfc.driver import compile_sources
from pfc.syntax.words import RESERVED

_BUILT_IN = sorted(
    name
    for name in dir(builtins)
    if name.isidentifier() and name.islower() and not name.startswith("_")
)
_PROGRAM = """
capability Files {{ read }}
effect fetch({field}: Int, words: List[String]) -> Int
  requires Files.read python "stub_names_impl:fetch"
test "stubbed" {{
  stub fetch({field}, words) {{
    let longest = words.map(w => w.length).max or 0
    let marked = words.sort().filter(w => w.length in 0..9)
    return {field}.abs + longest + words.map(w => w.length).sum + marked.indexed.length
  }}
}}
"""


def _stub(field: str) -> ast.FunctionDef:
    program = _PROGRAM.format(field=field)
    made = compile_sources({"stub_names.pf": program}, lambda _: "def fetch(*_): ...\n")
    assert [each.message for each in made.diagnostics] == []
    text = made.files["stub_names/scenarios.py"]
    return next(
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == "stub_fetch"
    )


def test_the_stub_calls_what_python_has_built_in() -> None:
    assert len(_used(_stub("neutral"))) > 3


@pytest.mark.parametrize("field", [each for each in _BUILT_IN if each not in RESERVED])
def test_a_parameter_hides_nothing_that_the_stub_calls(field: str) -> None:
    neutral, stub = _stub("neutral"), _stub(field)
    assert stub.args.args[0].arg not in _used(neutral)
    assert _used(stub) - {field} == _used(neutral) - {field}


def _used(function: ast.FunctionDef) -> set[str]:
    """The names of Python's own that a function reads."""
    return {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and hasattr(builtins, node.id)
    }
