"""Dividing a project into units that do not depend on each other.

Modules are in one unit if one imports the other, or if they are in one package, but for
libraries: they depend on what they import and nothing depends on who imports them, so
each unit takes those it needs along, and a library is a unit of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pfc.frozen import dataclass
from pfc.incremental.scan import (
    failing,
    imported,
    is_library,
    module_of,
    unions,
)

MOST_REPEATED: Final = 0.5
"""Libraries are compiled once more with each unit: up to this share of the project,"""

LITTLE: Final = 20_000
"""or up to so many characters."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Sources to compile together: `own` are what it is for, `taken` the libraries."""

    own: tuple[str, ...]
    taken: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted((*self.own, *self.taken)))


def partition(texts: Mapping[str, str]) -> list[Unit]:
    """The units of a project, the same for the same texts.

    One unit of everything if dividing would repeat too much work.
    """
    modules = {module_of(path): path for path in sorted(texts)}
    needs = {path: _needs(text, path, modules) for path, text in texts.items()}
    libraries = _libraries(texts, needs)
    units = [
        Unit(tuple(sorted(group)), tuple(sorted(_closure(group, needs) - group)))
        for group in [
            *_groups(texts.keys() - libraries, needs, modules),
            *({path} for path in sorted(libraries)),
        ]
    ]
    lengths = {path: len(text) for path, text in texts.items()}
    repeated = sum(lengths[path] for unit in units for path in unit.taken)
    most = max(LITTLE, MOST_REPEATED * sum(lengths.values()))
    if len(units) < 2 or repeated > most:
        return [Unit(tuple(sorted(texts)), ())]
    return units


def _needs(text: str, path: str, modules: Mapping[str, str]) -> set[str]:
    """The files that a file may import."""
    found = {modules[name] for name in imported(text) if name in modules}
    return found - {path}


def _libraries(texts: Mapping[str, str], needs: Mapping[str, set[str]]) -> set[str]:
    """The libraries that need only libraries, and no circle of them.

    A union that is the failure of an intent elsewhere makes classes of its variants.
    """
    failures = frozenset[str]().union(*map(failing, texts.values()))
    found = {
        path
        for path, text in texts.items()
        if is_library(text) and failures.isdisjoint(unions(text))
    }
    settled: set[str] = set()
    while True:
        more = {p for p in found - settled if needs[p] <= settled}
        if not more:
            return settled
        settled |= more


def _groups(
    paths: Iterable[str], needs: Mapping[str, set[str]], modules: Mapping[str, str]
) -> list[set[str]]:
    """The connected parts, in the order of their first paths."""
    chosen = set(paths)
    near: dict[str, set[str]] = {path: set() for path in chosen}
    for path in chosen:
        parent = modules.get(module_of(path).rpartition(".")[0])
        for other in (*needs[path], *([parent] if parent else [])):
            if other in chosen:
                near[path].add(other)
                near[other].add(path)
    groups: list[set[str]] = []
    for path in sorted(chosen):
        if any(path in group for group in groups):
            continue
        group: set[str] = set()
        waiting = [path]
        while waiting:
            here = waiting.pop()
            if here not in group:
                group.add(here)
                waiting += near[here]
        groups.append(group)
    return groups


def _closure(group: set[str], needs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(group)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += needs[here]
    return found
