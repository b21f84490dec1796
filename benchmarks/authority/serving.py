"""The side of a process that is asked: it answers, and it times, when it is told to.

    python -m benchmarks.authority.serving MODULE QUESTION ARGUMENT...

Imports the standard library only, for it runs in environments of others.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import process_time
from typing import Final

_LEAST_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Measure:
    """Something to do; `count` is how many questions one call answers."""

    do: Callable[[], object]
    count: int = 1


@dataclass(frozen=True)
class Engine:
    """What was asked, what one answers, and what there is to measure, by name."""

    answers: object
    measures: Mapping[str, Measure]


def main() -> None:
    """Set up, then take orders from standard input until it ends."""
    module, question, *arguments = sys.argv[1:]
    made = importlib.import_module(f"benchmarks.authority.answering.{module}")
    engine: Engine = getattr(made, question)(*arguments)
    _tell({"answers": engine.answers, "measures": list(engine.measures)})
    times = {name: _times(each.do) for name, each in engine.measures.items()}
    gc.collect()
    gc.disable()
    for line in sys.stdin:
        name = line.strip()
        each = engine.measures[name]
        _tell(_seconds(each.do, times[name]) / (times[name] * each.count))
        gc.collect()


def _times(do: Callable[[], object]) -> int:
    """How often to do it for a time that a clock can measure."""
    times = 1
    while (took := _seconds(do, times)) < _LEAST_SECONDS:
        times = max(times * 2, int(times * _LEAST_SECONDS / max(took, 1e-9)))
    return times


def _seconds(do: Callable[[], object], times: int) -> float:
    # Of the processor: nobody here waits or has threads, and others may want it too.
    began = process_time()
    for _ in range(times):
        do()
    return process_time() - began


def _tell(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
