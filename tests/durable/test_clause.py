"""`migrate` clauses: the generated app carries its migrations."""

from __future__ import annotations

import pytest

from packetflow.store import MemoryStore, StoreError
from tests.durable.versions import Shop, till, version

OLD = till("n: Int = 0, euros: Map[String, Int] = {}", body="state.euros[text] = n")


def later(*targets, state="n: Int = 0, cents: Map[String, Int] = {}"):
    """A later program, with these `migrate` clauses."""
    clauses = "".join(f'\n  migrate "{one}"' for one in targets)
    text = till(state, body="state.cents[text] = n")
    return text.replace("every 1000", f"every 1000{clauses}")


IN_CENTS = """
calls = []


def in_cents(state):
    calls.append(dict(state))
    euros = state.pop("euros")
    return {**state, "cents": {who: n * 100 for who, n in euros.items()}}


def doubled(state):
    state["cents"] = {who: n * 2 for who, n in state["cents"].items()}
    return state


def broken(state):
    raise LookupError("on purpose")
"""
PYTHON = {"till_steps": IN_CENTS}
ONE = later("till_steps:in_cents")
TWO = later("till_steps:in_cents", "till_steps:doubled")


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


async def test_the_app_runs_what_its_clauses_name_and_once(shop):
    await shop.run(OLD, (2, "ann"), (3, "bob"))
    state = await shop.run(ONE, (7, "eve"), python=PYTHON)
    assert state["cents"] == {"ann": 200, "bob": 300, "eve": 7}
    assert (await shop.run(ONE, python=PYTHON))["cents"]["ann"] == 200
    assert (await shop.run(TWO, python=PYTHON))["cents"]["ann"] == 400
    assert (await shop.run(TWO, python=PYTHON))["cents"]["ann"] == 400


async def test_clauses_run_in_their_order_over_a_store_that_missed_some(shop):
    await shop.run(OLD, (2, "ann"))
    assert (await shop.run(TWO, python=PYTHON))["cents"] == {"ann": 400}


async def test_without_a_store_that_needs_it_a_migration_is_not_even_imported(shop):
    python = {"till_steps": f"{IN_CENTS}\nraise ImportError('not there')\n"}
    new = later("till_steps:in_cents")
    assert (await shop.run(new, (5, "ann"), python=python))["cents"] == {"ann": 5}
    other = Shop(shop.folder / "other")
    other.folder.mkdir()
    await other.run(OLD, (2, "ann"))
    before = other.content()
    with pytest.raises(StoreError, match="the migration in_cents failed: ImportError"):
        await other.run(new, python=python)
    assert other.content() == before


async def test_one_that_fails_is_a_refusal_and_the_store_is_as_it_was(shop):
    await shop.run(OLD, (2, "ann"))
    before = shop.content()
    failing = later("till_steps:in_cents", "till_steps:broken")
    with pytest.raises(StoreError, match=r"the migration broken failed.*on purpose"):
        await shop.run(failing, python=PYTHON)
    assert shop.content() == before
    assert (await shop.run(ONE, python=PYTHON))["cents"] == {"ann": 200}


async def test_a_store_that_has_seen_it_refuses_a_program_without_it(shop):
    await shop.run(OLD, (2, "ann"))
    await shop.run(ONE, python=PYTHON)
    with pytest.raises(StoreError, match="has seen the migrations in_cents"):
        await shop.run(later())


async def test_given_in_python_first_it_becomes_a_clause_of_the_same_name(shop):
    made = {}
    exec(IN_CENTS, made)
    await shop.run(OLD, (2, "ann"))
    await shop.run(later(), migrations={"till.Till": made["in_cents"]})
    assert (await shop.run(ONE, python=PYTHON))["cents"] == {"ann": 200}


def test_clauses_and_an_argument_for_one_reactor_are_a_mistake(tmp_path):
    given = {"till.Till": lambda state: state}
    with version(tmp_path / "v", ONE, PYTHON) as module:
        with pytest.raises(ValueError, match="has its own, from its `migrate` clauses"):
            module.Shop(store=MemoryStore(), migrations=given)
        module.Shop(store=MemoryStore())


@pytest.mark.parametrize(
    "result",
    [
        "None",
        "[state]",
        "{1: 2}",
        "{**state, 'cents': {'ann': {}}}",
        "{**state, 'cents': 3}",
        "{**state, 'cents': [1, [2], 'x']}",
        "{**state, 'cents': {}, 'shape': {'type': ['Round']}}",
        "{**state, 'cents': {}, 'shape': {'type': 'Round', 'r': 1, 'more': 2}}",
        "{**state, 'cents': {}, 'seats': [[], {'row': ...}]}",
        "exit(3)",
    ],
)
async def test_whatever_a_migration_gives_is_read_or_refused(shop, result):
    """Nothing of it is a crash: the error names the journal, the store stays."""
    types = "record Seat { row: Int }\nunion Shape { Round(r: Int)  Flat }\n"
    fields = "n: Int = 0, cents: Map[String, Int] = {}, shape: Shape? = none"
    text = types + later("till_bad:made", state=f"{fields}, seats: List[Seat] = []")
    python = {
        "till_bad": f"def made(state):\n    del state['euros']\n    return {result}\n"
    }
    await shop.run(OLD, (2, "ann"))
    before = shop.content()
    with pytest.raises(
        StoreError, match=r"journal:till\.Till does not fit this program"
    ):
        await shop.run(text, python=python)
    assert shop.content() == before
