"""`metric`, `health`, `alert` and `shards` of a program, compiled and run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from packetflow import Context, VirtualClock
from packetflow.actor.stable import stable_hash
from pfc.driver import compile_sources
from tests.generated.building import built, write
from tests.observe.test_metrics import samples

PROGRAM = """
type Key = String where length > 0
intent Put(key: Key, value: Int) -> Int fails Full(most: Int) requires nothing
intent Clear requires nothing

reactor Store {
  state { values: Map[String, Int] = {}  class: Int = 0 }
  metric writes: counter
  metric largest: gauge
  metric sizes: histogram
  health every 10s { mailbox.depth < mailbox.room and state.class < 3 }
  alert Large when state.values.length > 2 for 30s severity error
  alert Full when state.values.length > 3
  on Put(key, value) {
    metric writes.inc()
    require value < 100 else fail Full(most: 100)
    state.values[key] = value
    state.class = value
    metric largest.set(value)
    metric sizes.observe(value)
    metric sizes.observe(10ms)
    reply state.values.length
  }
  on Clear { state.values = {}  state.class = 0 }
}

app Stores { supervise one_for_one { Store shards 2 by key } }
"""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("observed")
    write(folder, built(PROGRAM, "observed_stores.pf"))
    sys.path.insert(0, str(folder))
    try:
        yield __import__("observed_stores")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("observed_st")]:
            del sys.modules[name]


def keys_of(shard: int, count: int) -> list[str]:
    found = (f"k{number}" for number in range(1_000))
    mine = (key for key in found if stable_hash(key) % 2 == shard)
    return [key for key, _ in zip(mine, range(count), strict=False)]


async def test_shards_count_and_are_looked_at_each(stores: Any) -> None:
    clock = VirtualClock()
    caller = Context()
    async with stores.Stores(clock=clock) as app:
        for number, key in enumerate(keys_of(0, 4), 1):
            assert await app.ask(stores.Put(key, 1), caller) == number
        for key in keys_of(1, 2):
            await app.ask(stores.Put(key, 5), caller)
        assert await app.try_ask(stores.Put("k", 100), caller)
        await clock.advance(timedelta(seconds=32))
        raised = {(one.reactor[-1], one.name, one.severity) for one in app.alerts}
        assert raised == {("0", "Large", "error"), ("0", "Full", "warning")}
        healthy = {one.reactor[-1]: one.healthy for one in app.health}
        assert healthy == {"0": True, "1": False}
        text = app.metrics()
        await app.ask(stores.Clear(), caller)
        await clock.advance(timedelta(seconds=32))
        assert app.alerts == ()
        assert all(one.healthy for one in app.health)
    found = samples(text)

    def of(name: str, shard: int) -> float:
        return found[name, frozenset((f"observed_stores.Store/{shard}",))]

    assert of("writes_total", 0) + of("writes_total", 1) == 7
    assert of("largest", 1) == 5
    assert of("sizes_sum", 0) == pytest.approx(4.04)


def codes(items: str, body: str = "", more: str = "") -> list[str]:
    source = (
        f"intent Go(n: Int) requires nothing\n"
        f"reactor R {{ state {{ n: Int = 0 }} {items} on Go(n) {{ {body} }} }}\n{more}"
    )
    found = compile_sources({"case.pf": source}, emit=False)
    return sorted(each.code for each in found.diagnostics)


@pytest.mark.parametrize(
    ("items", "body", "expected"),
    [
        ("metric a: counter", "metric a.inc(n)", []),
        ("metric a: counter", "metric a.inc(2.5)", []),
        ("metric a: histogram", "metric a.observe(5s)", []),
        ("metric a: gauge", "metric a.dec()", []),
        ("metric a: meter", "", ["PF210"]),
        ("metric a: counter metric a: gauge", "", ["PF211"]),
        ("", "metric a.inc()", ["PF210"]),
        ("metric a: counter", "metric a.set(1)", ["PF210"]),
        ("metric a: counter", "metric a.inc(-1)", ["PF220"]),
        ("metric a: counter", 'metric a.inc("x")', ["PF220"]),
        ("metric a: counter", "metric a.inc(1, 2)", ["PF220"]),
        ("metric a: gauge", "metric a.set()", ["PF220"]),
        ("metric a: counter", "metric a.inc(m)", ["PF210"]),
        ("health every 10s { state.n }", "", ["PF228"]),
        ("health every 0s { true }", "", ["PF220"]),
        ("health every 10s { mailbox.size < 3 }", "", ["PF221"]),
        ("alert A when state.n > 3 severity loud", "", ["PF210"]),
        ("alert A when state.n > 3 alert A when state.n > 4", "", ["PF211"]),
        ("alert A when caller.x > 3", "", ["PF250"]),
        ("alert A when state.n > 3 for 5s severity info", "", []),
    ],
)
def test_what_is_wrong_is_told(items: str, body: str, expected: list[str]) -> None:
    assert codes(items, body) == expected


def test_a_check_that_runs_python_of_the_users_runs_in_a_thread() -> None:
    files = built(
        """
intent Go requires nothing
fn probe(n: Int) -> Bool python ```py
  return n > 0
```
fn near(n: Int) -> Bool = if n > 3 then probe(n) else true
fn pure(n: Int) -> Bool = n > 3
reactor R {
  state { n: Int = 0 }
  health every 10s { near(state.n) }
  health every 20s { pure(state.n) }
  on Go {}
}
""",
        "case.pf",
    )
    text = files["case/reactors.py"]
    assert "Health(10.0, is_healthy, blocking=True)" in text
    assert "Health(20.0, is_healthy_2)" in text


def test_a_metric_belongs_to_a_handler() -> None:
    assert codes(
        "metric a: counter", more="fn f() -> Int { metric a.inc() return 1 }"
    ) == ["PF246"]
