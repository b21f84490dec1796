"""Work in several processes gives what one gives, even if one of them dies."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import pytest

from pfc.incremental import workers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PFC_JOBS", "2")
    monkeypatch.setattr(workers, "is_alone", lambda: True)


def results(sizes: Sequence[int], kill: bool = False) -> dict[int, int | None]:
    here = os.getpid()

    def work(part: Sequence[int]) -> bytes:
        if kill and os.getpid() != here:
            os._exit(3)
        return json.dumps([number * 10 for number in part]).encode()

    found: dict[int, int | None] = {}
    for part, content in workers.shared_out(sizes, work):
        made = [None] * len(part) if content is None else json.loads(content)
        found.update(zip(part, made, strict=True))
    return found


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_every_number_is_worked_on_once() -> None:
    assert results([5, 1, 3, 2]) == {0: 0, 1: 10, 2: 20, 3: 30}
    assert results([1]) == {0: 0}
    assert results([]) == {}


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_the_part_of_a_process_that_dies_comes_back() -> None:
    found = results([4, 3, 2, 1], kill=True)
    assert None in found.values()
    assert found[0] == 0


def test_one_process_if_only_one_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PFC_JOBS", "1")
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    assert results([2, 1]) == {0: 0, 1: 10}
