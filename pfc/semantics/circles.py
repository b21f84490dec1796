"""Circles in a graph of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter


def circles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles that share no node, until there are none; each node is named once."""
    left = {node: list(following) for node, following in graph.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle = error.args[1][1:]
            yield circle[::-1]
            for node in circle:
                del left[node]
            left = {n: [f for f in fs if f in left] for n, fs in left.items()}
        else:
            return
