"""Values at the edge of what can be kept: kept and there again, or refused at once."""

from __future__ import annotations

import asyncio

import pytest

from packetflow import Fault
from packetflow.store import MemoryStore, planning
from tests.durable.bank import ANN, Bank, BankApp, Deposit, Total

MOST = 10**4_299


@pytest.mark.parametrize("amount", [2**63, -(2**64), MOST, 1 - MOST], ids="abcd")
async def test_whole_numbers_of_any_size(amount):
    store = MemoryStore()
    async with BankApp(store=store) as app:
        assert await app.ask(Deposit("a", amount), ANN) == amount
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == amount


@pytest.mark.parametrize("amount", [10 * MOST, -MOST], ids="ab")
async def test_a_number_that_could_not_be_read_again_is_refused(amount):
    store = MemoryStore()
    async with BankApp(store=store) as app:
        with pytest.raises(Fault, match="cannot be kept"):
            await app.ask(Deposit("a", amount), ANN)
        assert await app.ask(Deposit("a", 1), ANN) == 1
    async with BankApp(store=store) as app:
        assert app.system.cell(Bank).state.balances == {"a": 1}


async def test_text_with_half_a_character_is_refused():
    store = MemoryStore()
    async with BankApp(store=store) as app:
        with pytest.raises(Fault, match="cannot be kept"):
            await app.ask(Deposit("\ud800", 1), ANN)
    async with BankApp(store=store) as app:
        assert app.system.cell(Bank).state.balances == {}


async def test_a_change_that_is_too_large_is_refused_alone(monkeypatch):
    monkeypatch.setattr(planning, "MOST_BODY", 2_000)
    async with BankApp(store=MemoryStore()) as app:
        await app.ask(Deposit("a", 1), ANN)
        with pytest.raises(Fault, match="bytes are more than"):
            await app.ask(Deposit("b" * 2_000, 1), ANN)
        assert await app.ask(Deposit("a", 1), ANN) == 2
        assert not app.system.cell(Bank).writer.trouble


async def test_a_state_too_large_for_a_snapshot_is_told_and_goes_on(monkeypatch):
    monkeypatch.setattr(planning, "MOST_BODY", 2_000)
    monkeypatch.setattr(Bank.journal, "snapshot_every", 10)
    store = MemoryStore()
    async with BankApp(store=store) as app:
        for number in range(100):
            await app.ask(Deposit(f"{number}" * 10, 1), ANN)
            await asyncio.sleep(0)
        await app.system._quiet()
        told = [
            one for one in app.system.reports if "no snapshot of bank.Bank" in str(one)
        ]
        # Each time half as often.
        assert 1 <= len(told) <= 4
        assert app.system.cell(Bank).faults == 0
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == 100
