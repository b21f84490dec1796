"""Biscuit, through biscuit-python: the token is parsed and verified once.

A grant is a fact of the token, one predicate for each operation; a rule is a rule of
the authorizer. An authorizer answers one question only, so one is made for each, by
copying what is the same for all. Its limits are raised: by default it fails at random
after a millisecond. Paths are strings here too; ours are in normal form besides.
"""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

from benchmarks.authority.graph import closure_of, edges
from benchmarks.authority.serving import Engine, Measure
from benchmarks.authority.world import Question, world

auth: Any = importlib.import_module("biscuit_auth")


def admit(rules: str, grants: str) -> Engine:
    """May the caller do this to that path?"""
    known = world(int(rules), int(grants))
    keys = auth.KeyPair()
    facts = auth.BiscuitBuilder()
    for grant in known.grants:
        name = f"{grant.operation}{grant.area}"
        facts.add_fact(
            auth.Fact(
                f"{name}({{path}}, {{rest}})", {"path": grant.path, "rest": grant.rest}
            )
        )
    token = auth.Biscuit.from_bytes(
        facts.build(keys.private_key).to_bytes(), keys.public_key
    )
    common = auth.AuthorizerBuilder(
        "".join(
            f"{weaker}($path, $rest) <- {stronger}($path, $rest);"
            for stronger, weaker in known.rules()
        )
    )

    def is_allowed(question: Question) -> bool:
        asked = auth.AuthorizerBuilder()
        asked.set_limits(_limits(asked))
        asked.merge(common)
        asked.add_policy(
            auth.Policy(
                f"allow if {question.operation}{question.area}($path, $rest),"
                " {path} == $path || $rest && {path}.starts_with($path + '/')".replace(
                    "'", '"'
                ),
                {"path": question.path},
            )
        )
        try:
            asked.build(token).authorize()
        except auth.AuthorizationError as error:
            if "no matching policy" not in str(error).lower():
                raise
            return False
        return True

    def asked(questions: tuple[Question, ...]) -> list[bool]:
        return [is_allowed(question) for question in questions]

    return Engine(
        [*asked(known.allowed), *asked(known.denied)],
        {
            "allowed": Measure(lambda: asked(known.allowed), len(known.allowed)),
            "denied": Measure(lambda: asked(known.denied), len(known.denied)),
        },
    )


def closure(kinds: str) -> Engine:
    """What does each kind imply? All pairs at once, by two rules."""
    size = int(kinds)
    facts = "".join(f"edge({left}, {right});" for left, right in edges(size))
    rules = (
        "".join(f"implies({number}, {number});" for number in range(size))
        + "implies($a, $c) <- implies($a, $b), edge($b, $c);"
    )
    source = facts + rules
    query = auth.Rule("all($a, $b) <- implies($a, $b)")

    def closed() -> list[int]:
        builder = auth.AuthorizerBuilder(source)
        builder.set_limits(_limits(builder))
        found = [0] * size
        for fact in builder.build_unauthenticated().query(query):
            found[fact.terms[0]] += 1
        return found

    answer = closed()
    assert answer == closure_of(size)
    return Engine(answer, {"closure": Measure(closed)})


def _limits(builder: Any) -> Any:
    limits = builder.limits()
    limits.max_time = timedelta(minutes=5)
    limits.max_facts = 1_000_000
    limits.max_iterations = 1_000_000
    return limits
