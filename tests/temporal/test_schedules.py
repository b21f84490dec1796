"""Schedules of a running app, on a virtual clock and over restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from packetflow import Principal, VirtualClock
from packetflow.store import MemoryStore
from packetflow.store.interface import Append, Entry, StoreError, Write
from packetflow.store.sqlite import SqliteStore
from packetflow.temporal import At, Calendar, Cron, Every, Hours, Tick
from packetflow.temporal.schedule import Missed
from tests.temporal.shop import House, KeptHouse, rounds, shop

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)


def at_hours(*hours: float) -> list[datetime]:
    return [START + hour * HOUR for hour in hours]


async def test_every_so_long_from_the_start() -> None:
    clock = VirtualClock(START + timedelta(minutes=7))
    async with shop(Every(HOUR))(clock=clock) as app:
        await clock.advance(3 * HOUR - timedelta(seconds=1))
        first = START + timedelta(minutes=7)
        assert await rounds(app) == [first + HOUR, first + 2 * HOUR]
        await clock.advance(timedelta(seconds=1))
        assert len(await rounds(app)) == 3


async def test_a_year_of_a_cron_line_by_a_wall_clock() -> None:
    clock = VirtualClock(START)
    async with shop(Cron("30 2 * * *", "Europe/Paris"))(clock=clock) as app:
        await clock.advance(365 * DAY)
        made = await rounds(app)
        assert len(made) == 365
        # The clock is set forward over half past two on 29 March.
        assert datetime(2026, 3, 29, 1, 0, tzinfo=UTC) in made
        assert datetime(2026, 3, 30, 0, 30, tzinfo=UTC) in made
        (runs,) = app.runs
        assert (runs.done, runs.missed, runs.skipped) == (365, 0, 0)
        assert runs.due == datetime(2027, 1, 1, 1, 30, tzinfo=UTC)


async def test_once() -> None:
    clock = VirtualClock(START)
    async with shop(At(START.date(), time(5), "UTC"))(clock=clock) as app:
        await clock.advance(10 * DAY)
        assert await rounds(app) == at_hours(5)
        assert app.runs[0].due is None


async def test_a_principal_who_lacks_it_is_denied_at_each_time() -> None:
    class Nobody(Principal, frozen=True, kw_only=True):
        pass

    clock = VirtualClock(START)
    async with shop(Every(HOUR), principal=Nobody)(clock=clock) as app:
        await clock.advance(2 * HOUR)
        assert await rounds(app) == []
        assert app.runs[0].denied == 2
        assert [one.verdict for one in app.audit] == ["denied", "denied"]


async def test_outside_of_its_hours_nothing_is_sent() -> None:
    nights = Calendar("UTC", Hours("mon..sun", time(22), time(2)))
    clock = VirtualClock(START)
    async with shop(Every(HOUR), during=nights)(clock=clock) as app:
        await clock.advance(DAY)
        assert await rounds(app) == at_hours(1, 22, 23, 24)
        assert app.runs[0].closed == 20


async def test_jitter_puts_off_and_never_brings_forward() -> None:
    clock = VirtualClock(START)
    late: list[timedelta] = []
    async with shop(Every(HOUR), jitter=timedelta(minutes=10))(clock=clock) as app:
        before = 0
        for _ in range(600):
            await clock.advance(timedelta(minutes=1))
            if len(made := await rounds(app)) > before:
                before = len(made)
                late.append(clock.now() - made[-1])
    assert len(late) >= 9
    assert all(timedelta() <= one <= timedelta(minutes=11) for one in late)
    assert max(late) - min(late) > timedelta(minutes=2)


# -------------------------------------------------------------------- overlap
async def _busy(overlap: str) -> tuple[list[datetime], list[datetime]]:
    """Four hours, in the first two of which rounds are not finished."""
    clock = VirtualClock(START)
    async with shop(Every(HOUR), overlap=overlap)(clock=clock) as app:  # type: ignore[arg-type]  # names as a program has them
        House.gate = asyncio.Event()
        await clock.advance(2.5 * HOUR)
        begun = list(House.begun)
        House.gate.set()
        await clock.advance(1.5 * HOUR)
        return [datetime.fromisoformat(one) for one in begun], await rounds(app)


async def test_skip_leaves_out_what_overlaps() -> None:
    begun, made = await _busy("skip")
    assert begun == at_hours(1)
    assert made == at_hours(1, 3, 4)


async def test_queue_lets_it_wait() -> None:
    begun, made = await _busy("queue")
    assert begun == at_hours(1)
    assert made == at_hours(1, 2, 3, 4)


async def test_allow_sends_all_the_same() -> None:
    _, made = await _busy("allow")
    assert made == at_hours(1, 2, 3, 4)


async def test_cancel_takes_back_what_nobody_has_begun() -> None:
    clock = VirtualClock(START)
    async with shop(Every(HOUR), overlap="cancel")(clock=clock) as app:
        House.gate = asyncio.Event()
        await clock.advance(3.5 * HOUR)
        assert app.runs[0].running == 1
        House.gate.set()
        await clock.settle()
        # The first one had begun and is finished; the second one only waited.
        assert await rounds(app) == at_hours(1, 3)


# -------------------------------------------------------------------- missed
@pytest.mark.parametrize(
    ("missed", "within", "made"),
    [
        ("skip", None, at_hours(1, 11)),
        ("once", None, at_hours(1, 10, 11)),
        ("all", None, at_hours(*range(1, 12))),
        ("once", timedelta(minutes=20), at_hours(1, 11)),
        ("once", timedelta(minutes=30), at_hours(1, 10, 11)),
        ("all", 3 * HOUR, at_hours(1, 8, 9, 10, 11)),
    ],
)
async def test_what_was_missed_while_the_app_was_down(
    missed: Missed, within: timedelta | None, made: list[datetime], tmp_path: Path
) -> None:
    Shop = shop(Every(HOUR), house=KeptHouse, missed=missed, within=within)
    clock = VirtualClock(START)
    store = SqliteStore(tmp_path / "shop.db")
    async with Shop(clock=clock, store=store) as app:
        await clock.advance(1.5 * HOUR)
        await rounds(app)
    clock = VirtualClock(START + 10.5 * HOUR)
    async with Shop(clock=clock, store=store) as app:
        for _ in range(20):  # each is handled when the one before is durable
            await clock.settle()
            await rounds(app)
        await clock.advance(HOUR)
        assert await rounds(app) == made
        assert app.runs[0].missed == len(made) - 2
    store.close()


async def test_the_first_start_has_missed_nothing() -> None:
    Shop = shop(Cron("0 0 * * *", "UTC"), missed="all")
    clock = VirtualClock(START + HOUR)
    async with Shop(clock=clock, store=MemoryStore()) as app:
        await clock.settle()
        assert await rounds(app) == []


async def test_other_times_begin_anew() -> None:
    store, clock = MemoryStore(), VirtualClock(START)
    async with shop(Every(DAY), missed="all")(clock=clock, store=store):
        await clock.advance(DAY)
    clock = VirtualClock(START + 3 * DAY)
    async with shop(Every(HOUR), missed="all")(clock=clock, store=store) as app:
        await clock.advance(2 * HOUR)
        assert await rounds(app) == at_hours(73, 74)


async def test_what_was_broken_off_is_sent_again_unless_missed_ones_are_skipped() -> (
    None
):
    for missed, again in (("skip", []), ("once", at_hours(1)), ("all", at_hours(1))):
        store, clock = MemoryStore(), VirtualClock(START)
        Shop = shop(Every(HOUR), missed=missed)  # type: ignore[arg-type]  # a loop forgets literals
        async with Shop(clock=clock, store=store, grace=0.01):
            House.gate = asyncio.Event()
            await clock.advance(HOUR)
            assert House.begun
        clock = VirtualClock(START + 1.2 * HOUR)
        House.gate = None
        async with Shop(clock=clock, store=store) as app:
            await clock.settle()
            assert await rounds(app) == again


async def test_a_time_that_was_handled_is_not_handled_again_by_a_journal(
    tmp_path: Path,
) -> None:
    """Negative control: what keeps no journal is sent twice."""
    for house, times in ((KeptHouse, 1), (House, 2)):
        Shop = shop(Every(HOUR), house=house, missed="once")
        store = SqliteStore(tmp_path / f"{house.__name__}.db")
        clock = VirtualClock(START)
        async with Shop(clock=clock, store=store) as app:
            await clock.advance(HOUR)
            await rounds(app)
            await clock.settle()
        # As if the process had ended before it was noted that all was handled.
        log = "schedule:shop.Rounds"
        (line,) = store.read(log)
        body = line.body.replace(b'"done":true', b'"done":false')
        assert body != line.body
        entry = line._replace(body=body)

        store.commit([Append(log, [Entry(entry.at, (), body)], line.number)])
        clock = VirtualClock(START + 1.2 * HOUR)
        async with Shop(clock=clock, store=store) as app:
            for _ in range(5):
                await clock.settle()
                await rounds(app)
            assert len(house.begun) == times
        store.close()


async def test_of_two_processes_with_one_store_one_takes_each_time() -> None:
    """Negative control: without a store both take it."""
    for store, times in ((MemoryStore(), 1), (None, 2)):
        Shop, clock = shop(Every(HOUR)), VirtualClock(START)
        async with Shop(clock=clock, store=store), Shop(clock=clock, store=store):
            await clock.advance(3 * HOUR)
        assert sorted(House.begun) == sorted(
            each.isoformat() for each in at_hours(1, 2, 3) * times
        )


class Broken(MemoryStore):
    """A store that takes nothing for a while."""

    down = False

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        if self.down:
            raise StoreError("the disk is full")
        return super().commit_all(batches)


async def test_a_store_that_is_down_puts_off_and_loses_nothing() -> None:
    store, clock = Broken(), VirtualClock(START)
    async with shop(Every(HOUR))(clock=clock, store=store) as app:
        store.down = True
        await clock.advance(HOUR)
        assert await rounds(app) == []
        store.down = False
        await clock.advance(timedelta(minutes=2))
        assert await rounds(app) == at_hours(1)
        assert any("disk is full" in str(error) for error in app.system.reports)


async def test_an_app_ends_while_its_store_is_down() -> None:
    store, clock = Broken(), VirtualClock(START)
    async with shop(Every(HOUR))(clock=clock, store=store):
        store.down = True
        await clock.advance(HOUR)
    assert House.begun == []


async def test_what_cannot_be_made_is_counted_and_the_next_time_comes() -> None:
    def broken(tick: Tick) -> None:
        raise ValueError("no such round")

    Shop, clock = shop(Every(HOUR), missed="once"), VirtualClock(START)
    (schedule,) = Shop.schedules
    good, schedule.send = schedule.send, broken
    async with Shop(clock=clock, store=MemoryStore()) as app:
        await clock.advance(HOUR)
        assert (app.runs[0].failed, app.runs[0].done) == (1, 0)
        assert any("no such round" in str(error) for error in app.system.reports)
        schedule.send = good
        await clock.advance(HOUR)
        assert await rounds(app) == at_hours(2)
