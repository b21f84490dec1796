"""The dashboard: who may see it sees what runs, and nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import ClassVar

import httpx
import pytest

from packetflow import (
    App,
    Capability,
    Child,
    Context,
    Fault,
    Keyed,
    Supervise,
    System,
    VirtualClock,
)
from packetflow.store import MemoryStore
from packetflow.web import Api, DevAuth, Endpoint, Web, asgi
from tests.durable.bank import ANN, Bank, Book, Deposit
from tests.observe.test_metrics import samples
from tests.observe.watched import CALLER, Level, Tanks
from tests.routing.keeping import KeyedKeeper, Put
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
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script" not in page.text
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


async def test_it_can_be_paused(browser: Browser) -> None:
    await browser.sign_in("root")
    page = await browser.get("/_pf")
    assert 'href="?paused"' in page.text
    paused = await browser.get("/_pf?paused")
    assert "refresh" not in paused.headers
    assert 'href="?"' in paused.text


async def test_it_shows_crashes_denials_and_delegations(
    browser: Browser, app: Served
) -> None:
    await browser.sign_in("<b>ann</b>")
    assert (await browser.get("/_pf")).status_code == 403
    with pytest.raises(Fault):
        await app.ask(Level(how="breaks"), CALLER)
    root = Person(user="root", capabilities=(System.delegate, System.configure))
    now = app.clock.now()
    for seconds in (10, 600):
        given = (System.configure, f"{seconds} <i>", now + timedelta(seconds=seconds))
        app.authority.delegate(*given, root.identified("root", 0), now)
    assert isinstance(app.clock, VirtualClock)
    await browser.sign_in("root")
    page = (await browser.get("/_pf")).text
    seen = (await browser.get("/_pf/reactors")).json()
    crash = seen["reactors"][0]["crash"]
    assert (crash["intent"], crash["error"]) == ("Level", "ZeroDivisionError")
    assert "ZeroDivisionError" in page
    assert crash["did"] in page
    (denial,) = seen["denials"]
    assert (denial["who"], denial["what"]) == ("<b>ann</b>", "/_pf")
    assert "System.dashboard" in denial["why"]
    assert "&lt;b>ann&lt;/b>" in page.replace("&gt;", ">")
    assert "<b>" not in page
    assert {one["to"] for one in seen["delegations"]} == {"10 <i>", "600 <i>"}
    assert {one["by"] for one in seen["delegations"]} == {"root"}
    tree = seen["tree"]
    assert (tree["strategy"], tree["max_restarts"]) == ("one_for_one", 1_000)
    assert [child["name"] for child in tree["children"]] == ["watched.Holder"]
    assert seen["health"] == [{"reactor": "watched.Holder", "why": ""}]
    # What has ended is not in force.
    await app.clock.advance(timedelta(seconds=10))
    seen = (await browser.get("/_pf/reactors")).json()
    assert [one["to"] for one in seen["delegations"]] == ["600 <i>"]


async def test_a_denial_shows_no_fields_of_the_caller(
    browser: Browser, app: Served
) -> None:
    app.system.audited("denied", "It", Person(user="secret"), "because")
    await browser.sign_in("root")
    for path in PATHS:
        assert "secret" not in (await browser.get(path)).text
    (denial,) = (await browser.get("/_pf/reactors")).json()["denials"]
    assert denial["who"] == "Person"


async def test_only_the_last_denials_are_shown(browser: Browser, app: Served) -> None:
    for number in range(50):
        app.system.audited("denied", f"It{number}", CALLER, "because")
    await browser.sign_in("root")
    seen = (await browser.get("/_pf/reactors")).json()["denials"]
    assert [one["what"] for one in seen] == [f"It{n}" for n in range(49, 29, -1)]


async def test_it_shows_journals_keys_and_routes() -> None:
    class Whole(App):
        tree = Supervise(
            children=(
                Supervise("rest_for_one", children=(Child(Bank), Child(Book))),
                Child(KeyedKeeper, many=Keyed("key")),
            )
        )
        web = Web(
            name="Whole",
            auth=(DevAuth(Person, person),),
            apis=(Api("/api", Person, (Endpoint("POST", "/deposit", Deposit),)),),
        )

    async with Whole(store=MemoryStore(), clock=VirtualClock()) as app:
        site = asgi(app)
        await app.ask(Deposit("a", 1), ANN)
        for key in "abc":
            await app.ask(Put(key=key), CALLER)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url="http://127.0.0.1:8080"
        ) as http:
            browser = Browser(http)
            await browser.sign_in("root")
            seen = (await browser.get("/_pf/reactors")).json()
            page = (await browser.get("/_pf")).text
    bank, book = seen["durable"]
    assert (bank["reactor"], book["reactor"]) == ("bank.Bank", "bank.Book")
    assert bank["since_snapshot"] >= 1
    assert bank["last"] > 0
    keyed, under = seen["tree"]["children"][1], seen["tree"]["children"][0]
    assert keyed == {"name": "keeping.KeyedKeeper", "keys": 3, "stopped": None}
    assert under["strategy"] == "rest_for_one"
    assert seen["routes"] == [
        {
            "method": "POST",
            "path": "/api/deposit",
            "what": "Deposit",
            "caller": "Person",
        }
    ]
    for told in ("Lines since snapshot", "3 keys run", "/api/deposit", "rest_for_one"):
        assert told in page


async def test_it_only_answers_to_reading(browser: Browser) -> None:
    await browser.sign_in("root")
    assert (await browser.http.post("/_pf/metrics")).status_code == 405
