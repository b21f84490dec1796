"""Runs tests, each in a world of its own."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable
from typing import Final

from packetflow.origin import origin_of
from packetflow.testing.outcome import ExpectationError, Outcome, Test
from packetflow.testing.scenario import Scenario

# Seconds of real time after which a test counts as hanging.
TIMEOUT: Final = 30.0


def run(tests: Iterable[Test], *, timeout: float = TIMEOUT) -> list[Outcome]:
    """Run the tests one after another, in an event loop of their own."""
    return asyncio.run(run_async(tests, timeout=timeout))


async def run_async(
    tests: Iterable[Test], *, timeout: float = TIMEOUT
) -> list[Outcome]:
    """Run the tests one after another, in the running event loop."""
    return [await _run_one(test, timeout) for test in tests]


async def _run_one(test: Test, timeout: float) -> Outcome:
    # A task and context of its own: what one test sets up, no other one sees.
    task = asyncio.create_task(_scenario(test), context=contextvars.copy_context())
    try:
        await asyncio.wait_for(task, timeout)
    except ExpectationError as error:
        return Outcome(test.name, False, error.message, error.at or test.at)
    except TimeoutError:
        return Outcome(test.name, False, f"no end within {timeout:g} s", test.at)
    except Exception as error:
        at = origin_of(error.__cause__ or error) or test.at
        return Outcome(test.name, False, f"{type(error).__name__}: {error}", at)
    return Outcome(test.name, True, "", test.at)


async def _scenario(test: Test) -> None:
    async with Scenario() as scenario:
        await test.function(scenario)
        scenario.no_internal_denial()
