"""Vakt: a Guard over policies in memory, decided by rules.

It knows no implications, so every grant lists the operations that its own implies; in
return it has nothing to close. Paths are compared as strings, with a slash; ours makes
sure besides that they are in normal form.
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import Grant, Question, implied, world


def admit(rules: str, grants: str) -> Engine:
    """May the caller do this to that path?"""
    logging.disable(logging.CRITICAL)
    vakt: Any = importlib.import_module("vakt")
    known = world(int(rules), int(grants))
    storage = vakt.MemoryStorage()
    for number, grant in enumerate(known.grants):
        storage.add(_policy(number, grant))
    is_allowed = vakt.Guard(storage, vakt.RulesChecker()).is_allowed

    def asked(inquiries: list[Any]) -> list[bool]:
        return [is_allowed(inquiry) for inquiry in inquiries]

    def inquiry(question: Question) -> Any:
        action = f"{question.operation}{question.area}"
        return vakt.Inquiry(action=action, resource=question.path, subject="ann")

    allowed = [inquiry(each) for each in known.allowed]
    denied = [inquiry(each) for each in known.denied]
    return Engine(
        [*asked(allowed), *asked(denied)],
        {
            "allowed": Measure(lambda: asked(allowed), len(allowed)),
            "denied": Measure(lambda: asked(denied), len(denied)),
        },
    )


def _policy(number: int, grant: Grant) -> Any:
    vakt: Any = importlib.import_module("vakt")
    rules: Any = importlib.import_module("vakt.rules")
    resources = [rules.Eq(grant.path)]
    if grant.rest:
        resources.append(rules.StartsWith(grant.path + "/"))
    operations = implied(grant.operation)
    return vakt.Policy(
        number,
        subjects=[rules.Eq("ann")],
        actions=[rules.In(*(f"{each}{grant.area}" for each in operations))],
        resources=resources,
        effect=vakt.ALLOW_ACCESS,
    )
