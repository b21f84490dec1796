"""Which slots a component has, read from its syntax: uses are typed before definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from pfc.semantics import html
from pfc.semantics.world import Entity, ModuleInfo, World
from pfc.syntax.ast import web as w


class Slots:
    """Knows the slots of components."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[Entity, tuple[str, ...]] = {}

    def of(self, component: Entity) -> tuple[str, ...]:
        """The names of a component's slots in the order of the source; "" is unnamed."""
        if component not in self._known:
            self._known[component] = ()  # while it is being read
            node = cast("w.Component", component.node)
            found = self._in_nodes(node.body.nodes, component.module)
            self._known[component] = tuple(dict.fromkeys(found))
        return self._known[component]

    def _in_nodes(self, nodes: Sequence[w.Child], info: ModuleInfo) -> Iterator[str]:
        for node in nodes:
            yield from self._in_node(node, info)

    def _in_node(self, node: w.Child, info: ModuleInfo) -> Iterator[str]:
        if isinstance(node, w.SlotNode):
            yield "" if node.name is None else node.name.text
        elif isinstance(node, w.Element) and node.children is not None:
            yield from self._in_element(node, node.children, info)
        else:
            for children in blocks_of(node):
                yield from self._in_nodes(children.nodes, info)

    def _in_element(
        self, node: w.Element, children: w.Children, info: ModuleInfo
    ) -> Iterator[str]:
        used, _ = self._world.find(info, node.name)
        known: Sequence[str] = ()
        is_use = used is not None and used.kind == "component"
        if used is not None and is_use:
            known = self.of(used)
        nodes = children.nodes
        at = 0
        while at < len(nodes):
            fill = fill_at(nodes, at, known) if is_use else None
            if fill is None:
                yield from self._in_node(nodes[at], info)
                at += 1
            else:
                yield from self._in_nodes(cast("w.Children", fill.children).nodes, info)
                at += 2


def fill_at(
    nodes: Sequence[w.Child], at: int, known: Sequence[str]
) -> w.Element | None:
    """`slot name { }` at this place among what a component is given.

    `known` are the component's slots: a slot called like an element goes before it.
    """
    if at + 1 >= len(nodes):
        return None
    slot, fill = nodes[at], nodes[at + 1]
    if not isinstance(slot, w.SlotNode) or slot.name is not None:
        return None
    if not isinstance(fill, w.Element) or fill.children is None or fill.arguments:
        return None
    name = fill.name.text
    if name in known:
        return fill
    is_name = len(fill.name.parts) == 1 and not name[:1].isupper()
    return fill if is_name and name not in html.ELEMENTS else None


def blocks_of(node: w.Child) -> Iterable[w.Children]:
    """The blocks of a node that is control."""
    match node:
        case w.IfNode() | w.WhenNode():
            yield node.then
            if isinstance(node.otherwise, w.IfNode):
                yield from blocks_of(node.otherwise)
            elif node.otherwise is not None:
                yield node.otherwise
        case w.ForNode():
            yield node.body
            if node.otherwise is not None:
                yield node.otherwise
        case w.MatchNode():
            for arm in node.arms:
                yield arm.body
        case _:
            return
