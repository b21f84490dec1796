"""Delegation, revocation and epochs, through a running app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from packetflow import (
    ANY,
    Capability,
    Composition,
    Context,
    Denied,
    System,
    VirtualClock,
)
from packetflow.authority import Authority
from packetflow.capability.wire import from_wire, to_wire
from packetflow.store import MemoryStore, StoreError
from packetflow.store.sqlite import SqliteStore
from tests.runtime.handwritten.store import (
    ADMIN,
    READ,
    WRITE,
    Caller,
    Get,
    Put,
    StoreApp,
)

CLOCK_START = VirtualClock().now()
HOUR = timedelta(hours=1)


def caller(app: StoreApp, name: str, *held: Capability) -> Caller:
    made = Caller(name=name, capabilities=held)
    return made.identified(name, app.authority.epoch(name))


def app_of(clock: VirtualClock, store: MemoryStore | None = None) -> StoreApp:
    return StoreApp(clock=clock, store=store)


async def test_18_a_delegate_may_until_then_and_nobody_else() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        ann = caller(app, "ann", WRITE("/a/**"), System.delegate)
        bob, eve = caller(app, "bob"), caller(app, "eve")
        with pytest.raises(Denied):
            await app.ask(Put("/a/x", 1), bob)
        await app.delegate(WRITE("/a/x"), "bob", clock.now() + HOUR, ann)
        assert await app.ask(Put("/a/x", 1), bob) == 1
        assert await app.ask(Get("/a/x"), bob) == 1  # what it implies, too
        for intent, who in ((Put("/a/y", 1), bob), (Put("/a/x", 1), eve)):
            with pytest.raises(Denied):
                await app.ask(intent, who)
        await clock.advance(HOUR - timedelta(microseconds=1))
        assert await app.ask(Get("/a/x"), bob) == 1
        await clock.advance(timedelta(microseconds=1))
        with pytest.raises(Denied):
            await app.ask(Get("/a/x"), bob)


async def test_18_the_delegator_must_hold_it_for_so_long() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        soon, later = clock.now() + HOUR, clock.now() + 2 * HOUR
        ann = caller(app, "ann", WRITE("/a/**").until(soon), System.delegate)
        for wider in (WRITE("/b"), WRITE(ANY), Capability(ADMIN)):
            with pytest.raises(Denied) as denied:
                await app.delegate(wider, "bob", soon, ann)
            assert denied.value.missing == (wider.until(soon),)
        with pytest.raises(Denied):
            await app.delegate(WRITE("/a/x"), "bob", later, ann)
        assert app.authority.delegations("bob") == ()
        given = await app.delegate(READ("/a/x"), "bob", soon, ann)
        assert given.capability == READ("/a/x").until(soon)


async def test_delegating_and_revoking_are_guarded() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        ann = caller(app, "ann", Capability(ADMIN))
        with pytest.raises(Denied) as denied:
            await app.delegate(READ("/a"), "bob", clock.now() + HOUR, ann)
        assert denied.value.missing == (System.delegate,)
        with pytest.raises(Denied) as denied:
            await app.revoke("bob", ann)
        assert denied.value.missing == (System.revoke,)
        verdicts = [(one.verdict, one.subject) for one in app.audit]
        assert verdicts == [("denied", "delegate"), ("denied", "revoke")]


async def test_an_end_that_is_past_or_without_zone_is_refused() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        ann = caller(app, "ann", Capability(ADMIN), System.delegate)
        naive = (clock.now() + HOUR).replace(tzinfo=None)
        for end in (clock.now(), clock.now() - HOUR, naive):
            with pytest.raises(ValueError, match="end of a"):
                await app.delegate(READ("/a"), "bob", end, ann)
        with pytest.raises(ValueError, match="to somebody"):
            await app.delegate(READ("/a"), "", clock.now() + HOUR, ann)


async def test_19_a_delegation_dies_with_the_one_it_came_from() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        end = clock.now() + HOUR
        ann = caller(app, "ann", WRITE("/a/**"), System.delegate, System.revoke)
        bob, eve = caller(app, "bob", System.delegate), caller(app, "eve")
        first = await app.delegate(WRITE("/a/**"), "bob", end, ann)
        second = await app.delegate(WRITE("/a/x"), "eve", end, bob)
        assert (first.parent, second.parent) == (None, first.id)
        assert await app.ask(Put("/a/x", 1), eve) == 1
        with pytest.raises(Denied):  # re-delegated is at most what was delegated
            await app.delegate(WRITE("/b"), "eve", end, bob)
        ended = await app.revoke(first, ann)
        assert {one.id for one in ended} == {first.id, second.id}
        for who in (bob, eve):
            with pytest.raises(Denied):
                await app.ask(Put("/a/x", 2), who)


async def test_whoever_gave_may_take_back_and_nobody_else() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        ann = caller(app, "ann", Capability(ADMIN), System.delegate)
        given = await app.delegate(READ("/a"), "bob", clock.now() + HOUR, ann)
        with pytest.raises(Denied):
            await app.revoke(given, caller(app, "bob"))
        assert await app.revoke(given, ann) == (given,)
        assert await app.revoke(given, ann) == ()


async def test_revoking_a_user_refuses_their_contexts_and_ends_delegations() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        end = clock.now() + HOUR
        root = caller(app, "root", System.revoke)
        ann = caller(app, "ann", WRITE("/a/**"), System.delegate)
        eve = caller(app, "eve")
        await app.delegate(WRITE("/a/x"), "eve", end, ann)
        await app.ask(Put("/a/x", 1), ann)
        await app.revoke("ann", root)
        with pytest.raises(Denied, match="ann was revoked"):
            await app.ask(Put("/a/x", 1), ann)
        with pytest.raises(Denied, match="ann was revoked"):
            await app.tell(Put("/a/x", 1), ann.derive("m.Other"))
        with pytest.raises(Denied):
            await app.ask(Put("/a/x", 1), eve)
        again = caller(app, "ann", WRITE("/a/**"))
        assert await app.ask(Put("/a/x", 1), again) == 1


async def test_a_narrowed_or_composed_context_gains_nothing_by_delegation() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        ann = caller(app, "ann", Capability(ADMIN), System.delegate)
        bob = caller(app, "bob", READ("/b"))
        narrow = bob.derive("m.Other", only=[READ("/b")])
        both = bob.compose(caller(app, "eve"), Composition.INTERSECT)
        given = await app.delegate(WRITE("/a"), "bob", clock.now() + HOUR, ann)
        for one in (narrow, both):
            with pytest.raises(Denied):
                await app.ask(Put("/a", 1), one)
        assert await app.ask(Put("/a", 1), bob) == 1
        full = app.authority.current(bob, clock.now())
        merged = full.compose(caller(app, "eve"), Composition.MERGE)
        assert await app.ask(Put("/a", 1), merged) == 1
        await app.revoke(given, ann)
        with pytest.raises(Denied):
            await app.ask(Put("/a", 1), merged)


async def test_what_was_lent_is_not_the_callers_to_give() -> None:
    clock = VirtualClock()
    async with app_of(clock) as app:
        ann = caller(app, "ann", System.delegate)
        lender = Caller(capabilities=[WRITE("/own")]).held
        lent = ann.derive("m.Store", needs=[WRITE("/own")], lender=lender)
        assert await app.ask(Put("/own", 1), lent) == 1
        with pytest.raises(Denied):
            await app.delegate(WRITE("/own"), "bob", clock.now() + HOUR, lent)


async def test_delegations_and_epochs_survive_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock()
    end = clock.now() + HOUR
    file = tmp_path / "rights.db"
    store = SqliteStore(file)
    async with StoreApp(clock=clock, store=store) as app:
        ann = caller(app, "ann", WRITE("/a/**"), System.delegate, System.revoke)
        kept = await app.delegate(WRITE("/a/x"), "bob", end, ann)
        await app.delegate(WRITE("/a/x"), "eve", end, ann)
        await app.revoke("eve", ann)
    store.close()
    store = SqliteStore(file)
    async with StoreApp(clock=clock, store=store) as app:
        assert app.authority.delegations("bob") == (kept,)
        assert app.authority.epoch("eve") == 1
        assert await app.ask(Put("/a/x", 1), caller(app, "bob")) == 1
        with pytest.raises(Denied):
            await app.ask(Put("/a/x", 1), caller(app, "eve"))
        with pytest.raises(Denied, match="was revoked"):
            await app.ask(Put("/a/x", 1), Caller().identified("eve", 0))
    store.close()


async def test_what_cannot_be_kept_was_not_delegated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, store = VirtualClock(), MemoryStore()
    async with StoreApp(clock=clock, store=store) as app:
        ann = caller(app, "ann", Capability(ADMIN), System.delegate)

        def full(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(store, "append", full)
        with pytest.raises(StoreError):
            await app.delegate(READ("/a"), "bob", clock.now() + HOUR, ann)
        assert app.authority.delegations("bob") == ()
        monkeypatch.undo()


async def test_a_context_is_made_once_for_each_epoch() -> None:
    authority = Authority()
    made: list[str] = []

    async def load(subject: str) -> Caller | None:
        made.append(subject)
        return Caller(name=subject) if subject != "nobody" else None

    ann = await authority.context(Caller, "ann", load)
    assert ann is await authority.context(Caller, "ann", load)
    assert made == ["ann"]
    root = Caller(capabilities=[System.revoke])
    authority.revoke("ann", root, datetime(2026, 1, 1, tzinfo=UTC))
    again = await authority.context(Caller, "ann", load)
    assert again is not None
    assert ann is not None
    assert authority.is_current(again)
    assert not authority.is_current(ann)
    assert made == ["ann", "ann"]
    assert await authority.context(Caller, "nobody", load) is None


async def test_a_context_loaded_while_its_epoch_ended_is_stale() -> None:
    authority = Authority()
    root = Caller(capabilities=[System.revoke])

    async def load(subject: str) -> Caller:
        authority.revoke("ann", root, CLOCK_START)
        return Caller(name=subject)

    ann = await authority.context(Caller, "ann", load)
    assert ann is not None
    assert not authority.is_current(ann)


def test_a_delegation_that_means_nothing_any_more_is_inert() -> None:
    for wire in (["m.No.such", []], ["store.Cap.read", [["p", "/a/.."]]], 7, ["x"]):
        with pytest.raises(ValueError, match=r".+"):
            from_wire(wire)
    for one in (READ("/a/**"), READ(ANY), Capability(ADMIN)):
        assert from_wire(to_wire(one)) == one


class Other(Context, frozen=True, kw_only=True):
    """Somebody of another kind."""


async def test_a_subject_may_have_contexts_of_several_kinds() -> None:
    authority = Authority()
    one = await authority.context(Caller, "ann", lambda name: Caller(name=name))
    two = await authority.context(Other, "ann", lambda _: Other())
    assert isinstance(one, Caller)
    assert isinstance(two, Other)


class Lost(MemoryStore):
    """A store that can be cut off."""

    lost = False

    def end(self, log: str) -> int:
        if self.lost:
            raise StoreError("the line is cut")
        return super().end(log)


async def test_while_the_store_cannot_be_read_what_is_known_counts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, store = VirtualClock(), Lost()
    async with app_of(clock, store) as app:
        app.authority.refresh = 0.0
        ann = caller(app, "ann", WRITE("/a/**"), System.delegate)
        bob = caller(app, "bob")
        await app.delegate(WRITE("/a/x"), "bob", clock.now() + HOUR, ann)
        store.lost = True
        assert await app.ask(Put("/a/x", 1), bob) == 1
        assert "the line is cut" in caplog.text
        store.lost = False


async def test_two_apps_on_one_store_end_what_the_other_one_gave() -> None:
    clock, store = VirtualClock(), MemoryStore()
    async with app_of(clock, store) as one, app_of(clock, store) as two:
        one.authority.refresh = two.authority.refresh = 0.0
        ann = caller(one, "ann", WRITE("/a/**"), System.delegate)
        given = await one.delegate(WRITE("/a/x"), "bob", clock.now() + HOUR, ann)
        assert two.authority.delegations("bob") == (given,)
        other = caller(two, "ann", WRITE("/a/**"), System.delegate)
        assert await two.revoke(given, other) == (given,)
        assert one.authority.delegations("bob") == ()
        assert await one.revoke(given, ann) == ()
        await one.revoke("bob", caller(one, "root", System.revoke))
        assert two.authority.epoch("bob") == one.authority.epoch("bob") == 1
