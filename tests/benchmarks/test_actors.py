"""The benchmarks of reactors measure what they name; nothing here is timed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from benchmarks.actors import claims
from benchmarks.actors.asking import OURS
from benchmarks.actors.engines import ours
from benchmarks.registry import CLAIMS


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    logging.disable(logging.NOTSET)
    for task in asyncio.all_tasks(made):
        task.cancel()
    made.run_until_complete(asyncio.sleep(0))
    made.close()


def test_every_measure_that_a_claim_wants_is_there_and_runs(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    measures = ours.measures(loop)
    wanted: set[str] = set()

    def in_turn(
        kinds: dict[str, list[str]], _loop: str, _rounds: int
    ) -> dict[str, dict[str, float]]:
        wanted.update(kinds[OURS])
        return {OURS: dict.fromkeys(kinds[OURS], 2.0)}

    class Setting:
        rounds = 1

    monkeypatch.setattr(claims, "in_turn", in_turn)
    for name, claim in claims.CLAIMS.items():
        made = claim(Setting())
        assert made.name == name
        assert CLAIMS[name] is claim
        assert claims.HONEST in made.method
        assert set(made.ratios.values()) <= {1.0, 128.0}
    assert wanted == set(measures)
    for measure in measures.values():
        assert loop.run_until_complete(measure(200)) > 0
