"""Rego, through the wheel `hobofan-regorus`: policy and data are loaded once.

The rules are closed before they are loaded, which is kind to it, and the grants lie by
operation. Paths are compared as strings, with a slash; ours makes sure besides that
they are in normal form.
"""

from __future__ import annotations

import importlib
import json
from typing import Any

from benchmarks.authority.graph import closure_of, edges
from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import OPERATIONS, Question, implied, world

_POLICY = """\
package authority

import rego.v1

default allow := false

allow if {
  some held in data.implied_by[input.operation]
  some grant in data.grants[held]
  covers(grant, input.path)
}

covers(grant, path) if grant.path == path

covers(grant, path) if {
  grant.rest
  startswith(path, grant.below)
}

closed[kind] := size if {
  some kind, _ in data.edges
  size := count(graph.reachable(data.edges, {kind}))
}
"""


def admit(rules: str, grants: str) -> Engine:
    """May the caller do this to that path?"""
    known = world(int(rules), int(grants))
    granted: dict[str, list[dict[str, Any]]] = {}
    for grant in known.grants:
        told = {"path": grant.path, "below": grant.path + "/", "rest": grant.rest}
        granted.setdefault(f"{grant.operation}{grant.area}", []).append(told)
    above: dict[str, list[str]] = {}
    for area in range(known.areas):
        for operation in OPERATIONS:
            for weaker in implied(operation):
                above.setdefault(f"{weaker}{area}", []).append(f"{operation}{area}")
    engine = _engine({"implied_by": above, "grants": granted})

    def asked(requests: list[dict[str, str]]) -> list[bool]:
        found = []
        for request in requests:
            engine.set_input(request)
            found.append(engine.eval_rule("data.authority.allow"))
        return found

    allowed = [_request(each) for each in known.allowed]
    denied = [_request(each) for each in known.denied]
    return Engine(
        [*asked(allowed), *asked(denied)],
        {
            "allowed": Measure(lambda: asked(allowed), len(allowed)),
            "denied": Measure(lambda: asked(denied), len(denied)),
        },
    )


def closure(kinds: str) -> Engine:
    """What does each kind imply? By `graph.reachable`, from each kind."""
    size = int(kinds)
    graph: dict[str, list[str]] = {str(number): [] for number in range(size)}
    for stronger, weaker in edges(size):
        graph[str(stronger)].append(str(weaker))
    data = json.dumps({"edges": graph})

    def closed() -> list[int]:
        # Rules keep what they found: a new engine has found nothing yet.
        found = _engine(data).eval_rule("data.authority.closed")
        return [found[str(number)] for number in range(size)]

    answer = closed()
    assert answer == closure_of(size)
    return Engine(answer, {"closure": Measure(closed)})


def _engine(data: dict[str, Any] | str) -> Any:
    engine: Any = importlib.import_module("hobofan_regorus").Engine()
    engine.add_policy("authority.rego", _POLICY)
    engine.add_data_json(data if isinstance(data, str) else json.dumps(data))
    return engine


def _request(question: Question) -> dict[str, str]:
    return {
        "operation": f"{question.operation}{question.area}",
        "path": question.path,
    }
