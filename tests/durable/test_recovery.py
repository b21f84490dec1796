"""What a durable reactor answered is there after a restart."""

from __future__ import annotations

import pytest

from packetflow import Fault
from packetflow.store import MemoryStore
from packetflow.store.sqlite import SqliteStore
from tests.durable.bank import (
    ANN,
    Bank,
    BankApp,
    Boom,
    Close,
    Deposit,
    Pages,
    Poor,
    Total,
    Withdraw,
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "s")
    yield made
    made.close()


async def test_state_survives(store):
    async with BankApp(store=store) as app:
        assert await app.ask(Deposit("a", 5), ANN) == 5
        assert await app.ask(Deposit("b", 7), ANN) == 7
        assert await app.ask(Withdraw("a", 2), ANN) == 3
        with pytest.raises(Poor):
            await app.ask(Withdraw("a", 9), ANN)
        with pytest.raises(Fault):
            await app.ask(Boom("c"), ANN)
        await app.ask(Close("b"), ANN)
        before = app.system.cell(Bank).state
    async with BankApp(store=store) as app:
        assert app.system.cell(Bank).state == before
        assert before.balances == {"a": 3}
        assert await app.ask(Total(), ANN) == 3
        assert await app.ask(Pages(), ANN) == ("a +5", "b +7")
