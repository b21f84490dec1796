"""The quick questions of admission say what the slow ones say, and tell of ends too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from packetflow.capability import (
    ANY,
    AtomParameter,
    Capability,
    Held,
    Kind,
    MaxParameter,
    PathParameter,
)

READ = Kind("admission.File.read", parameters=(PathParameter("path"),))
OTHER = Kind("admission.File.other", parameters=(PathParameter("path"),))
PING = Kind("admission.Hall.ping")
DESK = Kind("admission.Desk.use", parameters=(AtomParameter("tenant"),))
PAY = Kind(
    "admission.Pay.charge",
    parameters=(AtomParameter("tenant"), MaxParameter("amount")),
)
SHARE = Kind(
    "admission.Share.both", parameters=(AtomParameter("one"), AtomParameter("two"))
)
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
NAMES = ("a", "ab", "a-b", "a.b", "b", "b0", "long_name", "é", "a b")


def _paths(random: Random, count: int) -> list[str]:
    return [
        "/" + "/".join(random.choices(NAMES, k=random.randint(0, 4)))
        for _ in range(count)
    ]


def _covered(grants: list[str], path: str) -> bool:
    """By definition: the same path, or the segments of a subtree come first."""
    wanted = [one for one in path.split("/") if one]
    for grant in grants:
        base, rest = (grant[:-3], True) if grant.endswith("/**") else (grant, False)
        have = [one for one in base.split("/") if one]
        if wanted == have or (rest and wanted[: len(have)] == have):
            return True
    return False


@pytest.mark.parametrize("count", [0, 1, 3, 9, 40, 300])
def test_paths_are_reached_as_they_are_covered(count: int) -> None:
    random = Random(count)
    answers = set()
    for _ in range(30):
        grants = [
            f"{path.rstrip('/')}/**" if random.random() < 0.5 else path
            for path in _paths(random, count)
            if count < 9 or path.count("/") > 1
        ]
        held = Held([READ(grant) for grant in grants])
        for path in _paths(random, 40):
            expected = _covered(grants, path)
            answers.add(expected)
            assert held.reaches(READ.name, path) is expected, (grants, path)
            assert held.covers_path(READ, path) is expected
            assert held.allows(READ.exact(path)) is expected
            assert not held.reaches(OTHER.name, path)
    assert answers == ({False} if count == 0 else {True, False})


def test_many_subtrees_of_names_that_begin_alike() -> None:
    """Looked up by how they begin, or all of them, if some are too short for that."""
    teams = [f"/teams/{number:04}" for number in range(0, 900, 3)]
    for more in ([], ["/t"], ["/teams/0001x"], ["/teams/0003/inner"]):
        held = Held([READ(f"{team}/**") for team in (*teams, *more)])
        for number in range(900):
            team = f"/teams/{number:04}"
            assert held.reaches(READ.name, f"{team}/x") is (number % 3 == 0)
            assert held.reaches(READ.name, team) is (number % 3 == 0)
            assert not held.reaches(READ.name, f"{team}y/x")
        assert not held.reaches(READ.name, "/teams")
        assert held.reaches(READ.name, "/t/x") is (more == ["/t"])


def test_a_subtree_is_needed_where_a_subtree_is_asked_for() -> None:
    held = Held([READ("/a/**"), READ("/b"), READ("/c/d/**")])
    allowed = {
        "/a/**": True, "/a/b/**": True, "/b/**": False, "/c/**": False, "/**": False,
        "/c/d/**": True, "/ab/**": False,
    }  # fmt: skip
    for pattern, expected in allowed.items():
        assert held.allows(READ(pattern)) is expected, pattern
    assert Held([READ("/**")]).allows(READ(ANY))


def test_a_path_out_of_normal_form_is_made_normal_before_it_is_compared() -> None:
    held = Held([READ("/a/**")])
    for path in ("/a/../b", "/a/..", "/a/%2e%2e/b", "/a/*", "/a\\..\\b", "a", ""):
        assert not held.covers_path(READ, path), path
    assert held.covers_path(READ, "/./a//b/")


GRANTS: tuple[Capability, ...] = (
    DESK("t1"),
    DESK(ANY),
    DESK(7),
    PAY("t1", 10),
    PAY(ANY, 3),
    PAY("t2", ANY),
    SHARE("t1", ANY),
    SHARE(ANY, "t2"),
    SHARE("t1", "t1"),
)
VALUES = ("t1", "t2", "*", "", None, 7, 7.0, True, ANY, ["t1"], float("nan"), 3, 11)


def test_values_are_covered_as_the_capability_for_them_is() -> None:
    random = Random(5)
    seen = set()
    for _ in range(60):
        held = Held(random.sample(GRANTS, random.randint(0, 4)))
        for kind in (DESK, PAY, SHARE):
            for _ in range(30):
                given = random.choices(VALUES, k=len(kind.parameters))
                try:
                    need = kind.exact(*given)
                except (TypeError, ValueError):
                    expected = False
                else:
                    expected = held.allows(need)
                seen.add((kind, expected))
                assert held.covers(kind, *given) is expected, (held, kind, given)
    assert len(seen) == 6


def test_the_wrong_number_of_values_is_not_covered() -> None:
    held = Held([DESK(ANY), PAY(ANY, ANY)])
    assert not held.covers(DESK)
    assert not held.covers(DESK, "t1", "t1")
    assert not held.covers(PAY, "t1")


def test_names_are_those_of_what_is_held_without_arguments() -> None:
    held = Held([Capability(PING), READ("/a")])
    assert PING.name in held.names
    assert READ.name not in held.names


def test_what_is_relied_upon_tells_when_it_ends() -> None:
    soon, later = NOON, NOON + timedelta(hours=1)
    grants = [
        PING().until(soon),
        READ("/a/**").until(soon),
        READ("/a/b").until(later),
        DESK("t1").until(later),
        PAY("t1", 10).until(soon),
    ]
    asked = {
        "ping": (lambda held: PING.name in held.names, soon),
        "below": (lambda held: held.reaches(READ.name, "/a/c"), soon),
        "exact": (lambda held: held.reaches(READ.name, "/a/b"), later),
        "atom": (lambda held: held.covers(DESK, "t1"), later),
        "bound": (lambda held: held.covers(PAY, "t1", 9), soon),
    }
    for name, (question, end) in asked.items():
        ends: list[datetime] = []
        watched = Held(grants).watched(ends.append)
        assert question(watched), name
        assert ends == [end], name
    ends = []
    watched = Held(grants).watched(ends.append)
    assert "admission.Hall.pong" not in watched.names
    assert not watched.reaches(READ.name, "/b")
    assert not watched.reaches(OTHER.name, "/a/b")
    assert not watched.covers(DESK, "t2")
    assert not watched.covers(PAY, "t1", 11)
    assert ends == []
