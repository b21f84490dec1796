"""The imports of one generated module, collected while its code is written."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pfc.emit.breaking import STEP, fits
from pfc.emit.code import Code, checked
from pfc.emit.layout import indented

_FUTURE: Final = Code("from __future__ import annotations")
_STANDARD, _THIRD_PARTY, _FIRST_PARTY, _LOCAL = range(4)
_NUMBER: Final = re.compile(r"(\d+)")


@dataclass(slots=True)
class _Block:
    """What is imported at run time, or for type checkers only."""

    modules: dict[str, str] = field(default_factory=dict)  # dotted name → bound name
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)


class Imports:
    """Registers an import where it is used, and tells the name to use.

    `reserved` are names that the module itself defines or re-exports: an absolute
    import of such a name is bound with a leading underscore instead. `first_party`
    are top-level packages that stand in a section of their own.
    """

    def __init__(
        self, reserved: Iterable[str] = (), first_party: Iterable[str] = ()
    ) -> None:
        self._reserved = frozenset(reserved)
        self._first_party = frozenset(first_party)
        self._runtime = _Block()
        self._typing = _Block()
        self._bound: dict[str, tuple[str, str]] = {}
        self._loaded: list[Code] = []

    def module(self, module: str) -> Code:
        """`import module`; the name by which it is known here."""
        known = self._runtime.modules.get(module)
        if known is None:
            known = self._bind(module.split(".", 1)[0], (module, ""), module)
            self._runtime.modules[module] = known
        return Code(known)

    def load(self, name: Code) -> None:
        """`from . import name as name`: a file of the package, for what it does."""
        self._loaded.append(checked(name))

    def module_as(self, module: str, name: Code) -> Code:
        """`import module as name`, for a name that nothing else has."""
        self._runtime.modules[module] = checked(name)
        return name

    def name(self, module: str, name: str, *, typing_only: bool = False) -> Code:
        """`from module import name`; the name by which it is known here.

        `typing_only` imports stand under `if TYPE_CHECKING`, unless something needs
        the name at run time too. A module with leading dots is relative.
        """
        key = (module, name)
        known = self._runtime.names.get(key) or self._typing.names.get(key)
        if known is None:
            known = self._bind(name, key, module)
        if typing_only and key not in self._runtime.names:
            self._typing.names[key] = known
            self.name("typing", "TYPE_CHECKING")
        elif not typing_only:
            self._typing.names.pop(key, None)
            self._runtime.names[key] = known
        return Code(known)

    def name_as(self, module: str, name: str, alias: str) -> bool:
        """`from module import name as alias`; whether `alias` is free for that."""
        target = (module, name)
        if alias in self._reserved or self._bound.setdefault(alias, target) != target:
            return False
        self._runtime.aliases[alias] = target
        return True

    def runtime(self, name: str) -> Code:
        """A name of the runtime package, `packetflow`."""
        return self.name("packetflow", name)

    def runtime_part(self, part: str, name: str) -> Code:
        """A name of a part of the runtime that is imported on its own."""
        return self.name(f"packetflow.{part}", name)

    def typing(self, name: str) -> Code:
        """A name of `typing`."""
        return self.name("typing", name)

    def _bind(self, name: str, target: tuple[str, str], module: str) -> str:
        """A free name for an import; a package may be bound by several modules."""
        bound = name
        if name in self._reserved and not module.startswith("."):
            bound = f"_{name}"
        while True:
            owner = self._bound.setdefault(bound, target)
            if owner == target or (not target[1] and _same_package(owner, target)):
                break
            bound = f"_{bound}"
        if not target[1] and bound == name:
            return module
        return bound

    def render(self) -> Code:
        """The import block, sorted as isort and ruff do, `__future__` first."""
        if (
            not self._typing.names
            and ("typing", "TYPE_CHECKING") in self._runtime.names
        ):
            del self._runtime.names["typing", "TYPE_CHECKING"]
        parts = [_FUTURE, *self._sections(self._runtime)]
        if self._typing.names:
            sections = "\n\n".join(self._sections(self._typing))
            parts.append(Code(f"if TYPE_CHECKING:\n{indented(Code(sections))}"))
        return Code("\n\n".join(parts))

    def _sections(self, block: _Block) -> list[Code]:
        rows: dict[int, list[tuple[tuple[object, ...], str]]] = {}
        for module, bound in block.modules.items():
            text = f"import {module}" + ("" if bound == module else f" as {bound}")
            row = ((0, _natural(module), module), text)
            rows.setdefault(self._section(module), []).append(row)
        indent = STEP if block is self._typing else 0
        for name in self._loaded if block is self._runtime else ():
            key = _from_key(".", name)
            text = f"from . import {name} as {name}"
            rows.setdefault(_LOCAL, []).append((key, text))
        given = list(block.names.items())
        given += [(target, alias) for alias, target in block.aliases.items()]
        for key, text in _from_rows(given, indent):
            rows.setdefault(self._section(str(key[-1])), []).append((key, text))
        return [
            Code("\n".join(text for _, text in sorted(rows[section])))
            for section in sorted(rows)
        ]

    def _section(self, module: str) -> int:
        top = module.split(".", 1)[0]
        if not top:
            return _LOCAL
        if top in self._first_party:
            return _FIRST_PARTY
        return _STANDARD if top in sys.stdlib_module_names else _THIRD_PARTY


def _same_package(owner: tuple[str, str], target: tuple[str, str]) -> bool:
    return not owner[1] and owner[0].split(".")[0] == target[0].split(".")[0]


def _from_rows(
    names: Iterable[tuple[tuple[str, str], str]], indent: int
) -> list[tuple[tuple[object, ...], str]]:
    """`from` statements with their sort keys; a renamed import stands alone."""
    plain: dict[str, list[str]] = {}
    rows: list[tuple[tuple[object, ...], str]] = []
    for (module, name), bound in names:
        if bound == name:
            plain.setdefault(module, []).append(name)
        else:
            text = f"from {module} import {name} as {bound}"
            rows.append(
                (_from_key(module, name, text), _fitted(module, [text], text, indent))
            )
    for module, members in plain.items():
        ordered = sorted(members, key=_member_key)
        text = f"from {module} import {', '.join(ordered)}"
        rows.append(
            (_from_key(module, ordered[0]), _fitted(module, ordered, text, indent))
        )
    return rows


def _fitted(module: str, members: list[str], text: str, indent: int) -> str:
    if fits(text, indent):
        return text
    if members == [text]:
        members = [text.split(" import ", 1)[1]]
    return "\n".join(
        [f"from {module} import (", *(f"    {member}," for member in members), ")"]
    )


def _from_key(module: str, first: str, renamed: str = "") -> tuple[object, ...]:
    """Furthest relative modules first, then by name; a renamed one after the others."""
    dots = len(module) - len(module.lstrip("."))
    natural = _natural(module.lstrip("."))
    return (1, -dots, natural, _member_key(first), renamed, module)


def _member_key(name: str) -> tuple[int, tuple[tuple[int, str], ...], str]:
    """Constants, then classes, then the rest; each in natural order."""
    if len(name) > 1 and name.isupper():
        kind = 0
    else:
        kind = 1 if name[:1].isupper() else 2
    return (kind, _natural(name), name)


def export_key(name: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """The order of `__all__`: as for imported names, but letters with case."""
    parts = tuple(
        (int(part), "") if part.isdecimal() and part.isascii() else (-1, part)
        for part in _NUMBER.split(name)
        if part
    )
    return _member_key(name)[0], parts


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Digits compare as numbers, letters without case."""
    return tuple(
        (int(part), "") if part.isdecimal() and part.isascii() else (-1, part.lower())
        for part in _NUMBER.split(name)
        if part
    )
