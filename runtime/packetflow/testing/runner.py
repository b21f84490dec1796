"""Runs tests, each in a world of its own."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable
from time import perf_counter
from typing import Final

from msgspec import structs

from packetflow.origin import origin_of
from packetflow.origin.report import origins_of
from packetflow.testing.interleaving import interleaved
from packetflow.testing.outcome import ExpectationError, Outcome, Test
from packetflow.testing.scenario import Scenario
from packetflow.testing.tripwire import watching

# Seconds of real time after which a test counts as hanging.
TIMEOUT: Final = 30.0


def run(
    tests: Iterable[Test],
    *,
    timeout: float = TIMEOUT,
    interleavings: Iterable[int] = (),
) -> list[Outcome]:
    """Run the tests one after another, in an event loop of their own.

    With seeds in `interleavings` each test is run once for each of them, up to the first
    with which it fails: see `packetflow.testing.interleaving`.
    """
    seeds = tuple(interleavings)
    if not seeds:
        return asyncio.run(run_async(tests, timeout=timeout))
    return [_explored(test, timeout, seeds) for test in tests]


def _explored(test: Test, timeout: float, seeds: tuple[int, ...]) -> Outcome:
    start = perf_counter()
    for seed in seeds:
        outcome = interleaved(lambda: _run_one(test, timeout), seed)
        if not outcome.passed:
            message = f"{outcome.message} (with interleaving {seed})"
            return structs.replace(outcome, message=message)
    return structs.replace(outcome, seconds=perf_counter() - start)


async def run_async(
    tests: Iterable[Test], *, timeout: float = TIMEOUT
) -> list[Outcome]:
    """Run the tests one after another, in the running event loop."""
    return [await _run_one(test, timeout) for test in tests]


async def _run_one(test: Test, timeout: float) -> Outcome:
    start = perf_counter()
    outcome = await _outcome(test, timeout)
    seconds = perf_counter() - start
    return structs.replace(outcome, seconds=seconds, begins=test.at)


async def _outcome(test: Test, timeout: float) -> Outcome:
    # A task and context of its own: what one test sets up, no other one sees.
    task = asyncio.create_task(_scenario(test), context=contextvars.copy_context())
    try:
        async with asyncio.timeout(timeout) as limit:
            await task
    except ExpectationError as error:
        return Outcome(test.name, False, error.message, error.at or test.at)
    except Exception as error:
        if limit.expired():
            return Outcome(test.name, False, f"no end within {timeout:g} s", test.at)
        return _broken(test, error)
    return Outcome(test.name, True, "", test.at)


def _broken(test: Test, error: Exception) -> Outcome:
    """What is told of an error that no expectation was about: the test's line first."""
    at = origins_of(error)[:1] or [test.at]
    inner = origin_of(error.__cause__ or error)
    said = f"{type(error).__name__}: {error}"
    if inner and inner != at[0]:
        said = f"{said} (from {inner})"
    return Outcome(test.name, False, said, at[0])


async def _scenario(test: Test) -> None:
    with watching() as tripwire:
        async with Scenario() as scenario:
            await test.function(scenario)
            scenario.no_internal_denial()
    if tripwire.trips:
        first, *others = tripwire.trips
        told = "; ".join([first.told, *map(str, others)])
        raise ExpectationError(f"{told}: no `requires` says so", first.at)
