"""Engines in processes of their own, timed in turn; medians over the rounds are told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import IO, Any, Final, cast

from benchmarks import peers

OURS: Final = "ours"
_MODULES: Final = {
    OURS: "ours",
    "pykka": "pykka_actors",
    "thespian": "thespian_actors",
    "xoscar": "xoscar_actors",
}


def in_turn(
    wanted: Mapping[str, Sequence[str]], loop: str, rounds: int
) -> dict[str, dict[str, float]]:
    """Seconds of each measure of each engine that is installed, in interleaved rounds.

    One measurement of each is a round; the first does not count.
    """
    there = [OURS, *peers.present()]
    if loop == "uvloop":  # the others have no event loop
        there = [name for name in there if name in (OURS, "xoscar")]
    chosen = {name: kinds for name, kinds in wanted.items() if name in there}
    with _all(list(chosen), loop) as engines:
        found: dict[str, dict[str, list[float]]] = {
            name: {kind: [] for kind in kinds} for name, kinds in chosen.items()
        }
        for number in range(rounds + 1):
            for name, kinds in chosen.items():
                for kind in kinds:
                    seconds = _asked(engines[name], kind)
                    if number:
                        found[name][kind].append(seconds)
    return {
        name: {kind: median(times) for kind, times in kinds.items()}
        for name, kinds in found.items()
    }


@contextmanager
def _all(names: Sequence[str], loop: str) -> Iterator[dict[str, subprocess.Popen[str]]]:
    started: dict[str, subprocess.Popen[str]] = {}
    try:
        for name in names:
            python = sys.executable
            if name != OURS:
                python = str(peers.environment(name) / "bin/python")
            started[name] = subprocess.Popen(
                [python, "-m", "benchmarks.actors.serving", _MODULES[name], loop],
                cwd=peers.ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            _heard(started[name])
        yield started
    finally:
        for process in started.values():
            cast("IO[str]", process.stdin).close()
            process.wait()
            cast("IO[str]", process.stdout).close()


def _asked(process: subprocess.Popen[str], kind: str) -> float:
    print(kind, file=process.stdin, flush=True)
    return float(_heard(process))


def _heard(process: subprocess.Popen[str]) -> Any:
    line = cast("IO[str]", process.stdout).readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return json.loads(line)
