"""Snapshots: all that a journal comes to, as one value; older lines can then go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, final

import msgspec

from packetflow import codec
from packetflow.actor.inbox import Place
from packetflow.actor.journal import Schema, opened, seal
from packetflow.actor.reactor import State
from packetflow.store.interface import Put

SPACE: Final = "snapshot"

# How much of a map is encoded at a time: about a millisecond's work.
_CHUNK: Final = 1_000


class Snapshot(msgspec.Struct, omit_defaults=True):
    """What the lines up to `line` come to; `out` is what was not known to be done."""

    line: int
    fields: dict[str, msgspec.Raw]
    out: list[tuple[int, int, msgspec.Raw]] = []
    seen: dict[str, list[Place]] = {}
    shape: dict[str, Any] | None = None
    """That of the state, and of the lines that follow."""
    migrated: list[str] = []
    """The names of the migrations that led to this shape."""


@final
class Picture:
    """A snapshot in the making: what there was at one moment, encoded bit by bit.

    Values never change and maps are copied at once, so the reactor can go on.
    """

    __slots__ = ("_fields", "_log", "_out", "_schema", "line", "seen")

    def __init__(
        self,
        log: str,
        line: int,
        schema: Schema,
        state: State,
        out: Mapping[Place, msgspec.Raw],
        seen: dict[str, list[Place]],
    ) -> None:
        self.line = line
        self._log = log
        self._schema = schema
        self._fields = {
            name: schema.plain(name, getattr(state, name)) for name in schema.types
        }
        self._out = [(*place, body) for place, body in out.items()]
        self.seen = seen

    def parts(self) -> Iterator[bytes]:
        """The JSON of a `Snapshot`, in parts that take little time each."""
        yield b'{"line":%d,"out":' % self.line
        yield codec.encode(self._out)
        yield b',"seen":' + codec.encode(self.seen)
        yield b"," + self._schema.evolution.head() + b',"fields":{'
        for number, (name, value) in enumerate(self._fields.items()):
            yield b"," * (number > 0) + codec.encode(name) + b":"
            if name in self._schema.pairs and value is not None:
                yield from _chunks(value)
            else:
                yield codec.encode(value)
        yield b"}}"

    def write(self, parts: list[bytes]) -> Put:
        """What keeps the snapshot, of all its parts."""
        return Put(SPACE, self._log, seal(self._log, 0, b"".join(parts)))


def read(log: str, sealed: bytes) -> Snapshot | None:
    """The snapshot that was written, None if it is damaged; raises CodecError."""
    body = opened(log, 0, sealed)
    if body is None:
        return None
    made: Snapshot = codec.decode(body, Snapshot, f"the snapshot of {log}")
    return made


def _chunks(pairs: list[Any]) -> Iterator[bytes]:
    yield b"["
    for start in range(0, len(pairs), _CHUNK):
        part = codec.encode(pairs[start : start + _CHUNK])
        yield b"," * (start > 0) + part[1:-1]
    yield b"]"
