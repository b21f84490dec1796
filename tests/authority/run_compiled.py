"""Runs the entries of `plan.json` on the package `g`, and prints what came of each.

Started as a program in the folder of a build: see compiled.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import g.intents
import g.reactors
from g.capabilities import F

from packetflow import ANY, Capability, Context, Reactor, System
from packetflow.errors import Denied, InternalDenial
from packetflow.testing.scenario import Scenario


class Caller(Context, frozen=True, kw_only=True):
    """Somebody who is granted just these."""

    given: tuple[Capability, ...] = ()

    def grants(self) -> Iterator[Capability]:
        yield from self.given


def capability(operation: str, arguments: list[Any]) -> Capability:
    """A capability of the family F, or of System."""
    if operation.startswith("System."):
        return {"System.delegate": System.delegate, "System.revoke": System.revoke}[
            operation
        ]
    found = getattr(F, operation)
    if isinstance(found, Capability):
        return found
    made: Capability = found(*(ANY if each == "*" else each for each in arguments))
    return made


def printed(arguments: list[Any]) -> list[Any]:
    """Arguments as JSON has them: what is given away as text, without its end."""
    return [
        str(each) if isinstance(each, Capability) else each
        for each in arguments
        if not isinstance(each, datetime)
    ]


async def outcome(
    world: Scenario, step: list[Any]
) -> tuple[bool, list[Any], list[str]]:
    """Whether it was denied, the effects in order, and what inner borders denied."""
    program, name, values, held = step
    world.calls.clear()
    reports = world.app.system.reports
    before = len(reports)
    intent = getattr(g.intents, program + name)(**values)
    caller = Caller(given=tuple(capability(*each) for each in held))
    denied, inner = False, []
    try:
        await world.ask(intent, caller)
    except Denied:
        denied = True
    except Exception as error:
        inner.append(repr(error))
    inner += [str(r) for r in list(reports)[before:] if isinstance(r, InternalDenial)]
    done = [
        (effect.rpartition(".")[2], printed([*given, *named.values()]))
        for effect, given, named in world.calls
        if not effect.endswith("pick")
    ]
    return denied, done, inner


async def main() -> None:
    """Every step on fresh state."""
    plan = json.loads(Path("plan.json").read_text("utf-8"))
    reactors = [
        each
        for each in vars(g.reactors).values()
        if isinstance(each, type) and issubclass(each, Reactor) and each is not Reactor
    ]
    results = []
    async with Scenario() as world:
        await world.start(*reactors)
        for step in plan:
            for reactor in reactors:
                if reactor.__name__.startswith(step[0] + "R"):
                    world.app.system.cell(reactor).state = reactor.state_type()
            results.append(await outcome(world, step))
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
