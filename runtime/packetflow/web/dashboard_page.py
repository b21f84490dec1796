"""The page of the dashboard: what an overview holds, as markup."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from packetflow.web.escape import text

__all__ = ["PAUSED", "body"]

PAUSED: Final = "paused"

Seen: TypeAlias = Mapping[str, Any]


class _Column(NamedTuple):
    """The head of a column; numbers are set to the right, what is long in lines."""

    head: str
    number: bool = False
    long: bool = False


_REACTORS: Final = (
    _Column("Reactor"),
    _Column("Now"),
    *(_Column(head, True) for head in ("Waiting", "Handled", "Failed", "Denied")),
    *(_Column(head, True) for head in ("Faulted", "Restarts")),
    *(_Column(head, True) for head in ("Median", "99 %", "99 % waited")),
)
_CRASHES: Final = (
    *map(_Column, ("Reactor", "When", "Intent", "At")),
    *(_Column(head, long=True) for head in ("Because", "Then")),
)
_DURABLE: Final = (
    _Column("Reactor"),
    _Column("Lines since snapshot", True),
    _Column("Outbox", True),
    _Column("Last commit", True),
    _Column("99 % of commits", True),
)
_SCHEDULES: Final = (
    *map(_Column, ("Schedule", "Due", "Last")),
    *(
        _Column(head, True)
        for head in ("Running", "Done", "Failed", "Denied", "Left out", "Late")
    ),
)
_HEALTH: Final = (_Column("Reactor"), _Column("How it is", long=True))
_DENIALS: Final = (
    *map(_Column, ("When", "Who", "What")),
    _Column("Why", long=True),
    _Column("Request"),
)
_DELEGATIONS: Final = tuple(map(_Column, ("From", "To", "What", "Until")))
_ROUTES: Final = tuple(map(_Column, ("Method", "Path", "What", "For")))


def body(seen: Seen, now: datetime, *, paused: bool) -> list[str]:
    """The page; it is in English whatever the language of the app."""
    made = ['<div class="pf-wide" lang="en">', *_head(seen, now, paused)]
    made += _alerts(seen["alerts"])
    made += _section(
        "Reactors", _REACTORS, map(_reactor, seen["reactors"]), "Nothing runs."
    )
    crashed = [one for one in seen["reactors"] if one["crash"]]
    made += _section("Last crashes", _CRASHES, map(_crash, crashed), "Nothing crashed.")
    made.append(f"<section>{_title('Supervision')}{_tree(seen['tree'])}</section>")
    made += _section(
        "Health", _HEALTH, map(_health, seen["health"]), "No reactor declares a check."
    )
    if seen["durable"]:
        made += _section("Journals", _DURABLE, map(_durable, seen["durable"]), "")
    if seen["schedules"]:
        schedules = map(_schedule, seen["schedules"])
        made += _section("Schedules", _SCHEDULES, schedules, "")
    denials = map(_denial, seen["denials"])
    made += _section("Last denials", _DENIALS, denials, "Nobody was denied anything.")
    delegations = map(_delegation, seen["delegations"])
    made += _section("Delegations", _DELEGATIONS, delegations, "None is in force.")
    made += _section("Routes", _ROUTES, map(_route, seen["routes"]), "None.")
    return [*made, "</div>"]


def _head(seen: Seen, now: datetime, paused: bool) -> list[str]:
    count = len(seen["reactors"])
    told = (
        f"{count} reactor{'' if count == 1 else 's'}, up {_lasting(seen['uptime'])}, "
        f"seen at {_time(now)}."
    )
    link = (
        '<a href="?">Go on</a> looking every 5 seconds.'
        if paused
        else f'It looks again every 5 seconds: <a href="?{PAUSED}">pause</a>.'
    )
    return ["<h1>What runs</h1>", f'<p class="muted">{text(told)} {link}</p>']


def _alerts(alerts: Sequence[Seen]) -> list[str]:
    made = [f"<section>{_title('Alerts')}"]
    if not alerts:
        made.append('<p class="muted">None is raised.</p>')
    for one in alerts:
        told = f"{one['severity']}: {one['reactor']} {one['name']} since "
        made.append(f'<p class="pf-alert">{text(told)}{text(_time(one["since"]))}</p>')
    return [*made, "</section>"]


def _section(
    title: str,
    columns: Sequence[_Column],
    rows: Iterable[Sequence[str]],
    empty: str,
) -> list[str]:
    made = ["<section>", _title(title)]
    cells = [_row(columns, row) for row in rows]
    if not cells:
        return [*made, f'<p class="muted">{text(empty)}</p></section>']
    heads = "".join(
        f'<th scope="col"{_class(one)}>{text(one.head)}</th>' for one in columns
    )
    # What is too wide is scrolled by itself, also with the keyboard.
    named = f'role="region" aria-labelledby="{_id(title)}" tabindex="0"'
    return [
        *made,
        f'<div class="pf-scroll" {named}><table aria-labelledby="{_id(title)}">',
        f"<thead><tr>{heads}</tr></thead><tbody>",
        *cells,
        "</tbody></table></div></section>",
    ]


def _row(columns: Sequence[_Column], row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(
        f"<td{_class(column)}>{cell}</td>"
        for column, cell in zip(columns[1:], others, strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def _class(column: _Column) -> str:
    if column.number:
        return ' class="pf-number"'
    return ' class="pf-long"' if column.long else ""


def _title(title: str) -> str:
    return f'<h2 id="{_id(title)}">{text(title)}</h2>'


def _id(title: str) -> str:
    return title.lower().replace(" ", "-")


# -- rows: cells are markup ----------------------------------------------------------
def _reactor(one: Seen) -> Sequence[str]:
    counts = ("depth", "handled", "failed", "denied", "faulted", "restarts")
    times = ("p50", "p99", "waited")
    return (
        text(one["reactor"]),
        _now(one),
        *(text(f"{one[name]:,}") for name in counts),
        *(text(_most(one[name])) for name in times),
    )


def _now(one: Seen) -> str:
    if one["stopped"]:
        return f'<span class="pf-bad">stopped: {text(one["stopped"])}</span>'
    if one["unhealthy"]:
        return f'<span class="pf-bad">unhealthy: {text(one["unhealthy"])}</span>'
    now = "busy" if one["busy"] else "idle"
    return now if one["running"] == 1 else f"{now}, {one['running']} of it"


def _crash(one: Seen) -> Sequence[str]:
    crash = one["crash"]
    return (
        text(one["reactor"]),
        text(_time(crash["when"])),
        text(crash["intent"]),
        f"<code>{text(crash['at'])}</code>" if crash["at"] else "",
        text(crash["error"]),
        text(crash["did"]),
    )


def _health(one: Seen) -> Sequence[str]:
    why = one["why"]
    told = f'<span class="pf-bad">{text(why)}</span>' if why else "healthy"
    return text(one["reactor"]), told


def _durable(one: Seen) -> Sequence[str]:
    last = "" if one["last"] is None else f"{one['last'] * 1_000:.3g} ms"
    return (
        text(one["reactor"]),
        text(f"{one['since_snapshot']:,}"),
        text(f"{one['outbox']:,}"),
        text(last),
        text(_most(one["p99"])),
    )


def _schedule(one: Seen) -> Sequence[str]:
    left_out = one["skipped"] + one["closed"]
    counts = (one["running"], one["done"], one["failed"], one["denied"], left_out)
    return (
        text(one["name"]),
        *(text(_time(one[when]) if one[when] else "never") for when in ("due", "last")),
        *(text(f"{count:,}") for count in (*counts, one["missed"])),
    )


def _denial(one: Seen) -> Sequence[str]:
    request = f"<code>{text(one['request'])}</code>"
    told = (text(one[name]) for name in ("who", "what", "why"))
    return (text(_time(one["at"])), *told, request)


def _delegation(one: Seen) -> Sequence[str]:
    until = "" if one["until"] is None else _time(one["until"])
    giver = text(one["by"]) or '<span class="muted">a reactor</span>'
    return (
        giver,
        text(one["to"]),
        f"<code>{text(one['capability'])}</code>",
        text(until),
    )


def _route(one: Seen) -> Sequence[str]:
    path = f"<code>{text(one['path'])}</code>"
    return text(one["method"]), path, text(one["what"]), text(one["caller"])


def _tree(one: Seen) -> str:
    limit = f"{one['max_restarts']} restarts within {one['within']:g} s"
    inner = "".join(f"<li>{_branch(child)}</li>" for child in one["children"])
    return (
        f'<p>{text(one["strategy"])} <span class="muted">{text(limit)}</span></p>'
        f'<ul class="pf-tree">{inner}</ul>'
    )


def _branch(one: Seen) -> str:
    if "strategy" in one:
        return _tree(one)
    told = text(one["name"])
    if "keys" in one:
        told += f' <span class="muted">{one["keys"]:,} keys run</span>'
    if one["stopped"]:
        told += f' <span class="pf-bad">stopped: {text(one["stopped"])}</span>'
    return told


# -- numbers -------------------------------------------------------------------------
def _most(seconds: float | None) -> str:
    """At most so long; histograms know bounds only."""
    if seconds is None:
        return ""
    return "> 60 s" if math.isinf(seconds) else f"≤ {seconds * 1_000:g} ms"


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} {instant.tzname() or ''}".rstrip()


def _lasting(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.0f} h"
