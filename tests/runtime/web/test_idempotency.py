"""`Idempotency-Key`: a request that is repeated is handled once and answered again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from packetflow.store import MemoryStore
from packetflow.web import asgi
from packetflow.web.idempotency import LONGEST
from tests.runtime.web.paying import GATES, Gate, Paying

ROOT = Path(__file__).parents[3]
KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


@contextmanager
def served(database: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The bank in a process of its own, and a client that is signed in as ann."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.runtime.web.paying", str(database)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                client.post("/sign-in", data={"subject": "ann"})
                yield process, client
        finally:
            process.kill()


@pytest.mark.slow
def test_a_repeated_request_is_handled_once_though_the_server_was_killed(
    tmp_path: Path,
) -> None:
    body = {"account": "a", "amount": 5}
    too_much = {"account": "a", "amount": 500}
    with served(tmp_path / "bank.db") as (process, client):
        first = client.post(
            "/api/deposits", json=body, headers={"Idempotency-Key": KEY}
        )
        failed = client.post(
            "/api/withdrawals", json=too_much, headers={"Idempotency-Key": KEY}
        )
        assert (first.status_code, first.json()) == (201, 5)
        process.kill()
        process.wait(10)
    with served(tmp_path / "bank.db") as (_, client):
        again = client.post(
            "/api/deposits", json=body, headers={"Idempotency-Key": KEY}
        )
        assert (again.status_code, again.content) == (201, first.content)
        assert client.get("/api/total").json() == 5
        told = client.post(
            "/api/withdrawals", json=too_much, headers={"Idempotency-Key": KEY}
        )
        assert (told.status_code, told.content) == (failed.status_code, failed.content)
        assert told.json()["there"] == 5
        other = client.post(
            "/api/deposits",
            json={"account": "a", "amount": 6},
            headers={"Idempotency-Key": KEY},
        )
        assert other.status_code == 422
        assert other.headers["content-type"] == "application/problem+json"
        assert "another request" in other.json()["detail"]
        # Without the key, and with another one, it is another request.
        assert client.post("/api/deposits", json=body).json() == 10
        new = client.post(
            "/api/deposits", json=body, headers={"Idempotency-Key": '"another"'}
        )
        assert new.json() == 15


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    GATES.append(Gate())
    async with Paying(store=MemoryStore()) as app:
        transport = httpx.ASGITransport(asgi(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8080"
        ) as client:
            await client.post("/sign-in", data={"subject": "ann"})
            yield client
            GATES[-1].open.set()


async def test_what_is_handled_just_now_is_a_conflict(http: httpx.AsyncClient) -> None:
    async def post(amount: int) -> httpx.Response:
        return await http.post(
            "/api/slow", json={"amount": amount}, headers={"Idempotency-Key": KEY}
        )

    first = asyncio.create_task(post(1))
    await GATES[-1].reached.wait()
    conflict = await post(1)
    assert conflict.status_code == 409
    assert conflict.headers["retry-after"] == "1"
    assert (await post(2)).status_code == 422
    GATES[-1].open.set()
    assert (await first).json() == 1
    again = await post(1)
    assert (again.status_code, again.json()) == (200, 1)
    assert GATES[-1].handled == 1


async def test_a_key_is_its_callers_own(http: httpx.AsyncClient) -> None:
    body = {"account": "a", "amount": 5}
    key = {"Idempotency-Key": KEY}
    assert (await http.post("/api/deposits", json=body, headers=key)).json() == 5
    await http.post("/sign-in", data={"subject": "bob"})
    assert (await http.post("/api/deposits", json=body, headers=key)).json() == 10


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ('"order 1"', '"order 1"'),
        ("order-1", '"order-1"'),
        (' "a" ', "a"),
        (r'"a\"\\b"', r'"a\"\\b"'),
        (f'"{"k" * LONGEST}"', "k" * LONGEST),
    ],
)
async def test_a_key_is_a_string_with_quotes_or_without(
    http: httpx.AsyncClient, written: str, same: str
) -> None:
    for key in (written, same):
        answer = await http.post(
            "/api/deposits",
            json={"account": "a", "amount": 5},
            headers={"Idempotency-Key": key},
        )
        assert (answer.status_code, answer.json()) == (201, 5)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b'""',
        b'"a',
        b'a"b"',
        b'"a"; b=1',
        b'"a", "b"',
        b"two words",
        b'"\xc3\xa4"',
        b'"a\\b"',
        b'"a\tb"',
        b'"' + b"k" * (LONGEST + 1) + b'"',
        b"k" * 100_000,
    ],
)
async def test_a_bad_key_is_refused_and_nothing_is_done(
    http: httpx.AsyncClient, written: bytes
) -> None:
    answer = await http.post(
        "/api/deposits",
        json={"account": "a", "amount": 5},
        headers=[(b"idempotency-key", written)],
    )
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]
    assert (await http.get("/api/total")).json() == 0


async def test_two_keys_are_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/api/deposits",
        json={"account": "a", "amount": 5},
        headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "a")],
    )
    assert answer.status_code == 400


async def test_what_is_kept_nowhere_is_not_promised(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": KEY}
    refused = await http.post("/api/quick", json={"amount": 1}, headers=key)
    assert refused.status_code == 400
    assert "kept nowhere" in refused.json()["detail"]
    assert (await http.post("/api/quick", json={"amount": 1})).json() == 1
    # Who only reads may say what they like.
    assert (await http.get("/api/quick", headers=key)).json() == 0


async def test_who_may_not_learns_nothing_of_the_key(http: httpx.AsyncClient) -> None:
    body = {"account": "a", "amount": 5}
    key = {"Idempotency-Key": KEY}
    await http.post("/api/deposits", json=body, headers=key)
    http.cookies.clear()
    assert (await http.post("/api/deposits", json=body, headers=key)).status_code == 401
