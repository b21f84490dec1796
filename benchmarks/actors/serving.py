"""A process that times what it is told to: one engine, on one event loop.

    python -m benchmarks.actors.serving ENGINE asyncio|uvloop

Imports the standard library only, for it runs in environments of others.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import sys
from typing import Any, Final

_LEAST_SECONDS: Final = 0.02
# So many actors are weighed or made at a time: what is told of one does not change.
_FIXED: Final = {"memory": 2_000, "spawn": 200}
_WHOLE: Final = 100


def main() -> None:
    """Set up, then take orders from standard input until it ends."""
    engine, kind = sys.argv[1:]
    loop = _loop(kind)
    module = importlib.import_module(f"benchmarks.actors.engines.{engine}")
    measures = module.measures(loop)
    _tell(list(measures))
    times: dict[str, int] = {}
    for line in sys.stdin:
        name = line.strip()
        measure = measures[name]
        if name not in times:
            times[name] = _times(loop, name, measure)
        gc.collect()
        taken = loop.run_until_complete(measure(times[name]))
        _tell(taken / times[name])
    # Threads of actors would go on for ever; there is nothing to put in order.
    os._exit(0)


def _loop(kind: str) -> asyncio.AbstractEventLoop:
    if kind == "uvloop":
        import uvloop

        loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    else:
        loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop


def _times(loop: asyncio.AbstractEventLoop, name: str, measure: Any) -> int:
    """How often to do it for a time that a clock can measure."""
    for part, fixed in _FIXED.items():
        if part in name:
            loop.run_until_complete(measure(fixed))
            return fixed
    times = _WHOLE
    while (took := loop.run_until_complete(measure(times))) < _LEAST_SECONDS:
        times = max(times * 2, int(times * _LEAST_SECONDS / max(took, 1e-9)))
        times -= times % _WHOLE
    return times


def _tell(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
