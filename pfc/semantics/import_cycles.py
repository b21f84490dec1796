"""Modules that import each other, which the emitter cannot write yet."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.semantics.world import ModuleInfo, World
from pfc.span import Span
from pfc.syntax.ast import data


def import_cycles(world: World) -> None:
    """Refuses cycles of imports, once each, at the import that closes the circle."""
    done: set[str] = set()
    for name in world.modules:
        path: list[str] = []
        stack: list[tuple[str, Iterator[tuple[str, Span]]]] = []
        if name not in done:
            stack.append((name, _imports(world.modules[name])))
            path.append(name)
        while stack:
            current, imports = stack[-1]
            step = next(imports, None)
            if step is None:
                stack.pop()
                path.pop()
                done.add(current)
                continue
            following, span = step
            if following in path:
                cycle = [*path[path.index(following) :], following]
                construct = f"a circle of imports ({' → '.join(cycle)})"
                world.report("PF901", span, construct=construct)
            elif following not in done:
                stack.append((following, _imports(world.modules[following])))
                path.append(following)


def _imports(info: ModuleInfo) -> Iterator[tuple[str, Span]]:
    """The modules that a module imports, and where."""
    for node in info.tree.declarations:
        if isinstance(node, data.Import | data.FromImport):
            name = node.module.text
            if name in info.used_modules:
                yield name, node.module.span
