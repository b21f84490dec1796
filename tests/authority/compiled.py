"""Accepted programs, compiled, run, and compared with the reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pfc.diagnostics import Severity
from pfc.driver import compile_sources
from pfc.ir import declarations as d
from pfc.ir.program import Program
from tests.authority.generator import Maker
from tests.authority.giving import GivingMaker
from tests.authority.ground import ANY, Ground
from tests.authority.reference import Caller, Monitor
from tests.authority.runs import MORE, assignments, cells, least_caller
from tests.authority.soundness import accepted
from tests.authority.source import module_of
from tests.generated.building import output_of, write

ENTRIES = 10
"""Runs of each program."""
_RUN = Path(__file__).with_name("run_compiled.py")


@dataclass
class Batch:
    """What came of some programs that were compiled together."""

    programs: int = 0
    refused: list[str] = field(default_factory=list)
    runs: int = 0
    compared: int = 0
    acted: int = 0
    differences: list[object] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """One entry, and what the reference says about it."""

    program: str
    intent: str
    values: dict[str, Any]
    held: frozenset[Ground]
    denied: bool
    done: list[tuple[str, list[Any]]] | None
    """The effects in order; nothing, if other handlers take part in it."""


def runnable(seed: int) -> Program | None:
    """A program of a seed, if it is accepted."""
    kind = GivingMaker if seed % 5 == 4 else Maker
    program = kind(Random(seed), (0.15, 0.9)[seed % 2]).make()
    return program if accepted(program) else None


def _unchanged(files: dict[str, str]) -> dict[str, str]:
    return files


def run(
    folder: Path,
    first: int,
    count: int,
    change: Callable[[dict[str, str]], dict[str, str]] = _unchanged,
    must_hold: bool = True,
) -> Batch:
    """So many accepted programs, made from a seed on.

    `change` is made to what was compiled; `must_hold`: the reference finds nothing wrong.
    """
    found = Batch()
    programs: dict[str, Program] = {}
    seed = first
    while len(programs) < count:
        program = runnable(seed)
        if program is not None:
            programs[f"A{seed}"] = program
        seed += 1
    files = change(_compiled(programs, found))
    found.programs = len(programs)
    write(folder, files)
    runs = [
        each
        for prefix in programs
        for each in _runs(prefix, programs[prefix], must_hold)
    ]
    plan = [
        (
            r.program,
            r.intent,
            r.values,
            [_written(cap) for cap in sorted(r.held, key=repr)],
        )
        for r in runs
    ]
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    code, text = output_of(str(_RUN), folder=folder, PF_PARANOID="1")
    if code != 0:
        raise AssertionError(text)
    # Inner denials are logged, too.
    line = next(line for line in text.splitlines() if line.startswith("[["))
    for each, (denied, done, inner) in zip(runs, json.loads(line), strict=True):
        _compare(found, each, denied, done, inner)
    return found


def _compiled(programs: dict[str, Program], found: Batch) -> dict[str, str]:
    """The package; programs that are refused for what is not authority are left out."""
    while True:
        text = module_of(programs)
        made = compile_sources({"g.pf": text}, None)
        errors = [x for x in made.diagnostics if x.severity is Severity.ERROR]
        if not errors:
            return made.files
        for error in errors:
            before = text[: error.span.start]
            start = max(before.rfind("\nintent A"), before.rfind("\nreactor A"))
            prefix = text[start:].split()[1].split("J")[0].split("R")[0]
            found.refused.append(f"{error.code} {error.message} ({prefix})")
            programs.pop(prefix, None)


def _runs(prefix: str, program: Program, must_hold: bool) -> list[Run]:
    random = Random(prefix)
    monitor = Monitor(program)
    handled = [i for i in program.by_id.values() if isinstance(i, d.Intent)]
    found = []
    for _ in range(ENTRIES):
        intent = random.choice(handled)
        plain = random.choice(assignments(intent))
        values = {name: cells(value) for name, value in plain.items()}
        held = least_caller(monitor, intent, values)
        roll = random.random()
        asked = sorted(monitor.asked, key=repr)
        if roll < 0.15 and held:
            held = frozenset(random.sample(sorted(held, key=repr), len(held) - 1))
        elif roll < 0.4:
            held |= {random.choice(MORE)}
        elif asked:
            held |= frozenset(random.sample(asked, min(len(asked), 2)))
        monitor.state, monitor.done, monitor.dispatched = {}, [], 0
        monitor.left = False
        admitted = monitor.enter(intent, values, Caller(held))
        assert not must_hold or not monitor.violations
        done = [
            (name, [_shown(each) for each in arguments])
            for name, arguments in monitor.performed()
        ]
        alone = not monitor.dispatched
        denied = not admitted or monitor.left
        found.append(
            Run(prefix, intent.name, plain, held, denied, done if alone else None)
        )
    return found


def _written(cap: Ground) -> tuple[str, list[Any]]:
    """A capability as the program that runs it reads it."""
    kind, arguments = cap
    return kind.removeprefix("g.F."), [_argument(each) for each in arguments]


def _shown(value: Any) -> Any:
    """A value as it is printed; of what is given away, the text of the capability."""
    if not isinstance(value, tuple):
        return value
    kind, arguments = value
    anything = '"/**"' if kind in ("g.F.read", "g.F.write") else "*"
    texts = [
        anything if each == ANY else json.dumps(_argument(each)) for each in arguments
    ]
    name = kind.removeprefix("g.")
    return f"{name}({', '.join(texts)})" if texts else name


def _argument(argument: Any) -> Any:
    if isinstance(argument, tuple):
        segments, rest = argument
        return "".join(f"/{part}" for part in segments) + ("/**" if rest else "")
    return argument


def _compare(
    found: Batch, each: Run, denied: bool, done: list[Any], inner: list[str]
) -> None:
    found.runs += 1
    if inner:
        found.differences.append((each, "an inner border denied", inner))
    if each.done is None:
        return
    found.compared += 1
    found.acted += bool(done)
    expected = [[name, arguments] for name, arguments in each.done]
    if denied != each.denied or done != expected:
        found.differences.append((each, denied, done))
