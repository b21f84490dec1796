"""The claims about authority, each measured with its peers in the same run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from benchmarks.authority import graph
from benchmarks.authority.asking import OURS, in_turn, present
from benchmarks.authority.world import SIZES
from benchmarks.result import Result


class Setting(Protocol):
    """How large, and how often."""

    lines: int
    rounds: int


Seconds = Mapping[str, float]

_ADMITTING: Final = {
    "cedarpy": "cedar",
    "casbin": "casbin",
    "regorus": "rego",
    "vakt": "vakt",
    "biscuit_python": "biscuit",
}
_CLOSING: Final = {"casbin": "casbin", "regorus": "rego", "biscuit_python": "biscuit"}
_COMPARING: Final = {"z3_solver": "solver"}


def admit(setting: Setting) -> Result:
    """May this caller do this to that path? Asked at the border, for each request.

    Ours is the admission that a build writes for an intent with a path in its
    `requires`, for a request that is allowed, with 10 rules and 5 grants; `_100` and
    `_1000` are with 100 and 50, and with 1,000 and 500. `_denied` are requests that are
    refused: ours then says which capability is missing, peers say no. `bare_call` is a
    Python function of two arguments that does nothing: `_nullary` compares it with an
    admission without a path, `_entry` with all that an app does before the handler is
    called. Every peer first gives the same answers to the same eight questions: by two
    rules, by none, of one path only, of a folder itself; a sibling whose name begins
    alike, the stronger operation, below one path, an area where nothing is held. What
    does not change between requests is prepared once by everyone: policies, entities
    and data are parsed, a token is verified, our context is made. Where a peer is asked
    for more or less is told in its module under benchmarks/authority/answering: vakt
    knows no implications and gets them worked out, so does Rego, and biscuit makes an
    authorizer for each question, as it must. Peers compare strings; that a path is in
    normal form is made sure by our intents, when they are made, which is not timed.
    All peers interpret a language that says more than ours. z3 decides no single
    request; see caps_diff.
    """
    times = {
        suffix: _asked(_ADMITTING, "admit", size, setting.rounds)
        for suffix, size in _sizes(SIZES)
    }
    ours = times[""][OURS]["allowed"]
    found: dict[str, float] = {}
    ratios: dict[str, float] = {}
    for suffix, engines in times.items():
        mine = engines[OURS]
        bare = mine["bare_call"]
        for tail, how in (
            ("", "allowed"),
            ("_nullary", "nullary"),
            ("_entry", "entry"),
        ):
            found[f"bare_call{tail}{suffix}"] = bare
            ratios[f"bare_call{tail}{suffix}"] = bare / mine[how]
        for name, theirs in engines.items():
            if name != OURS:
                for how, tail in (("allowed", ""), ("denied", "_denied")):
                    found[f"{name}{tail}{suffix}"] = theirs[how]
                    ratios[f"{name}{tail}{suffix}"] = theirs[how] / mine[how]
    told = "; ".join(
        f"{rules} rules and {grants} grants: "
        + ", ".join(f"{key} {_short(value)}" for key, value in engines[OURS].items())
        for (rules, grants), engines in zip(SIZES, times.values(), strict=True)
    )
    return Result("admit", ours, found, ratios, _method(admit, setting, told))


def closure(setting: Setting) -> Result:
    """What does each of 1,000 kinds imply? Worked out once, when a program is compiled.

    Kinds are in families of ten, each implies the next below it and some the one below
    that; `_10` and `_100` are so many kinds. Ours starts from a typed program, keeps the
    arguments of each implication and the rules on the way, for messages; the peers know
    names only: casbin's role manager walks from each kind, Rego's `graph.reachable` too
    (in an engine made anew, for it keeps answers), biscuit's Datalog makes all pairs.
    All give the same number for each kind. `limit` is 10 milliseconds. cedarpy closes
    its groups of actions while it reads them and does not tell; vakt knows no
    implications; z3's fixed points are Datalog again.
    """
    times = {
        size: _asked(_CLOSING, "closure", (size,), setting.rounds)
        for size in graph.SIZES
    }
    largest = graph.SIZES[-1]
    return _compared("closure", closure, setting, times, largest, limit=0.010)


def checker(setting: Setting) -> Result:
    """How long does the proof take for one handler?

    All authority checks of a large project, warnings included, from its typed program:
    the time of the whole by the number of handlers. `limit` is 100 microseconds; for it
    pages are left out, `limit_whole` is the same number with them. No peer has such a
    check: cedarpy, the nearest, validates policies against a schema and knows no
    programs.
    """
    times = in_turn({OURS: ("ours", "checker", str(setting.lines))}, setting.rounds)
    mine = times[OURS]
    told = f"{_short(mine['checker'])}, with pages {_short(mine['whole'])}"
    ratios = {"limit": 1e-4 / mine["checker"], "limit_whole": 1e-4 / mine["whole"]}
    method = _method(checker, setting, f"{told}; {setting.lines} lines.")
    return Result("checker", mine["checker"], {}, ratios, method)


def caps_diff(setting: Setting) -> Result:
    """Who gained and who lost what between two versions of a policy?

    The world of `admit` with one grant made wider and one taken away, at 10 rules and 5
    grants; `_100` and `_1000` are with 100 and 50, and with 1,000 and 500. Ours is what
    `pfc caps diff` does once it has two typed programs: all subjects and requirements
    too. z3 is asked, for each operation that is granted and each direction, for a path
    that one version allows and the other does not; only the grants are compared. Both
    name the same gain and the same loss. No other peer can ask a policy what it allows:
    Cedar's analyses are not in cedarpy.
    """
    times = {
        size: _asked(_COMPARING, "caps_diff", size, setting.rounds) for size in SIZES
    }
    by_rules = {rules: engines for (rules, _), engines in times.items()}
    return _compared("caps_diff", caps_diff, setting, by_rules, SIZES[0][0])


CLAIMS: Final[Mapping[str, Callable[[Setting], Result]]] = {
    each.__name__: each for each in (admit, closure, checker, caps_diff)
}


def _asked(
    modules: Mapping[str, str], question: str, size: Iterable[int], rounds: int
) -> dict[str, dict[str, float]]:
    told = tuple(map(str, size))
    engines = {OURS: ("ours", question, *told)}
    for package, module in present(modules).items():
        engines[package] = (module, question, *told)
    return in_turn(engines, rounds)


def _compared(
    name: str,
    claim: Callable[[Setting], Result],
    setting: Setting,
    times: Mapping[int, Mapping[str, Seconds]],
    plain: int,
    *,
    limit: float | None = None,
) -> Result:
    """Ratios at each size; the plain names are of one of them."""
    found: dict[str, float] = {}
    ratios: dict[str, float] = {}
    for size, engines in times.items():
        suffix = "" if size == plain else f"_{size}"
        for peer, seconds in engines.items():
            if peer != OURS:
                found[f"{peer}{suffix}"] = seconds[name]
                ratios[f"{peer}{suffix}"] = seconds[name] / engines[OURS][name]
    ours = times[plain][OURS][name]
    if limit is not None:
        ratios["limit"] = limit / ours
    told = ", ".join(
        f"{_short(engines[OURS][name])} at {size}" for size, engines in times.items()
    )
    return Result(name, ours, found, ratios, _method(claim, setting, told))


def _sizes(
    sizes: Iterable[tuple[int, int]],
) -> Iterable[tuple[str, tuple[int, int]]]:
    for number, size in enumerate(sizes):
        yield "" if number == 0 else f"_{size[0]}", size


def _method(claim: Callable[[Setting], Result], setting: Setting, told: str) -> str:
    text = " ".join((claim.__doc__ or "").split())
    return (
        f"{text} Each engine is a process that stays, only one works at a time; median"
        f" of {setting.rounds} interleaved rounds after one that does not count, in"
        f" seconds of processor time, {os.cpu_count()} processors. Ours took: {told}"
    )


def _short(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
