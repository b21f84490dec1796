"""Seeded faults, in generated Python, in the runtime and in the evaluator: all are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

import pytest

from tests.differential.batches import Batch, Compiled, Finding, compare, compiled
from tests.differential.evaluator import expressions, numbers
from tests.differential.evaluator.calls import Calls
from tests.differential.generator.programs import REFINED, make

BATCH = 50
PROGRAMS = 1_000
"""Within so many programs each fault has to show."""

REWRITTEN = {
    "at least": (r" >= ", " > "),
    "equal": (r" == ", " != "),
    "guard dropped": (r"(case .*) if .*:\n", r"\1 if True:\n"),
    "and for or": (r" and ", " or "),
    "or for and": (r" or ", " and "),
    "not dropped": (r"\bnot (?!in\b|None\b)", ""),
    "present for absent": (r" is not None", " is None"),
    "minus for plus": (r" \+ ", " - "),
    "list for set": (r"frozenset\(", "tuple("),
    "Float for Decimal": (r'Decimal\("([\d.]+)"\)', r"float(\1)"),
    "Int for Float": (r"\b(\d+)\.0\b", r"\1"),
    "constant": (r"\b100\b", "101"),
    "escapes": (r"\\n", "n"),
    "refinements left out": (r"\bcheck\(", "(lambda *_: None)("),
    "slices": (r"stdlib\.drop\(", "stdlib.take("),
}


def _cut(left: int, right: int) -> Decimal:
    return (
        Decimal(left) / Decimal(right) if left % right == 0 else Decimal(left // right)
    )


def _half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


Patching = Callable[[], AbstractContextManager[object]]


def _instead(name: str, function: Callable[..., object]) -> Patching:
    return lambda: patch(f"packetflow.stdlib.{name}", function)


_total = numbers.total
_compare = expressions._compare
# A fault in the runtime or in the evaluator, and what the programs are to hold.
PATCHED: dict[str, tuple[str, Patching]] = {
    "division rounds down": (" / ", _instead("divide_int", _cut)),
    "halves round up": (".round(", _instead("round_decimal", _half_up)),
    "one too many": (
        ".take(",
        _instead("take", lambda xs, n: tuple(xs[: max(n, 0) + 1])),
    ),
    "places from the end": (
        ".get(",
        _instead("get", lambda xs, at: xs[at] if -len(xs) <= at < len(xs) else None),
    ),
    "sorted backwards": (
        ".sort_by(",
        _instead("sort_by", lambda xs, f: tuple(sorted(xs, key=f))[::-1]),
    ),
    "the last of equal items": (
        ".distinct(",
        _instead("distinct", lambda xs: tuple(dict.fromkeys(xs[::-1]))[::-1]),
    ),
    "how values read": ("String", _instead("text", str)),
    "remainder of the other sign": (
        " % ",
        lambda: patch.dict(numbers._INT, {"%": lambda a, b: a - b * int(a / (b or 1))}),
    ),
    "no refinement in the evaluator": (
        REFINED,
        lambda: patch.object(Calls, "_refined", lambda self, value, *_, **__: value),
    ),
    "less or equal in the evaluator": (
        " < ",
        lambda: patch.object(
            expressions,
            "_compare",
            lambda op, *sides: _compare("<=" if op == "<" else op, *sides),
        ),
    ),
    "a sum of nothing is an Int": (
        ".sum",
        lambda: patch.object(
            numbers, "total", lambda values, kind: _total(values, kind) if values else 0
        ),
    ),
}


class Right:
    """Programs that are right, in batches that are compiled when they are needed."""

    def __init__(self, focus: str = "") -> None:
        self._focus = focus
        self._made: list[tuple[Batch, Compiled]] = []

    def batches(self) -> Iterator[tuple[Batch, Compiled]]:
        for place in range(PROGRAMS // BATCH):
            if place == len(self._made):
                self._made.append(self._new(place * BATCH))
            yield self._made[place]

    def _new(self, first: int) -> tuple[Batch, Compiled]:
        numbers = range(first, first + BATCH)
        batch = Batch([make(f"control{n}", f"p{n}_", self._focus) for n in numbers])
        found = compiled(batch)
        assert found is not None
        compare(batch, found)
        assert not batch.findings, batch.findings[0]
        return batch, found


@pytest.fixture(scope="module")
def right() -> Right:
    return Right()


def findings(right: Right, change: Callable[[str], str]) -> list[Finding]:
    """What differs first once the generated Python is changed."""
    for batch, made in right.batches():
        files = {
            path: change(text) if path.endswith(("functions.py", "types.py")) else text
            for path, text in made.files.items()
        }
        trial = Batch(batch.programs)
        compare(trial, replace(made, files=files), at_most=1)
        if trial.findings:
            return trial.findings
    return []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(REWRITTEN))
def test_faults_of_the_generator_are_found(name: str, right: Right) -> None:
    pattern, instead = REWRITTEN[name]
    assert findings(right, lambda text: re.sub(pattern, instead, text))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PATCHED))
def test_faults_of_runtime_and_evaluator_are_found(name: str) -> None:
    focus, patching = PATCHED[name]
    programs = Right(focus)
    for batch, made in programs.batches():
        trial = Batch(batch.programs)
        with patching():
            compare(trial, made, at_most=1)
        if trial.findings:
            return
    pytest.fail("nothing was found")
