"""Configurations: values from defaults, `pyproject.toml`, the environment and the app."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar, cast, final

import msgspec

from packetflow.errors import PacketFlowError, Violation

logger: Final = logging.getLogger("packetflow.configuration")

C = TypeVar("C", bound="Config")

_SHORT: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Hidden:
    """Stands for a value that is not shown."""

    def __repr__(self) -> str:
        return "***"


_HIDDEN: Final = _Hidden()


class ConfigError(PacketFlowError):
    """What is configured is missing, unknown, or does not fit; each in a line."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Values that are set from outside. `section` is its full name.

    `secrets` are the fields that are never shown.
    """

    section: ClassVar[str]
    secrets: ClassVar[frozenset[str]] = frozenset()

    def __repr__(self) -> str:
        """The values, but for the secret ones."""
        shown = [f"{name}={value!r}" for name, value in self.__rich_repr__()]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The values for rich, but for the secret ones."""
        return [
            (name, _HIDDEN if name in self.secrets else getattr(self, name))
            for name in self.__struct_fields__
        ]


@final
class Settings:
    """The configurations of one app, each read when it is first needed.

    Later ones win: defaults, `[tool.pfc.config.Name]` in the nearest `pyproject.toml`,
    the environment (`NAME_FIELD`), and what the app was given. Names are those of
    configurations, alone or with their module.
    """

    def __init__(
        self,
        given: Mapping[Any, object] | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """`given` has configurations, or mappings, by type or name.

        Without `environment` it is that of the process, without `folder` the search
        for the file begins in the working directory.
        """
        self._given = dict(given or {})
        self._environment = os.environ if environment is None else environment
        self._folder = folder
        self._sections: Mapping[str, object] | None = None
        self._known: dict[type[Config], Config] = {}

    def of(self, kind: type[C]) -> C:
        """The values of a configuration; raises ConfigError."""
        known = self._known.get(kind)
        if known is None:
            found = _Reading(kind, self._values(kind))
            known = self._known[kind] = found.made()
        return cast(C, known)

    def check(self, kinds: Iterable[type[Config]]) -> None:
        """Read all of these; raises ConfigError with all that is wrong with them."""
        wrong: list[str] = []
        names: set[object] = set()
        for kind in kinds:
            names |= {kind, kind.section, _short(kind)}
            try:
                self.of(kind)
            except ConfigError as error:
                wrong.append(str(error))
        for name in self._given.keys() - names:
            wrong.append(f"there is no configuration {_name(name)}")
        if wrong:
            raise ConfigError("\n".join(wrong))
        for section in self._written().keys() - names:
            logger.warning("pyproject.toml configures %s, which is unknown", section)

    def _values(self, kind: type[Config]) -> Iterator[tuple[str, str, object]]:
        """Fields, where their values are from, and the values; later ones win."""
        for name in (_short(kind), kind.section):
            section = self._written().get(name)
            yield from _fields(section, f"[tool.pfc.config.{name}]")
        prefix = "_".join(_WORD.split(_short(kind))).upper()
        for field in msgspec.structs.fields(kind):
            variable = f"{prefix}_{field.encode_name.upper()}"
            if variable in self._environment:
                value = self._environment[variable]
                yield field.encode_name, variable, _Text(value)
        for key in (_short(kind), kind.section, kind):
            yield from _fields(self._given.get(key), "what the app was given")

    def _written(self) -> Mapping[str, object]:
        if self._sections is None:
            self._sections = _sections(self._folder or Path.cwd())
        return self._sections


class _Text(str):
    """A value that is written as text, whatever it means."""

    __slots__ = ()


@final
class _Reading:
    """Makes a configuration of values, and says what is wrong with them."""

    def __init__(
        self, kind: type[Config], values: Iterable[tuple[str, str, object]]
    ) -> None:
        self._kind = kind
        self._fields = {one.encode_name: one for one in msgspec.structs.fields(kind)}
        self._wrong: list[str] = []
        self._found: dict[str, object] = {}
        self._sources: dict[str, str] = {}
        for name, source, value in values:
            if name not in self._fields:
                self._wrong.append(f"{_short(kind)} has no {name} ({source})")
                continue
            self._sources[name] = source
            self._found[name] = value

    def made(self) -> Config:
        """The configuration; raises ConfigError."""
        kind = self._kind
        values: dict[str, object] = {}
        for name, field in self._fields.items():
            if name in self._found:
                self._read(name, field, values)
            elif field.required:
                variable = "_".join(_WORD.split(_short(kind))).upper()
                self._wrong.append(
                    f"{_short(kind)}.{name} is not set: set {variable}_{name.upper()}, "
                    f"or {name} under [tool.pfc.config.{_short(kind)}]"
                )
        if not self._wrong:
            try:
                return kind(**values)
            except Violation as error:
                secret = error.field.partition(".")[0] in kind.secrets
                told = f"{error.field} does not fit" if secret else str(error)
                source = self._sources.get(error.field.partition(".")[0], "")
                self._wrong.append(
                    f"{_short(kind)}: {told}" + (f" ({source})" if source else "")
                )
        raise ConfigError("\n".join(self._wrong))

    def _read(
        self, name: str, field: msgspec.structs.FieldInfo, values: dict[str, object]
    ) -> None:
        try:
            values[field.name] = _converted(self._found[name], field.type)
        except (msgspec.ValidationError, Violation) as error:
            secret = field.name in self._kind.secrets
            told = "it does not fit" if secret else str(error)
            where = f"{_short(self._kind)}.{name} ({self._sources[name]})"
            self._wrong.append(f"{where}: {told}")


def _converted(value: object, kind: Any) -> object:
    """A value as the type of a field; raises ValidationError."""
    if isinstance(value, str) and (short := _SHORT.fullmatch(value)):
        try:
            return msgspec.convert(_UNITS[short[2]] * float(short[1]), kind)
        except (msgspec.ValidationError, OverflowError):
            pass  # it is no length of time, or there is none so long
    if not isinstance(value, _Text):
        return msgspec.convert(value, kind, strict=False)
    text = str(value)
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        try:
            return msgspec.json.decode(text, type=kind)
        except (msgspec.DecodeError, UnicodeError):
            raise error from None


def _fields(values: object, source: str) -> Iterator[tuple[str, str, object]]:
    if isinstance(values, Config):
        for field in msgspec.structs.fields(values):
            yield field.encode_name, source, getattr(values, field.name)
    elif isinstance(values, Mapping):
        for name, value in values.items():
            yield str(name), source, value
    elif values is not None:
        raise ConfigError(f"{source}: these are no values: {type(values).__name__}")


def _sections(folder: Path) -> Mapping[str, object]:
    """`[tool.pfc.config]` of the nearest `pyproject.toml`; modules are tables, too."""
    for each in (folder, *folder.parents):
        path = each / "pyproject.toml"
        if not path.is_file():
            continue
        # Imported late: most programs are configured otherwise, or not at all.
        import tomllib

        try:
            read = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path} cannot be read: {error}") from error
        found = read.get("tool", {}).get("pfc", {}).get("config", {})
        return found if isinstance(found, dict) else {}
    return {}


def _short(kind: type[Config]) -> str:
    return kind.section.rpartition(".")[2]


def _name(key: object) -> str:
    return key.__name__ if isinstance(key, type) else str(key)
