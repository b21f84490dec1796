"""Under PF_PARANOID=1 every row is checked again: what was proven, and what was not."""

from __future__ import annotations

import pytest

from packetflow import InternalDenial
from packetflow.table import Arg, Col, Compare, Query, every
from tests.tables.conftest import KINDS
from tests.tables.desk import desk
from tests.tables.programs import imported


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    with imported(tmp_path_factory.mktemp("desk"), "desk", desk()) as found:
        yield found


@pytest.fixture(params=KINDS)
async def app(request, module, opened, monkeypatch):
    monkeypatch.setenv("PF_PARANOID", "1")
    async with module.Help(store=opened(request.param)) as running:
        yield running


def forget_tenants(module, monkeypatch):
    """Let the queries for one ticket find those of everybody."""
    any_tenant = Compare(Col("id"), "==", Arg(1))
    for found in vars(module.reactors).values():
        if isinstance(found, Query) and any_tenant in getattr(found.where, "parts", ()):
            monkeypatch.setattr(found, "where", every(any_tenant))
            monkeypatch.setattr(found, "_clauses", {})
            monkeypatch.setattr(found, "_firsts", {})


async def test_what_was_proven_is_allowed(module, app):
    ann = module.Session(tenant="acme")
    await app.ask(module.OpenBoth(1, 2), ann)
    await app.ask(module.Close(1), ann)
    await app.ask(module.Rename(2, "other"), ann)
    await app.ask(module.Drop(2), ann)
    page = await app.ask(module.ListTickets(), ann)
    assert [one.id for one in page.items] == [1]
    assert len(await app.ask(module.Visible(), ann)) == 1


@pytest.mark.parametrize("intent", ["Get", "Drop", "Rename", "Close"])
async def test_a_row_of_others_is_not_touched(module, app, monkeypatch, intent):
    ann, bob = module.Session(tenant="acme"), module.Session(tenant="bolt")
    before = await app.ask(module.OpenTicket(1, "printer"), ann)
    with monkeypatch.context() as patch:
        forget_tenants(module, patch)
        more = ("taken",) if intent == "Rename" else ()
        with pytest.raises(InternalDenial):
            await app.ask(getattr(module, intent)(1, *more), bob)
    assert await app.ask(module.Get(1), ann) == before
