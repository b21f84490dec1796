"""Behaviours 17 to 20 as a compiled program has them: `delegate`, `revoke`, sessions."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from packetflow import Capability, Denied, Fault, System, VirtualClock, codec
from packetflow.actor.giving import delegating, resumed, revoking
from packetflow.standing import Lifetime
from packetflow.store.sqlite import SqliteStore
from packetflow.testing import run_async
from tests.durable.lending import Slow
from tests.runtime.web.browsing import Browser

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def person(sharing: Any, app: Any, name: str, *held: Capability) -> Any:
    made = sharing.Person(name=name, capabilities=held)
    return made.identified(name, app.authority.epoch(name))


async def may_read(sharing: Any, app: Any, who: Any, path: str) -> bool:
    try:
        await app.ask(sharing.Read(path), who)
    except Denied as denied:
        assert denied.missing == (sharing.Docs.read(path),)
        return False
    return True


async def test_the_tests_of_the_program_pass(sharing: Any) -> None:
    from sharing.scenarios import SCENARIOS  # type: ignore[import-not-found]  # built

    outcomes = await run_async(SCENARIOS)
    assert [one.message for one in outcomes if not one.passed] == []
    assert len(outcomes) == 4


async def test_17_a_session_grant_ends_with_the_session(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        session = Lifetime(clock.now() + HOUR)
        path = "/home/ann/a"
        ann = person(sharing, app, "ann").in_session(session)
        assert await may_read(sharing, app, ann, path)
        session.end += HOUR  # it was used meanwhile
        later = ann.in_session(session)
        assert later.in_session(session) is later
        await clock.advance(HOUR)
        assert not await may_read(sharing, app, ann, path)
        assert await may_read(sharing, app, later, path)
        await clock.advance(HOUR)
        assert not await may_read(sharing, app, later, path)


async def test_17_what_else_is_granted_is_not_prolonged(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        session = Lifetime(clock.now() + HOUR)
        ann = person(sharing, app, "ann", sharing.Docs.read("/x").until(session.end))
        ann = ann.in_session(session)
        session.end += HOUR
        ann = ann.in_session(session)
        await clock.advance(HOUR)
        assert not await may_read(sharing, app, ann, "/x")
        assert ann.held.has(System.delegate.kind.name)


async def test_17_a_delayed_send_of_a_session_that_is_over_is_denied(
    sharing: Any,
) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        for name, reads, over in (("ann", 1, False), ("bob", 1, True)):
            session = Lifetime(clock.now() + 2 * HOUR)
            who = person(sharing, app, name).in_session(session)
            await app.ask(sharing.ReadLater(f"/home/{name}/a"), who)
            session.over = over
            await clock.advance(10 * MINUTE)
            assert app.system.cell(sharing.Library).state.reads == reads
        assert app.stats.denied_sends == 1


async def test_17_signing_out_ends_it(sharing: Any) -> None:
    async with sharing.Sharing() as app:
        transport = httpx.ASGITransport(app.asgi)
        url = "http://127.0.0.1:8080"
        async with httpx.AsyncClient(transport=transport, base_url=url) as http:
            browser = Browser(http)
            await browser.sign_in("ann")
            assert (await browser.get("/")).status_code == 200
            (session,) = app.asgi.sessions._sessions.values()
            assert session.lifetime is not None and not session.lifetime.over
            left = app.asgi.sessions.left(session)
            assert abs(session.lifetime.end - app.clock.now() - left) < MINUTE
            app.asgi.sessions.end(session)
            assert session.lifetime.over
            assert (await browser.get("/")).status_code == 303


async def test_18_a_delegation_is_no_longer_than_what_it_comes_from(
    sharing: Any,
) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        day = clock.now() + timedelta(days=1)
        soon = sharing.Docs.read("/s/**").until(clock.now() + HOUR)
        ann = person(sharing, app, "ann", soon)
        await app.ask(sharing.Share("/s/a", "bob", day), ann)
        bob = person(sharing, app, "bob")
        await app.ask(sharing.ShareLater("/s/a", "eve", day), bob)
        (first,), (second,) = map(app.authority.delegations, ("bob", "eve"))
        assert first.capability.expires == second.capability.expires == soon.expires
        assert (first.by, first.parent, second.by) == ("ann", None, "bob")
        assert second.parent == first.id
        await app.revoke(first, ann)
        assert not await may_read(sharing, app, person(sharing, app, "eve"), "/s/a")


async def test_18_of_several_sources_the_longest_counts(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        end = clock.now() + 3 * HOUR
        short = sharing.Docs.read("/s/**").until(clock.now() + HOUR)
        ann = person(sharing, app, "ann", sharing.Docs.read("/s/**"))
        bob = person(sharing, app, "bob", short)
        await app.ask(sharing.Share("/s/a", "bob", clock.now() + 2 * HOUR), ann)
        await app.ask(sharing.Share("/s/a", "eve", end), bob)
        (given,) = app.authority.delegations("eve")
        assert given.capability.expires == clock.now() + 2 * HOUR


async def test_18_an_end_that_is_past_is_a_fault(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        ann = person(sharing, app, "ann")
        for to, until in (("bob", clock.now()), ("", clock.now() + HOUR)):
            with pytest.raises(Fault):
                await app.ask(sharing.Share("/home/ann/a", to, until), ann)
        assert app.authority.delegations("bob") == ()


async def test_18_it_is_not_undone_by_a_failure(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        ann, until = person(sharing, app, "ann"), clock.now() + HOUR
        with pytest.raises(sharing.Refused):
            await app.ask(sharing.ShareAndFail("/home/ann/a", "bob", until), ann)
        assert len(app.authority.delegations("bob")) == 1


async def test_18_what_a_reactor_gives_does_not_hang_on_its_caller(
    sharing: Any,
) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        eve = person(sharing, app, "eve")
        await app.ask(sharing.Enter(), eve)
        await clock.settle()
        (own,), (others,) = map(app.authority.delegations, ("eve", "bob"))
        assert (own.by, others.by) == ("", "")
        await app.ask(sharing.Leave(), eve)  # what eve was given is gone
        assert app.authority.delegations("eve") == ()
        assert app.authority.delegations("bob") == (others,)


async def test_18_a_reactor_gives_its_own_whatever_the_caller_has(
    sharing: Any,
) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        eve = person(sharing, app, "eve")
        for _ in range(2):
            await app.ask(sharing.Enter(), eve)
            await clock.advance(30 * MINUTE)
        first, second = app.authority.delegations("eve")
        assert second.capability.expires - first.capability.expires == 30 * MINUTE


async def test_19_revoked_means_all_that_is_required_is_missing(sharing: Any) -> None:
    async with sharing.Sharing() as app:
        root, bob = person(sharing, app, "root"), person(sharing, app, "bob")
        assert await may_read(sharing, app, bob, "/home/bob/a")
        await app.ask(sharing.Fire("bob"), root)
        with pytest.raises(Denied) as denied:
            await app.ask(sharing.Read("/home/bob/a"), bob)
        assert denied.value.missing == (sharing.Docs.read("/home/bob/a"),)
        assert "the authority of bob was revoked since" in str(denied.value)
        again = person(sharing, app, "bob")
        assert await may_read(sharing, app, again, "/home/bob/a")


async def test_20_given_and_taken_are_audited(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        ann, root = person(sharing, app, "ann"), person(sharing, app, "root")
        path, until = "/home/ann/a", clock.now() + HOUR
        await app.ask(sharing.Share(path, "bob", until), ann)
        await app.ask(sharing.Fire("bob"), root)
        given, taken = (one for one in app.audit if one.verdict != "allowed")
        needed = sharing.Docs.read(path)
        assert (given.verdict, given.subject, given.needs) == (
            "delegated",
            "delegate",
            (needed,),
        )
        assert given.why == f"{needed.until(until)} to bob"
        assert (taken.verdict, taken.why) == ("revoked", "bob; delegations ended: 1")
        assert taken.needs == (needed.until(until),)


# ------------------------------------------------------------ several processes
async def test_another_app_on_the_same_file_is_seen(
    sharing: Any, tmp_path: Path
) -> None:
    clock, file = VirtualClock(), tmp_path / "app.db"
    async with (
        sharing.Sharing(clock=clock, store=SqliteStore(file)) as one,
        sharing.Sharing(clock=clock, store=SqliteStore(file)) as two,
    ):
        two.authority.refresh = 0.0
        bob, path = person(sharing, two, "bob"), "/home/ann/a"
        assert not await may_read(sharing, two, bob, path)
        ann = person(sharing, one, "ann")
        await one.ask(sharing.Share(path, "bob", clock.now() + HOUR), ann)
        assert await may_read(sharing, two, bob, path)
        await one.ask(sharing.Fire("bob"), person(sharing, one, "root"))
        assert not await may_read(sharing, two, bob, path)
        again = person(sharing, two, "bob")
        assert again.standing.identities[0].epoch == 1
        assert not await may_read(sharing, two, again, path)


async def test_what_is_known_is_used_until_it_is_time_to_look_again(
    sharing: Any, tmp_path: Path
) -> None:
    clock, file = VirtualClock(), tmp_path / "app.db"
    async with (
        sharing.Sharing(clock=clock, store=SqliteStore(file)) as one,
        sharing.Sharing(clock=clock, store=SqliteStore(file)) as two,
    ):
        two.authority.refresh = 1e9
        bob, path = person(sharing, two, "bob"), "/home/ann/a"
        ann = person(sharing, one, "ann")
        await one.ask(sharing.Share(path, "bob", clock.now() + HOUR), ann)
        assert not await may_read(sharing, two, bob, path)
        two.authority.refresh = 0.0
        assert await may_read(sharing, two, bob, path)


async def test_what_was_just_revoked_elsewhere_cannot_be_given_on(
    sharing: Any, tmp_path: Path
) -> None:
    clock, file = VirtualClock(), tmp_path / "app.db"
    async with (
        sharing.Sharing(clock=clock, store=SqliteStore(file)) as one,
        sharing.Sharing(clock=clock, store=SqliteStore(file)) as two,
    ):
        one.authority.refresh = two.authority.refresh = 1e9  # neither looks
        ann, bob = person(sharing, one, "ann"), person(sharing, two, "bob")
        until, path = clock.now() + HOUR, "/home/bob/a"
        await one.ask(sharing.Fire("bob"), person(sharing, one, "root"))
        with pytest.raises(Denied, match="just revoked"):
            await two.ask(sharing.Share(path, "eve", until), bob)
        await one.ask(sharing.Share("/home/ann/a", "eve", until), ann)
        for app in (one, two):
            app.authority.refresh = 0.0
            (only,) = app.authority.delegations("eve")
            assert only.by == "ann"


async def test_another_process_on_the_same_file_is_seen(
    sharing: Any, tmp_path: Path
) -> None:
    clock, file = VirtualClock(), tmp_path / "app.db"
    script = textwrap.dedent(
        f"""
        import asyncio, datetime, sys
        import sharing
        from packetflow import VirtualClock
        from packetflow.store.sqlite import SqliteStore

        async def main() -> None:
            store, clock = SqliteStore({str(file)!r}), VirtualClock()
            async with sharing.Sharing(store=store, clock=clock) as app:
                def who(name):
                    made = sharing.Person(name=name)
                    return made.identified(name, app.authority.epoch(name))
                if sys.argv[1] == "give":
                    until = clock.now() + datetime.timedelta(hours=1)
                    share = sharing.Share("/home/ann/a", "bob", until)
                    await app.ask(share, who("ann"))
                else:
                    await app.ask(sharing.Fire("bob"), who("root"))

        asyncio.run(main())
        """
    )
    folder = Path(sharing.__file__).parents[1]

    def other(what: str) -> None:
        run = [sys.executable, "-c", script, what]
        subprocess.run(run, cwd=folder, check=True, timeout=60)

    async with sharing.Sharing(clock=clock, store=SqliteStore(file)) as app:
        app.authority.refresh = 0.0
        bob, path = person(sharing, app, "bob"), "/home/ann/a"
        assert not await may_read(sharing, app, bob, path)
        other("give")
        assert await may_read(sharing, app, bob, path)
        other("take")
        assert not await may_read(sharing, app, bob, path)


async def test_19_who_was_revoked_meanwhile_gives_nothing(sharing: Any) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        ann, now = person(sharing, app, "ann"), clock.now()
        await app.ask(sharing.Fire("ann"), person(sharing, app, "root"))
        given = sharing.Docs.read("/home/ann/a")
        with pytest.raises(Denied):
            app.authority.hand_on(given, "bob", now + HOUR, ann, now)
        assert app.authority.delegations("bob") == ()


async def test_18_what_was_kept_until_after_a_crash_is_given_by_the_same_person(
    sharing: Any,
) -> None:
    clock = VirtualClock()
    async with sharing.Sharing(clock=clock) as app:
        ann, until = person(sharing, app, "ann"), clock.now() + HOUR
        system = app.system
        holds = system.cell(sharing.Door).holds

        def kept(effect: Any, *arguments: object) -> Any:
            raw = [msgspec.Raw(codec.encode(one)) for one in effect.kept(arguments)]
            return resumed(system, holds, effect.name, tuple(raw))

        cap = sharing.Docs.read("/home/ann/a")
        again = kept(delegating(system, ann), cap, "bob", until)
        own = kept(delegating(system, ann, holds), sharing.Archive.open, "bob", until)
        again()
        own()
        first, second = app.authority.delegations("bob")
        assert (first.by, first.capability) == ("ann", cap.until(until))
        assert (second.by, second.capability.kind.name) == ("", "sharing.Archive.open")
        kept(revoking(system, ann), "bob")()
        assert app.authority.delegations("bob") == ()
        kept(revoking(system, ann), "ann")()
        with pytest.raises(Denied):  # she was revoked meanwhile
            again()
        assert resumed(system, holds, "sharing.note", ()) is None


async def test_18_others_are_served_while_a_handler_gives(
    sharing: Any, tmp_path: Path
) -> None:
    store = Slow(tmp_path / "share.db")
    async with sharing.Sharing(store=store) as app:
        ann, bob = person(sharing, app, "ann"), person(sharing, app, "bob")
        until = app.clock.now() + HOUR
        gift = asyncio.ensure_future(
            app.ask(sharing.Share("/home/ann/a", "bob", until), ann)
        )
        opened = person(sharing, app, "eve", sharing.Archive.open)
        assert await app.ask(sharing.Open(), opened) == 1
        await asyncio.sleep(0)
        assert not gift.done()
        assert app.authority.delegations("bob") == ()
        store.may.set()
        await gift
        assert await may_read(sharing, app, bob, "/home/ann/a")
    store.close()
