"""A process whose schedule comes due fifty times a second, until it is killed."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from packetflow.store.sqlite import SqliteStore
from packetflow.temporal import Every
from tests.temporal import shop
from tests.temporal.shop import House, KeptHouse

PERIOD = timedelta(milliseconds=20)


async def main(path: Path, house: type[House]) -> None:
    Shop = shop.shop(Every(PERIOD), house=house, missed="all", overlap="queue")
    async with Shop(store=SqliteStore(path)) as app:
        told = 0
        while True:
            made = await shop.rounds(app)
            for _ in made[told:]:
                print("made", flush=True)
            told = len(made)
            await asyncio.sleep(0.002)


if __name__ == "__main__":
    kinds = {each.__name__: each for each in (House, KeptHouse)}
    asyncio.run(main(Path(sys.argv[1]), kinds[sys.argv[2]]))
