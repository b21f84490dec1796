"""Reactors at work: denials, faults, order, deadlines."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from packetflow import (
    ANY,
    App,
    Capability,
    Child,
    Context,
    DeadlineExceeded,
    Denied,
    Err,
    Fault,
    Handler,
    Intent,
    Ok,
    Supervise,
    Unavailable,
    Unhandled,
    VirtualClock,
    WrongContext,
)
from packetflow.audit import AuditRecord
from tests.runtime.handwritten import counter, store
from tests.runtime.handwritten.store import (
    ADMIN,
    READ,
    WRITE,
    Caller,
    Get,
    Hold,
    Missing,
    Put,
    SlowPut,
    Store,
    StoreApp,
    StoreState,
    Written,
)

ANN = Caller(capabilities=[WRITE(ANY)])


def state_of(app: StoreApp) -> StoreState:
    state = app.system.cell(Store).state
    assert isinstance(state, StoreState)
    return state


async def test_13_a_denial_lists_just_what_is_missing() -> None:
    class Both(Intent[None], frozen=True):
        def missing(self, caller: Context) -> tuple[Capability, ...]:
            needs = (READ("/a"), Capability(ADMIN))
            return tuple(one for one in needs if not caller.can(one))

    assert Both().missing(ANN) == (Capability(ADMIN),)


async def test_35_a_denied_intent_touches_neither_state_nor_effects() -> None:
    async with StoreApp() as app:
        reader = Caller(capabilities=[READ(ANY)])
        with pytest.raises(Denied) as denied:
            await app.ask(Put("/a", 1), reader)
        assert denied.value.missing == (WRITE("/a"),)
        with pytest.raises(Denied):
            await app.tell(Put("/a", 1), reader)
        assert isinstance(await app.try_ask(Put("/a", 1), reader), Err)
        assert state_of(app) == StoreState()
        assert store.LOG == []


async def test_14_nothing_required_is_allowed() -> None:
    async with StoreApp() as app:
        store.gate().set()
        await app.ask(SlowPut("/a", 1), Context())


async def test_16_a_check_that_breaks_denies_and_is_reported() -> None:
    class Broken(Put, frozen=True):
        def missing(self, caller: Context) -> tuple[Capability, ...]:
            raise KeyError("oops")

    class BrokenStore(Store):
        handlers = (Handler(Broken, Store.on_put),)

    class BrokenApp(App):
        tree = Supervise(children=(Child(BrokenStore),))

    async with BrokenApp() as app:
        with pytest.raises(Denied, match="the check broke"):
            await app.ask(Broken("/a", 1), ANN)
        assert app.system.cell(BrokenStore).state == StoreState()
        assert isinstance(app.system.reports[-1], KeyError)


async def test_a_caller_with_another_context_is_refused() -> None:
    async with counter.CounterApp() as app:
        with pytest.raises(WrongContext) as wrong:
            await app.ask(counter.Increment(), ANN)
        assert wrong.value.missing == ()
        assert "UserContext" in str(wrong.value)


async def test_36_an_unsupported_intent_is_an_error_and_the_reactor_lives() -> None:
    async with StoreApp() as app:
        user = counter.UserContext(user_id="ann")
        with pytest.raises(Unhandled, match="Increment"):
            await app.ask(counter.Increment(), user)
        assert await app.ask(Put("/a", 1), ANN) == 1


async def test_37_a_crash_is_a_fault_and_the_state_is_as_before() -> None:
    async with StoreApp() as app:
        await app.ask(Put("/a", 1), ANN)
        with pytest.raises(Fault) as fault:
            await app.ask(Put("/b", -1), ANN)
        assert isinstance(fault.value.__cause__, ArithmeticError)
        assert state_of(app) == StoreState(values={"/a": 1}, writes=1)
        assert store.LOG == ["put /a"]
        assert app.stats.faults == 1
        assert await app.ask(Put("/c", 2), ANN) == 2


async def test_a_failure_rolls_back_and_is_no_fault() -> None:
    async with StoreApp() as app:
        with pytest.raises(Missing) as missing:
            await app.ask(Put("/a", 1, fails=True), ANN)
        assert missing.value == Missing("/a")
        assert missing.value.path == "/a"
        assert state_of(app) == StoreState()
        assert store.LOG == []
        assert app.stats.faults == 0
        assert await app.try_ask(Get("/a"), ANN) == Err(Missing("/a"))
        assert await app.try_ask(Put("/a", 5), ANN) == Ok(1)


async def test_38_callers_times_increments() -> None:
    async with counter.CounterApp() as app:
        user = counter.UserContext(user_id="ann", capabilities=[counter.UserCap.basic])

        async def work() -> None:
            for _ in range(50):
                await app.ask(counter.Increment(), user)

        await asyncio.gather(*(work() for _ in range(20)))
        state = app.system.cell(counter.Counter).state
        assert isinstance(state, counter.CounterState)
        assert state.count == 1000


async def test_40_an_ask_sees_what_was_told_before() -> None:
    async with StoreApp() as app:
        store.gate().set()
        await app.tell(SlowPut("/a", 7), ANN)
        assert await app.ask(Get("/a"), ANN) == 7


async def test_39_messages_of_one_sender_keep_their_order() -> None:
    """Told and asked, handled inline and queued: what a sender sees is in order."""
    async with StoreApp() as app:
        store.gate().set()
        seen: dict[str, list[int]] = {}

        def note(event: Written) -> None:
            seen.setdefault(event.path, []).append(event.value)

        app.subscribe(Written, note)

        async def sender(path: str) -> None:
            for number in range(40):
                if number % 7 == 3:
                    await app.tell(SlowPut("/gap", number), ANN)
                if number % 3:
                    await app.tell(Put(path, number), ANN)
                else:
                    await app.ask(Put(path, number), ANN)

        await asyncio.gather(*(sender(f"/s{number}") for number in range(8)))
        await app.ask(Get("/gap"), ANN)
        assert all(values == list(range(40)) for values in seen.values())
        assert len(seen) == 8


async def test_41_a_deadline_breaks_the_handler_off_and_rolls_back() -> None:
    clock = VirtualClock()
    async with StoreApp(clock=clock) as app:
        waiting = asyncio.create_task(app.ask(SlowPut("/a", 1), ANN))
        await clock.advance(timedelta(seconds=4.9))
        assert not waiting.done()
        await clock.advance(timedelta(seconds=0.2))
        with pytest.raises(DeadlineExceeded, match="within 5 s"):
            await waiting
        assert state_of(app) == StoreState()
        store.gate().set()
        await app.ask(SlowPut("/b", 2), ANN)
        assert state_of(app).values == {"/b": 2}


async def test_77_a_deadline_that_passes_in_the_queue_is_never_handled() -> None:
    clock = VirtualClock()
    async with StoreApp(clock=clock) as app:
        first = asyncio.create_task(app.ask(Hold(), ANN))
        second = asyncio.create_task(app.ask(SlowPut("/b", 2), ANN))
        await clock.advance(timedelta(seconds=6))
        with pytest.raises(DeadlineExceeded):
            await second
        store.gate().set()
        await first
        assert state_of(app) == StoreState()


async def test_a_caller_that_gives_up_while_queued_is_not_served() -> None:
    async with StoreApp() as app:
        first = asyncio.create_task(app.ask(SlowPut("/a", 1), ANN))
        await asyncio.sleep(0)
        second = asyncio.create_task(app.ask(Put("/b", 2), ANN))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        store.gate().set()
        await first
        await app.ask(Put("/c", 3), ANN)
        assert set(state_of(app).values) == {"/a", "/c"}


async def test_a_handler_whose_caller_gives_up_goes_on() -> None:
    async with StoreApp() as app:
        asked = asyncio.create_task(app.ask(SlowPut("/a", 1), ANN))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.sleep(0)
        store.gate().set()
        assert await app.ask(Get("/a"), ANN) == 1


async def test_42_two_apps_have_two_states() -> None:
    async with StoreApp() as one, StoreApp() as two:
        await one.ask(Put("/a", 1), ANN)
        assert state_of(two) == StoreState()


async def test_54_a_reactor_owns_its_state() -> None:
    async with StoreApp() as app:
        before = state_of(app)
        await app.ask(Put("/a", 1), ANN)
        assert before.writes == 0
        assert state_of(app).writes == 1


async def test_inline_asks_let_others_run() -> None:
    async with StoreApp() as app:
        await app.ask(Put("/a", 1), ANN)
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        running = asyncio.create_task(other())
        for _ in range(1000):
            await app.ask(Get("/a"), ANN)
        running.cancel()
        assert turns >= 1000 // 128


async def test_a_loop_of_inline_asks_can_be_cancelled() -> None:
    async with StoreApp() as app:
        await app.ask(Put("/a", 1), ANN)

        async def loop() -> None:
            while True:
                await app.ask(Get("/a"), ANN)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(loop(), 0.01)


async def test_20_decisions_at_entries_can_be_audited() -> None:
    async with StoreApp() as app:
        seen: list[AuditRecord] = []
        app.on_audit(seen.append)
        await app.ask(Put("/a", 1), Caller(capabilities=[Capability(ADMIN)]))
        with pytest.raises(Denied):
            await app.ask(Put("/a", 1), Caller(name="bob"))
        allowed, denied = seen
        assert (allowed.verdict, allowed.subject) == ("allowed", "Put")
        assert allowed.why == 'Cap.write("/a") by Cap.admin'
        assert denied.verdict == "denied"
        assert denied.missing == (WRITE("/a"),)
        assert isinstance(denied.caller, Caller)
        assert denied.caller.name == "bob"


async def test_17_what_has_expired_is_denied_at_the_entry() -> None:
    clock = VirtualClock()
    async with StoreApp(clock=clock) as app:
        soon = clock.now() + timedelta(minutes=5)
        ann = Caller(capabilities=[WRITE(ANY).until(soon), READ("/a")])
        await app.ask(Put("/a", 1), ann)
        await clock.advance(timedelta(minutes=4, seconds=59))
        await app.ask(Put("/a", 2), ann)
        await clock.advance(timedelta(seconds=1))
        with pytest.raises(Denied):
            await app.ask(Put("/a", 3), ann)
        assert await app.ask(Get("/a"), ann) == 2


async def test_subscribers_get_committed_events_that_they_may_see() -> None:
    async with StoreApp() as app:
        every: list[Written] = []
        some: list[Written] = []
        app.subscribe(Written, every.append)
        end = app.subscribe(Written, some.append, Caller(capabilities=[READ("/a/**")]))
        await app.ask(Put("/a/x", 1), ANN)
        await app.ask(Put("/b/x", 1), ANN)
        await app.try_ask(Put("/a/y", 1, fails=True), ANN)
        end()
        await app.ask(Put("/a/z", 1), ANN)
        assert [event.path for event in every] == ["/a/x", "/b/x", "/a/z"]
        assert [event.path for event in some] == ["/a/x"]


async def test_a_subscriber_that_breaks_is_reported_and_harms_nobody() -> None:
    async with StoreApp() as app:
        every: list[Written] = []

        def broken(event: Written) -> None:
            raise RuntimeError("no")

        app.subscribe(Written, broken)
        app.subscribe(Written, every.append)
        assert await app.ask(Put("/a", 1), ANN) == 1
        assert len(every) == 1
        assert app.stats.failed_subscribers == 1


async def test_a_subscriber_that_tells_does_not_run_inside_the_handler() -> None:
    async with StoreApp() as app:
        tasks: list[asyncio.Task[None]] = []

        def again(event: Written) -> None:
            if event.value < 3:
                told = app.tell(Put(event.path, event.value + 1), ANN)
                tasks.append(asyncio.get_running_loop().create_task(told))

        app.subscribe(Written, again)
        await app.ask(Put("/a", 1), ANN)
        while any(not task.done() for task in tasks):
            await asyncio.sleep(0)
        assert await app.ask(Get("/a"), ANN) == 3


async def test_threads_enter_through_submit() -> None:
    async with StoreApp() as app:
        future = await asyncio.to_thread(app.submit, Put("/a", 1), ANN)
        assert await asyncio.wrap_future(future) == 1


async def test_stopping_waits_for_what_runs() -> None:
    async with StoreApp() as app:
        asked = asyncio.create_task(app.ask(SlowPut("/a", 1), ANN))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(store.gate().set)
    await asked
    assert state_of(app).values == {"/a": 1}


async def test_stopping_breaks_off_what_does_not_end() -> None:
    async with StoreApp(grace=0.0) as app:
        asked = asyncio.create_task(app.ask(SlowPut("/a", 1), ANN))
        queued = asyncio.create_task(app.ask(Put("/b", 1), ANN))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    for task in (asked, queued):
        with pytest.raises(Unavailable, match="stopped"):
            await task
    assert state_of(app) == StoreState()
