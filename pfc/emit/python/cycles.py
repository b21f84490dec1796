"""Modules that import each other: in which order their generated files are loaded.

Python runs a file when it is first imported. Where two packages import each other, one
of them is always unfinished when the other needs it. So all packages of such a circle
are begun first, then their files are run by kind: types, functions, and so on. A file
takes names out of those of earlier kinds; of others it imports only the module, whose
names it looks up when they are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pfc.ir import declarations as d
from pfc.ir.program import Program

CYCLE: Final = "_cycle"
"""The file, in each package of a circle, that loads all of them."""

CIRCLE_FILES: Final = """
    calendars types configs functions capabilities contexts intents events effects tables reactors
    streams workflows schedules plugins routes components pages api app scenarios
""".split()
"""The files of packages in the order in which those of a circle are loaded."""

_RANKS: Final = {name: rank for rank, name in enumerate(CIRCLE_FILES)}


def rank(file: str) -> int:
    """When a file is loaded, among all of a circle."""
    return _RANKS.get(file, _RANKS["app"])


def circles_of(program: Program) -> dict[str, tuple[str, ...]]:
    """The modules that import each other, sorted, by the name of each of them."""
    graph = {
        name: [each for each in module.imports if each in program.modules]
        for name, module in sorted(program.modules.items())
    }
    found: dict[str, tuple[str, ...]] = {}
    for group in components(graph):
        if len(group) > 1:
            ordered = tuple(_by_needs(program, sorted(group)))
            found.update(dict.fromkeys(group, ordered))
    return found


def components(graph: Mapping[str, Sequence[str]]) -> Iterable[list[str]]:
    """Strongly connected components, each after those that it leads to.

    R. Tarjan, SIAM Journal on Computing 1, 1972.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for start in graph:
        pending = [] if start in index else [(start, iter(graph[start]))]
        while pending:
            node, following = pending[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                path.append(node)
                on_path.add(node)
            for other in following:
                if other not in index:
                    pending.append((other, iter(graph[other])))
                    break
                if other in on_path:
                    low[node] = min(low[node], low[other])
            else:
                pending.pop()
                if pending:
                    outer = pending[-1][0]
                    low[outer] = min(low[outer], low[node])
                if low[node] == index[node]:
                    at = path.index(node)
                    yield path[at:]
                    on_path.difference_update(path[at:])
                    del path[at:]


def _by_needs(program: Program, names: Sequence[str]) -> Iterable[str]:
    """Modules after those whose reactors theirs need, which classes name at once."""
    left = list(names)

    def visit(name: str) -> Iterable[str]:
        for each in program.modules[name].declarations:
            if isinstance(each, d.Reactor):
                for needed in each.needs:
                    module = needed.rpartition(".")[0]
                    if module in left:
                        left.remove(module)
                        yield from visit(module)
        yield name

    while left:
        yield from visit(left.pop(0))


def loading_order(
    group: Sequence[str], files: Mapping[str, Iterable[str]]
) -> list[str]:
    """The packages of a circle, then their files (by package), as dotted names.

    Tests are left out: nothing imports them.
    """
    found = [
        (rank(file), at, file)
        for at, name in enumerate(group)
        for file in files[name]
        if file != "scenarios"
    ]
    return [*group, *(f"{group[at]}.{file}" for _, at, file in sorted(found))]
