"""Routers that send to all, as a state machine: nobody is left out, whoever refuses."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from packetflow import (
    Context,
    Delivered,
    Gathered,
    Intent,
    MailboxFull,
    NoTarget,
    PacketFlowError,
    Router,
)
from packetflow.capability import Held
from tests.routing.keeping import CALLER

QUICK = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
)
FINDING = settings(QUICK, phases=(Phase.generate,), max_examples=300)


class News(Intent[None], frozen=True):
    """Something for everybody."""

    number: int


class Reader:
    """A target that may be full."""

    depth = 0
    provides = Held(())

    def __init__(self, name: str, *, full: bool) -> None:
        self.name = name
        self.full = full
        self.got: list[int] = []

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        await self.ask(intent, caller)

    async def ask(self, intent: Intent[Any], caller: Context) -> Any:
        await asyncio.sleep(0)
        if self.full:
            raise MailboxFull("the mailbox is full")
        assert isinstance(intent, News)
        self.got.append(intent.number)
        return self.name


class ToAll(RuleBasedStateMachine):
    """Readers come, go and fill up; news are sent to all of them."""

    kind: ClassVar[type[Router]] = Router

    def __init__(self) -> None:
        super().__init__()
        self.tells = self.kind("broadcast")
        self.asks = self.kind("scatter_gather")
        self.readers: list[Reader] = []
        self.numbers = 0
        self.loop = asyncio.new_event_loop()

    @rule(full=st.booleans())
    def add(self, full: bool) -> None:
        self.numbers += 1
        reader = Reader(f"r{self.numbers}", full=full)
        self.readers.append(reader)
        self.tells.add(reader)
        self.asks.add(reader)

    @precondition(lambda self: self.readers)
    @rule(place=st.integers(0, 9))
    def remove(self, place: int) -> None:
        gone = self.readers.pop(place % len(self.readers))
        self.tells.remove(gone.name)
        self.asks.remove(gone.name)

    @precondition(lambda self: self.readers)
    @rule(place=st.integers(0, 9))
    def fill_or_empty(self, place: int) -> None:
        reader = self.readers[place % len(self.readers)]
        reader.full = not reader.full

    @rule()
    def tell(self) -> None:
        self.numbers += 1
        done = self.loop.run_until_complete(self.tells.tell(News(self.numbers), CALLER))
        if not self.readers:
            assert done.to == ()
            assert isinstance(done.failures[""], NoTarget)
            return
        assert list(done.to) == [one.name for one in self.readers if not one.full]
        assert list(done.failures) == [one.name for one in self.readers if one.full]
        self._got()

    @rule()
    def gather(self) -> None:
        self.numbers += 1
        asked = self.asks.gather(News(self.numbers), CALLER)
        if not self.readers:
            with pytest.raises(NoTarget):
                self.loop.run_until_complete(asked)
            return
        found = self.loop.run_until_complete(asked)
        assert found.values == {
            one.name: one.name for one in self.readers if not one.full
        }
        assert list(found.failures) == [one.name for one in self.readers if one.full]
        self._got()

    def _got(self) -> None:
        for reader in self.readers:
            assert (self.numbers in reader.got) is not reader.full
            assert len(set(reader.got)) == len(reader.got)

    def teardown(self) -> None:
        self.loop.close()


class Discouraged(Router):
    """Stops at the first who refuses."""

    async def tell(self, intent: Intent[Any], caller: Context) -> Delivered:
        to: list[str] = []
        for target in self.targets:
            try:
                await target.tell(intent, caller)
            except PacketFlowError as error:
                return Delivered(tuple(to), {target.name: error})
            to.append(target.name)
        return Delivered(tuple(to)) if to else await super().tell(intent, caller)


class Silent(Router):
    """Does not say who has failed."""

    async def gather(
        self, intent: Intent[Any], caller: Context, *, within: float | None = None
    ) -> Gathered[Any]:
        found = await super().gather(intent, caller, within=within)
        return Gathered(found.values)


class Loyal(Router):
    """Keeps the last one."""

    def remove(self, name: str) -> None:
        if len(self.targets) > 1:
            super().remove(name)


class Twice(Router):
    """Tells the first one once more."""

    async def tell(self, intent: Intent[Any], caller: Context) -> Delivered:
        found = await super().tell(intent, caller)
        if found.to:
            await self.targets[0].tell(intent, caller)
        return found


def test_everybody_gets_it_whoever_refuses() -> None:
    run_state_machine_as_test(ToAll, settings=QUICK)


@pytest.mark.parametrize("faulty", [Discouraged, Silent, Loyal, Twice])
def test_a_fault_is_found(faulty: type[Router]) -> None:
    machine = type("Faulty", (ToAll,), {"kind": faulty})
    with pytest.raises((AssertionError, KeyError, MailboxFull, ValueError)):
        run_state_machine_as_test(machine, settings=FINDING)
