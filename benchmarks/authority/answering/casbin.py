"""Casbin: an Enforcer with a policy in memory, logging off.

A grant is a policy line, a rule is a line of its role manager. Subtrees are decided by
a function registered with the enforcer, for `keyMatch` compares characters; it takes
paths as they come, where ours makes sure that they are in normal form.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.authority.graph import closure_of, edges
from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import Question, world

_MODEL = """\
[request_definition]
r = sub, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.sub == p.sub && g(p.act, r.act) && covers(r.obj, p.obj)
"""


def admit(rules: str, grants: str) -> Engine:
    """May the caller do this to that path?"""
    known = world(int(rules), int(grants))
    enforcer = _enforcer()
    enforcer.add_function("covers", _covers)
    enforcer.add_policies(
        [
            [
                "ann",
                grant.path + ("/**" if grant.rest else ""),
                f"{grant.operation}{grant.area}",
            ]
            for grant in known.grants
        ]
    )
    enforcer.add_grouping_policies([list(rule) for rule in known.rules()])
    enforce = enforcer.enforce

    def asked(requests: list[tuple[str, str, str]]) -> list[bool]:
        return [enforce(*request) for request in requests]

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
    """What does each kind imply? Its role manager walks, once for each kind."""
    size = int(kinds)
    enforcer = _enforcer()
    enforcer.add_grouping_policies([list(map(str, edge)) for edge in edges(size)])
    names = [str(number) for number in range(size)]

    def closed() -> list[int]:
        return [1 + len(enforcer.get_implicit_roles_for_user(name)) for name in names]

    answer = closed()
    assert answer == closure_of(size)
    return Engine(answer, {"closure": Measure(closed)})


def _enforcer() -> Any:
    here = str(Path(__file__).parent)
    sys.path[:] = [each for each in sys.path if each != here]
    casbin: Any = importlib.import_module("casbin")
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.conf"
        model.write_text(_MODEL)
        return casbin.Enforcer(str(model), enable_log=False)


def _covers(path: str, pattern: str) -> bool:
    if not pattern.endswith("/**"):
        return path == pattern
    base = pattern[:-3]
    return path == base or path.startswith(base + "/")


def _request(question: Question) -> tuple[str, str, str]:
    return "ann", question.path, f"{question.operation}{question.area}"
