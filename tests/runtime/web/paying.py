"""A bank that is served: as a program, it takes a database and tells its port."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import ClassVar

import uvicorn

from packetflow import (
    AnyHandler,
    Child,
    Context,
    Handler,
    Intent,
    Journal,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.store.sqlite import SqliteStore
from packetflow.web import Api, DevAuth, Endpoint, Web, asgi
from tests.durable.bank import Bank, BankApp, Book, Deposit, Total, Withdraw


class Person(Context, frozen=True, kw_only=True):
    """Somebody who signed in."""

    user: str


async def person(subject: str) -> Person | None:
    return Person(user=subject)


class Slow(Intent[int], frozen=True):
    """Handled once the gate is open."""

    amount: int


class Quick(Intent[int], frozen=True):
    """Handled by a reactor that keeps nothing."""

    amount: int = 0


class Gate:
    """What `Slow` waits for, whether it waits, and how often it was handled."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.handled = 0


GATES: list[Gate] = []


class Patient(Reactor[State]):
    """Waits."""

    async def slow(self, turn: Turn[State], intent: Slow) -> int:
        """Wait, and count."""
        GATES[-1].reached.set()
        await GATES[-1].open.wait()
        GATES[-1].handled += 1
        return intent.amount

    name: ClassVar[str] = "paying.Patient"
    journal: ClassVar[Journal | None] = Journal(snapshot_every=1000)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Slow, slow),)


class Forgetful(Reactor[State]):
    """Keeps nothing."""

    def quick(self, turn: Turn[State], intent: Quick) -> int:
        """Answer."""
        return intent.amount

    name: ClassVar[str] = "paying.Forgetful"
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Quick, quick),)


class Paying(BankApp):
    """The bank with an API."""

    name: ClassVar[str] = "paying.Paying"
    tree: ClassVar[Supervise] = Supervise(
        children=(Child(Bank), Child(Book), Child(Patient), Child(Forgetful))
    )
    web: ClassVar[object | None] = Web(
        name="Bank",
        auth=(DevAuth(Person, person),),
        apis=(
            Api(
                "/api",
                Person,
                (
                    Endpoint("POST", "/deposits", Deposit, status=201),
                    Endpoint("POST", "/withdrawals", Withdraw),
                    Endpoint("POST", "/slow", Slow),
                    Endpoint("POST", "/quick", Quick),
                    Endpoint("GET", "/quick", Quick),
                    Endpoint("GET", "/total", Total),
                ),
            ),
        ),
    )


async def main(database: str) -> None:
    """Serve until somebody kills this."""
    app = Paying(store=SqliteStore(Path(database)))
    config = uvicorn.Config(asgi(app), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
