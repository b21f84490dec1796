"""Conditions mean in SQL what they mean in the language: the same text, both ways."""

from __future__ import annotations

import asyncio
import random

import pytest

from packetflow import Context
from tests.tables.conditions import condition, program, values
from tests.tables.conftest import KINDS
from tests.tables.programs import imported

ROWS, CONDITIONS, ASKED = 60, 24, 8


def differences(module, store, seed):
    """Where a query finds other rows than the function of the same text."""
    rng = random.Random(seed)
    caller = Context()

    async def run():
        found = []
        async with module.Library(store=store) as app:
            rows = [
                module.Row(number, *values(rng, module, lists=False))
                for number in range(ROWS)
            ]
            for row in rows:
                await app.ask(module.Add(row), caller)
            for place in range(CONDITIONS):
                intent = getattr(module, f"Find{place}")
                holds = getattr(module.functions, f"holds{place}")
                for _ in range(ASKED):
                    args = values(rng, module)
                    page = await app.ask(intent(*args), caller)
                    wanted = [row.id for row in rows if holds(row, *args)]
                    got = [row.id for row in page.items]
                    if got != wanted:
                        found.append((place, got, wanted, args))
            assert [row for row in rows if row not in await all_rows(app, module)] == []
        return found

    return asyncio.run(run())


async def all_rows(app, module):
    page = await app.ask(module.Find0(*EVERYTHING(module)), Context())
    return page.items


def EVERYTHING(module):
    return values(random.Random(0), module)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", KINDS)
def test_a_query_finds_what_the_function_of_the_same_text_holds_of(
    tmp_path, seed, kind, opened
):
    rng = random.Random(f"conditions {seed}")
    texts = ["true", *(condition(rng) for _ in range(CONDITIONS - 1))]
    with imported(tmp_path / "build", "library", program(texts)) as module:
        found = differences(module, opened(kind), seed)
    assert not found, [(texts[place], *rest) for place, *rest in found[:3]]
