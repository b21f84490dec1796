"""What a module sees of a program: itself and all that it imports, over others or not.

What a module is generated to depends on nothing else, but for what `Views.given_to` tells:
so it stays the same when a module that only imports it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfc.authority.giving import own_delegations
from pfc.emit.python.cycles import components
from pfc.emit.python.module_names import module_names
from pfc.emit.python.naming import Names
from pfc.frozen import dataclass
from pfc.ir.program import Declaration, Program
from pfc.ir.types import DeclId


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that import each other, or one that is in no circle.

    `seen` are they and all that they import; both are sorted.
    """

    modules: tuple[str, ...]
    seen: tuple[str, ...]


class Views:
    """A program as each of its groups sees it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.groups = groups_of(program)
        self.modules = module_names(program)
        self._own_delegations = own_delegations(program)
        self._group_of = {n: group for group in self.groups for n in group.modules}
        self._names: dict[Group, Names] = {}
        self._declared: dict[str, dict[DeclId, Declaration]] = {}
        for id_, declaration in program.by_id.items():
            known = self._declared.setdefault(id_.rpartition(".")[0], {})
            known[id_] = declaration

    def of(self, module: str) -> Names:
        """The names that a module sees."""
        return self.of_group(self._group_of[module])

    def of_group(self, group: Group) -> Names:
        """The names that the modules of a group see."""
        if group not in self._names:
            part = self._part(group.seen)
            self._names[group] = Names(part, self.modules, self._own_delegations)
        return self._names[group]

    def given_to(self, group: Group) -> Iterator[str]:
        """What others decide about what a group sees, and only they.

        A union's variants are failures if an importer says so; whose authority is given
        away is judged over the whole program.
        """
        modules = [self.program.modules[name] for name in group.seen]
        for module in modules:
            for each in module.declarations:
                yield f"{type(each).__name__} {each.id}"
        paths = {module.path for module in modules}
        yield from (str(s) for s in sorted(self._own_delegations) if s.path in paths)

    def _part(self, seen: Iterable[str]) -> Program:
        whole = self.program
        part = Program({name: whole.modules[name] for name in seen})
        built_in = sorted(self._declared.keys() - whole.modules.keys())
        for name in (*part.modules, *built_in):
            part.by_id.update(self._declared.get(name, {}))
        for id_, workflow in whole.workflows.items():
            if id_.rpartition(".")[0] in part.modules:
                part.workflows[id_] = workflow
        return part


def groups_of(program: Program) -> list[Group]:
    """All groups, each after those that it imports."""
    graph = {
        name: [each for each in module.imports if each in program.modules]
        for name, module in sorted(program.modules.items())
    }
    seen_by: dict[str, frozenset[str]] = {}
    found: list[Group] = []
    for modules in components(graph):
        needed = (seen_by[e] for m in modules for e in graph[m] if e in seen_by)
        seen = frozenset(modules).union(*needed)
        seen_by.update(dict.fromkeys(modules, seen))
        found.append(Group(tuple(sorted(modules)), tuple(sorted(seen))))
    return found
