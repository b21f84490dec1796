"""The lock file: which shapes reactors keep, as it was accepted, beside the sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pfc.project import LOCK_FILE

FORMAT: Final = 1


class LockError(ValueError):
    """The file is there and cannot be used."""


@dataclass(frozen=True)
class Kept:
    """What one reactor keeps, and the names of the migrations that led to it."""

    shape: Mapping[str, Any]
    migrations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lock:
    """What was accepted, by the names of reactors."""

    reactors: Mapping[str, Kept] = field(default_factory=dict)

    def text(self) -> str:
        """The file: the same text for the same shapes, names sorted."""
        reactors = {
            name: {"migrations": list(one.migrations), "shape": one.shape}
            for name, one in self.reactors.items()
        }
        content = {"format": FORMAT, "reactors": reactors}
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
        return Lock({name: _kept(one) for name, one in content["reactors"].items()})
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise LockError("it is not as `pfc store accept` writes it") from problem


def write_lock(root: Path, lock: Lock) -> None:
    """Write the lock of a project, at once; raises OSError."""
    made = root / f".{LOCK_FILE}.new"
    made.write_text(lock.text(), "utf-8")
    made.replace(root / LOCK_FILE)


def _kept(entry: Any) -> Kept:
    """One reactor; raises KeyError, TypeError, ValueError or AttributeError."""
    shape, names = entry["shape"], entry["migrations"]
    _check_fields(shape["state"])
    _check_texts(shape.get("where", []))
    for definition in shape["types"].values():
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
    _check_texts(names)
    return Kept(shape, tuple(names))


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
