"""The JSON API of the handwritten package, status by status."""

from __future__ import annotations

import base64

import msgspec
import pytest

from packetflow import Intent
from packetflow.web.endpoint import Decoder
from packetflow.web.http import Request
from packetflow.web.page import Endpoint
from packetflow.web.problem import ProblemError
from tests.runtime.web.browsing import Browser

NOTES = "/api/ann/notes"


async def test_results(ann: Browser) -> None:
    sent = {"title": "Milk", "pinned": True}
    made = await ann.http.post(NOTES, json=sent)
    note = {
        "id": 1,
        "owner": "ann",
        "title": "Milk",
        "body": "",
        "mood": "Plain",
        "pinned": True,
    }
    assert (made.status_code, made.json()) == (200, note)
    assert (await ann.http.get(f"{NOTES}/1")).json() == note
    assert (await ann.http.get(NOTES, params={"mood": "Plain"})).json() == [note]
    assert (await ann.http.get(NOTES, params={"mood": "Urgent"})).json() == []
    gone = await ann.http.delete(f"{NOTES}/1")
    assert (gone.status_code, gone.content) == (204, b"")


async def test_a_failure_has_its_status_and_fields(ann: Browser) -> None:
    answer = await ann.http.get(f"{NOTES}/7")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:packetflow:notebook:NotFound",
        "title": "Not found",
        "status": 404,
        "note": 7,
    }


async def test_denied_says_what_is_missing(ann: Browser) -> None:
    answer = await ann.http.get("/api/bob/notes")
    assert answer.status_code == 403
    assert answer.json()["missing"] == ['NoteCap.read("bob")']


async def test_nobody_signed_in(browser: Browser) -> None:
    answer = await browser.http.get(NOTES, headers={"x-capabilities": "NoteCap.admin"})
    assert answer.status_code == 401
    assert answer.json()["title"] == "Nobody is signed in"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, None),
        (b"[]", 400, None),
        (b"\xff", 400, None),
        (b"[" * 100_000, 413, None),
        (b'{"x":' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400, None),
        (b"{}", 422, "title"),
        (b'{"title": 1}', 422, "title"),
        (b'{"title": ""}', 422, "title"),
        (b'{"title": "t", "role": "admin"}', 422, "role"),
        (b'{"title": "t", "owner": "bob"}', 422, "owner"),
        (b'{"title": "t", "mood": "Angry"}', 422, "mood"),
    ],
)
async def test_bad_bodies(
    ann: Browser, body: bytes, status: int, field: str | None
) -> None:
    headers = {"content-type": "application/json"}
    answer = await ann.http.post(NOTES, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json().get("field") == field


async def test_bad_parameters(ann: Browser) -> None:
    bad = await ann.http.get(f"{NOTES}/seven")
    assert (bad.status_code, bad.json()["field"]) == (422, "note")
    unknown = await ann.http.get(f"{NOTES}?colour=red")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "colour")


async def test_a_body_is_json(ann: Browser) -> None:
    answer = await ann.http.post(NOTES, data={"title": "t"})
    assert answer.status_code == 415


class Everything(Intent[None], frozen=True, kw_only=True):
    """One field of each awkward kind."""

    count: int = 0
    blob: bytes = b""
    counts: tuple[int, ...] = ()
    anything: object = None


async def decoded(method: str, query: bytes = b"", body: bytes = b"") -> object:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    scope = {
        "method": method,
        "raw_path": b"/",
        "query_string": query,
        "headers": [(b"host", b"a"), (b"content-type", b"application/json")],
    }
    decoder = Decoder(Endpoint(method, "/", Everything), frozenset())
    return await decoder.decode(Request(scope, receive), {})  # type: ignore[arg-type]


async def test_a_number_without_fraction_is_an_integer() -> None:
    body = b'{"count": 1789.0, "counts": [1, 2.0], "anything": 1.5}'
    intent = Everything(count=1789, counts=(1, 2), anything=1.5)
    assert await decoded("POST", body=body) == intent
    with pytest.raises(ProblemError):
        await decoded("POST", body=b'{"count": 1789.5}')


async def test_bytes_are_base64_and_lists_repeat_in_the_query() -> None:
    blob = base64.b64encode(b"\x00\xff")
    intent = Everything(count=3, blob=b"\x00\xff", counts=(1, 2))
    query = b"count=3&counts=1&counts=2&blob=" + blob.replace(b"/", b"%2F")
    assert await decoded("GET", query) == intent
    assert await decoded("POST", body=b'{"blob": "%s"}' % blob) == Everything(
        blob=b"\x00\xff"
    )


async def test_depth_bombs_are_malformed() -> None:
    bomb = b'{"anything": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    with pytest.raises(ProblemError) as caught:
        await decoded("POST", body=bomb)
    assert caught.value.problem.status == 400
    deep = b'{"count": 1.0, "anything": ' + b"[" * 900 + b"]" * 900 + b"}"
    try:
        await decoded("POST", body=deep)
    except ProblemError as error:
        assert error.problem.status == 400


async def test_an_empty_body_is_enough_where_all_has_defaults() -> None:
    assert await decoded("POST") == Everything()


def test_problems_cannot_be_overwritten_by_a_failures_fields() -> None:
    from packetflow import Failure
    from packetflow.web.problem import problem_of

    class Odd(Failure):
        pass

    body = msgspec.json.decode(problem_of(Odd(status=200, title="x", a=b"\x00")).body())
    assert (body["status"], body["title"], body["a"]) == (409, "Odd", "AA==")
