"""Starts a process, kills it, and compares what it said with what it left behind."""

from __future__ import annotations

import json
import logging
import os
import random
import select
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import victim
from tests.chaos.faults import Fault

_PATIENCE = 60.0


@dataclass
class Outcome:
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    repeated: int = 0
    performed: int = 0
    said: list[str] = field(default_factory=list)


class Driver:
    """Kills a process that is forked from this one, so that it is there at once."""

    def __init__(
        self,
        folder: Path,
        store: str,
        seed: int | None = None,
        *,
        fault: Fault | None = None,
    ) -> None:
        """`fault` is put into each process; then what is found is not told."""
        self.folder = folder
        self.store = store
        self.random = random.Random(seed)
        self.fault = fault
        self.outcome = Outcome()
        self.outside = os.open(
            folder / "outside", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600
        )
        # What was acknowledged and not looked for yet; what was asked and not answered.
        self.promised: set[tuple[int, int]] = set()
        self.pending: set[tuple[int, int]] = set()
        self.verified = -1
        # What was done outside: what each number was told with, and what was heard.
        self.told: dict[tuple[int, int], set[str]] = {}
        self.heard: set[tuple[int, int]] = set()
        self.keys: dict[str, tuple[int, int]] = {}
        self.seen_outside = 0

    def run(self, kills: int) -> Outcome:
        """Kill so often; with a fault only until that is found."""
        found = self.outcome
        while found.kills < kills and not self.caught:
            self._round(found.kills)
            found.kills += 1
        os.close(self.outside)
        return found

    @property
    def caught(self) -> bool:
        """Whether the fault that was put in was found, as what it is."""
        return self.fault is not None and getattr(self.outcome, self.fault.found) > 0

    def _round(self, number: int) -> None:
        again = sorted(one for one in self.pending if one[1] % 2)
        orders = {"round": number, "verified": self.verified, "again": again}
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._die_as_victim(orders, reading, writing)
        os.close(writing)
        # Some die before they have read what the ones before them wrote.
        blind = self.random.random() < 0.1
        wait = self.random.random() * (0.06 if blind else 0.12)
        lines = _until_killed(pid, reading, wait, blind=blind)
        os.close(reading)
        self._note(lines, number)

    def _die_as_victim(self, orders: dict, reading: int, writing: int) -> None:
        try:
            os.close(reading)
            if self.fault is not None:
                logging.disable()  # it says much, and all of that is wanted
                self.fault.put_in()
            victim.live(self._opened, orders, writing, self.outside)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(3)

    def _opened(self):
        if self.store == "sqlite":
            from packetflow.store.sqlite import SqliteStore

            return SqliteStore(self.folder / "chaos.db")
        from packetflow.store.postgres import PostgresStore

        return PostgresStore(self.store, schema=f"chaos {self.folder.name}")

    def _note(self, lines: list[dict], number: int) -> None:
        for line in lines:
            if "taken" in line:
                self._compare(line, number)
            elif "asked" in line:
                self.pending.add(tuple(line["asked"]))
            else:
                place = tuple(line["done"])
                self.outcome.repeated += place[0] < number
                self.pending.discard(place)
                self.promised.add(place)
                self.outcome.acknowledged += 1
                if line["count"] > 1:
                    self._wrong("doubled", f"{place} was taken {line['count']} times")

    def _compare(self, line: dict, number: int) -> None:
        taken, booked, confirmed = (
            {(round, one): count for round, one, count in line[what]}
            for what in ("taken", "booked", "confirmed")
        )
        self._look_outside()
        for place in self.promised - taken.keys():
            self._wrong("lost", f"{place} was acknowledged, and is not there")
        done = {"booked": booked, "confirmed": confirmed}
        for what, there in (*done.items(), ("told", self.told), ("heard", self.heard)):
            for place in taken.keys() - there:
                self._wrong("lost", f"{place} was taken and never {what}")
        for what, counts in ("taken", taken), *done.items():
            for place, count in counts.items():
                if count > 1:
                    self._wrong("doubled", f"{place} was {what} {count} times")
        if line["undone"] or line["reports"]:
            self._wrong("lost", f"still to do: {line['undone']}; {line['reports']}")
        # What was asked for in earlier rounds without a key is not repeated.
        self.pending = {one for one in self.pending if one[1] % 2}
        self.verified = (
            number - 1
            if not self.pending
            else min(number - 1, min(round for round, _ in self.pending) - 1)
        )
        self.promised = {one for one in self.promised if one[0] > self.verified}
        self.heard = {one for one in self.heard if one[0] > self.verified}
        self.keys = {k: one for k, one in self.keys.items() if one[0] > self.verified}
        self.told = {one: k for one, k in self.told.items() if one[0] > self.verified}

    def _wrong(self, what: str, why: str) -> None:
        setattr(self.outcome, what, getattr(self.outcome, what) + 1)
        self.outcome.said.append(why)
        if self.fault is None:
            print(f"{what}: {why}", flush=True)

    def _look_outside(self) -> None:
        """Each number has a key of its own, however often the effect was performed."""
        with (self.folder / "outside").open("rb") as lines:
            lines.seek(self.seen_outside)
            new = lines.read()
        self.seen_outside += len(new)
        for line in new.splitlines():
            what, where, key = line.decode().split()
            place = tuple(map(int, where.split(":")))
            if what == "heard":
                self.heard.add(place)
                continue
            self.outcome.performed += 1
            keys = self.told.setdefault(place, set())
            keys.add(key)
            if len(keys) > 1:
                self._wrong("doubled", f"{place} was told with {len(keys)} keys")
            if (other := self.keys.setdefault(key, place)) != place:
                self._wrong("lost", f"{place} was told with the key of {other}")


def _until_killed(pid: int, reading: int, wait: float, *, blind: bool) -> list[dict]:
    """What a process says until it is killed, some time after it got to work."""
    whole = b""
    limit = time.monotonic() + (wait if blind else _PATIENCE)
    started = blind
    while (left := limit - time.monotonic()) > 0:
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        whole += part
        if not started and b"\n" in whole:
            started = True
            limit = time.monotonic() + wait
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status) or not started:
        raise RuntimeError(f"the process ended by itself ({status}): {whole[-500:]!r}")
    while part := os.read(reading, 1 << 16):
        whole += part
    return [json.loads(line) for line in whole.split(b"\n")[:-1]]
