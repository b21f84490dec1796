"""The server over a real socket: it serves, and closes on those who misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from packetflow.web import server as server_module
from packetflow.web.server import server


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    from notebook import NotebookApp

    monkeypatch.setattr(server_module, "HEAD_SECONDS", 0.3)
    running = server(NotebookApp(), port=0)
    task = asyncio.create_task(running.serve())
    while not running.started:
        assert not task.done()
        await asyncio.sleep(0)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    await task


async def exchange(port: int, sent: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        async with asyncio.timeout(10):
            return await reader.read(-1)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_a_whole_visit(port: int) -> None:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", follow_redirects=True
    ) as http:
        page = await http.get("/")
        assert page.url.path == "/sign-in"
        home = await http.post("/sign-in", data={"subject": "ann"})
        assert "Notes of ann" in home.text
        made = await http.post("/api/ann/notes", json={"title": "Milk"})
        assert made.json()["id"] == 1
        assert ">Milk<" in (await http.get("/notes/ann/1")).text
        assert "server" not in made.headers


@pytest.mark.parametrize(
    "head",
    [
        b"GET /about HTTP/1.1\r\n\r\n",
        b"GET /about HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"GET /about HTTP/1.0\r\n\r\n",
        b"GET /../etc/passwd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\n" + b"a: b\r\n" * 101 + b"\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\na: " + b"b" * 33_000 + b"\r\n\r\n",
        b"GET /" + b"b" * 100_000,
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost : localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
)
async def test_bad_heads(port: int, head: bytes) -> None:
    if b"connection: close" not in head and head.endswith(b"\r\n\r\n"):
        head = head[:-2] + b"connection: close\r\n\r\n" if b"HTTP/1.1" in head else head
    answer = await exchange(port, head)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")) or answer == b""


async def test_a_slow_head_is_closed_while_others_are_served(port: int) -> None:
    slow = [
        asyncio.create_task(exchange(port, b"GET / HTTP/1.1\r\nhost: x\r\n"))
        for _ in range(20)
    ]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert (await http.get("/about")).status_code == 200
    assert await asyncio.gather(*slow) == [b""] * 20


async def test_another_host_name_does_not_reach_this_machine(port: int) -> None:
    head = b"GET /about HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"
    assert (await exchange(port, head)).startswith(b"HTTP/1.1 421 ")
