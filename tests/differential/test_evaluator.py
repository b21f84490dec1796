"""The reference evaluator itself: it finds what the test blocks of the cases expect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pfc.semantics.stdlib import methods
from pfc.span import Source
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements, tests
from pfc.syntax.ast.intents import Intent
from pfc.syntax.ast.module import Module
from pfc.syntax.ast.reactors import Reactor
from pfc.syntax.parser import parse
from tests.differential.evaluator.statements import Evaluator
from tests.differential.evaluator.values import Fault

CASES = Path(__file__).parents[1] / "cases" / "language"
AT_LEAST = {
    "arithmetic": 29,
    "generics": 18,
    "matching": 30,
    "optionals": 30,
    "refinements": 14,
    "sequences": 55,
}


def parsed(text: str) -> Module:
    found = parse(Source("case.pf", text))
    assert found.diagnostics == ()
    return found.module


def mentions(node: object, names: set[str]) -> bool:
    """Whether a tree mentions one of the names."""
    if isinstance(node, e.Reference):
        return node.name in names
    if isinstance(node, tuple):
        return any(mentions(each, names) for each in node)
    slots = getattr(node, "__slots__", ())
    return any(mentions(getattr(node, slot), names) for slot in slots)


@pytest.mark.parametrize("name", sorted(AT_LEAST))
def test_it_agrees_with_the_expectations_of_the_cases(name: str) -> None:
    module = parsed((CASES / f"{name}.pf").read_text("utf-8"))
    evaluator = Evaluator(module)
    stateful = {
        each.name.text
        for each in module.declarations
        if isinstance(each, Intent | Reactor)
    }
    seen = 0
    for test in module.declarations:
        if not isinstance(test, tests.Test):
            continue
        names: dict[str, object] = {}
        for item in test.items:
            if isinstance(item, statements.Let):
                evaluator.statement(item, names, None)
            elif isinstance(item, tests.Expect) and not mentions(item.value, stateful):
                assert evaluator.value(item.value, names) is True, item
                seen += 1
    assert seen >= AT_LEAST[name]


NOT_EVALUATED = re.compile(
    r"json|url|uuid|Json|parse_(float|time|instant|duration|path|base64|hex)"
    r"|to_float\.power|as_(int|string|bool|list|map|float|decimal)|OfficeHours"
)
"""What the evaluator has no methods for."""


def test_it_agrees_with_the_examples_of_the_standard_library() -> None:
    half = (
        "fn half(n: Int) -> Result[Int, String] = "
        'if n % 2 == 0 then Ok(n.quotient(2)) else Err("odd")'
    )
    seen = 0
    for entry in methods().values():
        for example in entry.examples:
            if NOT_EVALUATED.search(example):
                continue
            module = parsed(f"{half}\nfn main() -> Bool = {example}")
            assert Evaluator(module).of("main") is True, example
            seen += 1
    assert seen > 150


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("1 / 0", "division"),
        ("[1][1]", "index"),
        ("[1][-1]", "index"),
        ('{"a": 1}["b"]', "key"),
        ("small(11)", "violation"),
        ("Range(low: 2, high: 1).low", "violation"),
        ("down(10_000)", "recursion"),
        ("[255].map(n => 1 / (n - 255)).length", "division"),
        ('"a".split("").length', "argument"),
    ],
)
def test_what_has_no_value_is_a_fault(body: str, kind: str) -> None:
    module = parsed(
        f"""
        type Small = Int where it < 10
        record Range {{ low: Int  high: Int  always low <= high }}
        fn small(n: Int) -> Small = n
        fn down(n: Int) -> Int = if n == 0 then 0 else 1 + down(n - 1)
        fn main() -> Decimal {{ let found = {body}  return 1.5 }}
        """
    )
    with pytest.raises(Fault) as caught:
        Evaluator(module).of("main")
    assert caught.value.kinds == {kind}
