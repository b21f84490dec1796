"""How long an answer is kept for who repeats a request, and that it is gone then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from packetflow import Context, VirtualClock
from packetflow.actor.reactor import Journal
from packetflow.actor.retention import Retention
from packetflow.store import MemoryStore
from tests.durable.versions import compiled, version

ANN = Context()
PROGRAM = """
intent Put(shop: String, n: Int) -> Int requires nothing
intent Add(n: Int) -> Int requires nothing
intent Say(n: Int) -> Int requires nothing
reactor Till {
  state { sum: Int = 0 }
  journal answers 1h * 24
  on Put(shop, n) { state.sum += n reply state.sum }
}
reactor Sum {
  state { sum: Int = 0 }
  journal snapshot every 5 answers 90m
  on Add(n) { state.sum += n reply state.sum }
}
reactor Usual {
  state { sum: Int = 0 }
  journal
  on Say(n) { state.sum += n reply state.sum }
}
app Shops { supervise one_for_one { Till for each shop with idle 1m  Sum  Usual } store memory }
"""
LIVES = {"Till": timedelta(days=1), "Sum": timedelta(minutes=90), "Usual": timedelta(7)}


def kept(store: MemoryStore, reactor: str) -> int:
    """How much the store holds of a reactor's answers."""
    spaces = (f"replies:till.{reactor}", f"replies-by-time:till.{reactor}")
    found = {len(store.scan(space)) for space in spaces}
    assert len(found) == 1
    return found.pop()


@pytest.fixture
def module(tmp_path):
    with version(tmp_path / "v", PROGRAM) as made:
        yield made


def asked(module: Any, reactor: str, n: int) -> Any:
    put = {"Till": lambda: module.Put("a", n), "Sum": lambda: module.Add(n)}
    return put.get(reactor, lambda: module.Say(n))()


@pytest.mark.parametrize("reactor", LIVES)
async def test_an_answer_is_there_as_long_as_it_says_and_not_longer(module, reactor):
    store, clock = MemoryStore(), VirtualClock()
    life = LIVES[reactor]
    async with module.Shops(store=store, clock=clock) as app:
        assert await app.ask(asked(module, reactor, 5), ANN, key="k") == 5
        await clock.advance(life - timedelta(minutes=10))
        assert await app.ask(asked(module, reactor, 5), ANN, key="k") == 5
        await app.ask(asked(module, reactor, 1), ANN, key="other")
        assert kept(store, reactor) == 2
        await clock.advance(timedelta(minutes=15))
        # Nobody has asked, and no snapshot was taken.
        assert kept(store, reactor) == 1
        assert await app.ask(asked(module, reactor, 5), ANN, key="k") == 11
        await clock.advance(life + timedelta(minutes=5))
        assert kept(store, reactor) == 0


@pytest.mark.parametrize("reactor", LIVES)
async def test_what_became_old_while_nothing_ran_is_forgotten_at_the_start(
    module, reactor
):
    store, clock = MemoryStore(), VirtualClock()
    async with module.Shops(store=store, clock=clock) as app:
        for number in range(1_200):
            await app.ask(asked(module, reactor, 1), ANN, key=f"{number}")
    later = VirtualClock(clock.now() + LIVES[reactor] / 2)
    async with module.Shops(store=store, clock=later) as app:
        await later.settle()
        assert kept(store, reactor) == 1_200
        await later.advance(LIVES[reactor] / 4)
        assert kept(store, reactor) == 1_200
    later = VirtualClock(clock.now() + LIVES[reactor] + timedelta(minutes=1))
    async with module.Shops(store=store, clock=later) as app:
        await later.advance(timedelta(minutes=2))
        assert kept(store, reactor) == 0


async def test_without_looking_it_would_stay(module, monkeypatch):
    """A control."""
    monkeypatch.setattr(Retention, "_wait", lambda *_: None)
    store, clock = MemoryStore(), VirtualClock()
    async with module.Shops(store=store, clock=clock) as app:
        await app.ask(module.Put("a", 1), ANN, key="k")
        await clock.advance(timedelta(days=30))
        assert kept(store, "Till") == 1


@pytest.mark.parametrize("written", ["0s", "1d - 1d", "-1d"])
def test_no_time_at_all_is_refused(written):
    text = PROGRAM.replace("1h * 24", written)
    with pytest.raises(AssertionError, match="above zero"):
        compiled(text)


def test_in_python_too():
    with pytest.raises(ValueError, match="above zero"):
        Journal(answers=0)
