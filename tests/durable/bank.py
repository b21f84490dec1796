"""A durable reactor that is used in these tests, and what surrounds it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import msgspec

from packetflow import (
    AnyHandler,
    App,
    Capability,
    Child,
    Context,
    Effect,
    Event,
    Failure,
    Handler,
    Intent,
    Journal,
    Kind,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.effect import idempotency_key

USE = Kind("bank.Desk.use")

PERFORMED: list[tuple[str, str | None]] = []


def _receipt(text: str) -> None:
    PERFORMED.append((text, idempotency_key()))


receipt = Effect("bank.receipt", _receipt)


class Who(Context, frozen=True, kw_only=True):
    name: str = ""

    def grants(self):
        yield USE()


class Poor(Failure):
    def __init__(self, there: int) -> None:
        super().__init__(there=there)
        self.there = there

    there: int


class Moved(Event, frozen=True):
    account: str
    amount: int


class Deposit(Intent[int], frozen=True):
    account: str
    amount: int


class Withdraw(Intent[int], frozen=True):
    account: str
    amount: int


class Close(Intent[None], frozen=True):
    account: str


class Total(Intent[int], frozen=True):
    pass


class Boom(Intent[None], frozen=True):
    account: str


class Note(Intent[None], frozen=True):
    """Sent by the bank to the book."""

    text: str

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        return () if caller.held.allows(USE()) else (USE(),)


class Later(Intent[None], frozen=True):
    text: str
    after: timedelta


class Pages(Intent[tuple[str, ...]], frozen=True):
    pass


class BankState(State):
    balances: dict[str, int] = msgspec.field(default_factory=dict)
    moves: int = 0


class Bank(Reactor[BankState]):
    def deposit(self, turn: Turn[BankState], intent: Deposit) -> int:
        state = turn.state
        balance = state.balances.get(intent.account, 0) + intent.amount
        turn.put(state.balances, intent.account, balance)
        state.moves += 1
        turn.emit(Moved(intent.account, intent.amount))
        turn.send(Note(f"{intent.account} +{intent.amount}"))
        turn.performs(receipt, f"{intent.account} has {balance}")
        return balance

    def withdraw(self, turn: Turn[BankState], intent: Withdraw) -> int:
        state = turn.state
        there = state.balances.get(intent.account, 0)
        state.moves += 1
        if there < intent.amount:
            raise Poor(there)
        turn.put(state.balances, intent.account, there - intent.amount)
        return there - intent.amount

    def close(self, turn: Turn[BankState], intent: Close) -> None:
        turn.drop(turn.state.balances, intent.account)

    def boom(self, turn: Turn[BankState], intent: Boom) -> None:
        turn.put(turn.state.balances, intent.account, -1)
        turn.state.moves = -1
        turn.emit(Moved(intent.account, -1))
        raise RuntimeError("boom")

    def later(self, turn: Turn[BankState], intent: Later) -> None:
        turn.send(Note(intent.text), after=intent.after)

    def total(self, turn: Turn[BankState], intent: Total) -> int:
        return sum(turn.state.balances.values())

    name: ClassVar[str] = "bank.Bank"
    state_type: ClassVar[type[State]] = BankState
    journal: ClassVar[Journal | None] = Journal(snapshot_every=1000)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Deposit, deposit),
        Handler(Withdraw, withdraw),
        Handler(Close, close),
        Handler(Boom, boom),
        Handler(Later, later),
        Handler(Total, total, reads_only=True),
    )


class BookState(State):
    pages: tuple[str, ...] = ()


class Book(Reactor[BookState]):
    def note(self, turn: Turn[BookState], intent: Note) -> None:
        turn.state.pages = (*turn.state.pages, intent.text)

    def read(self, turn: Turn[BookState], intent: Pages) -> tuple[str, ...]:
        return turn.state.pages

    name: ClassVar[str] = "bank.Book"
    state_type: ClassVar[type[State]] = BookState
    journal: ClassVar[Journal | None] = Journal(snapshot_every=1000)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Note, note),
        Handler(Pages, read, reads_only=True),
    )


class BankApp(App):
    name: ClassVar[str] = "bank.BankApp"
    tree: ClassVar[Supervise] = Supervise(children=(Child(Bank), Child(Book)))


ANN = Who(name="ann")
BOB = Who(name="bob")
