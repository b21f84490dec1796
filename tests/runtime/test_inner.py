"""What handlers do to others: ask, send, emit, perform, with whose authority."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from packetflow import ANY, Context, Fault, InternalDenial, VirtualClock
from tests.runtime.handwritten.scripted import (
    NOBODY,
    SCRIPTS,
    WRITER,
    Asker,
    Callee,
    Inline,
    Inliner,
    Isolating,
    Noted,
    Run,
    World,
    WorldApp,
)
from tests.runtime.handwritten.store import READ, WRITE, Missing


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    World.begin()
    yield


async def test_an_ask_is_answered_and_carries_the_caller() -> None:
    async with WorldApp() as app:
        assert await app.ask(Run("ask_twice"), WRITER) == ["kept /a", "kept /b"]
        first, second = World.callers
        assert first.held is WRITER.held
        assert first.trace == ("m.Callee",)
        assert WRITER.request_id < first.request_id < second.request_id


async def test_an_ask_is_tried_again_while_unavailable() -> None:
    clock = VirtualClock()
    async with WorldApp(clock=clock) as app:
        began = clock.now()
        asked = asyncio.create_task(app.ask(Run("ask_again", "fault"), WRITER))
        await clock.advance(timedelta(minutes=1))
        assert await asked == "gave up"
        assert World.log == ["keep /a"] * 4
        ids = {caller.request_id for caller in World.callers}
        assert len(ids) == 4
        assert clock.now() - began == timedelta(minutes=1)
        World.log.clear()
        with pytest.raises(Missing):
            await app.ask(Run("ask_again", "fail"), WRITER)
        assert World.log == ["keep /a"]


async def test_the_failures_of_an_ask_can_be_handled() -> None:
    async with WorldApp() as app:
        assert await app.ask(Run("ask_failing"), WRITER) == "missing /a"


async def test_a_fault_of_the_callee_is_unavailability() -> None:
    async with WorldApp() as app:
        reason = await app.ask(Run("ask_faulting"), WRITER)
        assert "m.Callee failed on Keep" in reason
        assert app.system.cell(Callee).faults == 1
        assert app.system.cell(Asker).faults == 0


async def test_unavailability_that_is_not_handled_is_a_fault() -> None:
    async with WorldApp() as app:
        with pytest.raises(Fault, match=r"m\.Asker failed on Run"):
            await app.ask(Run("ask_unhandled_fault"), WRITER)
        assert app.system.cell(Asker).faults == 1


async def test_41_an_ask_gives_up_and_the_late_reply_is_discarded() -> None:
    clock = VirtualClock()
    async with WorldApp(clock=clock) as app:
        asked = asyncio.create_task(app.ask(Run("ask_slowly"), WRITER))
        await clock.advance(timedelta(seconds=3))
        assert await asked == "too slow"
        World.gate.set()
        assert await app.ask(Run("ask"), WRITER) == "kept /a"


async def test_an_ask_that_could_never_be_answered_is_refused() -> None:
    async with WorldApp() as app:
        with pytest.raises(Fault, match="wait for itself"):
            await app.ask(Run("ask_itself"), WRITER)


async def test_27_isolate_gives_the_callee_just_what_it_needs() -> None:
    async with WorldApp() as app:
        caller = Isolating(capabilities=(WRITE(ANY),))
        await app.ask(Run("ask"), caller)
        assert set(World.callers[0].held.roots) == {WRITE("/a")}


async def test_only_narrows_what_the_callee_holds() -> None:
    async with WorldApp() as app:
        await app.ask(Run("only"), WRITER)
        assert World.callers[0].can(READ("/a"))
        assert not World.callers[0].can(READ("/b"))


async def test_authority_lends_just_what_is_needed_and_is_audited() -> None:
    async with WorldApp() as app:
        assert await app.ask(Run("with_authority"), NOBODY) == "kept /own/log"
        assert set(World.callers[0].held.roots) == {WRITE("/own/log")}
        [record] = app.audit
        assert (record.verdict, record.subject) == ("authority", "m.Asker")
        assert record.why == "the own log"
        assert record.caller is NOBODY


async def test_can_asks_about_the_caller_inside_authority_too() -> None:
    async with WorldApp() as app:
        assert await app.ask(Run("can"), NOBODY) == [False, False]
        assert await app.ask(Run("can"), WRITER) == [True, True]


async def test_a_send_happens_at_commit() -> None:
    async with WorldApp() as app:
        await app.ask(Run("send"), WRITER)
        await app.system.cell(Callee).idle()
        assert World.log == ["sent", "keep /a"]


async def test_nothing_happens_if_the_handler_breaks() -> None:
    async with WorldApp() as app:
        with pytest.raises(Fault):
            await app.ask(Run("send_and_break"), WRITER)
        await app.system.cell(Callee).idle()
        assert World.log == []
        assert not app.system.events


@pytest.mark.parametrize("queued", [False, True])
async def test_what_follows_a_commit_happens_in_program_order(queued: bool) -> None:
    async with WorldApp() as app:
        app.subscribe(Noted, lambda event: World.log.append(event.text))
        told = []
        if queued:
            await app.tell(Inline("order"), WRITER)
            told = ["1", "2", "3", "4", "6"]
        assert await app.ask(Inline("order"), WRITER) == "done"
        mine = [text for text in World.log if not text.startswith("keep")]
        assert mine == [*told, "1", "2", "3", "4", "6"]
        assert World.log.index("4") < World.log.index("keep /5")


async def test_a_performs_that_fails_changes_neither_state_nor_reply() -> None:
    async with WorldApp() as app:
        assert await app.ask(Inline("failing"), WRITER) == "done"
        assert World.log == ["after"]
        assert app.stats.failed_performs == 2
        assert app.stats.faults == 0


async def test_a_caller_that_gives_up_does_not_undo_what_follows_a_commit() -> None:
    async with WorldApp() as app:
        asked = asyncio.create_task(app.ask(Inline("order"), WRITER))
        await asyncio.sleep(0)
        asked.cancel()
        await app.system.cell(Inliner).idle()
        assert [text for text in World.log if text in "236"] == ["2", "3", "6"]


async def test_73_a_delayed_send_fires_once_at_its_time() -> None:
    clock = VirtualClock()
    async with WorldApp(clock=clock) as app:
        await app.ask(Run("send_later"), WRITER)
        await clock.advance(timedelta(seconds=59))
        assert World.log == []
        await clock.advance(timedelta(seconds=1))
        assert World.log == ["keep /a"]
        await clock.advance(timedelta(hours=1))
        assert World.log == ["keep /a"]


async def test_78_a_delayed_send_is_checked_when_it_fires() -> None:
    clock = VirtualClock()
    async with WorldApp(clock=clock) as app:
        end = clock.now() + timedelta(seconds=30)
        caller = Context(capabilities=(WRITE(ANY).until(end),))
        await app.ask(Run("send_later"), caller)
        await clock.advance(timedelta(minutes=2))
        assert World.log == []
        assert app.stats.denied_sends == 1


async def test_a_delayed_send_does_not_outlive_the_app() -> None:
    clock = VirtualClock()
    async with WorldApp(clock=clock) as app:
        await app.ask(Run("send_later"), WRITER)
    await clock.advance(timedelta(minutes=2))
    assert World.log == []


@pytest.fixture
def paranoid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PF_PARANOID", "1")


@pytest.mark.parametrize(
    "script", ["ask", "send", "send_later", "perform_guarded", "perform_in_authority"]
)
async def test_34_paranoid_borders_deny_what_the_caller_does_not_hold(
    script: str, paranoid: None
) -> None:
    async with WorldApp() as app:
        with pytest.raises(InternalDenial):
            await app.ask(Run(script), NOBODY)


@pytest.mark.parametrize("script", [*SCRIPTS])
async def test_paranoid_borders_pass_what_is_held(script: str, paranoid: None) -> None:
    World.gate.set()
    async with WorldApp(clock=VirtualClock()) as app:
        await app.try_ask(Run(script), WRITER)
        await app.system.cell(Callee).idle()
        assert not any(isinstance(one, InternalDenial) for one in app.system.reports)


@pytest.mark.parametrize("script", ["emit_guarded", "performs_guarded"])
async def test_paranoid_borders_after_the_commit_report(
    script: str, paranoid: None
) -> None:
    async with WorldApp() as app:
        await app.ask(Run(script), NOBODY)
        denials = [type(one) for one in app.system.reports]
        assert denials == [InternalDenial]
        if script == "performs_guarded":
            # What the reactor holds counts for `performs`; nothing else does.
            assert World.log == ["/own/log"]
