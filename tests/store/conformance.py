"""What every store must do: a state machine against a model of a few dicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from packetflow.store import (
    Append,
    Conflict,
    Entry,
    Line,
    Put,
    Remove,
    Store,
    StoreError,
    Trim,
    Write,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

# Few names, so that writes meet; some that databases treat in ways of their own.
LOGS = st.sampled_from(["a", "b", "é", "a\0b"])
SPACES = st.sampled_from(["s", "", "a", "x" * 1_000])
KEYS = st.sampled_from(["", "a", "B", "a\0", "a\0b", "é", "\uffff", "😀", "%", "_'\""])
TIMES = st.builds(
    lambda days, microseconds, zone: (
        NOON + timedelta(days=days, microseconds=microseconds)
    ).astimezone(timezone(timedelta(hours=zone))),
    st.integers(-3, 3) | st.just(-700_000),
    st.integers(0, 2),
    st.sampled_from([0, 2, -7]),
)
BODIES = st.binary(max_size=8)
ENTRIES = st.builds(Entry, TIMES, st.lists(KEYS, max_size=3).map(tuple), BODIES)


class Model:
    """A store that is nothing but dicts, and copies them for each batch."""

    def __init__(self) -> None:
        self.ends: dict[str, int] = {}
        self.lines: dict[str, dict[int, Entry]] = {}
        self.spaces: dict[str, dict[str, bytes]] = {}

    def commit(self, writes: Sequence[Write]) -> bool:
        ends = dict(self.ends)
        lines = {log: dict(kept) for log, kept in self.lines.items()}
        spaces = {space: dict(kept) for space, kept in self.spaces.items()}
        for one in writes:
            match one:
                case Append(log, entries, after):
                    if after != ends.get(log, 0):
                        return False
                    kept = lines.setdefault(log, {})
                    kept.update(enumerate(entries, after + 1))
                    ends[log] = after + len(entries)
                case Put(space, key, value):
                    spaces.setdefault(space, {})[key] = value
                case Remove(space, key):
                    spaces.get(space, {}).pop(key, None)
                case Trim(log, upto):
                    kept = lines.get(log, {})
                    lines[log] = {n: one for n, one in kept.items() if n > upto}
        self.ends, self.lines, self.spaces = ends, lines, spaces
        return True

    def read(self, log: str) -> list[Line]:
        return [Line(number, *one) for number, one in self.lines.get(log, {}).items()]


class Machine(RuleBasedStateMachine):
    """Writes at random to a store and to the model, and compares all answers."""

    def __init__(
        self, new: Callable[[], Store], again: Callable[[], Store] | None
    ) -> None:
        super().__init__()
        self.again = again
        self.store, self.model = new(), Model()

    def teardown(self) -> None:
        self.store.close()

    def writes(self, data: st.DataObject, most: int = 4) -> list[Write]:
        made: list[Write] = []
        ends = dict(self.model.ends)
        for _ in range(data.draw(st.integers(0, most))):
            kind = data.draw(st.sampled_from([Append, Append, Put, Put, Remove, Trim]))
            if kind is Append:
                log, entries = data.draw(LOGS), data.draw(st.lists(ENTRIES, max_size=6))
                after = ends.get(log, 0)
                if data.draw(st.integers(0, 9)) == 0:
                    after = max(0, after + data.draw(st.sampled_from([-1, 1])))
                ends[log] = after + len(entries)
                made.append(Append(log, entries, after))
            elif kind is Trim:
                log = data.draw(LOGS)
                made.append(Trim(log, data.draw(st.integers(-1, ends.get(log, 0) + 2))))
            elif kind is Put:
                key, value = data.draw(KEYS), data.draw(BODIES)
                made.append(Put(data.draw(SPACES), key, value))
            else:
                made.append(Remove(data.draw(SPACES), data.draw(KEYS)))
        return made

    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        writes = self.writes(data)
        if self.model.commit(writes):
            self.store.commit(writes)
        else:
            with pytest.raises(Conflict):
                self.store.commit(writes)

    @rule(data=st.data(), count=st.integers(0, 5))
    def commit_all(self, data: st.DataObject, count: int) -> None:
        batches = [self.writes(data, 3) for _ in range(count)]
        expected = [self.model.commit(batch) for batch in batches]
        refused = self.store.commit_all(batches)
        assert [one is None for one in refused] == expected
        assert all(one is None or isinstance(one, Conflict) for one in refused)

    @rule(data=st.data())
    def commit_what_cannot_be_kept(self, data: st.DataObject) -> None:
        wrong: list[Write] = [
            Put("s", "\ud800", b""),
            Put("s" * 1_001, "", b""),
            Put("s", "é" * 501, b""),
            Remove("\udfff", ""),
            Append("a", [Entry(NOON.replace(tzinfo=None), (), b"")], self.end("a")),
            Append("a", [Entry(NOON, ("\ud800",), b"")], self.end("a")),
            Append("\ud800", [], 0),
            Trim("\ud800", 1),
            Append("a", [Entry(FAR, (), b"")], self.end("a")),
        ]
        batch = [Put("s", "", b"not kept"), data.draw(st.sampled_from(wrong))]
        (refused,) = self.store.commit_all([batch])
        assert isinstance(refused, StoreError)
        assert not isinstance(refused, Conflict)

    @rule(log=LOGS, data=st.data())
    def read(self, log: str, data: st.DataObject) -> None:
        keys = data.draw(st.lists(KEYS, max_size=2))
        since, before = data.draw(st.none() | TIMES), data.draw(st.none() | TIMES)
        after = data.draw(st.integers(0, self.end(log) + 1))
        limit = data.draw(st.none() | st.integers(0, 4))
        expected = [
            line
            for line in self.model.read(log)
            if set(keys) <= set(line.keys)
            and (since is None or line.at >= since)
            and (before is None or line.at < before)
            and line.number > after
        ][:limit]
        found = self.store.read(
            log, keys=keys, since=since, before=before, after=after, limit=limit
        )
        assert found == expected
        assert all(line.at.tzinfo is UTC for line in found)

    @rule(space=SPACES, data=st.data())
    def scan(self, space: str, data: st.DataObject) -> None:
        start, before = data.draw(KEYS), data.draw(st.none() | KEYS)
        limit = data.draw(st.none() | st.integers(0, 4))
        kept = self.model.spaces.get(space, {})
        assert (
            self.store.scan(space, start=start, before=before, limit=limit)
            == [
                (key, kept[key])
                for key in sorted(kept)
                if key >= start and (before is None or key < before)
            ][:limit]
        )

    @rule(space=SPACES, key=KEYS)
    def get(self, space: str, key: str) -> None:
        assert self.store.get(space, key) == self.model.spaces.get(space, {}).get(key)

    @rule()
    def reopen(self) -> None:
        if self.again is not None:
            self.store.close()
            self.store = self.again()

    @rule()
    def survey(self) -> None:
        logs, spaces = self.store.survey()
        assert [one.log for one in logs] == sorted(self.model.ends)
        for one in logs:
            lines = self.model.read(one.log)
            times = (lines[0].at, lines[-1].at) if lines else (None, None)
            assert one == (
                one.log,
                len(lines),
                lines[0].number if lines else 0,
                self.end(one.log),
                sum(len(line.body) for line in lines),
                *times,
            )
        kept = {space: one for space, one in self.model.spaces.items() if one}
        assert spaces == tuple(
            (space, len(one), sum(map(len, one.values())))
            for space, one in sorted(kept.items())
        )

    @invariant()
    def all_is_there(self) -> None:
        for log in ("a", "b", "é", "a\0b"):
            lines = self.model.read(log)
            assert self.store.read(log) == lines
            assert self.store.last(log) == (lines[-1] if lines else None)
            assert self.store.end(log) == self.end(log)

    def end(self, log: str) -> int:
        return self.model.ends.get(log, 0)


FAR = datetime.max.replace(tzinfo=timezone(timedelta(hours=-7)))


def conforms(
    new: Callable[[], Store],
    again: Callable[[], Store] | None = None,
    *,
    examples: int = 60,
    shrink: bool = True,
) -> None:
    """Raise an AssertionError if a store does anything else than the model.

    `new` gives an empty store, `again` opens that one once more after it was closed.
    `shrink` is whether the shortest failing sequence is looked for.
    """
    run_state_machine_as_test(
        lambda: Machine(new, again),
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            report_multiple_bugs=False,
            database=None,
        ),
    )
