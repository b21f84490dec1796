"""Recursion without end is a fault of the handler; the process and the state live on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

import packetflow
from tests.generated.building import built, write

SOURCE = """
module endless_calls
union Chain { End  Link(rest: Chain) }
fn forever(n: Int) -> Int = forever(n + 1)
fn there(n: Int) -> Int = back(n)
fn back(n: Int) -> Int = there(n)
fn built(n: Int) -> Chain = if n == 0 then Chain.End else Link(built(n - 1))
fn size(c: Chain) -> Int = match c { End => 0  Link(rest) => 1 + size(rest) }
intent Forever(n: Int) -> Int requires nothing
intent Mutual(n: Int) -> Int requires nothing
intent Deep(n: Int) -> Int requires nothing
intent Show(n: Int) -> Int requires nothing
intent Count -> Int requires nothing
reactor R {
  state { n: Int = 0 }
  on Forever(n) { state.n = 5  reply forever(n) }
  on Mutual(n) { state.n = 5  reply there(n) }
  on Deep(n) { state.n += 1  reply size(built(n)) }
  on Show(n) { state.n = 5  reply "{built(n)}".length }
  on Count { reply state.n }
}
app Main { supervise one_for_one max 50 within 1s { R } }
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package."""
    folder = tmp_path_factory.mktemp("recursion")
    write(folder, built(SOURCE, "endless_calls.pf"))
    sys.path.insert(0, str(folder))
    try:
        yield __import__("endless_calls")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("endless_calls")]:
            del sys.modules[name]


@pytest.mark.parametrize(
    ("intent", "n"), [("Forever", 1), ("Mutual", 1), ("Deep", 50_000), ("Show", 50_000)]
)
async def test_no_end_is_a_fault_and_changes_nothing(
    made: Any, intent: str, n: int
) -> None:
    caller = packetflow.Context()
    async with made.Main() as app:
        assert await app.ask(made.Deep(n=100), caller) == 100
        with pytest.raises(packetflow.Fault):
            await app.ask(getattr(made, intent)(n=n), caller)
        assert await app.ask(made.Count(), caller) == 1
        assert await app.ask(made.Deep(n=100), caller) == 100


@pytest.mark.parametrize("depth", [100_000, 1_000_000])
def test_json_that_is_too_deep_is_an_error(made: Any, depth: int) -> None:
    raw = b'{"type":"Link","rest":' * depth + b'{"type":"End"}' + b"}" * depth
    with pytest.raises(RecursionError):
        msgspec.json.decode(raw, type=made.Chain)
