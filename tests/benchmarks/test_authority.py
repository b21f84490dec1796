"""The benchmarks of authority ask what they say they ask; nothing here is timed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.authority import asking
from benchmarks.authority.asking import OURS, Disagreement, in_turn
from benchmarks.authority.world import SIZES, Grant, Question, changed, implied, world
from benchmarks.result import Result


def _covers(grant: Grant, question: Question) -> bool:
    if grant.area != question.area or question.operation not in implied(
        grant.operation
    ):
        return False
    below = grant.rest and question.path.startswith(grant.path + "/")
    return question.path == grant.path or below


@pytest.mark.parametrize(("rules", "grants"), SIZES)
def test_the_world_is_as_large_as_it_says_and_its_answers_are_right(
    rules: int, grants: int
) -> None:
    known = world(rules, grants)
    assert len(list(known.rules())) == rules
    assert len(set(known.grants)) == grants
    for questions, expected in ((known.allowed, True), (known.denied, False)):
        for question in questions:
            found = any(_covers(grant, question) for grant in known.grants)
            assert found is expected, question


@pytest.mark.parametrize(("rules", "grants"), SIZES)
def test_a_later_version_gives_more_and_less(rules: int, grants: int) -> None:
    old = world(rules, grants).grants
    new = changed(old)
    assert len(set(old) - set(new)) == 2
    assert len(set(new) - set(old)) == 1


@pytest.mark.slow
def test_every_measure_is_taken_once_the_answers_agree() -> None:
    found = in_turn({OURS: ("ours", "admit", "10", "5")}, 1)
    assert set(found[OURS]) == {"allowed", "denied", "nullary", "entry", "bare_call"}
    assert all(seconds > 0 for seconds in found[OURS].values())


@pytest.mark.slow
def test_engines_that_answer_differently_are_not_timed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peers, "environment", lambda peer: Path(sys.prefix))
    engines = {
        OURS: ("ours", "caps_diff", "10", "5"),
        "another": ("ours", "caps_diff", "100", "50"),
    }
    with pytest.raises(Disagreement, match="another"):
        in_turn(engines, 1)


def test_peers_that_are_not_installed_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peers, "present", lambda: ["vakt"])
    assert asking.present({"vakt": "vakt", "casbin": "casbin"}) == {"vakt": "vakt"}


def test_a_result_is_told_with_its_five_keys() -> None:
    told = Result("admit", 1.23456789e-7, {"a": 2.0}, {"a": 16.200001}, "how").as_json()
    assert told == {
        "name": "admit",
        "ours": 1.235e-07,
        "peers": {"a": 2.0},
        "ratios": {"a": 16.2},
        "method": "how",
    }
