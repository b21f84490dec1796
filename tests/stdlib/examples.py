"""The examples of the standard library's table as one module with tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pfc.semantics import stdlib
from tests.generated.building import built, scenarios, write

GIVEN = """
calendar OfficeHours in "UTC" { mon..fri 09:00..18:00 }
calendar Mornings in "UTC" { mon..sun 07:00..12:00 }
fn half(n: Int) -> Result[Int, String] {
  if n % 2 == 0 { return Ok(n.quotient(2)) }
  return Err("odd")
}
"""


def entries() -> list[stdlib.MethodEntry | stdlib.FunctionEntry]:
    """Everything that the table holds."""
    return [*stdlib.methods().values(), *stdlib.FUNCTIONS.values()]


def source_of(examples: Sequence[tuple[str, str]]) -> str:
    """A module with a test for each example: its title, and what holds."""
    tests = [
        f"test {_quoted(f'{place} {title}')} {{ expect {example} }}"
        for place, (title, example) in enumerate(examples)
    ]
    return "\n".join((GIVEN, *tests))


def _quoted(text: str) -> str:
    return json.dumps(text.replace("{", "{{").replace("}", "}}"), ensure_ascii=False)


def false_ones(folder: Path, examples: Sequence[tuple[str, str]], name: str) -> object:
    """Compiles examples, runs them, and gives those that do not hold."""
    write(folder, built(source_of(examples), f"{name}.pf"))
    found = scenarios(folder, [name])[name]
    assert len(found) == len(examples)
    return [(title, message) for title, passed, message, _ in found if not passed]
