"""A process that opens tickets until it is killed, and says which it was told of."""

from __future__ import annotations

import asyncio
import sys

from packetflow.store.sqlite import SqliteStore


async def main(folder: str, first: int) -> None:
    """Open tickets from a number on, several beside each other."""
    import desk

    ann = desk.Session(tenant="acme")

    async def some(place: int) -> None:
        for number in range(first + place, first + 1_000_000, 4):
            await app.ask(desk.OpenTicket(number, f"title {number}"), ann)
            print(number, flush=True)

    async with desk.Help(store=SqliteStore(f"{folder}/desk.db")) as app:
        await asyncio.gather(*(some(place) for place in range(4)))


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
