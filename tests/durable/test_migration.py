"""A store made by an earlier text of a program, and the changed program over it."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import packetflow.actor.evolution
from packetflow.actor.inbox import Seen
from packetflow.actor.journal import Schema
from packetflow.actor.recovery import Recovered
from packetflow.store import Conflict, MemoryStore, StoreError
from packetflow.store.sqlite import SqliteStore
from tests.durable.bank import BankState
from tests.durable.versions import ANN, Shop, till, version

SEAT = "record Seat { row: Int, name: String }"
OLD = till(
    "n: Int = 0, euros: Map[String, Int] = {}, seats: List[Seat] = []",
    types=SEAT,
    body="state.n += n state.euros[text] = n state.seats += [Seat(row: n, name: text)]",
)
NEW = till(
    "n: Int = 0, cents: Map[String, Int] = {}, seats: List[Seat] = [], extra: Int = 7",
    types="record Seat { place: Int where it > 0, name: String }",
    body="state.n += n state.cents[text] = n",
)


def in_cents(state):
    state["cents"] = {who: n * 100 for who, n in state.pop("euros").items()}
    for seat in state["seats"]:
        seat["place"] = seat.pop("row")
    return state


def as_it_is(state):
    return state


@pytest.fixture(params=[1, 1000], ids=["snapshot", "lines"])
def shop(request, tmp_path):
    made = Shop(tmp_path)
    made.old = OLD.replace("every 1000", f"every {request.param}")
    return made


async def test_what_is_added_has_its_default(shop):
    await shop.run(shop.old, (2, "ann"), (3, "bob"))
    more = OLD.replace("name: String }", 'name: String, note: String = "new" }')
    state = await shop.run(more.replace("n: Int = 0", "more: Int = 4, n: Int = 0", 1))
    assert (state["n"], state["more"]) == (5, 4)
    assert state["euros"] == {"ann": 2, "bob": 3}
    assert [(s.row, s.name, s.note) for s in state["seats"]] == [
        (2, "ann", "new"),
        (3, "bob", "new"),
    ]


async def test_a_migration_runs_once_over_snapshot_and_lines(shop):
    calls = []

    def counted(state):
        calls.append(dict(state))
        return in_cents(state)

    await shop.run(shop.old, (2, "ann"), (3, "bob"))
    await shop.run(shop.old, (4, "ann"))
    state = await shop.run(NEW, (1, "eve"), migrations={"till.Till": counted})
    assert state["cents"] == {"ann": 400, "bob": 300, "eve": 1}
    assert [(s.place, s.name) for s in state["seats"]] == [
        (2, "ann"),
        (3, "bob"),
        (4, "ann"),
    ]
    assert (state["n"], state["extra"]) == (10, 7)
    again = await shop.run(NEW, migrations={"till.Till": [counted]})
    assert again["cents"] == state["cents"]
    assert len(calls) == 1


async def test_several_migrations_run_in_their_order(shop):
    await shop.run(shop.old, (2, "ann"))

    def first(state):
        state["x"] = [1]
        return state

    def second(state):
        assert state.pop("x") == [1]
        return in_cents(state)

    state = await shop.run(NEW, migrations={"till.Till": [first, second]})
    assert state["cents"] == {"ann": 200}


async def test_a_new_store_runs_no_migration(tmp_path):
    def never(state):
        raise AssertionError

    shop = Shop(tmp_path)
    await shop.run(NEW, (1, "ann"), migrations={"till.Till": never})
    state = await shop.run(NEW, migrations={"till.Till": never})
    assert state["cents"] == {"ann": 1}


def broken(state):
    raise KeyError("euros")


def nothing(state):
    state.clear()


def forgets(state):
    return {"cents": {}, "n": 1}


def leaves(state):
    return {**in_cents(state), "euros": {}}


def leaves_inside(state):
    in_cents(state)["seats"][0]["row"] = 3
    return state


def refused(state):
    in_cents(state)["seats"][0]["place"] = -3
    return state


def mistyped(state):
    return {**in_cents(state), "cents": {"ann": "many"}}


@pytest.mark.parametrize(
    ("migration", "why"),
    [
        (None, "its state was changed and needs a migration: state.euros: "),
        (broken, "the migration broken failed: KeyError('euros')"),
        (nothing, "the migration nothing gave no dict but a NoneType"),
        (forgets, "the migrations dropped seats, which there still is"),
        (leaves, "the migrations gave euros, which there is not"),
        (leaves_inside, "the migrations gave seats.row, which there is not"),
        (refused, "Expected `int` >= 1"),
        (mistyped, "TillState.cents cannot be read"),
    ],
)
async def test_what_cannot_be_migrated_is_told_and_changes_nothing(
    shop, migration, why
):
    await shop.run(shop.old, (2, "ann"), (3, "bob"))
    before = shop.content()
    migrations = {} if migration is None else {"till.Till": migration}
    with pytest.raises(StoreError, match=r"journal:till\.Till does not fit") as caught:
        await shop.run(NEW, migrations=migrations)
    assert why in str(caught.value)
    assert shop.content() == before
    state = await shop.run(shop.old)
    assert state["euros"] == {"ann": 2, "bob": 3}


async def test_an_older_program_does_not_start_on_a_newer_store(shop):
    await shop.run(shop.old, (2, "ann"))
    await shop.run(NEW, migrations={"till.Till": in_cents})
    with pytest.raises(StoreError, match="it has seen the migrations in_cents"):
        await shop.run(shop.old)
    with pytest.raises(StoreError, match="has as_it_is"):
        await shop.run(NEW, migrations={"till.Till": as_it_is})


async def test_a_condition_that_refuses_what_was_kept_is_told(shop):
    await shop.run(shop.old, (2, "ann"))
    before = shop.content()
    narrower = OLD.replace("n: Int = 0,", "n: Int = 0 where it < 2,", 1)
    with pytest.raises(StoreError, match="does not fit this program: n: "):
        await shop.run(narrower)
    assert shop.content() == before


async def test_without_the_comparison_a_value_would_be_lost(shop, monkeypatch):
    """A control: what is inside of records is what only the shapes protect."""
    fewer = OLD.replace(SEAT, "record Seat { row: Int }").replace(", name: text)", ")")
    await shop.run(shop.old, (2, "ann"))
    with pytest.raises(StoreError, match=r"Seat\.name: "):
        await shop.run(fewer)
    monkeypatch.setattr(packetflow.actor.evolution, "differences", lambda *_: [])
    state = await shop.run(fewer)
    assert not hasattr(state["seats"][0], "name")


async def test_a_process_of_the_old_version_is_stopped_by_the_new_one(tmp_path):
    store = SqliteStore(tmp_path / "shop.db")
    with version(tmp_path / "a", OLD) as module:
        async with module.Shop(store=store) as app:
            await app.ask(module.Put(2, "ann"), ANN)
            await Shop(tmp_path).run(NEW, migrations={"till.Till": in_cents})
            with pytest.raises(Exception, match="could not keep it"):
                await app.ask(module.Put(3, "bob"), ANN)
    store.close()


async def test_maps_whose_keys_are_records_are_lists_of_pairs(shop, tmp_path):
    seats = till(
        "n: Int = 0, m: Map[Seat, Int] = {}, names: Map[String, Int] = {}",
        types=SEAT,
        body="if n > 0 { state.m[Seat(row: n, name: text)] = n state.names[text] = n }"
        " else { remove state.m[Seat(row: 0 - n, name: text)] remove state.names[text] }",
        every=3,
    )
    await shop.run(seats, (1, "a"), (2, "b"), (3, "c"))
    await shop.run(seats, (-2, "b"), (4, "b"), (-1, "a"), (5, "a"), (-5, "a"))
    told = []

    def looked_at(state):
        told.append(state)
        return {"n": 1, "m": state["m"], "names": state["names"]}

    state = await shop.run(seats, migrations={"till.Till": looked_at})
    assert sorted(told[0]["m"], key=str) == [
        [{"row": 3, "name": "c"}, 3],
        [{"row": 4, "name": "b"}, 4],
    ]
    assert told[0]["names"] == {"c": 3, "b": 4}
    assert {(key.row, key.name): n for key, n in state["m"].items()} == {
        (3, "c"): 3,
        (4, "b"): 4,
    }


async def test_an_app_that_does_not_start_leaves_nothing_running(shop):
    await shop.run(shop.old, (2, "ann"))
    tasks, threads = asyncio.all_tasks(), {one.name for one in threading.enumerate()}
    with pytest.raises(StoreError):
        await shop.run(NEW)
    assert asyncio.all_tasks() == tasks
    lasting = {"asyncio_"}  # the loop's own pool, which it keeps
    left = {one.name for one in threading.enumerate()} - threads
    assert [one for one in left if not one.startswith(tuple(lasting))] == []


@pytest.mark.parametrize(
    ("migrations", "why"),
    [
        ({"till.Tell": as_it_is}, "migrations for till.Tell: .* are till.Till"),
        ({"till.Till": lambda state: state}, "needs a name of its own"),
        ({"till.Till": [as_it_is, as_it_is]}, "needs a name of its own"),
    ],
)
async def test_migrations_that_cannot_be_meant_are_refused(tmp_path, migrations, why):
    with pytest.raises(ValueError, match=why):
        await Shop(tmp_path).run(OLD, migrations=migrations)


FIELDS = st.lists(
    st.sampled_from(
        ["Int = 3", 'String = "s"', "Bool = true", "Int? = none", "Colour = Colour.Red"]
    ),
    max_size=4,
)


@pytest.mark.slow
@given(
    puts=st.lists(
        st.tuples(st.integers(-(2**62), 2**62), st.text(max_size=4)), max_size=5
    ),
    steps=st.lists(st.tuples(FIELDS, FIELDS, st.randoms()), min_size=1, max_size=2),
    every=st.sampled_from([1, 2, 1000]),
)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_whatever_is_added_all_values_stay(tmp_path_factory, puts, steps, every):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    state = ["n: Int = 0", "m: Map[String, Int] = {}", "s: List[Seat] = []"]
    inside = ["row: Int", "name: String"]
    variants = ["Red", "Blue(b: Int)"]

    def text():
        types = (
            f"record Seat {{ {', '.join(inside)} }} "
            f"union Colour {{ {', '.join(variants)} }}"
        )
        body = "state.n = n state.m[text] = n state.s += [Seat(row: n, name: text)]"
        return till(", ".join(state), types=types, body=body, every=every)

    found = await shop.run(text(), *puts)
    for number, (outer, inner, order) in enumerate(steps):
        state += [f"x{number}{at}: {one}" for at, one in enumerate(outer)]
        inside += [f"y{number}{at}: {one}" for at, one in enumerate(inner)]
        variants += [f"V{number}"]
        order.shuffle(state)
        found = await shop.run(text())
    assert found["n"] == (puts[-1][0] if puts else 0)
    assert found["m"] == {text: n for n, text in puts}
    assert [(one.row, one.name) for one in found["s"]] == puts


def test_of_two_processes_that_start_at_once_one_is_refused():
    store = MemoryStore()

    def looking():
        made = Recovered(
            "journal:bank.Bank", Schema(BankState), BankState(), Seen(lambda _: (0, 0))
        )
        made.look(store)
        return made.writes

    one, other = looking(), looking()
    store.commit(one)
    kept = store.get("snapshot", "journal:bank.Bank")
    with pytest.raises(Conflict):
        store.commit(other)
    assert store.get("snapshot", "journal:bank.Bank") == kept
