"""What a caller is told of values that do not fit, and routes that share a shape."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest

from packetflow.web.problem import invalid
from tests.web.building import browsing, build, imported

APP = """
context Reader { name: String  authenticate "lending_people:load" }
type Isbn = String where matches("[0-9]{3}")
intent Loans(reader: Int) -> Int requires nothing
intent Lend(isbn: Isbn, days: Int) -> String requires nothing
reactor Library {
  on Loans(reader) { reply reader }
  on Lend(isbn, days) { reply isbn }
}
page "/shelf" as Shelf(place: Int) requires nothing { h1 { "Shelf {place}" } }
api "/api" in Reader {
  GET "/loans/{reader}" -> Loans
  POST "/loans/{isbn}" -> Lend
}
app Lending {
  supervise one_for_one { Library }
  web on 8080 { auth dev for Reader  serve Shelf, "/api" }
}
"""

PEOPLE = """
from lending_desk import Reader


def load(subject: str) -> Reader:
    return Reader(name=subject)
"""


async def test_requests_are_answered_in_the_words_of_people(tmp_path: Path) -> None:
    build(tmp_path, {"lending_desk.pf": APP}, {"lending_people": PEOPLE})
    async with (
        imported(tmp_path, "lending_desk").Lending() as running,
        browsing(running) as browser,
    ):
        await browser.sign_in("ann")
        http = browser.http
        loans = await http.get("/api/loans/7")
        lent = await http.post("/api/loans/123", json={"days": 1})
        missing = await http.post("/api/loans/123", json={})
        wrong = await http.post("/api/loans/x", json={"days": 1})
        shelf = await http.get("/shelf")
        found = await http.get("/shelf?place=3")
    assert (loans.json(), lent.json()) == (7, "123")
    assert missing.status_code == 422
    assert missing.json()["detail"] == "is required"
    assert missing.json()["field"] == "days"
    assert wrong.json()["detail"] == "does not have the right form"
    assert shelf.status_code == 422
    assert "<p>Place: is required</p>" in shelf.text
    assert "Shelf 3" in found.text


@pytest.mark.parametrize(
    ("type_", "value", "words"),
    [
        (int, "x", "must be a whole number"),
        (int | None, "x", "must be a whole number"),
        (float, "x", "must be a number"),
        (Decimal, "x", "must be a number"),
        (bool, "perhaps", "must be true or false"),
        (str, 3, "must be a text"),
        (UUID, "x", "must be a UUID"),
        (date, "x", "must be a date, as in 2026-01-31"),
        (datetime, "x", "must be an instant: 2026-01-31T12:00:00Z"),
        (timedelta, "x", "must be a duration, as in PT90S"),
        (bytes, "!", "must be base64"),
        (list[int], "x", "must be a list"),
        (dict[str, int], "x", "must be an object"),
        (Annotated[int, msgspec.Meta(ge=3)], "2", "must be at least 3"),
        (Annotated[float, msgspec.Meta(lt=3)], "4", "must be less than 3.0"),
        (Annotated[str, msgspec.Meta(min_length=1)], "", "must not be empty"),
        (
            Annotated[str, msgspec.Meta(max_length=1)],
            "ab",
            "must have at most 1 characters",
        ),
        (
            Annotated[bytes, msgspec.Meta(max_length=1)],
            "YWFh",
            "must have at most 1 bytes",
        ),
        (
            Annotated[list[str], msgspec.Meta(min_length=2)],
            [],
            "must have at least 2 items",
        ),
        (
            Annotated[dict[str, str], msgspec.Meta(min_length=2)],
            {},
            "must have at least 2 entries",
        ),
    ],
)
def test_what_the_decoder_refuses_is_said_in_plain_words(
    type_: Any, value: object, words: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(value, type_, strict=False)
    assert invalid(raised.value).detail == words
