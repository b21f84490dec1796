"""Checkers with one bug each in what they know of `delegate` and `revoke`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pfc.authority.flow import Flow, terms_of_capability
from pfc.authority.judge import Failure, Judge
from pfc.authority.terms import Term
from pfc.authority.trace import Need, Use
from pfc.semantics.built_in import DELEGATE, REVOKE
from tests.authority.seeded import bug


def _without(patch: pytest.MonkeyPatch, target: str, index: int) -> None:
    """A need of a built-in effect is never looked at."""
    original = Judge.failures

    def failures(self: Judge, use: Use, *rest: Any) -> Iterator[Failure]:
        for each in original(self, use, *rest):
            if use.target != target or each.need.index != index:
                yield each

    patch.setattr(Judge, "failures", failures)


@bug
def given_what_nobody_has(patch: pytest.MonkeyPatch) -> None:
    _without(patch, DELEGATE, 1)


@bug
def given_without_the_right_to(patch: pytest.MonkeyPatch) -> None:
    _without(patch, DELEGATE, 0)


@bug
def revoked_without_the_right_to(patch: pytest.MonkeyPatch) -> None:
    _without(patch, REVOKE, 0)


def _blind(patch: pytest.MonkeyPatch, target: str) -> None:
    """Whom it is about counts for nothing."""
    original = Flow.terms_of_need

    def terms_of_need(self: Flow, use: Use, need: Need) -> Iterator[Term]:
        if use.target == target:
            return terms_of_capability(need)
        return original(self, use, need)

    patch.setattr(Flow, "terms_of_need", terms_of_need)


@bug
def given_to_whom_callers_say(patch: pytest.MonkeyPatch) -> None:
    _blind(patch, DELEGATE)


@bug
def revoked_by_whom_callers_say(patch: pytest.MonkeyPatch) -> None:
    _blind(patch, REVOKE)


@bug
def lent_and_given_to_whom_callers_say(patch: pytest.MonkeyPatch) -> None:
    original = Flow._reached

    def reached(self: Flow, use: Use) -> Iterator[Term]:
        if use.target not in (DELEGATE, REVOKE):
            yield from original(self, use)
            return
        for need in use.needs:
            yield from terms_of_capability(need)

    patch.setattr(Flow, "_reached", reached)
