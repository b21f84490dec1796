"""Each fault of the original that concerns authority, as a test that it is not here."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import httpx
import pytest

from packetflow import (
    Capability,
    Composition,
    Context,
    Denied,
    Effect,
    Fault,
    System,
    VirtualClock,
)
from packetflow.identifier import new_request_id
from packetflow.web import Api, DevAuth, Endpoint, Web
from tests.behaviours.program import codes
from tests.web.building import browsing


def request(rights: Any, *held: Capability) -> Any:
    return rights.Request(name="ann", capabilities=held)


def test_implication_goes_more_than_one_hop(rights: Any) -> None:
    assert rights.FileCap.admin.implies(rights.FileCap.read("/x"))


def test_implication_is_reflexive_where_there_are_rules(rights: Any) -> None:
    assert rights.FileCap.write("/x").implies(rights.FileCap.write("/x"))


def test_implication_sees_the_arguments(rights: Any) -> None:
    assert not rights.FileCap.write("/a").implies(rights.FileCap.read("/b"))


def test_admin_of_one_thing_is_not_admin_of_everything(rights: Any) -> None:
    admin = rights.Tree.admin("/a/**")
    assert not admin.implies(rights.Tree.admin("/b"))
    assert not admin.implies(rights.FileCap.read("/a/x"))


async def test_reactors_check(rights: Any) -> None:
    async with rights.Rights() as app:
        for ask in (app.ask, app.tell):
            with pytest.raises(Denied):
                await ask(rights.Purge(), request(rights))


async def test_propagation_strategies_are_not_ignored(rights: Any) -> None:
    async with rights.Rights() as app:
        copied = await app.ask(rights.Plain(), rights.Copied())
        isolated = await app.ask(rights.Outer(), rights.Isolated())
    assert copied != isolated


def test_composition_strategies_are_not_ignored(rights: Any) -> None:
    one, two = request(rights, rights.Log.append), request(rights)
    found = {by: one.compose(two, by).can(rights.Log.append) for by in Composition}
    assert found == {
        Composition.MERGE: True,
        Composition.OVERRIDE: False,
        Composition.INTERSECT: False,
    }


async def test_grants_are_not_ignored(rights: Any) -> None:
    async with rights.Rights() as app:
        assert await app.ask(rights.Read("/docs/x"), rights.Request(name="ann")) == 0


def test_executing_an_effect_does_something_and_so_does_what_follows() -> None:
    ran: list[str] = []
    first = Effect("m.first", lambda: ran.append("first") or 1)
    second = Effect("m.second", lambda n: ran.append("second") or n + 1)
    assert second(first()) == 2
    assert ran == ["first", "second"]


async def test_variants_keep_their_fields(rights: Any) -> None:
    square = rights.Square(side=2, name="box")
    assert (square.side, square.name) == (2, "box")


def test_request_ids_are_more_than_a_thousand() -> None:
    assert len({new_request_id() for _ in range(5_000)}) == 5_000


@pytest.mark.parametrize("error", [RuntimeError, AttributeError, Denied, KeyError])
async def test_a_validator_that_raises_authorises_nothing(
    rights: Any, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, caller: Context) -> tuple[Capability, ...]:
        raise error

    monkeypatch.setattr(rights.Purge, "missing", broken)
    async with rights.Rights() as app:
        root = Context(capabilities=[rights.FileCap.admin])
        with pytest.raises(Denied):
            await app.ask(rights.Purge(), root)


async def test_a_grant_that_raises_authorises_nothing(rights: Any) -> None:
    class Broken(rights.Request, frozen=True, kw_only=True):  # type: ignore[misc]
        def grants(self) -> Any:
            yield rights.FileCap.admin
            raise RuntimeError("broken grant")

    async with rights.Rights() as app:
        with pytest.raises(Denied):
            await app.ask(rights.Purge(), Broken(name="ann"))


async def test_revoking_and_delegating_do_more_than_return(rights: Any) -> None:
    clock = VirtualClock()
    async with rights.Rights(clock=clock) as app:
        ann = request(rights, System.delegate, System.revoke).identified("ann", 0)
        bob = rights.Request(name="bob").identified("bob", 0)
        mine = rights.FileCap.write("/docs/ann/x")
        await app.delegate(mine, "bob", clock.now() + timedelta(hours=1), ann)
        assert await app.ask(rights.Write("/docs/ann/x", 1), bob) == 1
        await app.revoke("bob", ann)
        for intent in (rights.Write("/docs/ann/x", 1), rights.Read("/docs/x")):
            with pytest.raises(Denied):
                await app.ask(intent, bob)


async def test_a_handler_that_crashes_gives_no_authority_and_keeps_no_state(
    rights: Any,
) -> None:
    async with rights.Rights() as app:
        with pytest.raises(Fault):
            await app.ask(rights.Crash("/docs/ann/x"), request(rights))
        assert await app.ask(rights.Count(), Context()) == 0


def test_an_unknown_strategy_is_an_error_and_never_ignored() -> None:
    for clause in ("propagate nonsense", "compose nonsense"):
        assert "PF210" in codes(f"context C {{ {clause} }}")


CLAIMS: list[dict[str, Any]] = [
    {"headers": {"x-capabilities": "FileCap.admin"}},
    {"headers": {"x-capability": "admin", "x-user": "ann", "x-roles": "admin"}},
    {"headers": {"authorization": "Bearer eyJhbGciOiJub25lIn0.eyJjYXBzIjpbIioiXX0."}},
    {"headers": {"authorization": "Bearer FileCap.admin"}},
    {"headers": {"cookie": "capabilities=FileCap.admin; packetflow=forged"}},
    {"headers": {"cookie": "__Host-packetflow=ann; user=ann; role=admin"}},
    {"params": {"capabilities": "FileCap.admin", "caller": "ann"}},
]


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("signed_in", [False, True])
async def test_capabilities_are_taken_from_no_header_cookie_or_query(
    rights: Any, claim: dict[str, Any], signed_in: bool
) -> None:
    async with served(rights) as (app, http):
        cookies = dict(http.cookies)
        if signed_in:
            answer = await http.post("/sign-in", data={"subject": "ann"})
            assert answer.status_code == 303
            allowed = await http.get("/api/read?path=/docs/x")
            assert allowed.status_code == 200
            cookies = dict(http.cookies)
        sent = dict(claim.get("headers", {}))
        if "cookie" in sent:
            sent["cookie"] += "".join(f"; {k}={v}" for k, v in cookies.items())
        query = {"path": "/secret", **claim.get("params", {})}
        answer = await http.get("/api/read", params=query, headers=sent)
        # A second cookie of the same name ends the session; an unknown parameter is
        # malformed. Whatever it is, it gives nothing.
        assert answer.status_code in ((401, 403, 422) if signed_in else (401,))
        assert all(one.verdict == "denied" for one in app.audit)


@pytest.mark.parametrize(
    "more",
    [
        {"capabilities": ["FileCap.admin"]},
        {"caller": {"name": "root", "capabilities": ["FileCap.admin"]}},
        {"context": "Isolated", "standing": {"identities": [["ann", 0]]}},
    ],
)
async def test_capabilities_are_taken_from_no_body(
    rights: Any, more: dict[str, Any]
) -> None:
    async with served(rights) as (app, http):
        await http.post("/sign-in", data={"subject": "ann"})
        answer = await http.post(
            "/api/write", json={"path": "/docs/bob/x", "size": 1, **more}
        )
        assert answer.status_code in (400, 403, 422)
        assert await app.ask(rights.Count(), Context()) == 0


async def test_who_was_revoked_is_made_anew_at_the_next_request(rights: Any) -> None:
    async with served(rights) as (app, http):
        await http.post("/sign-in", data={"subject": "ann"})
        assert (await http.get("/api/read?path=/docs/x")).status_code == 200
        assert LOADED == ["ann"]
        await app.revoke("ann", Context(capabilities=[System.revoke]))
        for _ in range(2):
            assert (await http.get("/api/read?path=/docs/x")).status_code == 200
        assert LOADED == ["ann", "ann"]
        GONE.add("ann")
        await app.revoke("ann", Context(capabilities=[System.revoke]))
        assert (await http.get("/api/read?path=/docs/x")).status_code == 403


async def test_who_signs_in_has_what_was_delegated_to_them(rights: Any) -> None:
    async with served(rights) as (app, http):
        await http.post("/sign-in", data={"subject": "ann"})
        assert (await http.get("/api/read?path=/secret")).status_code == 403
        root = Context(capabilities=[rights.FileCap.admin, System.delegate])
        end = app.clock.now() + timedelta(hours=1)
        await app.delegate(rights.FileCap.read("/secret"), "ann", end, root)
        assert (await http.get("/api/read?path=/secret")).status_code == 200


LOADED: list[str] = []
GONE: set[str] = set()


@pytest.fixture(autouse=True)
def nobody_loaded(rights: Any) -> None:
    LOADED.clear()
    GONE.clear()
    sys.modules["rights_impl"].BROKEN.clear()  # type: ignore[attr-defined]


class served:
    """The program with an api and sign-in, and a client for it."""

    def __init__(self, rights: Any) -> None:
        def load(subject: str) -> Any:
            LOADED.append(subject)
            return None if subject in GONE else rights.Request(name=subject)

        endpoints = (
            Endpoint("GET", "/read", rights.Read),
            Endpoint("POST", "/write", rights.Write),
        )

        class Served(rights.Rights):  # type: ignore[misc]
            web = Web(
                name="Served",
                apis=(Api("/api", rights.Request, endpoints),),
                auth=(DevAuth(rights.Request, load),),
            )

        self.app = Served()
        self.browsing = browsing(self.app)

    async def __aenter__(self) -> tuple[Any, httpx.AsyncClient]:
        await self.app.__aenter__()
        browser = await self.browsing.__aenter__()
        return self.app, browser.http

    async def __aexit__(self, *exc: Any) -> None:
        await self.browsing.__aexit__(*exc)
        await self.app.__aexit__(*exc)
