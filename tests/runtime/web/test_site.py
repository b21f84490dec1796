"""What holds for every answer: methods, hosts, headers, limits, faults."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from packetflow import Context, Fault, Intent, SystemClock, Unavailable, Unhandled
from packetflow.authority import Authority
from packetflow.errors import DeadlineExceeded, MailboxFull
from packetflow.web import Limit, Web
from packetflow.web.page import Api, Endpoint
from packetflow.web.problem import ProblemError
from packetflow.web.site import Site
from tests.runtime.web.browsing import Browser


class Ping(Intent[str], frozen=True):
    """Asks for anything."""


class Scripted:
    """An app that answers what it was told to answer."""

    def __init__(self, outcome: object, **web: object) -> None:
        self.outcome = outcome
        api = Api("/api", None, (Endpoint("GET", "/ping", Ping),))
        self.web = Web(name="Scripted", apis=(api,), **web)  # type: ignore[arg-type]

    running = True
    authority = Authority()
    clock = SystemClock()

    async def ask(self, intent: object, caller: Context) -> object:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    async def __aenter__(self) -> object:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None


def client(
    app: Scripted, base: str = "http://127.0.0.1", **site: object
) -> httpx.AsyncClient:
    asgi = Site(app, app.web, **site)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(asgi, raise_app_exceptions=False)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=base)


async def test_unknown_path_and_wrong_method(ann: Browser) -> None:
    assert (await ann.get("/nothing")).status_code == 404
    assert "text/html" in (await ann.get("/nothing")).headers["content-type"]
    wrong = await ann.http.put("/api/ann/notes")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert wrong.headers["content-type"] == "application/problem+json"
    assert (await ann.http.post("/about")).status_code == 405
    options = await ann.http.options("/about")
    assert (options.status_code, options.headers["allow"]) == (
        204,
        "GET, HEAD, OPTIONS",
    )


async def test_head_is_get_without_its_body(ann: Browser) -> None:
    got = await ann.get("/about")
    head = await ann.http.head("/about")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_slash_at_the_end(ann: Browser) -> None:
    answer = await ann.get("/about/?a=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "/about?a=1")
    assert (await ann.get("http://127.0.0.1:8080//evil.example/")).status_code == 404
    assert (await ann.http.post("/about/")).status_code == 404


@pytest.mark.parametrize("path", ["/notes/%2e%2e/x", "/notes/a%2fb/1", "/a%00", "/%5C"])
async def test_refused_paths(ann: Browser, path: str) -> None:
    assert (await ann.get(path)).status_code == 400


async def test_every_answer_has_the_headers(ann: Browser) -> None:
    for path in ("/", "/about", "/nothing", "/api/ann/notes", "/api/x/notes", "/a%00"):
        headers = (await ann.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


async def test_over_tls() -> None:
    from notebook import NotebookApp

    from packetflow.web import asgi

    async with NotebookApp() as app:
        transport = httpx.ASGITransport(asgi(app))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://notes.example"
        ) as http:
            answer = await http.post("/sign-in", data={"subject": "ann"})
            assert answer.headers["set-cookie"].startswith("__Host-packetflow=")
            assert "; Secure" in answer.headers["set-cookie"]
            assert "strict-transport-security" in answer.headers
            assert (await http.get("/")).status_code == 200


@pytest.mark.parametrize(
    "hosts", [[], ["a", "b"], ["a", "a"], ["a b"], [""], ["a:x"], ["user@a"]]
)
async def test_exactly_one_host(hosts: list[str]) -> None:
    async with client(Scripted("pong")) as http:
        request = http.build_request("GET", "/api/ping")
        others = [pair for pair in request.headers.raw if pair[0].lower() != b"host"]
        request.headers = httpx.Headers(
            [*others, *((b"host", host.encode()) for host in hosts)]
        )
        assert (await http.send(request)).status_code == 400


@pytest.mark.parametrize(
    ("base", "status"),
    [
        ("http://127.0.0.1:9", 200),
        ("http://LOCALHOST", 200),
        ("http://[::1]:9", 200),
        ("http://evil.example", 421),
        ("http://localhost.evil.example", 421),
    ],
)
async def test_only_known_hosts(base: str, status: int) -> None:
    hosts = {"localhost", "127.0.0.1", "::1"}
    async with client(Scripted("pong"), base, hosts=hosts) as http:
        assert (await http.get("/api/ping")).status_code == status


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("pong", 200),
        (Fault("broken"), 500),
        (RuntimeError("secret"), 500),
        (MailboxFull("full"), 503),
        (Unavailable("outside OfficeHours"), 503),
        (Unhandled("no"), 503),
        (DeadlineExceeded("late"), 504),
    ],
)
async def test_statuses(outcome: object, status: int) -> None:
    async with client(Scripted(outcome)) as http:
        answer = await http.get("/api/ping")
        assert answer.status_code == status
        assert "secret" not in answer.text
        assert ("retry-after" in answer.headers) == (status == 503)


async def test_a_limit_counts_per_address() -> None:
    clock = [0.0]
    limit = Limit(2, timedelta(seconds=10), now=lambda: clock[0])
    async with client(Scripted("pong", limit=limit)) as http:
        seen = [(await http.get("/api/ping")).status_code for _ in range(3)]
        assert seen == [200, 200, 429]
        assert (await http.get("/api/ping")).headers["retry-after"] == "5"
        clock[0] = 5.0
        assert (await http.get("/api/ping")).status_code == 200


def test_a_limit_counts_each_user_alone() -> None:
    limit = Limit(1, timedelta(seconds=1), now=lambda: 0.0)
    limit.count("user ann")
    limit.count("user bob")
    with pytest.raises(ProblemError):
        limit.count("user ann")


async def test_sessions_end_when_idle(app: object) -> None:
    clock = [0.0]
    asgi = Site(app, app.web, now=lambda: clock[0])  # type: ignore[arg-type, attr-defined]
    transport = httpx.ASGITransport(asgi)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://a") as http:
        await http.post("/sign-in", data={"subject": "ann"})
        clock[0] = 12 * 3600.0 - 1
        assert (await http.get("/")).status_code == 200
        clock[0] += 12 * 3600.0 + 1
        assert (await http.get("/")).status_code == 303


async def test_a_fault_is_shown_to_developers_only(app: object) -> None:
    from notebook import ListNotes, Notebook

    handler = next(h for h in Notebook.handlers if h.intent is ListNotes)
    assert handler.reads_only
    for development, shown in ((True, True), (False, False)):
        site = Site(app, app.web, development=development)  # type: ignore[arg-type, attr-defined]
        transport = httpx.ASGITransport(site)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as http:
            await http.post("/sign-in", data={"subject": "ann"})
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(type(app), "ask", _broken)
                answer = await http.get("/")
            assert answer.status_code == 500
            assert ("the reason &lt;x&gt;" in answer.text) is shown


async def _broken(self: object, intent: object, caller: object) -> object:
    raise Fault("the reason <x>")


async def test_development_sign_in_is_for_this_machine(app: object) -> None:
    from packetflow.web.server import server

    with pytest.raises(ValueError, match="this machine only"):
        server(app, "0.0.0.0")  # type: ignore[arg-type]
    transport = httpx.ASGITransport(
        Site(app, app.web),  # type: ignore[arg-type, attr-defined]
        client=("192.0.2.7", 1),
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://a") as http:
        answer = await http.post("/sign-in", data={"subject": "ann"})
        assert answer.status_code == 403


async def test_the_style_is_served_for_a_year(ann: Browser) -> None:
    page = (await ann.get("/about")).text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await ann.get(path)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]


async def test_each_request_has_an_id_and_shares_what_the_caller_holds() -> None:
    from notebook import Session as Caller

    from packetflow.web import DevAuth

    seen: list[Context] = []

    class Keeping(Scripted):
        async def ask(self, intent: object, caller: Context) -> object:
            seen.append(caller)
            return "pong"

    auth = DevAuth(Caller, lambda subject: Caller(name=subject))
    app = Keeping("pong", auth=(auth,))
    app.web.apis = (Api("/api", Caller, (Endpoint("GET", "/ping", Ping),)),)
    async with client(app) as http:
        await http.post("/sign-in", data={"subject": "ann"})
        for _ in range(2):
            assert (await http.get("/api/ping")).status_code == 200
    first, second = seen
    assert first.request_id != second.request_id
    assert first.held is second.held
