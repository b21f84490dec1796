"""A changed program over the journals of keys: each is brought over when it is needed."""

from __future__ import annotations

from typing import Any

import pytest

from packetflow import Context, Stopped
from packetflow.store import MemoryStore, StoreError
from tests.durable.versions import version

ANN = Context()


def program(state: str, body: str, *, every: int = 1000, clause: str = "") -> str:
    """Tills, one for each shop."""
    return f"""
intent Put(shop: String, n: Int) -> Int requires nothing
reactor Till {{
  state {{ {state} }}
  journal snapshot every {every}
  {clause}
  on Put(shop, n) {{ {body} }}
}}
app Shops {{ supervise one_for_one {{ Till for each shop with idle 1m }} store memory }}
"""


def old(every: int) -> str:
    return program("euros: Int = 0", "state.euros += n reply state.euros", every=every)


NEW = program("cents: Int = 0", "state.cents += n reply state.cents")


def in_cents(state: dict[str, Any]) -> dict[str, Any]:
    if state["euros"] == 13:
        raise ValueError("13")
    return {"cents": state["euros"] * 100}


async def run(
    folder: Any, text: str, store: MemoryStore, *puts: tuple[str, int], **given: Any
) -> list[Any]:
    with version(folder, text) as module:
        async with module.Shops(store=store, **given) as app:
            found: list[Any] = []
            for put in puts:
                try:
                    found.append(await app.ask(module.Put(*put), ANN))
                except Stopped as error:
                    found.append(str(error))
            return found


def kept(store: MemoryStore, shop: str) -> Any:
    log = f"journal:till.Till/{shop}"
    return store.get("snapshot", log), [line.body for line in store.read(log)]


@pytest.mark.parametrize("every", [1, 1000], ids=["snapshot", "lines"])
async def test_each_is_migrated_when_it_is_first_needed(tmp_path, every):
    store = MemoryStore()
    await run(tmp_path / "a", old(every), store, ("a", 1), ("b", 2), ("a", 4))
    before = kept(store, "b")
    given = {"migrations": {"till.Till": in_cents}}
    assert await run(tmp_path / "b", NEW, store, ("a", 1), ("new", 1), **given) == [
        501,
        1,
    ]
    assert kept(store, "b") == before
    assert await run(tmp_path / "c", NEW, store, ("b", 1), ("a", 1), **given) == [
        201,
        502,
    ]


async def test_one_that_cannot_be_migrated_stays_as_it_was_and_the_others_go_on(
    tmp_path,
):
    store = MemoryStore()
    await run(tmp_path / "a", old(5), store, ("a", 13), ("b", 2))
    before = kept(store, "a")
    given = {"migrations": {"till.Till": in_cents}}
    bad, good = await run(tmp_path / "b", NEW, store, ("a", 1), ("b", 1), **given)
    assert "the migration in_cents failed" in bad
    assert good == 201
    assert kept(store, "a") == before


async def test_a_program_that_lacks_the_migration_does_not_start(tmp_path):
    store = MemoryStore()
    await run(tmp_path / "a", old(5), store, ("a", 1))
    with pytest.raises(StoreError, match=r"till\.Till does not fit .* needs a migrat"):
        await run(tmp_path / "b", NEW, store)
    given = {"migrations": {"till.Till": in_cents}}
    await run(tmp_path / "c", NEW, store, **given)
    # No key was needed since; yet an older program would read what a newer one kept.
    for number, text in enumerate((NEW, old(5))):
        with pytest.raises(StoreError, match="does not fit this program"):
            await run(tmp_path / f"d{number}", text, store)
    assert await run(tmp_path / "e", NEW, store, ("a", 1), **given) == [101]


async def test_what_is_added_has_its_default_in_each(tmp_path):
    store = MemoryStore()
    await run(tmp_path / "a", old(5), store, ("a", 1), ("b", 2))
    more = program("euros: Int = 0, more: Int = 7", "state.euros += n reply state.more")
    assert await run(tmp_path / "b", more, store, ("a", 1), ("c", 1)) == [7, 7]
