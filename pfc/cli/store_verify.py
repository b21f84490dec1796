"""Whether a store is whole: the database, numbers, checksums and chains of hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import click

from packetflow.actor import journal, snapshot
from packetflow.codec import CodecError
from packetflow.store import Head, Ledger, Store, StoreError
from packetflow.store.interface import LogInfo
from pfc.cli.store_text import JOURNAL, LEDGERS, lines_of, values_of


def needed(log: str) -> bool:
    """Whether an app needs all lines of a log to start again."""
    return log.startswith(JOURNAL) or log == "delegations"


def head_of(text: str) -> tuple[str, Head]:
    """A log and its end, as `LOG=NUMBER:DIGEST`."""
    log, _, head = text.rpartition("=")
    number, _, digest = head.partition(":")
    try:
        return log, Head(int(number), bytes.fromhex(digest))
    except ValueError:
        raise click.BadParameter(f"{text!r} is no LOG=NUMBER:DIGEST") from None


@dataclass
class Found:
    """What was looked at, and what of it is broken."""

    lines: int = 0
    values: int = 0
    heads: dict[str, Head] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For tools."""
        heads = {
            log: f"{head.number}:{head.digest.hex()}"
            for log, head in self.heads.items()
        }
        return {
            "whole": not self.broken,
            "lines": self.lines,
            "values": self.values,
            "heads": heads,
            "broken": self.broken,
        }

    def as_text(self) -> str:
        """For people."""
        told = [
            f"{log} ends with {head.number}:{head.digest.hex()}"
            for log, head in self.heads.items()
        ]
        told += [f"broken: {one}" for one in self.broken]
        read = f"{_counted(self.lines, 'line')} and {_counted(self.values, 'value')}"
        end = f"{len(self.broken)} broken" if self.broken else "all is whole"
        told.append(f"{read} read: {end}")
        return "\n".join(told)


def verified(store: Store, key: bytes, heads: dict[str, Head]) -> Found:
    """Read everything, and say what is broken."""
    found = Found()
    try:
        found.broken += [f"the database: {one}" for one in store.faults()]
        survey = store.survey()
    except StoreError as error:
        found.broken.append(str(error))
        return found
    known = {one.log for one in survey.logs}
    found.broken += [f"{log}: the log is gone" for log in heads if log not in known]
    for log in survey.logs:
        try:
            _check_log(store, log, found)
            if log.log in LEDGERS:
                _check_ledger(Ledger(store, log.log, key=key), heads, found)
        except StoreError as error:
            found.broken.append(f"{log.log}: {error}")
    for space in survey.spaces:
        try:
            _check_space(store, space.space, found)
        except StoreError as error:
            found.broken.append(f"{space.space}: {error}")
    return found


def _check_log(store: Store, info: LogInfo, found: Found) -> None:
    if info.log.startswith(JOURNAL):
        _check_journal(store, info.log, found)
        return
    number = info.first - 1 if info.lines else info.end
    for line in lines_of(store, info.log):
        found.lines += 1
        if line.number != number + 1:
            found.broken.append(f"{info.log}: line {number + 1} is gone")
        number = line.number
    if number < info.end:
        found.broken.append(f"{info.log}: line {number + 1} is gone")


def _check_journal(store: Store, log: str, found: Found) -> None:
    """Check that there is every line behind the snapshot, as it was written."""
    while True:
        sealed = store.get(snapshot.SPACE, log)
        broken: list[str] = []
        lines = 0
        end = store.end(log)
        number = 0 if sealed is None else _line_of(log, sealed)
        for line in lines_of(store, log):
            lines += 1
            if number is not None and line.number > number + 1:
                broken.append(f"{log}: line {number + 1} is gone")
            number = line.number
            if journal.opened(log, number, line.body) is None:
                broken.append(f"{log}: line {number} is not as it was written")
        if number is not None and number < end:
            broken.append(f"{log}: line {number + 1} is gone")
        # An app that runs takes snapshots, and forgets what they stand for.
        if not broken or store.get(snapshot.SPACE, log) == sealed:
            found.lines += lines
            found.broken += broken
            return


def _line_of(log: str, sealed: bytes) -> int | None:
    """The last line that a snapshot stands for, None if it cannot be read."""
    try:
        made = snapshot.read(log, sealed)
    except CodecError:
        return None
    return None if made is None else made.line


def _check_ledger(ledger: Ledger, heads: dict[str, Head], found: Found) -> None:
    broken = ledger.broken(heads.get(ledger.log))
    if broken is not None:
        found.broken.append(f"{ledger.log}: line {broken} is not as it was written")
    else:
        found.heads[ledger.log] = ledger.head()


def _check_space(store: Store, space: str, found: Found) -> None:
    for key, value in values_of(store, space):
        found.values += 1
        if space == snapshot.SPACE and journal.opened(key, 0, value) is None:
            found.broken.append(f"{space}: the one of {key} is not as it was written")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
