"""Makes the handwritten package importable as if it had been built, and serves it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.runtime.web.browsing import Browser

HANDWRITTEN = Path(__file__).parent / "handwritten"
sys.path.insert(0, str(HANDWRITTEN))


@pytest.fixture
async def app() -> AsyncIterator[object]:
    from notebook import NotebookApp

    async with NotebookApp() as running:
        yield running


@pytest.fixture
async def browser(app: object) -> AsyncIterator[Browser]:
    from packetflow.web import asgi

    transport = httpx.ASGITransport(asgi(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8080"
    ) as http:
        yield Browser(http)


@pytest.fixture
async def ann(browser: Browser) -> Browser:
    await browser.sign_in("ann")
    return browser
