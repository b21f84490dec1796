"""Behaviours 1 to 20: what capabilities mean, on a compiled program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from packetflow import ANY, Capability, Context, Denied, System, VirtualClock
from tests.behaviours.program import codes, places

HOUR = timedelta(hours=1)
END = datetime(2026, 3, 1, tzinfo=UTC)


def asker(rights: Any, *held: Capability, name: str = "ann") -> Any:
    return rights.Request(name=name, capabilities=held)


async def denied(app: Any, intent: Any, caller: Context) -> tuple[Capability, ...]:
    with pytest.raises(Denied) as found:
        await app.ask(intent, caller)
    return found.value.missing


def test_01_admin_implies_what_it_says_and_write_implies_read(rights: Any) -> None:
    cap = rights.FileCap
    for one in (cap.read("/x"), cap.write("/x"), cap.delete("/x"), cap.read(ANY)):
        assert cap.admin.implies(one)
    assert cap.write("/x").implies(cap.read("/x"))


def test_02_every_capability_implies_itself(rights: Any) -> None:
    charge = rights.Pay.charge("t", 5)
    for one in (rights.FileCap.admin, rights.FileCap.read("/a/**"), charge):
        assert one.implies(one)


def test_03_chains_of_any_length() -> None:
    steps = "  ".join(f"k{n} implies k{n - 1}" for n in range(1, 300))
    assert "PF204" not in codes(f"capability Long {{ k0  {steps} }}")


def test_04_read_does_not_imply_admin(rights: Any) -> None:
    assert not rights.FileCap.read(ANY).implies(rights.FileCap.admin)


async def test_05_a_read_of_one_path_is_none_of_another(rights: Any) -> None:
    async with rights.Rights() as app:
        caller = asker(rights, rights.FileCap.read("/a"))
        assert await app.ask(rights.Read("/a"), caller) == 0
        missing = await denied(app, rights.Read("/b"), caller)
        assert missing == (rights.FileCap.read("/b"),)


async def test_06_write_passes_read_of_the_same_path(rights: Any) -> None:
    async with rights.Rights() as app:
        caller = asker(rights, rights.FileCap.write("/a"))
        assert await app.ask(rights.Read("/a"), caller) == 0
        assert await denied(app, rights.Read("/b"), caller)


def test_07_a_wildcard_passes_a_value_never_the_reverse(rights: Any) -> None:
    read, charge = rights.FileCap.read, rights.Pay.charge
    assert read(ANY).covers(read("/a"))
    assert not read("/a").covers(read(ANY))
    assert charge(ANY, 5).covers(charge("t", 5))
    assert not charge("t", 5).covers(charge(ANY, 5))


async def test_08_a_scope_is_compared_by_segments(rights: Any) -> None:
    async with rights.Rights() as app:
        caller = asker(rights, rights.FileCap.read("/user/**"))
        for path in ("/user", "/user/x", "/user/x/"):
            assert await app.ask(rights.Read(path), caller) == 0
        assert await denied(app, rights.Read("/username"), caller)
        with pytest.raises(ValueError, match="not allowed"):
            rights.Read("/user/../etc")


def test_09_admin_of_one_thing_is_nothing_for_another(rights: Any) -> None:
    assert rights.Tree.admin("/a").implies(rights.Tree.read("/a"))
    assert not rights.Tree.admin("/a").implies(rights.Tree.read("/etc"))


def test_10_unknown_operations_and_cycles_are_errors_with_a_place() -> None:
    assert places("capability A { go implies stop }")["PF201"] == "stop"
    circle = codes("capability A { a implies b  b implies c  c implies a }")
    assert "A.a" in circle["PF204"]
    assert "PF204" in codes("capability A { a implies a }")


def test_11_grants_are_the_closure(rights: Any) -> None:
    held = asker(rights, rights.FileCap.write("/a")).held
    own = {one for one in held if str(one).endswith('("/a")')}
    assert own == {rights.FileCap.write("/a"), rights.FileCap.read("/a")}


async def test_12_the_same_operation_of_another_family_is_another(rights: Any) -> None:
    async with rights.Rights() as app:
        caller = asker(rights, rights.Tree.read("/a"))
        assert await denied(app, rights.Read("/a"), caller)


async def test_13_a_denial_lists_exactly_what_is_missing(rights: Any) -> None:
    async with rights.Rights() as app:
        caller = asker(rights, rights.FileCap.read("/a"))
        missing = await denied(app, rights.Copy("/a", "/b"), caller)
        assert missing == (rights.FileCap.write("/b"),)
        both = await denied(app, rights.Copy("/c", "/b"), caller)
        assert both == (rights.FileCap.read("/c"), rights.FileCap.write("/b"))


async def test_14_nothing_required_is_allowed_and_nobodys_is_denied(
    rights: Any,
) -> None:
    async with rights.Rights() as app:
        assert await app.ask(rights.Count(), Context()) == 0
        missing = await denied(app, rights.Purge(), Context())
        assert missing == (rights.FileCap.admin,)


async def test_15_what_is_no_capability_is_denied(rights: Any) -> None:
    async with rights.Rights() as app:
        for thing in ("FileCap.admin", ("FileCap", "admin"), None, {"all": True}):
            caller = asker(rights, thing)  # type: ignore[arg-type]
            with pytest.raises(Denied):
                await app.ask(rights.Purge(), caller)


async def test_16_a_check_that_raises_denies_and_is_reported(
    rights: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, caller: Context) -> tuple[Capability, ...]:
        raise RuntimeError("broken check")

    monkeypatch.setattr(rights.Count, "missing", broken)
    async with rights.Rights() as app:
        with pytest.raises(Denied, match="the check broke"):
            await app.ask(rights.Count(), Context())
        assert any("broken check" in str(one) for one in app.system.reports)


async def test_17_until_counts_before_that_instant_not_at_it(rights: Any) -> None:
    clock = VirtualClock()
    async with rights.Rights(clock=clock) as app:
        grant = rights.FileCap.read("/a").until(clock.now() + HOUR)
        caller = asker(rights, grant)
        await clock.advance(HOUR - timedelta(microseconds=1))
        assert await app.ask(rights.Read("/a"), caller) == 0
        await clock.advance(timedelta(microseconds=1))
        assert await denied(app, rights.Read("/a"), caller)


async def test_18_delegation_is_to_the_delegate_until_then(rights: Any) -> None:
    clock = VirtualClock()
    async with rights.Rights(clock=clock) as app:
        ann = asker(rights, System.delegate).identified("ann", 0)
        bob = asker(rights, name="bob").identified("bob", 0)
        eve = asker(rights, name="eve").identified("eve", 0)
        write = rights.Write("/docs/ann/x", 1)
        with pytest.raises(Denied):
            await app.delegate(
                rights.FileCap.write("/docs/**"), "bob", clock.now() + HOUR, ann
            )
        mine = rights.FileCap.write("/docs/ann/x")
        await app.delegate(mine, "bob", clock.now() + HOUR, ann)
        assert await app.ask(write, bob) == 1
        assert await denied(app, write, eve) == (mine,)
        await clock.advance(HOUR)
        assert await denied(app, write, bob) == (mine,)


async def test_19_revoking_denies_at_once_redelegations_included(rights: Any) -> None:
    clock = VirtualClock()
    async with rights.Rights(clock=clock) as app:
        end = clock.now() + HOUR
        ann = asker(rights, System.delegate, System.revoke).identified("ann", 0)
        bob = asker(rights, System.delegate, name="bob").identified("bob", 0)
        eve = asker(rights, name="eve").identified("eve", 0)
        mine = rights.FileCap.write("/docs/ann/x")
        given = await app.delegate(mine, "bob", end, ann)
        await app.delegate(mine, "eve", end, bob)
        write = rights.Write("/docs/ann/x", 1)
        assert await app.ask(write, eve) == 1
        await app.revoke(given, ann)
        for who in (bob, eve):
            assert await denied(app, write, who) == (mine,)


async def test_20_decisions_are_audited_with_who_what_and_why(rights: Any) -> None:
    seen: list[Any] = []
    async with rights.Rights() as app:
        app.on_audit(seen.append)
        ann = asker(rights, rights.FileCap.admin)
        await app.ask(rights.Write("/b", 1), ann)
        await denied(app, rights.Read("/b"), asker(rights, name="bob"))
    allowed, own, refused = seen
    assert (allowed.verdict, allowed.subject) == ("allowed", "Write")
    assert allowed.caller.name == "ann"
    way = 'FileCap.admin implies FileCap.delete("/**")'
    assert allowed.why == f'FileCap.write("/b") by {way}'
    assert (own.verdict, own.why) == ("authority", "every write is noted")
    assert refused.missing == (rights.FileCap.read("/b"),)
