"""Health and alerts of keyed reactors: of those that run, and counted by reactor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from packetflow import (
    Alert,
    AnyHandler,
    App,
    Child,
    Health,
    Keyed,
    Supervise,
    VirtualClock,
)
from tests.routing.keeping import CALLER, KeyedKeeper, Put


def few(self: Any, look: Any) -> bool:
    """Whether nobody keeps more than two values."""
    return all(len(one) < 3 for one in look.state.values.values())


def many(self: Any, look: Any) -> bool:
    """Whether somebody does."""
    return not few(self, look)


class Watched(KeyedKeeper):
    """Keeps values, not too many."""

    name: ClassVar[str] = "keyed.Watched"
    handlers: ClassVar[tuple[AnyHandler, ...]] = KeyedKeeper.handlers
    health: ClassVar[tuple[Health, ...]] = (Health(10.0, few),)
    alerts: ClassVar[tuple[Alert, ...]] = (Alert("Many", many, lasting=5.0),)


class Watching(App):
    """One for each key."""

    tree: ClassVar[Supervise] = Supervise(
        children=(Child(Watched, many=Keyed("key", idle=60.0)),)
    )


async def test_those_that_run_are_looked_at_and_the_others_are_not() -> None:
    clock = VirtualClock()
    async with Watching(clock=clock) as app:
        (condition,) = app.health
        assert (condition.reactor, condition.why) == ("keyed.Watched", "")
        for key in ("a", "b", "c"):
            for _ in range(1 if key == "b" else 3):
                await app.ask(Put(key=key), CALLER)
        await clock.advance(timedelta(seconds=11))
        (condition,) = app.health
        assert condition.why == "keyed.Watched/a: its check does not hold; and 1 more"
        assert [(one.reactor, one.name) for one in app.alerts] == [
            ("keyed.Watched/a", "Many"),
            ("keyed.Watched/c", "Many"),
        ]
        text = app.metrics()
        assert text.count("packetflow_alert{") == text.count("packetflow_healthy{") == 1
        assert 'reactor="keyed.Watched"' in text
        assert "keyed.Watched/" not in text
        await clock.advance(timedelta(seconds=200))
        assert app.alerts == ()
        assert app.health[0].healthy


async def test_the_same_key_is_looked_at_again_when_it_comes_back() -> None:
    clock = VirtualClock()
    async with Watching(clock=clock) as app:
        for _ in range(3):
            await app.ask(Put(key="a"), CALLER)
        await clock.advance(timedelta(seconds=200))
        assert app.alerts == ()
        await app.ask(Put(key="a"), CALLER)
        await clock.advance(timedelta(seconds=11))
        assert [one.reactor for one in app.alerts] == ["keyed.Watched/a"]
        assert not app.health[0].healthy
