"""A process with the reactors of keys over one file: what it is told it reads line by line."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, ClassVar

from packetflow import AnyHandler, App, Child, Handler, Keyed, Supervise, Unavailable
from packetflow.store.sqlite import SqliteStore
from tests.keyed.carts import ANN, Add, Cart, Heard, Ledger, Look


class Book(Ledger):
    """Hears of one cart."""

    def on_read(self, turn: Any, intent: Read) -> tuple[str, ...]:
        """What it has heard."""
        return tuple(item for _, item in turn.state.heard)


class Read(Look, frozen=True):
    """What the book of a cart has heard."""


Book.name = "carts.Book"
Book.handlers = (
    Handler(Heard, Ledger.on_heard),
    Handler(Read, Book.on_read, reads_only=True),
)
ONE: tuple[AnyHandler, ...] = Cart.handlers


class Moving(App):
    """Carts and their books, each where it is needed."""

    name: ClassVar[str] = "carts.Moving"
    tree: ClassVar[Supervise] = Supervise(
        max_restarts=1_000,
        children=(
            Child(Book, many=Keyed("cart")),
            Child(Cart, many=Keyed("cart")),
        ),
    )


async def main(path: str) -> None:
    """Answer each line with a line that has the same number."""
    loop = asyncio.get_running_loop()
    store = SqliteStore(path)
    async with Moving(store=store) as app:

        async def answer(number: int, what: str, cart: str, item: str) -> None:
            try:
                found: object = await _do(app, what, cart, item)
            except Unavailable as error:
                found = f"unavailable: {error}"
            sys.stdout.write(json.dumps([number, found]) + "\n")
            sys.stdout.flush()

        running: set[asyncio.Task[None]] = set()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            running.add(loop.create_task(answer(*json.loads(line))))
        await asyncio.gather(*running)


async def _do(app: App, what: str, cart: str, item: str) -> object:
    if what == "add":
        return await app.ask(Add(cart, item), ANN, key=item)
    if what == "queue":
        return await app.ask(Add(cart, item), ANN)
    if what == "look":
        return await app.ask(Look(cart), ANN)
    if what == "read":
        return await app.ask(Read(cart), ANN)
    await app.passivate(Cart, cart)
    return await app.passivate(Book, cart)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
