"""`[tool.pfc]` of a `pyproject.toml`: the settings of a project."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pfc.frozen import dataclass

FILE: Final = "pyproject.toml"


class SettingsError(ValueError):
    """The settings cannot be used; the message says why, in the user's words."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project may set; `out` is relative to the source root."""

    out: str = "build"
    app: str | None = None
    mypy: bool = True
    migrations: str | None = None


def settings_file(folder: Path) -> Path | None:
    """The nearest `pyproject.toml` with a `[tool.pfc]`, from `folder` upwards.

    A file that is no TOML is passed over: it may belong to somebody else. One that
    mentions `[tool.pfc]` counts, so that its mistakes are told by `read_settings`.
    """
    for candidate in (folder, *folder.parents):
        path = candidate / FILE
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            if "[tool.pfc]" in text:
                return path
            continue
        tool = tables.get("tool")
        if isinstance(tool, Mapping) and "pfc" in tool:
            return path
    return None


def read_settings(path: Path) -> Settings:
    """The settings in a `pyproject.toml`; raises SettingsError and OSError."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))["tool"]["pfc"]
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"the file is no TOML: {problem}") from problem
    if not isinstance(table, Mapping):
        raise SettingsError("it has to be a table")
    known = set(Settings.__dataclass_fields__)
    for key, value in table.items():
        if key not in known:
            listed = ", ".join(f"`{name}`" for name in sorted(known))
            raise SettingsError(f"`{key}` is no setting; there are {listed}")
        if key == "mypy":
            if not isinstance(value, bool):
                raise SettingsError(f"`{key}` has to be true or false")
        elif not isinstance(value, str) or not value:
            raise SettingsError(f"`{key}` has to be a string that is not empty")
    return Settings(**table)
