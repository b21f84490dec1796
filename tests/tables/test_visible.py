"""`find visible` shows just the rows whose guard the caller's capabilities cover."""

from __future__ import annotations

import asyncio
import datetime
import random

import pytest

from packetflow import ANY, Context
from tests.tables.conftest import KINDS
from tests.tables.programs import imported

PROGRAM = """
union Level { Low High }
record Paper { id: Int  tenant: String  at: Path  size: Int  level: Level  day: Date }
capability Archive {
  see(tenant: String, at: Path, size: max[Int], level: Level)
  old(day: min[Date])
  all implies see(*, *, *, *)
  tenant_of(tenant: String) implies see(tenant, "/pub/**", 10, Level.Low)
}
table Papers of Paper { key id  read Archive.see(tenant, at, size, level)  write Archive.all }
table Days of Paper { key id  read Archive.old(day)  write Archive.all }
intent Add(paper: Paper) fails Duplicate requires Archive.all
intent Show -> List[Paper] requires nothing
intent ShowDays -> List[Paper] requires nothing
intent ShowSmall(most: Int) -> Int requires nothing
reactor Room {
  on Add(paper) { insert paper into Papers  insert paper into Days }
  on Show { let page = find visible Papers order by it.id  reply page.items }
  on ShowDays { let page = find visible Days order by it.id  reply page.items }
  on ShowSmall(most) {
    let page = find visible Papers where it.size <= most limit 1
    reply page.total
  }
}
app House { supervise one_for_one { Room } store memory }
"""

TENANTS = ["a", "b", "*", "/**", ""]
PATHS = ["/", "/pub", "/pub/x", "/public", "/pub/x/y", "/in"]
SIZES = [-5, 0, 10, 11, 2**70]
DAYS = [datetime.date(2024, 1, day) for day in (1, 2, 3)]


def grants(rng, module):
    """Random capabilities, as a caller may hold them."""
    archive, level = module.Archive, list(module.Level)
    found = []
    for _ in range(rng.randrange(4)):
        path = rng.choice(PATHS)
        tenant, day = rng.choice([ANY, *TENANTS]), rng.choice([ANY, *DAYS])
        at = rng.choice([ANY, path, f"{path.rstrip('/')}/**"])
        size, what = rng.choice([ANY, *SIZES]), rng.choice([ANY, *level])
        see = archive.see(tenant, at, size, what)
        found.append(rng.choice([see, archive.tenant_of(tenant), archive.old(day)]))
    if rng.random() < 0.05:
        found.append(archive.all)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_visible_rows_are_those_that_the_kernel_allows(tmp_path, kind, opened):
    rng = random.Random("visible")

    async def run(module):
        level = list(module.Level)
        papers = [
            module.Paper(
                number,
                rng.choice(TENANTS),
                rng.choice(PATHS),
                rng.choice(SIZES),
                rng.choice(level),
                rng.choice(DAYS),
            )
            for number in range(60)
        ]
        shown = 0
        async with module.House(store=opened(kind)) as app:
            root = Context(capabilities=[module.Archive.all])
            for paper in papers:
                await app.ask(module.Add(paper), root)
            for _ in range(150):
                caller = Context(capabilities=grants(rng, module))
                known = module.capabilities
                see, old = known.ARCHIVE_SEE, known.ARCHIVE_OLD
                wanted = [
                    one
                    for one in papers
                    if caller.held.covers(see, one.tenant, one.at, one.size, one.level)
                ]
                assert await app.ask(module.Show(), caller) == tuple(wanted)
                small = [one for one in wanted if one.size <= 10]
                assert await app.ask(module.ShowSmall(10), caller) == len(small)
                aged = [one for one in papers if caller.held.covers(old, one.day)]
                assert await app.ask(module.ShowDays(), caller) == tuple(aged)
                shown += 0 < len(wanted) < len(papers)
        assert shown > 30

    with imported(tmp_path, "house", PROGRAM) as module:
        asyncio.run(run(module))
