"""The dashboard: who may see it sees what runs, and nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import ClassVar

import httpx
import pytest

from packetflow import Capability, Context, System, VirtualClock
from packetflow.web import DevAuth, Web, asgi
from tests.observe.test_metrics import samples
from tests.observe.watched import CALLER, Level, Tanks
from tests.runtime.web.browsing import Browser

PATHS = ("/_pf", "/_pf/reactors", "/_pf/metrics")


class Person(Context, frozen=True, kw_only=True):
    """Somebody who signed in."""

    user: str


class Robot(Context, frozen=True, kw_only=True):
    """A context that only robots have."""


async def person(subject: str) -> Person | None:
    caps: tuple[Capability, ...] = (System.dashboard,) if subject == "root" else ()
    return Person(user=subject, capabilities=caps)


def robot(subject: str) -> Awaitable[Robot | None]:
    async def nobody() -> Robot | None:
        return None

    return nobody()


class Served(Tanks):
    """Tanks with a web."""

    web: ClassVar[object | None] = Web(
        name="Tanks", auth=(DevAuth(Robot, robot), DevAuth(Person, person))
    )


@pytest.fixture
async def app() -> AsyncIterator[Served]:
    async with Served(clock=VirtualClock()) as running:
        yield running


@pytest.fixture
async def browser(app: Served) -> AsyncIterator[Browser]:
    transport = httpx.ASGITransport(asgi(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8080"
    ) as http:
        yield Browser(http)


async def test_nobody_sees_it_without_signing_in(browser: Browser) -> None:
    page = await browser.get("/_pf")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/_pf")
    for path in PATHS[1:]:
        answer = await browser.get(path)
        assert answer.status_code == 401
        assert "Holder" not in answer.text


async def test_who_lacks_the_capability_is_told_which(
    browser: Browser, app: Served
) -> None:
    await browser.sign_in("ann")
    for path in PATHS:
        answer = await browser.get(path)
        assert answer.status_code == 403
        assert "Holder" not in answer.text
        assert "System.dashboard" in answer.text
    assert [record.verdict for record in app.audit] == ["denied"] * 3
    assert {record.subject for record in app.audit} == {"/_pf"}


async def test_who_has_it_sees_what_runs(browser: Browser, app: Served) -> None:
    await browser.sign_in("root")
    await app.ask(Level(to=101), CALLER)
    assert isinstance(app.clock, VirtualClock)
    await app.clock.advance(timedelta(seconds=11))
    page = await browser.get("/_pf")
    assert page.status_code == 200
    assert page.headers["refresh"] == "5"
    assert "watched.Holder" in page.text
    assert "critical: watched.Holder Over since" in page.text
    reactors = (await browser.get("/_pf/reactors")).json()
    (one,) = reactors["reactors"]
    assert (one["reactor"], one["handled"], one["unhealthy"]) == (
        "watched.Holder",
        1,
        "",
    )
    assert [alert["name"] for alert in reactors["alerts"]] == ["Over"]
    text = await browser.get("/_pf/metrics")
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(text.text)
    assert found["level", frozenset(("watched.Holder",))] == 101
    assert found["packetflow_alert", frozenset(("watched.Holder", "Over", "critical"))]


async def test_it_only_answers_to_reading(browser: Browser) -> None:
    await browser.sign_in("root")
    assert (await browser.http.post("/_pf/metrics")).status_code == 405
