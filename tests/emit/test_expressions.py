"""Printed expressions mean what the typed ones do, whatever the nesting."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pfc.driver import compile_sources
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.semantics.constants import NotConstant, evaluate

COUNT = 400
GIVEN = {"a": 7, "b": -3, "p": True, "q": False, "s": "abc"}
PARAMETERS = "a: Int, b: Int, p: Bool, q: Bool, s: String"


def number(chosen: random.Random, depth: int) -> str:
    if depth == 0:
        return chosen.choice(["a", "b", "2", "5", "s.length"])
    inner = [number(chosen, depth - 1) for _ in range(2)]
    kind = chosen.randrange(7)
    if kind == 0:
        return f"(-({inner[0]}))"
    if kind == 1:
        test = truth(chosen, depth - 1)
        return f"(if {test} then {inner[0]} else {inner[1]})"
    operator = chosen.choice(["+", "-", "*", "-", "%"])
    return f"({inner[0]} {operator} {inner[1]})"


def truth(chosen: random.Random, depth: int) -> str:
    if depth == 0:
        return chosen.choice(["p", "q", "a > b", 's == "abc"', 's.contains("b")'])
    kind = chosen.randrange(6)
    if kind == 0:
        return f"(not ({truth(chosen, depth - 1)}))"
    if kind < 3:
        operator = chosen.choice(["and", "or"])
        left, right = truth(chosen, depth - 1), truth(chosen, depth - 1)
        return f"(({left}) {operator} ({right}))"
    if kind == 3:
        low, high = number(chosen, 0), number(chosen, depth - 1)
        return f"({number(chosen, depth - 1)} in {low}..{high})"
    operator = chosen.choice(["==", "!=", "<", "<=", ">", ">="])
    left, right = number(chosen, depth - 1), number(chosen, depth - 1)
    return f"({left} {operator} {right})"


def source() -> str:
    chosen = random.Random(20260101)
    lines = ["module random_expressions"]
    for place in range(COUNT):
        depth = 1 + place % 4
        if place % 2:
            body, result = truth(chosen, depth), "Bool"
        else:
            body, result = number(chosen, depth), "Int"
        lines.append(f"fn f{place}({PARAMETERS}) -> {result} = {body}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """The typed functions, and the generated ones."""
    folder: Path = tmp_path_factory.mktemp("expressions")
    compiled = compile_sources({"random_expressions.pf": source()})
    assert compiled.files, compiled.diagnostics
    for path, text in compiled.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        yield compiled.ir, __import__("random_expressions")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("random_expr")]:
            del sys.modules[name]


def test_python_gives_what_the_typed_expression_gives(made: tuple[Any, Any]) -> None:
    program, package = made
    compared = 0
    for place in range(COUNT):
        function = program.by_id[f"random_expressions.f{place}"]
        assert isinstance(function, d.Function)
        values: dict[x.Symbol, Any] = {
            field.symbol: GIVEN[field.name] for field in function.parameters
        }
        try:
            expected = evaluate(function.body, values)  # type: ignore[arg-type]  # no block
        except NotConstant:
            with pytest.raises(ZeroDivisionError):
                getattr(package, f"f{place}")(**GIVEN)
            continue
        assert getattr(package, f"f{place}")(**GIVEN) == expected, place
        compared += 1
    assert compared > COUNT / 2
