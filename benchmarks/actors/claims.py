"""The claims about reactors, each measured with its peers in the same run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from benchmarks.actors.asking import OURS, in_turn
from benchmarks.result import Result

HONEST: Final = (
    "Beside the BEAM on one scheduler (another run, another day): an idle ask 4 times as"
    " quick, a spawn 8 times, memory 18 times less; a queued ask 2.5 and a tell 2.6"
    " times slower; and the BEAM gives isolation, preemption and cores."
)


class Setting(Protocol):
    """How often."""

    rounds: int


Table = Mapping[str, Mapping[str, float]]
# Ours in the table, the peer's engine, and the peer's measure, by the ratio's name.
Pairs = Mapping[str, tuple[str, str, str]]

_PEERS: Final = ("pykka", "thespian", "xoscar")


def ask(setting: Setting) -> Result:
    """Ask an idle reactor, which checks who asks, and wait for the answer.

    Each call makes its intent; the handler counts. `bare_await` awaits a method that
    counts and is given the same intent and caller; `_made` makes the intent once
    beforehand, on both sides; `_draft` is a handler that changes two fields, so it works
    on a copy of the state; `_many` asks for 64 callers in turn. An actor of an
    `asyncio.Queue` and a task has no check. pykka's actors are threads; Thespian runs
    its simplest system, in the process; xoscar's actors are in a pool of the process.
    """
    pairs = {
        "bare_await": ("ask", OURS, "bare"),
        "bare_await_made": ("ask_made", OURS, "bare_made"),
        "bare_await_draft": ("ask_draft", OURS, "bare"),
        "bare_await_many": ("ask_many", OURS, "bare_many"),
        "asyncio_queue": ("ask", OURS, "queue_ask"),
        **{peer: ("ask", peer, "ask") for peer in _PEERS},
    }
    return _compared("ask", ask, setting, pairs)


def ask_queued(setting: Setting) -> Result:
    """Ask a reactor whose handler is a coroutine, so that the message is queued.

    Ours has a deadline, the actor of an `asyncio.Queue` has none; `_100` is a hundred
    asks at once. The handlers count and wait for nothing.
    """
    pairs = {
        "asyncio_queue": ("queued", OURS, "queue_ask"),
        "asyncio_queue_100": ("queued_100", OURS, "queue_ask_100"),
        **{peer: ("queued", peer, "ask") for peer in _PEERS},
    }
    return _compared("ask_queued", ask_queued, setting, pairs)


def tell(setting: Setting) -> Result:
    """Tell a reactor with a bounded mailbox, which checks who tells; no answer.

    While it is idle the handler runs at once. Actors of the peers get their messages
    through a queue, Thespian's simplest system at once too.
    """
    pairs = {
        "bare_await": ("tell", OURS, "bare"),
        "asyncio_queue": ("tell", OURS, "queue_tell"),
        **{peer: ("tell", peer, "tell") for peer in _PEERS},
    }
    return _compared("tell", tell, setting, pairs)


def spawn(setting: Setting) -> Result:
    """Start one more reactor and ask it once.

    Ours is a keyed one, which is started by the first intent for its key, under a
    supervisor.
    """
    pairs = {
        "asyncio_queue": ("spawn", OURS, "queue_spawn"),
        **{peer: ("spawn", peer, "spawn") for peer in _PEERS},
    }
    return _compared("spawn", spawn, setting, pairs)


def restart(setting: Setting) -> Result:
    """A handler breaks, its caller is told, and the next message is answered.

    Ours rolls the state back, counts, asks the supervisor, and writes a crash report,
    which is logged nowhere here. The actor of an `asyncio.Queue` dies and is made anew;
    nobody watches over it, and its state is lost.
    """
    pairs = {"asyncio_queue": ("restart", OURS, "queue_restart")}
    return _compared("restart", restart, setting, pairs)


def memory(setting: Setting) -> Result:
    """What an idle reactor takes: bytes, as `tracemalloc` counts them, for each of 2,000.

    A cell with its state, which was asked nothing yet, and its place in a list.
    `limit` is 256 bytes. `limit_keyed` is a keyed reactor that was asked once, with its
    entry under the supervisor, its name and its routes. An actor of an `asyncio.Queue`
    has a queue and a task that waits.
    """
    kinds = ("memory", "memory_keyed", "queue_memory")
    mine = in_turn({OURS: kinds}, "asyncio", setting.rounds)[OURS]
    found = {"asyncio_queue": mine["queue_memory"]}
    ratios = {
        "asyncio_queue": mine["queue_memory"] / mine["memory"],
        "limit": 256 / mine["memory"],
        "limit_keyed": 256 / mine["memory_keyed"],
    }
    return Result("memory", mine["memory"], found, ratios, _method(memory, setting))


def _compared(
    name: str, claim: Callable[[Setting], Result], setting: Setting, pairs: Pairs
) -> Result:
    wanted: dict[str, list[str]] = {}
    for own, engine, kind in pairs.values():
        for whose, what in ((OURS, own), (engine, kind)):
            if what not in wanted.setdefault(whose, []):
                wanted[whose].append(what)
    found: dict[str, float] = {}
    ratios: dict[str, float] = {}
    ours = 0.0
    for loop in ("asyncio", "uvloop"):
        table = in_turn(wanted, loop, setting.rounds)
        ours = ours or next(iter(table[OURS].values()))
        suffix = "" if loop == "asyncio" else "_uvloop"
        for peer, (own, engine, kind) in pairs.items():
            if engine in table:
                seconds = table[engine][kind]
                found[f"{peer}{suffix}"] = seconds
                ratios[f"{peer}{suffix}"] = seconds / table[OURS][own]
    return Result(name, ours, found, ratios, _method(claim, setting))


def _method(claim: Callable[[Setting], Result], setting: Setting) -> str:
    text = " ".join((claim.__doc__ or "").split())
    return (
        f"{text} Seconds of the processor, median of {setting.rounds} interleaved rounds"
        f" after one that does not count, {os.cpu_count()} processors; `_uvloop` is the"
        f" same on uvloop. {HONEST}"
    )


CLAIMS: Final[Mapping[str, Callable[[Setting], Result]]] = {
    each.__name__: each for each in (ask, ask_queued, tell, spawn, restart, memory)
}
