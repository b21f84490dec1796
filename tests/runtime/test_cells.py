"""Cells: what is given up, taken back, or dropped for something else."""

from __future__ import annotations

import asyncio

import pytest

from packetflow import (
    DeadlineExceeded,
    Expired,
    MailboxFull,
    Stopped,
    Unavailable,
)
from tests.runtime.desk import CALLER, Brief, Late, Note, Notes, Room, Urgent

# -- expiry ----------------------------------------------------------------------------


async def test_what_is_not_delivered_in_time_is_dropped_with_a_notice() -> None:
    async with Room() as room:
        await room.hold()
        await room.app.tell(Brief(1), CALLER)
        await room.later(4)
        await room.app.tell(Brief(2), CALLER)
        await room.later(6)
        assert [each for each in room.seen if each.what == "expired"] == [
            ("expired", "Brief")
        ]
        assert room.app.stats.dead_letters == 1
        await room.release()
        assert room.numbers == [2]


async def test_whoever_asked_for_what_expires_hears_that_it_was_never_handled() -> None:
    async with Room() as room:
        await room.hold()
        asked = asyncio.create_task(room.app.ask(Brief(1), CALLER))
        await room.later(9.9)
        assert not asked.done()
        await room.later(0.1)
        with pytest.raises(Expired, match="not delivered within 10 s"):
            await asked
        assert issubclass(Expired, Unavailable)
        assert room.app.stats.dead_letters == 0  # the caller knows
        await room.release()
        assert room.numbers == []


async def test_what_is_delivered_at_once_does_not_expire() -> None:
    async with Room() as room:
        assert await room.app.ask(Brief(1), CALLER) == 1
        await room.hold()
        asked = asyncio.create_task(room.app.ask(Brief(2), CALLER))
        await room.later(9)
        await room.release()
        assert await asked == 2
        await room.later(20)
        assert room.numbers == [1, 2]
        assert not [each for each in room.seen if each.what == "expired"]


async def test_what_waits_for_room_expires_too() -> None:
    async with Room(0, "block") as room:
        await room.hold()
        told = asyncio.create_task(room.app.tell(Brief(1), CALLER))
        await room.later(10)
        assert told.done()
        await room.release()
        assert room.numbers == []


async def test_the_deadline_counts_from_the_entry_and_one_timer_serves_many() -> None:
    async with Room() as room:
        held = await room.hold()
        asked = []
        for _ in range(3):
            asked.append(asyncio.create_task(room.app.ask(Late(), CALLER)))
            await room.later(2)
        assert [each.done() for each in asked] == [True, False, False]
        await room.later(1)
        assert [each.done() for each in asked] == [True, True, False]
        await room.later(2)
        for each in asked:
            with pytest.raises(DeadlineExceeded, match="no answer within 5 s"):
                await each
        await room.release()
        await held


# -- cancellation ----------------------------------------------------------------------


async def test_a_cancelled_ask_that_still_waits_is_taken_back() -> None:
    async with Room() as room:
        await room.hold()
        asked = asyncio.create_task(room.app.ask(Note(1), CALLER))
        await room.clock.settle()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await room.release()
        assert room.numbers == []
        assert await room.app.ask(Note(2), CALLER) == 2


async def test_a_handler_that_has_begun_ends_though_its_caller_has_gone() -> None:
    async with Room() as room:
        held = await room.hold()
        held.cancel()
        with pytest.raises(asyncio.CancelledError):
            await held
        assert room.app.system.cell(room.desk).busy
        await room.release()
        state = room.app.system.cell(room.desk).state
        assert isinstance(state, Notes)
        assert state.taken == (("hold", 0),)
        assert room.app.stats.faults == 0


async def test_what_is_taken_back_leaves_its_room_to_others() -> None:
    async with Room(2) as room:
        await room.hold()
        asked = [asyncio.create_task(room.app.ask(Note(n), CALLER)) for n in (1, 2)]
        await room.clock.settle()
        with pytest.raises(MailboxFull):
            await room.app.tell(Note(3), CALLER)
        asked[0].cancel()
        await room.clock.settle()
        await room.app.tell(Note(4), CALLER)
        with pytest.raises(MailboxFull):
            await room.app.tell(Note(5), CALLER)
        await room.release()
        assert room.numbers == [2, 4]
        await asked[1]


# -- policies with priority ------------------------------------------------------------


async def test_nothing_with_priority_is_dropped_for_something_without() -> None:
    async with Room(2, "drop_oldest") as room:
        await room.hold()
        for intent in (Note(1), Urgent(2), Urgent(3)):  # the first goes for the third
            await room.app.tell(intent, CALLER)
        dropped = asyncio.create_task(room.app.ask(Note(4), CALLER))
        await room.clock.settle()
        with pytest.raises(MailboxFull):
            await dropped
        await room.app.tell(Urgent(5), CALLER)  # all have it: the oldest goes
        await room.release()
        assert room.numbers == [3, 5]


async def test_without_any_room_a_message_goes_from_hand_to_hand() -> None:
    async with Room(0, "block") as room:
        await room.hold()
        told = [asyncio.create_task(room.app.tell(Note(n), CALLER)) for n in (1, 2)]
        await room.clock.settle()
        assert not any(each.done() for each in told)
        await room.release()
        assert all(each.done() for each in told)
        assert room.numbers == [1, 2]


async def test_what_waits_when_a_reactor_stops_is_a_dead_letter() -> None:
    async with Room(1, "block") as room:
        held = await room.hold()
        app = room.app
        told = [
            asyncio.create_task(app.tell(Note(number), CALLER)) for number in (1, 2, 3)
        ]
        asked = asyncio.create_task(app.ask(Note(4), CALLER))
        await asyncio.sleep(0)
        app.system.cell(room.desk).stop("it is late")
        await asyncio.gather(*told)
        for waits in (held, asked):
            with pytest.raises(Stopped):
                await waits
        assert room.app.stats.dead_letters == 3
