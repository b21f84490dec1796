"""The generated gallery in a real browser: its markup means what was written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from packetflow.web.server import server
from tests.web.building import imported

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage

pytestmark = pytest.mark.browser

HOSTILE = "\"'></textarea></script><img src=x onerror=alert(1)><b onclick=alert(1)>"


@pytest.fixture
async def address(packages: Path) -> AsyncIterator[str]:
    running = server(imported(packages, "gallery").GalleryApp(), port=0)
    task = asyncio.create_task(running.serve())
    while not running.started:
        assert not task.done()
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    await task


async def test_forms_and_hostile_values(address: str, chromium: str) -> None:
    from playwright.async_api import async_playwright

    complaints: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append(told(message)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        await page.goto(f"{address}/items/1/c")
        await page.fill("#subject", "keeper")
        await page.locator("main button").click()
        change = page.locator("form.wide")
        await change.get_by_label("Name", exact=True).fill("<i>new</i>")
        await change.get_by_label("Class").fill(HOSTILE)
        await change.get_by_label("Note").fill(HOSTILE)
        await change.get_by_label("loud").check()
        await change.get_by_label("Tags").select_option(["a", "plain"])
        await change.get_by_label("open").check()
        await change.get_by_role("button", name="Change").click()
        assert page.url.startswith(f"{address}/items/1/done")
        assert await page.locator("h1").inner_text() == "<i>new</i>"
        facts = page.locator("dl")
        assert await facts.locator(f"dd[title={quoted(HOSTILE)}]").count() == 1
        assert await facts.locator("b, script").count() == 0
        assert await change.get_by_label("Note").input_value() == HOSTILE
        assert await change.get_by_label("loud").is_checked()
        chosen = change.get_by_label("Tags").locator("option:checked")
        assert await chosen.all_inner_texts() == ["tag a"]  # the others choose nothing
        await page.get_by_label("New name").fill("newer")
        await page.get_by_role("button", name="Rename").click()
        assert await page.get_by_role("status").inner_text() == "Renamed 1."
        assert await page.locator("h1").inner_text() == "newer"
        await browser.close()
    # The picture of the gallery is on another site, which the policy does not allow.
    errors = [text for text in complaints if text and "//example.org/" not in text]
    assert errors == []


def told(message: ConsoleMessage) -> str:
    """What the console says, if it is more than advice."""
    return message.text if message.type in ("error", "warning") else ""


def quoted(text: str) -> str:
    """A string in a CSS selector."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
