"""The handwritten package in a real browser, without JavaScript, under its policy."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest

from packetflow.web.server import server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture
async def address() -> AsyncIterator[str]:
    from notebook import NotebookApp

    running = server(NotebookApp(), port=0)
    task = asyncio.create_task(running.serve())
    while not running.started:
        assert not task.done()
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    await task


async def test_forms_work_without_javascript(address: str) -> None:
    from playwright.async_api import async_playwright

    complaints: list[str] = []
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        page = await chromium.new_page(java_script_enabled=False)
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{address}/?mood=Urgent")
        await page.fill("#subject", "ann")
        await page.locator("main button").click()
        assert page.url == f"{address}/?mood=Urgent"
        assert await page.locator("h1").inner_text() == "Notes of ann"
        body = "<img src=x onerror=alert(1)>\n\nbread"
        await page.fill("[name=title]", "Milk")
        await page.fill("[name=body]", body)
        await page.select_option("[name=mood]", "Urgent")
        await page.get_by_role("button", name="Save").click()
        assert await page.get_by_role("status").inner_text() == "Saved."
        await page.get_by_role("link", name="Milk").click()
        assert await page.locator("pre").inner_text() == body
        await page.get_by_role("button", name="Delete").click()
        assert await page.get_by_text("No notes yet.").is_visible()
        assert await page.locator("img").count() == 0
        await page.get_by_role("button", name="Sign out").click()
        assert page.url == f"{address}/sign-in?next=%2F"
        await chromium.close()
    assert complaints == []
