"""What `pfc top` shows of an app: its overview as tables of texts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

Seen: TypeAlias = Mapping[str, Any]

_REACTORS: Final = (
    *("reactor", "waiting", "handled", "per s", "failed", "denied", "faulted"),
    *("restarts", "median", "99 %", "waited", "now"),
)


class Part(NamedTuple):
    """A table: `bad` are the rows that something is wrong with, by number."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    bad: frozenset[int] = frozenset()


def alerts(seen: Seen) -> list[str]:
    """One line for each alert that is raised."""
    return [
        printable(
            f"{one['severity']}: {one['reactor']} {one['name']} since {one['since']}"
        )
        for one in seen["alerts"]
    ]


def printable(text: str) -> str:
    """A text that moves no cursor and changes no colour: names come from anybody."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def parts(seen: Seen, rates: Mapping[str, float]) -> Iterator[Part]:
    """Everything else, the reactors first; what there is nothing of is left out.

    `rates` are how many intents each reactor handled a second.
    """
    reactors = seen["reactors"]
    bad = (n for n, one in enumerate(reactors) if one["stopped"] or one["unhealthy"])
    rows = [_reactor(one, rates) for one in reactors]
    for part in (Part("", _REACTORS, rows, frozenset(bad)), *_others(seen)):
        if part.rows or not part.title:
            shown = [[printable(cell) for cell in row] for row in part.rows]
            yield part._replace(rows=shown)


def _others(seen: Seen) -> Iterator[Part]:
    crashed = [one for one in seen["reactors"] if one.get("crash")]
    heads: Sequence[str] = ("reactor", "when", "intent", "at", "because", "then")
    yield Part("last crashes", heads, [_crash(one) for one in crashed])
    if "tree" in seen:
        yield Part("supervision", ("",), [(line,) for line in _tree(seen["tree"], "")])
    health = [(one["reactor"], one["why"]) for one in seen.get("health", ())]
    unhealthy = [one for one in health if one[1]]
    yield Part("unhealthy", ("reactor", "why"), unhealthy)
    heads = ("reactor", "since snapshot", "outbox", "last commit", "99 %")
    yield Part("journals", heads, [_durable(one) for one in seen.get("durable", ())])
    heads = ("schedule", "due", "last", "running", "done", "failed", "denied")
    schedules = [_schedule(one) for one in seen.get("schedules", ())]
    yield Part("schedules", heads, schedules)
    heads = ("when", "who", "what", "why")
    yield Part("last denials", heads, [_denial(one) for one in seen.get("denials", ())])
    heads = ("from", "to", "what", "until")
    given = [_delegation(one) for one in seen.get("delegations", ())]
    yield Part("delegations", heads, given)
    heads = ("method", "path", "what", "for")
    routes = [
        (one["method"], one["path"], one["what"], one["caller"])
        for one in seen.get("routes", ())
    ]
    yield Part("routes", heads, routes)


def _reactor(one: Seen, rates: Mapping[str, float]) -> tuple[str, ...]:
    rate = rates.get(one["reactor"])
    now = one["stopped"] or one["unhealthy"] or ("busy" if one["busy"] else "idle")
    if one.get("running", 1) != 1:
        now = f"{now}, {one['running']} of it"
    counts = (one["failed"], one["denied"], one["faulted"], one["restarts"])
    return (
        one["reactor"],
        str(one["depth"]),
        str(one["handled"]),
        "" if rate is None else f"{rate:,.0f}",
        *map(str, counts),
        *(_most(one.get(name)) for name in ("p50", "p99", "waited")),
        now,
    )


def _crash(one: Seen) -> tuple[str, ...]:
    crash = one["crash"]
    told = (crash["intent"], crash["at"], crash["error"], crash["did"])
    return (one["reactor"], _time(crash["when"]), *told)


def _tree(one: Seen, indent: str) -> Iterator[str]:
    limit = f"{one['max_restarts']} restarts within {one['within']:g} s"
    yield f"{indent}{one['strategy']} ({limit})"
    indent += "  "
    for child in one["children"]:
        if "strategy" in child:
            yield from _tree(child, indent)
            continue
        keys = f", {child['keys']} keys run" if "keys" in child else ""
        stopped = f", stopped: {child['stopped']}" if child["stopped"] else ""
        yield f"{indent}{child['name']}{keys}{stopped}"


def _durable(one: Seen) -> tuple[str, ...]:
    last = "" if one["last"] is None else f"{one['last'] * 1_000:.3g} ms"
    counts = (str(one["since_snapshot"]), str(one["outbox"]))
    return (one["reactor"], *counts, last, _most(one["p99"]))


def _schedule(one: Seen) -> tuple[str, ...]:
    times = (_time(one[when]) if one[when] else "never" for when in ("due", "last"))
    counts = ("running", "done", "failed", "denied")
    return (one["name"], *times, *(f"{one[count]:,}" for count in counts))


def _denial(one: Seen) -> tuple[str, ...]:
    return (_time(one["at"]), one["who"], one["what"], one["why"])


def _delegation(one: Seen) -> tuple[str, ...]:
    until = "" if one["until"] is None else _time(one["until"])
    return (one["by"] or "a reactor", one["to"], one["capability"], until)


def _most(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return "> 60 s" if math.isinf(seconds) else f"≤ {seconds * 1_000:g} ms"


def _time(written: str) -> str:
    """An instant as it is read; it comes as RFC 3339 has it."""
    instant = datetime.fromisoformat(written)
    return f"{instant:%Y-%m-%d %H:%M:%S} {instant.tzname() or ''}".rstrip()
