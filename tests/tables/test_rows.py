"""Rows of a running app: found, kept, changed, forgotten; in one transaction each."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from packetflow import Fault, Unavailable
from packetflow.store import StoreError
from packetflow.table import CursorRefused
from tests.tables.conftest import KINDS
from tests.tables.desk import desk
from tests.tables.programs import imported


@pytest.fixture(scope="module", params=[False, True], ids=["volatile", "durable"])
def module(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    with imported(folder, "desk", desk(journal=request.param)) as found:
        yield found


@pytest.fixture(params=KINDS)
async def app(request, module, opened):
    async with module.Help(store=opened(request.param)) as running:
        yield running


def state_of(module, app):
    return app.system.cell(module.HelpDesk).state


def fail(place, batches):
    raise StoreError("no room")


async def settled(app):
    """A durable reactor whose store failed reads again what is there."""
    while any(cell.running for cell in app.system.cells):
        await asyncio.sleep(0.001)


async def test_what_is_inserted_is_found(module, app):
    ann = module.Session(tenant="acme")
    made = await app.ask(module.OpenTicket(1, "printer"), ann)
    assert made == module.Ticket(1, "acme", "printer")
    assert await app.ask(module.Get(1), ann) == made
    assert await app.ask(module.Get(2), ann) is None
    assert await app.ask(module.Get(1), module.Session(tenant="bolt")) is None
    assert await app.ask(module.Count(), ann) == 1


@pytest.mark.parametrize("again", [(1, "other"), (2, "printer")])
async def test_a_duplicate_fails_and_leaves_everything(module, app, again):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenTicket(1, "printer"), ann)
    with pytest.raises(module.Duplicate):
        await app.ask(module.OpenTicket(*again), ann)
    state = state_of(module, app)
    assert (state.opened, state.titles) == (1, {1: "printer"})
    assert await app.ask(module.Total(9), ann) == 1


async def test_a_handler_sees_what_it_wrote_itself(module, app):
    ann = module.Session(tenant="acme")
    assert await app.ask(module.OpenAndLook(1, "one"), ann) == 1
    assert await app.ask(module.OpenAndLook(2, "two"), ann) == 2


async def test_all_that_a_handler_writes_is_kept_or_nothing(module, app):
    ann = module.Session(tenant="acme")
    with pytest.raises(module.Duplicate):
        await app.ask(module.OpenBoth(1, 1), ann)
    with pytest.raises(Fault):
        await app.ask(module.OpenBadly(3), ann)
    assert await app.ask(module.Total(9), ann) == 0
    assert await app.ask(module.Noted(), ann) == 0
    assert (state_of(module, app).opened, state_of(module, app).titles) == (0, {})
    await app.ask(module.OpenBoth(1, 2), ann)
    assert await app.ask(module.Total(9), ann) == 2
    assert await app.ask(module.Noted(), ann) == 1
    assert state_of(module, app).opened == 2


async def test_a_changed_row_has_what_its_change_says_and_no_other_has(module, app):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenBoth(1, 2), ann)
    await app.ask(module.Close(1), ann)
    closed = await app.ask(module.Get(1), ann)
    assert (closed.status, closed.seen) == (module.Status.CLOSED, 1)
    assert (await app.ask(module.Get(2), ann)).status is module.Status.OPEN
    with pytest.raises(module.NotFound):
        await app.ask(module.Close(7), ann)


async def test_a_change_that_breaks_what_always_holds_leaves_every_row(module, app):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenBoth(1, 2), ann)
    await app.ask(module.Close(2), ann)
    with pytest.raises(Fault):
        await app.ask(module.See(3), ann)
    assert [(await app.ask(module.Get(n), ann)).seen for n in (1, 2)] == [0, 1]
    with pytest.raises(Fault):
        await app.ask(module.Rename(1, "a"), ann)
    with pytest.raises(Fault, match="what another row has"):
        await app.ask(module.Rename(1, "both 2"), ann)
    assert (await app.ask(module.Get(1), ann)).title == "both 1"


async def test_deleted_rows_are_gone_and_their_keys_are_free(module, app):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenBoth(1, 2), ann)
    await app.ask(module.Drop(1), module.Session(tenant="bolt"))
    assert await app.ask(module.Total(9), ann) == 2
    await app.ask(module.Drop(1), ann)
    assert await app.ask(module.Total(9), ann) == 1
    await app.ask(module.OpenTicket(1, "again"), ann)
    assert await app.ask(module.Total(9), ann) == 2


async def test_pages_go_on_where_they_ended_whatever_is_inserted(module, app):
    ann = module.Session(tenant="acme")
    for number in range(5):
        await app.ask(module.OpenTicket(number, f"t{number}"), ann)
    first = await app.ask(module.ListTickets(), ann)
    assert [one.title for one in first.items] == ["t4", "t3"]
    assert first.total == 5
    await app.ask(module.OpenTicket(9, "t9"), ann)
    await app.ask(module.OpenTicket(8, "t1a"), ann)
    seen, page = [], first
    while page.next is not None:
        page = await app.ask(module.ListTickets(page.next), ann)
        seen += [one.title for one in page.items]
    assert seen == ["t2", "t1a", "t1", "t0"]
    assert page.total == 7


async def test_a_page_that_is_full_but_the_last_has_no_next(module, app):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenBoth(1, 2), ann)
    page = await app.ask(module.ListTickets(), ann)
    assert (len(page.items), page.next, page.total) == (2, None, 2)
    assert await app.ask(module.Total(1), ann) == 2
    empty = await app.ask(module.ListTickets(limit=0), ann)
    assert (empty.items, empty.total) == ((), 2)
    with pytest.raises(Fault):
        await app.ask(module.ListTickets(limit=-1), ann)


async def test_a_cursor_that_was_not_given_is_refused_and_no_fault(module, app):
    ann = module.Session(tenant="acme")
    for number in range(3):
        await app.ask(module.OpenTicket(number, f"t{number}"), ann)
    page = await app.ask(module.ListTickets(), ann)
    for made in ("", "abc", page.next[:-2], page.next[:-1] + "A", "é", "A" * 400):
        if made == page.next:
            continue
        with pytest.raises(CursorRefused):
            await app.ask(module.ListTickets(made), ann)
    assert app.system.stats.faults == 0


async def test_visible_rows_are_those_whose_guard_is_held(module, app):
    for number, tenant in enumerate(("acme", "bolt", "cargo")):
        caller = module.Session(tenant=tenant)
        await app.ask(module.OpenTicket(number, "printer"), caller)
    more = [module.Desk.read("cargo")]
    two = module.Session(tenant="acme", capabilities=more)
    found = await app.ask(module.Visible(), two)
    assert [one.tenant for one in found] == ["acme", "cargo"]


async def test_what_ends_is_relied_upon_in_a_handler_that_writes(module, app):
    later = app.clock.now() + datetime.timedelta(hours=1)
    more = [module.Desk.answer("bolt").until(later)]
    ann = module.Session(tenant="acme", capabilities=more)
    assert await app.ask(module.MayAnswer(1, "bolt"), ann) is True
    assert await app.ask(module.MayAnswer(2, "cargo"), ann) is False
    assert await app.ask(module.Noted(), module.Session(tenant="bolt")) == 1


async def test_callers_beside_each_other_lose_nothing(module, app):
    ann = module.Session(tenant="acme")
    made = (app.ask(module.OpenTicket(n, f"title {n}"), ann) for n in range(40))
    await asyncio.gather(*made)
    assert await app.ask(module.Total(1), ann) == 40
    assert state_of(module, app).opened == 40


async def test_a_store_that_fails_leaves_rows_and_state_as_they_were(
    module, app, monkeypatch
):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenTicket(1, "one"), ann)
    with monkeypatch.context() as patch:
        patch.setattr(type(app.system.tables.place), "commit_all", fail)
        with pytest.raises(Unavailable):
            await app.ask(module.OpenTicket(2, "two"), ann)
    await settled(app)
    assert await app.ask(module.Get(2), ann) is None
    assert await app.ask(module.Count(), ann) == 1
    await app.ask(module.OpenTicket(2, "two"), ann)
    assert state_of(module, app).titles == {1: "one", 2: "two"}
