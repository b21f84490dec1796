"""The test kit: its expectations hold and fail as they say."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from packetflow import ANY, Capability, DeadlineExceeded, Denied
from packetflow.testing import ExpectationError, Scenario, Test, run, run_async
from tests.runtime.handwritten import store
from tests.runtime.handwritten.store import (
    READ,
    WRITE,
    Caller,
    Get,
    Missing,
    Put,
    SlowPut,
    Store,
    StoreState,
    Written,
    note,
    note_later,
)

ANN = Caller(capabilities=[WRITE(ANY)])
READER = Caller(capabilities=[READ(ANY)])


async def test_expectations_that_hold() -> None:
    async with Scenario() as scenario:
        scenario.given(Store, StoreState(values={"/x": 9}))
        scenario.stub(note, lambda line: None)
        await scenario.start(Store)
        scenario.equal(await scenario.ask(Get("/x"), READER), 9)
        scenario.equal(await scenario.ask(Put("/a", 1), ANN), 2)
        await scenario.denied(Put("/a", 1), READER, WRITE("/a"))
        await scenario.fails(Get("/none"), READER, Missing)
        await scenario.fails(Get("/none"), READER, Missing, {"path": "/none"})
        scenario.emitted(Written)
        scenario.emitted(Written, {"path": "/a"})
        scenario.performed(note, "put /a")
        scenario.check(True, "that it is so")
        assert scenario.state(Store).values == {"/x": 9, "/a": 1}
        assert store.LOG == []


async def test_expectations_that_do_not_hold_say_where_and_why() -> None:
    async with Scenario() as scenario:
        await scenario.start(Store)
        await scenario.ask(Put("/a", 1), ANN)
        with pytest.raises(ExpectationError, match=r"^t\.pf:3: expected 5, got 4$"):
            scenario.equal(4, 5, at="t.pf:3")
        with pytest.raises(ExpectationError, match="it answered 1"):
            await scenario.denied(Put("/a", 1), ANN, WRITE("/a"))
        with pytest.raises(ExpectationError, match=r'it lacks Cap\.write\("/a"\)'):
            await scenario.denied(Put("/a", 1), READER, READ("/a"))
        with pytest.raises(ExpectationError, match="it answered 1"):
            await scenario.fails(Get("/a"), ANN, Missing)
        with pytest.raises(ExpectationError, match="got Denied"):
            await scenario.fails(Put("/a", 1), READER, Missing)
        with pytest.raises(ExpectationError, match="path: '/b'"):
            await scenario.fails(Get("/none"), ANN, Missing, {"path": "/b"})
        with pytest.raises(ExpectationError, match="there was Written"):
            scenario.emitted(Written, {"path": "/b"})
        with pytest.raises(ExpectationError, match="there was none"):
            scenario.performed(note_later, "x")
        with pytest.raises(ExpectationError, match="expected that it is so"):
            scenario.check(False, "that it is so")


async def test_the_state_that_is_shown_or_given_is_a_copy() -> None:
    async with Scenario() as scenario:
        mine = StoreState(values={"/x": 9})
        scenario.given(Store, mine)
        mine.values["/y"] = 1
        await scenario.start(Store)
        scenario.state(Store).values["/z"] = 1
        assert scenario.state(Store).values == {"/x": 9, "/y": 1}
        with pytest.raises(RuntimeError, match="before the reactors start"):
            scenario.given(Store, mine)


async def test_time_moves_by_advance_only() -> None:
    async with Scenario() as scenario:
        await scenario.start(Store)
        asked = asyncio.create_task(scenario.ask(SlowPut("/a", 1), ANN))
        await scenario.advance(timedelta(seconds=4))
        assert not asked.done()
        await scenario.advance(timedelta(seconds=1))
        with pytest.raises(TimeoutError):
            await asked


async def _passes(scenario: Scenario) -> None:
    await scenario.start(Store)
    scenario.equal(await scenario.ask(Put("/a", 1), ANN), 1)


async def _fails(scenario: Scenario) -> None:
    await scenario.start(Store)
    scenario.equal(await scenario.ask(Put("/a", 1), ANN), 2, at="t.pf:9")


async def _breaks(scenario: Scenario) -> None:
    await scenario.start(Store)
    await scenario.ask(Put("/a", 1), READER)


async def _hangs(scenario: Scenario) -> None:
    await asyncio.Event().wait()


async def _stubs(scenario: Scenario) -> None:
    scenario.stub(note, lambda line: None)
    await scenario.start(Store)
    await scenario.ask(Put("/a", 1), ANN)


TESTS = [
    Test("passes", _passes, path="t.pf", line=1),
    Test("fails", _fails, path="t.pf", line=2),
    Test("breaks", _breaks, path="t.pf", line=3),
    Test("stubs", _stubs, path="t.pf", line=4),
    Test("again", _passes, path="t.pf", line=5),
]


def test_a_run_gives_an_outcome_for_each_in_a_world_of_its_own() -> None:
    outcomes = run(TESTS)
    assert [(one.name, one.passed, one.at) for one in outcomes] == [
        ("passes", True, "t.pf:1"),
        ("fails", False, "t.pf:9"),
        ("breaks", False, "t.pf:3"),
        ("stubs", True, "t.pf:4"),
        ("again", True, "t.pf:5"),
    ]
    assert outcomes[1].message == "expected 2, got 1"
    assert outcomes[2].message.startswith("Denied: Put needs")
    assert store.LOG == ["put /a"] * 3  # the stub was that test's alone


async def test_a_test_that_hangs_ends() -> None:
    [outcome] = await run_async([Test("hangs", _hangs)], timeout=0.01)
    assert not outcome.passed
    assert "no end within" in outcome.message


async def test_time_that_is_up_in_a_test_is_not_the_end_of_the_test() -> None:
    async def late(scenario: Scenario) -> None:
        raise DeadlineExceeded("Put: no answer within 1 s")

    [outcome] = await run_async([Test("late", late)])
    assert outcome.message == "DeadlineExceeded: Put: no answer within 1 s"


async def test_a_broken_inner_border_fails_the_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PF_PARANOID", "1")

    async def emits(scenario: Scenario) -> None:
        await scenario.start(Store)
        writer_only = Caller(capabilities=[WRITE("/a")])
        await scenario.ask(Put("/a", 1), writer_only)
        scenario.app.system.publish(Written("/b", 1), writer_only.held)

    [outcome] = await run_async([Test("emits", emits)])
    assert not outcome.passed
    assert "an inner border denied" in outcome.message


async def test_scenarios_enter_as_apps_do() -> None:
    async with Scenario() as scenario:
        await scenario.start(Store)
        with pytest.raises(Denied) as denied:
            await scenario.ask(Put("/a", 1), Caller())
        assert denied.value.missing == (WRITE("/a"),)
        missing: tuple[Capability, ...] = denied.value.missing
        assert str(missing[0]) == 'Cap.write("/a")'
