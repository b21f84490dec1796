"""The notebook, served for real: what a user may not do is neither shown nor accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from tests.examples.serving import ROOT, serving, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("notes")]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(ROOT / "examples" / "notes") as found:
        yield found


def write(client: httpx.Client, owner: str, title: str) -> str:
    """Writes a note; gives its id."""
    answer = client.post(f"/api/notes/{owner}", json={"title": title, "body": "…"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


class Actions(HTMLParser):
    """The texts of a page's buttons and links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._inside = tag in ("button", "a")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("button", "a"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.found.add(data.strip())


def actions(client: httpx.Client, path: str) -> set[str]:
    page = client.get(path)
    assert page.status_code == 200, page.text
    parser = Actions()
    parser.feed(page.text)
    return parser.found


# ------------------------------------------------------------------ the JSON API
def test_one_reads_and_writes_ones_own(address: str) -> None:
    ann = signed_in(address, "ann")
    id_ = write(ann, "ann", "Plan")
    listed = ann.get("/api/notes/ann").json()
    assert id_ in [note["id"] for note in listed]
    edited = ann.put(
        f"/api/notes/ann/{id_}", json={"title": "Plan B", "body": "", "tags": "A, b,a"}
    )
    assert edited.json()["tags"] == ["a", "b"]
    assert ann.delete(f"/api/notes/ann/{id_}").status_code == 204
    gone = ann.get(f"/api/notes/ann/{id_}")
    assert gone.status_code == 404
    assert gone.headers["content-type"] == "application/problem+json"
    assert gone.json()["id"] == id_


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/notes/ann", None),
        ("POST", "/api/notes/ann", {"title": "Mine now"}),
        ("GET", "/api/notes/ann/{id}", None),
        ("PUT", "/api/notes/ann/{id}", {"title": "x", "body": "y"}),
        ("DELETE", "/api/notes/ann/{id}", None),
        ("POST", "/api/notes/ann/{id}/readers", {"reader": "bob"}),
        ("GET", "/api/admin/notes", None),
    ],
)
def test_nobody_touches_anothers(
    address: str, method: str, path: str, body: dict[str, str] | None
) -> None:
    ann, bob = signed_in(address, "ann"), signed_in(address, "bob")
    id_ = write(ann, "ann", "Secret")
    answer = bob.request(method, path.format(id=id_), json=body)
    assert answer.status_code == 403, answer.text
    assert "Notes." in answer.text  # it says what is missing
    assert "Secret" not in answer.text
    kept = ann.get(f"/api/notes/ann/{id_}").json()
    assert (kept["title"], kept["shared_with"]) == ("Secret", [])


def test_bad_input_is_refused_by_name(address: str) -> None:
    ann = signed_in(address, "ann")
    empty = ann.post("/api/notes/ann", json={"title": ""})
    assert empty.status_code == 422
    assert "title" in empty.text
    unknown = ann.post("/api/notes/ann", json={"title": "x", "owner_": "bob"})
    assert unknown.status_code in (400, 422)
    assert "owner_" in unknown.text
    assert ann.post("/api/notes/ann", content=b"{").status_code in (400, 415)
    assert ann.get("/api/notes/ANN").status_code in (404, 422)
    assert ann.get("/api/nowhere").status_code == 404
    wrong = ann.patch("/api/notes/ann")
    assert wrong.status_code == 405
    assert set(wrong.headers["allow"].replace(" ", "").split(",")) >= {"GET", "POST"}


def test_nobody_signed_in(address: str) -> None:
    nobody = httpx.Client(base_url=address)
    assert nobody.get("/api/notes/ann").status_code == 401
    page = nobody.get("/admin")
    assert page.status_code == 303
    assert page.headers["location"].startswith("/sign-in")
    claimed = nobody.get(
        "/api/notes/ann",
        headers={"X-Capabilities": "Notes.admin", "Authorization": "Bearer x"},
    )
    assert claimed.status_code == 401
    refused = nobody.post("/sign-in", data={"subject": "mallory"})
    assert refused.status_code == 422


