"""A program that has changed reads what an older one wrote, or says why it does not."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Journal,
    Reactor,
    State,
    Supervise,
)
from packetflow.store import MemoryStore, StoreError

ANN = Context()


class Old(msgspec.Struct, frozen=True, kw_only=True):
    name: str


class New(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    stars: int = 3


class Add(Intent[int], frozen=True):
    name: str


class Names(Intent[tuple[str, ...]], frozen=True):
    pass


class OldState(State):
    items: dict[str, Old] = msgspec.field(default_factory=dict)
    latest: Old | None = None


class NewState(State):
    items: dict[str, New] = msgspec.field(default_factory=dict)
    latest: New | None = None
    added: tuple[str, ...] = ("none",)


class FewerState(State):
    items: dict[str, Old] = msgspec.field(default_factory=dict)


class OtherState(State):
    items: dict[str, Old] = msgspec.field(default_factory=dict)
    latest: int | None = None


def program(state_type: type[State], kind: type, every: int) -> type[App]:
    class Shelf(Reactor[state_type]):
        def add(self, turn, intent: Add) -> int:
            made = kind(name=intent.name)
            turn.put(turn.state.items, intent.name, made)
            if hasattr(turn.state, "latest"):
                turn.state.latest = made
            return len(turn.state.items)

        def names(self, turn, intent: Names) -> tuple[str, ...]:
            return tuple(str(one) for one in turn.state.items.values())

        name: ClassVar[str] = "shelf.Shelf"
        journal: ClassVar[Journal | None] = Journal(every)
        handlers: ClassVar[tuple[AnyHandler, ...]] = (
            Handler(Add, add),
            Handler(Names, names, reads_only=True),
        )

    Shelf.state_type = state_type

    class Shop(App):
        tree: ClassVar[Supervise] = Supervise(children=(Child(Shelf),))

    return Shop


async def written(every: int) -> MemoryStore:
    store = MemoryStore()
    async with program(OldState, Old, every)(store=store) as app:
        await app.ask(Add("a"), ANN)
        await app.ask(Add("b"), ANN)
    return store


@pytest.mark.parametrize("every", [1, 1000], ids=["snapshot", "lines"])
async def test_fields_that_were_added_have_their_defaults(every):
    store = await written(every)
    async with program(NewState, New, every)(store=store) as app:
        found = app.system.cells[0].state
        assert found.added == ("none",)
        assert found.items == {"a": New(name="a"), "b": New(name="b")}
        assert found.latest == New(name="b")
        assert await app.ask(Add("c"), ANN) == 3


@pytest.mark.parametrize("every", [1, 1000], ids=["snapshot", "lines"])
@pytest.mark.parametrize("state", [FewerState, OtherState])
async def test_what_does_not_fit_is_told_and_nothing_is_lost(state, every):
    store = await written(every)
    app = program(state, Old, every)(store=store)
    with pytest.raises(StoreError, match="latest"):
        await app.__aenter__()
    await app.__aexit__(None, None, None)
    async with program(OldState, Old, every)(store=store) as again:
        assert len(await again.ask(Names(), ANN)) == 2
