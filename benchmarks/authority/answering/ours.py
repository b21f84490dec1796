"""PacketFlow: what a build writes, and the compiler's own questions, in one process."""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.authority.graph import FAMILY, closure_of, edges
from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import (
    OPERATIONS,
    Grant,
    Question,
    World,
    changed,
    world,
)
from pfc.authority import check_authority, judged
from pfc.authority.analyses.changes import changes
from pfc.authority.analyses.questions import Questions
from pfc.authority.kinds import Kinds
from pfc.diagnostics import Severity
from pfc.driver import Compilation, compile_sources
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.program import Program

_AT_ONCE: Final = 64


# -------------------------------------------------------------------- admit
def admit(rules: str, grants: str) -> Engine:
    """May the caller do this to that path? What an entry does before a handler runs.

    `allowed` and `denied` are the admission that is generated for an intent, `entry` and
    `entry_denied` all that the app does until the handler is called; `bare_call` is a
    function of as many arguments that does nothing.
    """
    known = world(int(rules), int(grants))
    made = _imported(_compiled(store(known)))
    caller = made.Caller(user_id="ann")
    # Many at a time: a question takes less than what it takes to measure one.
    allowed = [_intent(made, each) for each in known.allowed] * _AT_ONCE
    denied = [_intent(made, each) for each in known.denied] * _AT_ONCE
    nullary = [made.Ping()] * len(allowed)
    asked = [*allowed[: len(known.allowed)], *denied[: len(known.denied)]]
    app = made.StoreApp()
    asyncio.new_event_loop().run_until_complete(app.__aenter__())
    system = app.system
    routes = [system.route(each) for each in allowed]

    def entering() -> None:
        for route, intent in zip(routes, allowed, strict=True):
            system.admit(route, intent, caller)

    def missing(intents: list[Any]) -> Measure:
        def ask() -> None:
            for intent in intents:
                intent.missing(caller)

        return Measure(ask, len(intents))

    def bare() -> None:
        for intent in allowed:
            _nothing(intent, caller)

    return Engine(
        [not each.missing(caller) for each in asked],
        {
            "allowed": missing(allowed),
            "denied": missing(denied),
            "nullary": missing(nullary),
            "entry": Measure(entering, len(allowed)),
            "bare_call": Measure(bare, len(allowed)),
        },
    )


def _nothing(intent: object, caller: object) -> tuple[()]:
    return ()


def _intent(made: Any, question: Question) -> Any:
    name = f"{question.operation.capitalize()}{question.area}"
    return getattr(made, name)(path=question.path)


def store(known: World, grants: tuple[Grant, ...] | None = None) -> str:
    """The program of a world; with other grants, a later version of it."""
    return "\n".join(_store(known, known.grants if grants is None else grants))


def _store(known: World, grants: tuple[Grant, ...]) -> Iterator[str]:
    yield "module store\n"
    for area in range(known.areas):
        yield f"capability Area{area} {{ read(path: Path)"
        yield "  write(path: Path) implies read(path)"
        yield "  delete(path: Path) implies write(path) }"
    yield "capability Hall { ping }"
    yield "context Caller { user_id: String\n  grant Hall.ping"
    for grant in grants:
        pattern = grant.path + ("/**" if grant.rest else "")
        yield f'  grant Area{grant.area}.{grant.operation}("{pattern}")'
    yield "}"
    asked = [(0, operation) for operation in OPERATIONS] + [(1, "read")]
    for area, operation in asked:
        yield f"intent {operation.capitalize()}{area}(path: Path) -> Int in Caller"
        yield f"  requires Area{area}.{operation}(path)"
    yield "intent Ping -> Int in Caller requires Hall.ping"
    yield "reactor Store {"
    for area, operation in asked:
        yield f"  on {operation.capitalize()}{area}(path) {{ reply path.text.length }}"
    yield "  on Ping { reply 1 }\n}"
    yield "app StoreApp { supervise one_for_one { Store } }"


# ------------------------------------------------------------------ closure
def closure(kinds: str) -> Engine:
    """What does each kind imply? From a typed program, nothing known yet."""
    size = int(kinds)
    program = _program("\n".join(_families(size)))

    def closed() -> list[int]:
        found = Kinds.of(program)
        return [
            len(found.closure(f"graph.Family{number // FAMILY}.op{number % FAMILY}"))
            for number in range(size)
        ]

    answer = closed()
    assert answer == closure_of(size)
    return Engine(answer, {"closure": Measure(closed)})


def _families(size: int) -> Iterator[str]:
    implied: dict[int, list[int]] = {number: [] for number in range(size)}
    for stronger, weaker in edges(size):
        implied[stronger].append(weaker)
    yield "module graph"
    for first in range(0, size, FAMILY):
        yield f"capability Family{first // FAMILY} {{"
        for number in range(first, first + FAMILY):
            rules = ", ".join(f"op{each % FAMILY}(path)" for each in implied[number])
            tail = f" implies {rules}" if rules else ""
            yield f"  op{number % FAMILY}(path: Path){tail}"
        yield "}"


# ---------------------------------------------------------------- caps_diff
def caps_diff(rules: str, grants: str) -> Engine:
    """Who gained and who lost what between two versions? From two typed programs."""
    known = world(int(rules), int(grants))
    old = _program(store(known))
    new = _program(store(known, changed(known.grants)))

    def differing() -> list[list[str]]:
        found = changes(Questions(judged(old)), Questions(judged(new)))
        return sorted(
            ["gain" if one.gain else "loss", one.what.partition("(")[0]]
            for one in found
        )

    def asked() -> object:
        return changes(Questions(judged(old)), Questions(judged(new)))

    return Engine(differing(), {"caps_diff": Measure(asked)})


# ------------------------------------------------------------------ checker
def checker(lines: str) -> Engine:
    """How long does the proof take, for each handler of a large project?"""
    from benchmarks.generate import project

    files = project(int(lines))
    made = compile_sources(
        {path: text for path, text in files.items() if path.endswith(".pf")},
        lambda module: files.get(f"{module.replace('.', '/')}.py"),
        emit=False,
    )
    program = _sound(made)
    handlers = sum(
        len(each.handlers)
        for each in program.by_id.values()
        if isinstance(each, d.Reactor)
    )
    alone = _without_pages(program)
    return Engine(
        handlers,
        {
            "checker": Measure(lambda: check_authority(alone), handlers),
            "whole": Measure(lambda: check_authority(program), handlers),
        },
    )


def _without_pages(program: Program) -> Program:
    """The same program; its pages are not entered."""
    modules = {
        name: replace(
            module,
            declarations=[
                one for one in module.declarations if not isinstance(one, s.Page)
            ],
        )
        for name, module in program.modules.items()
    }
    return replace(program, modules=modules)


# ------------------------------------------------------------------- common
def _compiled(source: str) -> Compilation:
    made = compile_sources({"store.pf": source})
    _sound(made)
    return made


def _program(source: str) -> Program:
    name = source.split()[1]
    return _sound(compile_sources({f"{name}.pf": source}, emit=False))


def _sound(made: Compilation) -> Program:
    errors = [one for one in made.diagnostics if one.severity is Severity.ERROR]
    if errors or made.ir is None:
        raise ValueError(f"{errors[0].code}: {errors[0].message}")
    return made.ir


def _imported(made: Compilation) -> Any:
    folder = Path(tempfile.mkdtemp(prefix="pfc-bench-"))
    for path, text in made.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    sys.path.insert(0, str(folder))
    return importlib.import_module("store")
