"""The side that asks: engines in processes of their own, compared and timed in turn.

Every engine must give the same answers before any is timed. Only one of them works at
a time: a round is one measurement of each, and the median over the rounds is told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import IO, Any, cast

from benchmarks import peers

OURS = "ours"


class Disagreement(Exception):
    """Two engines answered a question differently: they were not asked the same."""


@dataclass
class Engine:
    """A process that answers; `measures` is what it can be told to time."""

    process: subprocess.Popen[str]
    answers: object
    measures: tuple[str, ...]

    def seconds(self, measure: str) -> float:
        """The seconds of one question."""
        print(measure, file=self.process.stdin, flush=True)
        return float(cast("Any", _heard(self.process)))


def in_turn(
    engines: Mapping[str, tuple[str, ...]], rounds: int
) -> dict[str, dict[str, float]]:
    """Seconds of each measure of each engine: medians over interleaved rounds.

    An engine is named as its package; its arguments are the module that speaks for it,
    the question, and whatever that takes. Raises Disagreement.
    """
    with _all(engines) as started:
        expected = started[OURS].answers
        for name, engine in started.items():
            if engine.answers != expected:
                raise Disagreement(f"{name}: {engine.answers!r}, not {expected!r}")
        found: dict[str, dict[str, list[float]]] = {
            name: {each: [] for each in engine.measures}
            for name, engine in started.items()
        }
        for number in range(rounds + 1):
            for name, engine in started.items():
                for measure in engine.measures:
                    seconds = engine.seconds(measure)
                    if number:
                        found[name][measure].append(seconds)
    return {
        name: {measure: median(times) for measure, times in measures.items()}
        for name, measures in found.items()
    }


def present(wanted: Mapping[str, str]) -> dict[str, str]:
    """Of engines, by package, those that are installed."""
    there = peers.present()
    return {name: module for name, module in wanted.items() if name in there}


@contextmanager
def _all(engines: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Engine]]:
    started: dict[str, Engine] = {}
    try:
        for name, arguments in engines.items():
            started[name] = _started(name, arguments)
        yield started
    finally:
        for engine in started.values():
            cast("IO[str]", engine.process.stdin).close()
            engine.process.wait()
            cast("IO[str]", engine.process.stdout).close()


def _started(name: str, arguments: tuple[str, ...]) -> Engine:
    python = sys.executable
    if name != OURS:
        python = str(peers.environment(name) / "bin/python")
    process = subprocess.Popen(
        [python, "-m", "benchmarks.authority.serving", *arguments],
        cwd=peers.ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    first = cast("dict[str, Any]", _heard(process))
    return Engine(process, first["answers"], tuple(first["measures"]))


def _heard(process: subprocess.Popen[str]) -> object:
    line = cast("IO[str]", process.stdout).readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return json.loads(line)
