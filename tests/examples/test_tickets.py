"""The help desk, served for real: tickets are kept, and shown to their tenant only."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.examples.serving import ROOT, serving, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tickets")]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(ROOT / "examples" / "tickets") as found:
        yield found


def shown(client: httpx.Client, **query: str) -> str:
    page = client.get("/tickets", params=query)
    assert page.status_code == 200, page.text
    return page.text


def send(client: httpx.Client, page: str, **fields: str) -> httpx.Response:
    """Send the last form of a page."""
    form = re.findall(r"<form.*?</form>", page, re.DOTALL)[-1]
    action = re.search(r'action="([^"]*)"', form)
    hidden = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form))
    target = action[1] if action else "/tickets"
    return client.post(target, data={**hidden, **fields}, follow_redirects=True)


def test_tickets_are_kept_and_shown_to_their_tenant(address: str) -> None:
    ann, bob = signed_in(address, "ann@acme"), signed_in(address, "bob@bolt")
    assert "No tickets." in shown(ann)
    answer = send(ann, shown(ann), title="printer is out of paper")
    assert answer.status_code == 200, answer.text
    assert "printer is out of paper" in shown(ann)
    assert "1 in all" in shown(ann)
    assert "printer is out of paper" not in shown(bob)
    assert "printer" not in shown(ann, q="%")


def test_a_cursor_that_somebody_made_up_is_an_error_of_theirs(address: str) -> None:
    ann = signed_in(address, "ann@acme")
    assert ann.get("/tickets", params={"after": "made up"}).status_code == 400
    assert ann.get("/tickets").status_code == 200
