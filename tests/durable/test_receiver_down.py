"""What is sent to a reactor that cannot be read just now arrives when it can."""

from __future__ import annotations

import asyncio

from packetflow.store import StoreError
from tests.durable.bank import ANN, BankApp, Book, Deposit, Pages
from tests.durable.stores import Breaking


async def test_a_send_waits_for_a_receiver_that_is_down():
    store = Breaking()
    async with BankApp(store=store) as app:
        book = app.system.cell(Book)
        # The book alone has lost its store, as far as it knows.
        book.reload.begin(StoreError("gone"))
        book.reload.down = True
        assert await app.ask(Deposit("a", 5), ANN) == 5
        book.reload.down = False
        while len(found := await app.ask(Pages(), ANN)) < 1:
            await asyncio.sleep(0)
        assert found == ("a +5",)
