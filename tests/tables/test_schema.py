"""The tables of a program, and those of the programs before it."""

from __future__ import annotations

import itertools

import pytest

from packetflow import Context
from packetflow.store import StoreError
from tests.tables.conftest import LASTING
from tests.tables.programs import imported


def shop(fields, clauses="", more="", key="id"):
    """A program with one table."""
    return f"""
{more}
record Book {{ {fields} }}
table Books of Book {{ key {key}  {clauses} }}
intent Add(book: Book) fails Duplicate requires nothing
intent All -> List[Book] requires nothing
reactor Shelf {{
  on Add(book) {{ insert book into Books }}
  on All {{ let page = find Books order by it.id  reply page.items }}
}}
app Shop {{ supervise one_for_one {{ Shelf }} store memory }}
"""


@pytest.fixture
def run(tmp_path, opened):
    """Runs one program after another over the same store."""
    numbers = itertools.count()

    async def run_once(kind, text, *books):
        folder = tmp_path / f"build{next(numbers)}"
        with imported(folder, "shop", text) as module:
            async with module.Shop(store=opened(kind, "same")) as app:
                for book in books:
                    await app.ask(module.Add(module.Book(**book)), Context())
                found = await app.ask(module.All(), Context())
                return [
                    {name: getattr(one, name) for name in one.__struct_fields__}
                    for one in found
                ]

    return run_once


@pytest.fixture(params=LASTING)
def kind(request, tmp_path):
    return request.param


@pytest.fixture(autouse=True)
def fresh(request, kind):
    """The server's schema is there for one test."""
    yield
    if kind == "postgres":
        import psycopg

        url = request.getfixturevalue("postgres").url
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA IF EXISTS same CASCADE")


FIRST = shop("id: Int  title: String")
ONE = {"id": 1, "title": "Emma"}


async def test_rows_outlive_the_app(run, kind):
    await run(kind, FIRST, ONE)
    assert await run(kind, FIRST) == [ONE]


async def test_a_new_field_with_a_default_is_in_the_old_rows(run, kind):
    await run(kind, FIRST, ONE)
    more = shop(
        "id: Int  title: String  left: Int = 7  note: String? = none", "index left"
    )
    assert await run(kind, more) == [{**ONE, "left": 7, "note": None}]
    two = {"id": 2, "title": "Persuasion", "left": 1, "note": "x"}
    assert len(await run(kind, more, two)) == 2
    assert len(await run(kind, more)) == 2


async def test_a_new_default_deep_inside_is_read_too(run, kind):
    await run(kind, shop("id: Int  at: Place", more="record Place { town: String }"))
    later = shop(
        "id: Int  at: Place", more='record Place { town: String  zip: String = "0" }'
    )
    assert await run(kind, later) == []


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (shop("id: Int"), "title"),
        (shop("id: Int  name: String"), "name"),
        (shop("id: Int  title: String  left: Int"), "default"),
        (shop("id: Int  title: Int"), "title"),
        (shop("id: Int  title: String", key="title"), "key"),
    ],
    ids=["dropped", "renamed", "no default", "another type", "another key"],
)
async def test_what_would_lose_something_is_refused(run, kind, later, why):
    await run(kind, FIRST, ONE)
    with pytest.raises(StoreError, match=why):
        await run(kind, later)
    assert await run(kind, FIRST) == [ONE]


async def test_a_unique_clause_that_does_not_hold_is_refused(run, kind):
    two = {"id": 2, "title": "Emma"}
    await run(kind, FIRST, ONE, two)
    with pytest.raises(StoreError, match="unique title"):
        await run(kind, shop("id: Int  title: String", "unique title"))
    assert await run(kind, FIRST) == [ONE, two]


async def test_indexes_and_unique_clauses_come_and_go(run, kind):
    await run(kind, FIRST, ONE)
    unique = shop("id: Int  title: String", "unique title  index title, id")
    two = {"id": 2, "title": "Emma"}
    with pytest.raises(Exception, match="Duplicate"):
        await run(kind, unique, two)
    assert await run(kind, FIRST, two) == [ONE, two]
