"""What `pfc store` shows of a store: an overview, and everything as JSON lines."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from packetflow.store import Line, Store
from packetflow.store.interface import LogInfo, Survey

LEDGERS: Final = ("audit", "delegations")
"""Logs in which every line is bound to the one before it."""

JOURNAL: Final = "journal:"
"""What the names of journals begin with."""

_CHUNK: Final = 1_000

# Journals of one reactor's shards or keys that are shown one by one.
_FEW: Final = 20


def seal_size(log: str) -> int:
    """How many bytes of a line stand before what was written: a digest or checksum."""
    return 32 if log in LEDGERS else 8 if log.startswith(JOURNAL) else 0


def survey_json(survey: Survey) -> dict[str, Any]:
    """The overview for tools."""
    return {
        "logs": [
            {**one._asdict(), "since": _time(one.since), "until": _time(one.until)}
            for one in survey.logs
        ],
        "spaces": [one._asdict() for one in survey.spaces],
    }


def survey_text(survey: Survey) -> str:
    """The overview for people."""
    logs = [
        (
            one.log,
            f"{one.lines}",
            _numbers(one),
            _size(one.size),
            _time(one.until) or "",
        )
        for one in _together(survey.logs)
    ]
    spaces = [(one.space, f"{one.values}", _size(one.size)) for one in survey.spaces]
    parts = [
        table(("log", "lines", "numbers", "size", "last"), logs),
        table(("space", "values", "size"), spaces),
    ]
    return "\n\n".join(part for part in parts if part) or "The store is empty."


def _numbers(one: LogInfo) -> str:
    if not one.end:  # of many logs
        return ""
    return f"{one.first}-{one.end}" if one.lines else f"-{one.end}"


def _together(logs: Sequence[LogInfo]) -> Iterator[LogInfo]:
    """The logs, but the journals of many keys of one reactor as one."""
    families: dict[str, list[LogInfo]] = {}
    for one in logs:
        family, keyed, _ = one.log.partition("/")
        if keyed and one.log.startswith(JOURNAL):
            families.setdefault(family, []).append(one)
    for one in logs:
        family = one.log.partition("/")[0]
        found = families.get(family, []) if one.log != family else []
        if len(found) <= _FEW:
            yield one
        elif one is found[0]:
            times = [each.until for each in found if each.until is not None]
            yield LogInfo(
                f"{family}/* ({len(found)} journals)",
                sum(each.lines for each in found),
                0,
                0,
                sum(each.size for each in found),
                None,
                max(times, default=None),
            )


def exported(
    store: Store, logs: Sequence[str], spaces: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Lines of these logs and values of these spaces; all, if none is named."""
    survey = store.survey()
    everything = not logs and not spaces
    for log in [one.log for one in survey.logs] if everything else logs:
        yield from (_line(log, line) for line in lines_of(store, log))
    for space in [one.space for one in survey.spaces] if everything else spaces:
        for key, value in values_of(store, space):
            yield {"space": space, "key": key, **_content(value)}


def lines_of(store: Store, log: str) -> Iterator[Line]:
    """All lines of a log, a part at a time."""
    after = 0
    while found := store.read(log, after=after, limit=_CHUNK):
        yield from found
        after = found[-1].number


def values_of(store: Store, space: str) -> Iterator[tuple[str, bytes]]:
    """All values of a space, a part at a time."""
    start = ""
    while found := store.scan(space, start=start, limit=_CHUNK):
        yield from found
        start = found[-1][0] + "\0"


def _line(log: str, line: Line) -> dict[str, Any]:
    before = seal_size(log)
    seal = {"seal": line.body[:before].hex()} if before else {}
    return {
        "log": log,
        "number": line.number,
        "at": _time(line.at),
        "keys": list(line.keys),
        **seal,
        **_content(line.body[before:]),
    }


def _content(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1_000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1_000
    return f"{size:.1f} TB"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under their heads; nothing if there are no rows."""
    if not rows:
        return ""
    shown = [
        head,
        *(
            [
                one.encode("unicode_escape").decode() if not one.isprintable() else one
                for one in row
            ]
            for row in rows
        ),
    ]
    widths = [max(len(row[place]) for row in shown) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in shown
    )
