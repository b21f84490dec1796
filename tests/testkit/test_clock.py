"""The virtual clock: it goes forward only, and all ends of pauses are reached."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import VirtualClock


async def test_it_does_not_go_back() -> None:
    clock = VirtualClock()
    before = clock.now()
    with pytest.raises(ValueError, match="does not go back"):
        await clock.advance(timedelta(seconds=-5))
    assert clock.now() == before


@given(pauses=st.lists(st.floats(1e-7, 3.0), min_size=1, max_size=5))
def test_a_pause_of_any_length_can_be_passed(pauses: list[float]) -> None:
    """A jittered pause is no whole number of microseconds."""

    async def sleeping(clock: VirtualClock) -> None:
        for pause in pauses:
            await clock.sleep(pause)

    async def main() -> None:
        clock = VirtualClock()
        slept = asyncio.create_task(sleeping(clock))
        await clock.settle()
        for _ in pauses:
            assert await clock.pass_sleep()
        assert slept.done()

    asyncio.run(main())


async def test_small_times_add_up_to_what_they_are_together() -> None:
    clock = VirtualClock()
    passed: list[int] = []

    def again(number: int) -> None:
        passed.append(number)
        clock.call_later(0.1, lambda: again(number + 1))

    again(0)
    await clock.advance(timedelta(milliseconds=300))
    assert passed == [0, 1, 2, 3]
