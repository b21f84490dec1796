"""Cedar, through cedarpy: policies and entities are parsed once, requests each time.

A grant is a `permit`; the rules are a hierarchy of groups of actions. Cedar looks at
strings, so a subtree is `path == "/a" || path like "/a/*"`; whether a path is in normal
form is nobody's concern here, and is ours.
"""

from __future__ import annotations

import importlib
import json
from typing import Any

from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import OPERATIONS, Grant, Question, World, world

cedarpy: Any = importlib.import_module("cedarpy")


def admit(rules: str, grants: str) -> Engine:
    """May the caller do this to that path?"""
    known = world(int(rules), int(grants))
    policies = cedarpy.PolicySet.from_str("\n".join(map(_policy, known.grants)))
    entities = cedarpy.Entities.from_json_str(json.dumps(list(_actions(known))))
    is_authorized = cedarpy.is_authorized

    def asked(requests: list[dict[str, Any]]) -> list[bool]:
        return [
            is_authorized(request, policies, entities).allowed for request in requests
        ]

    allowed = [_request(each) for each in known.allowed]
    denied = [_request(each) for each in known.denied]
    return Engine(
        [*asked(allowed), *asked(denied)],
        {
            "allowed": Measure(lambda: asked(allowed), len(allowed)),
            "denied": Measure(lambda: asked(denied), len(denied)),
        },
    )


def _policy(grant: Grant) -> str:
    action = f'Action::"holds_{grant.operation}{grant.area}"'
    covers = f'context.path == "{grant.path}"'
    if grant.rest:
        covers += f' || context.path like "{grant.path}/*"'
    return f'permit(principal == User::"ann", action in {action}, resource) when {{ {covers} }};'


def _actions(known: World) -> Any:
    above = {weaker: stronger for stronger, weaker in known.rules()}
    for area in range(known.areas):
        for operation in OPERATIONS:
            name = f"{operation}{area}"
            yield _action(name, f"holds_{name}")
            parents = [f"holds_{above[name]}"] if name in above else []
            yield _action(f"holds_{name}", *parents)


def _action(name: str, *parents: str) -> dict[str, Any]:
    return {
        "uid": {"type": "Action", "id": name},
        "attrs": {},
        "parents": [{"type": "Action", "id": parent} for parent in parents],
    }


def _request(question: Question) -> dict[str, Any]:
    return {
        "principal": 'User::"ann"',
        "action": f'Action::"{question.operation}{question.area}"',
        "resource": 'File::"it"',
        "context": {"path": question.path},
    }
