"""Whole processes, timed in turn: A B C, A B C, ...; the median of each is told."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Command:
    """What to run; `before` each time puts things where they have to be, untimed."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Times:
    """Wall-clock seconds of each round, and the peak of memory of any, in MB."""

    seconds: tuple[float, ...]
    megabytes: float

    @property
    def median(self) -> float:
        """The one to quote."""
        return statistics.median(self.seconds)


class Failed(Exception):
    """A command did not succeed; what it wrote is the message."""


def measured(commands: Mapping[str, Command], rounds: int) -> dict[str, Times]:
    """Each command's times, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    memory: dict[str, float] = dict.fromkeys(commands, 0.0)
    for number in range(rounds + 1):
        for name, command in commands.items():
            took, peak = _run(command)
            if number:
                seconds[name].append(took)
                memory[name] = max(memory[name], peak)
    return {name: Times(tuple(seconds[name]), memory[name]) for name in commands}


def _run(command: Command) -> tuple[float, float]:
    command.before()
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(command.arguments),
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise Failed(output.read().decode(errors="replace")[-2_000:])
    return took, usage.ru_maxrss / 1024
