"""Z3: is there a path that one version allows and the other does not?

One query for each operation that is granted at all and each direction, over strings: a
subtree is a prefix that ends with a slash. Grants are closed under the rules before it
is asked, and lie by operation; it proves by itself that nothing else has changed.
"""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import (
    OPERATIONS,
    Grant,
    changed,
    implied,
    world,
)

z3: Any = importlib.import_module("z3")


def caps_diff(rules: str, grants: str) -> Engine:
    """Who gained and who lost what between two versions?"""
    known = world(int(rules), int(grants))
    old, new = _closed(known.grants), _closed(changed(known.grants))

    def differing() -> list[list[str]]:
        gained = [["gain", *each] for each in _beyond(new, old)]
        lost = [["loss", *each] for each in _beyond(old, new)]
        return sorted([*_strongest(gained), *_strongest(lost)])

    return Engine(differing(), {"caps_diff": Measure(differing)})


Closed = dict[tuple[int, str], list[Grant]]


def _closed(grants: tuple[Grant, ...]) -> Closed:
    found: Closed = {}
    for grant in grants:
        for operation in implied(grant.operation):
            found.setdefault((grant.area, operation), []).append(grant)
    return found


def _beyond(here: Closed, there: Closed) -> list[list[str]]:
    path = z3.String("path")
    found = []
    for (area, operation), grants in here.items():
        solver = z3.Solver()
        solver.add(_allowed(path, grants))
        solver.add(z3.Not(_allowed(path, there.get((area, operation), []))))
        answer = solver.check()
        if answer == z3.unknown:
            raise RuntimeError(f"undecided: {operation} in {area}")
        if answer == z3.sat:
            found.append([f"Area{area}", operation])
    return found


def _allowed(path: Any, grants: list[Grant]) -> Any:
    covers = []
    for grant in grants:
        covers.append(path == z3.StringVal(grant.path))
        if grant.rest:
            covers.append(z3.PrefixOf(z3.StringVal(grant.path + "/"), path))
    return z3.Or(covers)


def _strongest(found: list[list[str]]) -> list[list[str]]:
    """Of what changed in an area, only the operation that implies the others."""
    best: dict[str, tuple[str, str]] = {}
    for how, area, operation in found:
        known = best.get(area)
        if known is None or OPERATIONS.index(operation) > OPERATIONS.index(known[1]):
            best[area] = (how, operation)
    return [[how, f"{area}.{operation}"] for area, (how, operation) in best.items()]
