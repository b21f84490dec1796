"""Behaviour 52: a key's reactor moves to another process, with its state and its order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class Process:
    """One of the processes; answers come in any order."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.keyed.worker", str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.number = 0
        self.answers: dict[int, Any] = {}

    def say(self, what: str, cart: str, item: str = "") -> int:
        assert self.process.stdin is not None
        self.number += 1
        self.process.stdin.write(json.dumps([self.number, what, cart, item]) + "\n")
        self.process.stdin.flush()
        return self.number

    def hear(self, number: int) -> Any:
        """The answer to what was said; None if the process has died."""
        assert self.process.stdout is not None
        while number not in self.answers:
            line = self.process.stdout.readline()
            if not line:
                return None
            told, answer = json.loads(line)
            self.answers[told] = answer
        return self.answers[number]

    def ask(self, what: str, cart: str, item: str = "") -> Any:
        return self.hear(self.say(what, cart, item))

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def two(tmp_path):
    made = [Process(tmp_path / "shop.db") for _ in range(2)]
    yield made
    for one in made:
        one.kill()


def names(first: int, last: int) -> list[str]:
    return [f"{number:03d}" for number in range(first, last)]


def repeated(process: Process, cart: str, item: str) -> int:
    """Ask until it is answered, as who gives a key may."""
    while True:
        found = process.ask("add", cart, item)
        if isinstance(found, int):
            return found


@pytest.mark.slow
def test_52_a_key_moves_with_its_state_its_queue_and_its_order(two):
    one, other = two
    for process, others, first in [(one, other, 0), (other, one, 40), (one, other, 80)]:
        said = [process.say("queue", "a", item) for item in names(first, first + 40)]
        # Whoever is in the queue is answered before it moves.
        leaving = process.say("leave", "a")
        assert [process.hear(each) for each in said] == list(
            range(first + 1, first + 41)
        )
        process.hear(leaving)
        assert others.ask("look", "a") == names(0, first + 40)
        others.ask("leave", "a")
    assert other.ask("look", "a") == other.ask("read", "a") == names(0, 120)


@pytest.mark.slow
def test_52_nothing_is_lost_or_doubled_if_nobody_said_that_it_moves(two):
    one, other = two
    expected: list[str] = []
    refused = 0
    for turn, item in enumerate(names(0, 60)):
        process = two[turn // 3 % 2]
        found = process.ask("add", "a", item)
        if not isinstance(found, int):
            refused += 1
            found = repeated(process, "a", item)
        expected.append(item)
        assert found == len(expected), process.ask("look", "a")
    # A control: without refusals it would not have moved at all.
    assert refused > 0
    one.kill()
    assert other.ask("look", "a")[-1] != "" and repeated(other, "a", "last") == 61
    assert other.ask("look", "a") == [*expected, "last"]
    other.kill()


@pytest.mark.slow
def test_52_a_process_that_is_killed_leaves_its_keys_to_the_other(two):
    one, other = two
    for item in names(0, 10):
        one.ask("add", "a", item)
    said = {item: one.say("add", "a", item) for item in names(10, 60)}
    assert one.hear(said["010"]) > 10
    one.kill()
    acknowledged = [item for item in said if said[item] in one.answers]
    # Who was not answered asks again, with the same key.
    counts = [repeated(other, "a", item) for item in said]
    found = other.ask("look", "a")
    assert sorted(found) == names(0, 60)
    assert found[:10] == names(0, 10)
    assert [found[count - 1] for count in counts] == list(said)
    assert set(acknowledged) <= set(found[10:])
    while len(heard := other.ask("read", "a")) < 60:
        pass
    assert heard == found
