"""The lock file: what stores may hold, as it was accepted, beside the sources."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pfc.project import LOCK_FILE

FORMAT: Final = 1

Facts = Mapping[str, Any]
"""What there is now: see `pfc.semantics.lasting`."""


class LockError(ValueError):
    """The file is there and cannot be used."""


@dataclass(frozen=True)
class Kept:
    """What one reactor keeps, and the migrations that led to it.

    Those of `migrate` clauses are `module:function`, those given to the app in Python
    are names.
    """

    shape: Mapping[str, Any]
    migrations: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names by which stores remember the migrations."""
        return [one.rpartition(":")[2] for one in self.migrations]


@dataclass(frozen=True)
class Lock:
    """What was accepted: reactors by name, messages (see `pfc.semantics.lasting`)."""

    reactors: Mapping[str, Kept] = field(default_factory=dict)
    messages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def text(self) -> str:
        """The file: the same text for the same shapes, names sorted."""
        reactors = {
            name: {"migrations": list(one.migrations), "shape": one.shape}
            for name, one in self.reactors.items()
        }
        content = {"format": FORMAT, "messages": self.messages, "reactors": reactors}
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_lock(root: Path) -> Lock | None:
    """The lock of a project, none if it has none; raises LockError."""
    try:
        content = json.loads((root / LOCK_FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as problem:
        raise LockError(str(problem)) from problem
    told = content.get("format") if isinstance(content, dict) else None
    if told != FORMAT:
        raise LockError(f"its format is {told!r}, and this pfc knows {FORMAT}")
    try:
        return Lock(
            {name: _kept(one) for name, one in content["reactors"].items()},
            {name: _message(one) for name, one in content.get("messages", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise LockError("it is not as `pfc store accept` writes it") from problem


def write_lock(root: Path, lock: Lock) -> None:
    """Write the lock of a project, at once; raises OSError."""
    made = root / f".{LOCK_FILE}.{os.getpid()}"
    try:
        made.write_text(lock.text(), "utf-8")
        made.replace(root / LOCK_FILE)
    finally:
        made.unlink(missing_ok=True)


def merged(parts: Iterable[Facts]) -> dict[str, Any]:
    """What the parts of a program may leave in stores, together."""
    whole: dict[str, Any] = {"reactors": {}, "messages": {}, "types": {}, "places": {}}
    for part in parts:
        for name, one in part["messages"].items():
            before = whole["messages"].get(name, one)
            sent = before["sent"] or one["sent"]
            whole["messages"][name] = {**one, "sent": sent}
        for kind in ("reactors", "types", "places"):
            whole[kind].update(part[kind])
    return whole


def message_shape(message: Facts, types: Facts) -> Facts:
    """What a lock file says of a message."""
    made = {
        "fields": message["fields"],
        "types": {name: types[name] for name in message["uses"]},
    }
    return {**made, "order": message["order"]} if "order" in message else made


def says_all(lock: Lock, now: Facts) -> bool:
    """Whether a lock file says just what there is: then nothing has to be judged."""
    reactors, messages = now["reactors"], now["messages"]
    return (
        lock.reactors.keys() == reactors.keys()
        and all(_is_same(kept, reactors[n]) for n, kept in lock.reactors.items())
        and lock.messages.keys() <= messages.keys()
        and all(
            lock.messages.get(name) == message_shape(one, now["types"])
            for name, one in messages.items()
            if one["sent"] or name in lock.messages
        )
    )


def _is_same(kept: Kept, found: Facts) -> bool:
    clauses = tuple(found["migrations"])
    given = not clauses and not any(":" in one for one in kept.migrations)
    return kept.shape == found["shape"] and (given or kept.migrations == clauses)


def _kept(entry: Any) -> Kept:
    """One reactor; raises KeyError, TypeError, ValueError or AttributeError."""
    shape, names = entry["shape"], entry["migrations"]
    _check_fields(shape["state"])
    _check_texts(shape.get("where", []))
    _check_types(shape["types"])
    _check_texts(names)
    return Kept(shape, tuple(names))


def _message(entry: Any) -> Mapping[str, Any]:
    """One message; raises KeyError, TypeError, ValueError or AttributeError."""
    _check_fields(entry["fields"])
    _check_types(entry["types"])
    order = entry.get("order", [])
    _check_texts(order)
    made = {"fields": entry["fields"], "types": entry["types"]}
    return {**made, "order": order} if "order" in entry else made


def _check_types(types: Any) -> None:
    for definition in types.values():
        ((kind, content),) = ((k, v) for k, v in definition.items() if k != "where")
        _check_texts(definition.get("where", []))
        if kind == "record":
            _check_fields(content)
        elif kind == "union":
            for fields in content.values():
                _check_fields(fields)
        elif kind == "enum":
            _check_texts(content)
        elif kind == "refined":
            _check_type(content)
        else:
            raise TypeError(kind)


def _check_fields(fields: Any) -> None:
    for one in fields.values():
        _check_type(one["type"])
        _check_texts(one.get("where", []))


def _check_type(kind: Any) -> None:
    if not isinstance(kind, str):
        ((_, inner),) = kind.items()
        for one in inner:
            _check_type(one)


def _check_texts(texts: Any) -> None:
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise TypeError