# ------------------------------------------------------------------ the pages
def test_pages_offer_what_is_accepted(address: str) -> None:
    ann, bob, mia = (signed_in(address, name) for name in ("ann", "bob", "mia"))
    id_ = write(ann, "ann", "Offered")
    own = actions(ann, f"/notes/ann/{id_}")
    assert {"Save", "Share"} <= own
    assert not {"Everybody's notes", "Audit"} & own
    assert bob.get(f"/notes/ann/{id_}").status_code == 403
    assert {"Everybody's notes", "Audit", "Save", "Share"} <= actions(
        mia, f"/notes/ann/{id_}"
    )
    for path in ("/admin", "/admin/audit"):
        assert ann.get(path).status_code == 403
        assert mia.get(path).status_code == 200
    assert "Offered" in mia.get("/admin").text


def test_a_forged_form_changes_nothing(address: str) -> None:
    ann, bob = signed_in(address, "ann"), signed_in(address, "bob")
    id_ = write(ann, "ann", "Unforged")
    page = ann.get(f"/notes/ann/{id_}").text
    token = re.search(r'name="_pf" value="([^"]+)"', page)
    assert token is not None
    fields = {"_pf": token.group(1), "title": "Forged", "body": "", "tags": ""}
    headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    stolen = bob.post(f"/notes/ann/{id_}", data=fields, headers=headers)
    assert stolen.status_code == 403
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    crossed = ann.post(f"/notes/ann/{id_}", data=fields, headers=elsewhere)
    assert crossed.status_code == 403
    assert ann.get(f"/api/notes/ann/{id_}").json()["title"] == "Unforged"


def test_what_people_type_is_text(address: str) -> None:
    ann = signed_in(address, "ann")
    write(ann, "ann", "<script>alert(1)</script>\"'&")
    page = ann.get("/")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


# ------------------------------------------------------------------ the browser
@pytest.mark.browser
async def test_in_a_browser(address: str, chromium: str) -> None:
    from playwright.async_api import async_playwright

    complaints: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )

        async def sign_in(name: str):  # type: ignore[no-untyped-def]  # playwright's page
            context = await browser.new_context(base_url=address)
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            await page.goto("/")
            await page.fill("#subject", name)
            await page.get_by_role("button", name="Sign in", exact=True).click()
            return page

        ann = await sign_in("ann")
        await ann.get_by_label("Title").fill("Bread")
        await ann.get_by_label("Text").fill("Flour & water")
        await ann.get_by_label("Tags").fill("Kitchen, home")
        await ann.get_by_role("button", name="Write").click()
        assert await ann.get_by_role("status").inner_text() == "Written."
        await ann.get_by_role("link", name="Bread").click()
        assert await ann.get_by_text("Flour & water").first.is_visible()
        note = ann.url

        bob = await sign_in("bob")
        assert await bob.get_by_text("Bread").count() == 0
        assert await bob.get_by_role("link", name="Everybody's notes").count() == 0
        denied = await bob.goto(note)
        assert denied is not None
        assert denied.status == 403

        await ann.get_by_label("With whom").fill("bob")
        await ann.get_by_role("button", name="Share").click()
        await bob.goto("/shared")
        await bob.get_by_role("link", name="Bread").click()
        assert await bob.get_by_text("From ann.").is_visible()
        assert await bob.get_by_role("button", name="Save").count() == 0

        mia = await sign_in("mia")
        await mia.get_by_role("link", name="Everybody's notes").click()
        card = mia.locator("article", has_text="Bread")
        await card.get_by_role("button", name="Delete").click()
        await mia.get_by_role("link", name="Audit").click()
        assert await mia.get_by_text("mia deleted Bread").is_visible()
        await browser.close()
    # The one complaint is the 403 that was asked for.
    assert [text for text in complaints if "403" not in text] == []
