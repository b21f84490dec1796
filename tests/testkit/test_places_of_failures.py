"""A test that fails names its own line first, and then where things went wrong."""

from __future__ import annotations

from pathlib import Path

from packetflow.testing import run
from tests.web.building import build, imported

SOURCE = """
intent Halve(n: Int) -> Int requires nothing fails Odd
intent Fetch(n: Int) -> Int requires nothing
effect fetch(n: Int) -> Int retry 3 backoff 333ms..1s external python ```py
  raise OSError("no network")
```
reactor R {
  on Halve(n) {
    require n % 2 == 0 else fail Odd
    reply n.quotient(2)
  }
  on Fetch(n) { let x = perform fetch(n)  reply x }
}
test "a failure" {
  let half = Halve(n: 3)
  expect half == 1
}
test "a fault after all tries" { expect Fetch(n: 1) == 1 }
"""


def test_what_nobody_expected_is_told_at_the_line_of_the_test(tmp_path: Path) -> None:
    build(tmp_path, {"places_told.pf": SOURCE}, {})
    imported(tmp_path, "places_told")
    scenarios = imported(tmp_path, "places_told.scenarios").SCENARIOS
    failed, faulted = run(scenarios, timeout=5.0)
    assert failed.at == "places_told.pf:15"
    assert failed.message == "Odd: Odd() (from places_told.pf:9)"
    assert faulted.at == "places_told.pf:18"
    assert faulted.message.startswith("Fault: ")
    assert "no network (from places_told.pf:4)" in faulted.message
