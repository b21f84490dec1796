"""What was on its way when a program was changed: read whole, or left where it is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from packetflow.store.sqlite import SqliteStore
from packetflow.testing import VirtualClock
from pfc.cli.app import run
from pfc.cli.store_waiting import waiting
from tests.durable.versions import ANN, version

PROGRAM = """
record Item { name: String, size: Int = 0 }
event Told(item: Item) requires nothing
intent Go(n: Int) requires nothing
intent Later(item: Item, n: Int) requires nothing
intent Seen -> Int requires nothing
reactor Sender {
  state { n: Int = 0 }
  journal
  on Go(n) { send Later(item: Item(name: "a", size: 3), n: n) after 1d }
}
reactor Receiver {
  state { n: Int = 0 }
  journal
  on Later(item, n) { state.n += n }
  on Seen { reply state.n }
}
app Shop { supervise one_for_one { Sender  Receiver } }
"""


class Versions:
    def __init__(self, folder):
        self.folder = folder
        self.clock = VirtualClock()
        self.number = 0

    async def run(self, use, *changes):
        """Start a program with these changes, and use it; gives its reports."""
        text = PROGRAM
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.number += 1
        store = SqliteStore(self.folder / "shop.db")
        try:
            with version(self.folder / f"v{self.number}", text) as module:
                async with module.Shop(store=store, clock=self.clock) as app:
                    await use(module, app)
                    return [str(one) for one in app.system.reports]
        finally:
            store.close()

    def waiting(self):
        store = SqliteStore(self.folder / "shop.db")
        try:
            return [(o.message, o.number) for o in waiting(store, store.survey())]
        finally:
            store.close()


@pytest.fixture
async def versions(tmp_path):
    made = Versions(tmp_path)

    async def go(module, app):
        await app.ask(module.Go(5), ANN)

    await made.run(go)
    assert made.waiting() == [("till.Later", 1)]
    return made


async def nothing(module, app):
    pass


async def a_day_later(module, app):
    await app.clock.advance(timedelta(days=2))
    while not (seen := await app.ask(module.Seen(), ANN)):
        await app.clock.advance(timedelta(seconds=1))
    assert seen == 5


async def test_it_arrives_with_the_defaults_of_what_is_new(versions):
    more = ("Later(item: Item, n: Int)", "Later(item: Item, n: Int, of: Int = 0)")
    bound = ("on Later(item, n)", "on Later(item, n, of)")
    assert await versions.run(a_day_later, more, bound) == []
    assert versions.waiting() == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            [
                ("Later(item: Item, n: Int)", "Later(n: Int)"),
                ('item: Item(name: "a", size: 3), ', ""),
                ("Later(item, n)", "Later(n)"),
            ],
            "till.intents:Later was kept with item, which is not there any more",
        ),
        (
            [("name: String, size: Int = 0", "name: String"), (", size: 3", "")],
            "till.intents:Later was kept with item.size",
        ),
        (
            [("Later(item: Item, n: Int)", "Later(item: Item, n: Int where it > 9)")],
            "n",
        ),
    ],
    ids=["field", "inside", "condition"],
)
async def test_what_cannot_be_read_whole_is_reported_and_stays(versions, changes, told):
    (report,) = await versions.run(nothing, *changes)
    assert told in report
    assert versions.waiting() == [("till.Later", 1)]
    # The program that knows it delivers it, the day that it is due.
    assert await versions.run(a_day_later) == []


def test_the_store_command_lists_what_is_on_its_way(versions, tmp_path, capsys):
    run(["store", "inspect", str(tmp_path / "shop.db")])
    table = capsys.readouterr().out.rpartition("\n\n")[2]
    assert table.split("\n")[0].split() == "on its way from what how many until".split()
    assert table.split("\n")[1].startswith("till.Sender")
    assert "intent till.Later" in table
    run(["store", "inspect", str(tmp_path / "shop.db"), "--json"])
    (one,) = json.loads(capsys.readouterr().out)["waiting"]
    assert (one["reactor"], one["message"], one["number"]) == (
        "till.Sender",
        "till.Later",
        1,
    )
