"""The gallery over HTTP: every value in every place, every kind of input, every guard."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.runtime.web.browsing import Browser, form_data

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></select></dl><b>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; {x} {{y}}",
    "a\u2028b\r\nc\td",
]


class Skeleton(HTMLParser):
    """What a document is made of, texts and values left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)


def skeleton(html: str) -> list[object]:
    parser = Skeleton()
    parser.feed(html)
    parser.close()
    return parser.found


async def put(gallery: Browser, id_: int = 1, **fields: object) -> None:
    answer = await gallery.http.put(f"/api/items/{id_}", json={"name": "x", **fields})
    assert answer.status_code == 200, answer.text


async def item(gallery: Browser, id_: int = 1, last: str = "c") -> str:
    answer = await gallery.get(f"/items/{id_}/{last}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_values_of_every_kind(gallery: Browser) -> None:
    await put(gallery, score=70, mood="Loud", tags=["a", "b"], open=True)
    page = await item(gallery, 1, "cl")
    for expected in (
        '<dl class="facts cl">',
        '<dd id="fact-1-x">1</dd>',
        '<dd class="" title="x">x</dd>',
        '<dd data-score="70">70 of 100</dd>',
        '<dd data-price="0">0</dd>',
        "<dd>0.5</dd>",
        '<dd class="mood-Loud big x1y">Loud</dd>',
        "<dt>note</dt><dd>none</dd>",
        "<dt>at</dt><dd><time>none</time></dd>",
        '<time datetime="2026-01-02">2026-01-02</time>',
        "<dd>PT90S</dd>",
        '<dd hidden aria-hidden="true" class="a b open m-Loud">true</dd>',
        '<a href="https://example.org/" class="out" rel="nofollow">',
        "<dd>/a</dd>",
        "<dt>shape</dt><dd></dd>",
        '<img src="https://example.org/" alt="no note">',
        "<ul><li>a</li><li>b</li></ul>",
        "<li>raw: 0</li><li>secret: 0</li>",
        "<ol><li>1</li></ol><hr><hr>",
        '<section id="f-1" aria-labelledby="f-1-title"><h2 id="f-1-title">x</h2>',
        '<div class="inner">in the frame<pre>\none\ntwo</pre></div>'
        "<small>extra</small></section>",
    ):
        assert expected in page


async def test_an_optional_attribute_is_there_if_its_value_is(gallery: Browser) -> None:
    await put(gallery, note='a "b"')
    page = await item(gallery)
    assert '<dd title="a &#34;b&#34;">a &#34;b&#34;</dd>' in page
    assert 'alt="a &#34;b&#34;"' in page


@pytest.mark.parametrize("payload", HOSTILE)
async def test_no_value_changes_the_document(gallery: Browser, payload: str) -> None:
    await put(gallery, name="plain", note="plain", tags=["plain"])
    plain = {
        "item": skeleton(await item(gallery)),
        "home": skeleton((await gallery.get("/")).text),
    }
    name = payload[:20]
    fields = {"name": name, "class": payload, "note": payload, "tags": [payload]}
    await put(gallery, **fields)
    page = await item(gallery)
    assert skeleton(page) == plain["item"]
    assert skeleton((await gallery.get("/")).text) == plain["home"]


async def test_every_kind_of_input_is_filled_read_and_kept(gallery: Browser) -> None:
    await put(gallery, name="old", mood="Loud", tags=["c<"], open=True)
    page = await item(gallery)
    for expected in (
        '<input type="radio" name="mood" value="Loud" checked>',
        '<option value="c&lt;" selected>tag c&lt;</option>',
        '<input type="checkbox" name="open" checked>',
        '<input name="name" value="old" required maxlength="20">',
        '<input type="date" name="day" value="2026-01-02">',
        '<textarea name="note" rows="3">\nnothing</textarea>',
    ):
        assert expected in page
    sent = form_data(page, "Change", {"name": "new", "score": "7", "secret": "abc"})
    sent |= {"mood": "Calm", "tags": "plain", "raw": "é", "day": "2026-02-03"}
    answer = await gallery.http.post("/items/1/c", data=sent)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/items/1/done?from=2026-01-01"
    changed = (await gallery.http.get("/api/items/1")).json()
    assert (changed["name"], changed["score"], changed["mood"]) == ("new", 7, "Calm")
    assert (changed["tags"], changed["open"]) == (["plain"], False)
    assert changed["counts"] == {"raw": 2, "secret": 3}
    assert "Changed “old”." in (await gallery.get("/items/1/done")).text


async def test_a_failed_form_shows_what_was_sent(gallery: Browser) -> None:
    page = await item(gallery)
    sent = form_data(page, "Change", {"name": "new", "score": "700", "mood": "Loud"})
    sent |= {"secret": "hidden", "note": "<kept>", "tags": "b", "open": "on"}
    answer = await gallery.http.post("/items/1/c", data=sent)
    assert answer.status_code == 422
    for expected in (
        'value="700" aria-invalid="true"',
        'value="Loud" checked>',
        '<option value="b" selected>',
        "\n&lt;kept&gt;</textarea>",
        'name="open" checked>',
        '<input type="password" name="secret">',
    ):
        assert expected in answer.text
    assert "hidden</" not in answer.text
    assert 'value="hidden"' not in answer.text


async def test_a_form_of_a_component_takes_inputs_from_its_use(
    gallery: Browser,
) -> None:
    await put(gallery)
    answer = await gallery.submit("/items/1/c", "Rename", {"name": "renamed"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/items/1/c")
    page = await item(gallery)
    assert "Renamed 1." in page
    assert "<h1>renamed</h1>" in page
    answer = await gallery.submit("/items/1/c", "Call it x")
    assert answer.status_code == 303
    assert "<h1>x</h1>" in await item(gallery)


async def test_who_may_not_change_is_shown_no_way_to(gallery: Browser) -> None:
    await gallery.sign_in("ann")
    page = await item(gallery)
    assert "Change</button>" not in page
    assert "Rename</button>" not in page
    assert (await gallery.get("/items/2/c")).status_code == 403
    answer = await gallery.submit("/items/1/c", "Reset")  # it says may_deny
    assert answer.status_code == 403


async def test_routes_go_there_and_back(gallery: Browser) -> None:
    await put(gallery, name="one")
    home = (await gallery.get("/")).text
    link = re.search(r'<a href="([^"]*)">one</a>', home)
    assert link is not None
    assert link[1] == "/items/1/a%2Fb%3Fc%26d?from=2026-01-01"
    assert '<a href="/?only=Loud&amp;tag=a&amp;tag=b">loud</a>' in home
    assert "2 tags" in (await gallery.get("/?only=Loud&tag=a&tag=b")).text
    page = await gallery.get("/items/1/a-b?from=2025-05-05")
    assert "class a-b from 2025-05-05" in page.text
    assert (await gallery.get("/items/x/c")).status_code == 404
    assert (await gallery.get("/?only=None")).status_code == 422


async def test_a_path_takes_the_rest(gallery: Browser) -> None:
    page = await gallery.get("/files/home/keeper/a%20b/c")
    assert "<h1>/home/keeper/a b/c</h1><p>elsewhere</p>" in page.text
    assert '<a href="/files/home/keeper">files</a>' in (await gallery.get("/")).text
    assert (await gallery.get("/files/etc")).status_code == 403
    await gallery.sign_in("ann")
    assert "<p>all below</p><p>x</p>" in (await gallery.get("/files/home/ann")).text
    assert (await gallery.get("/files/home/bob")).status_code == 403


async def test_the_title_is_text(gallery: Browser) -> None:
    page = (await gallery.get("/")).text
    assert "<title>keeper &amp; 0 things · Gallery</title>" in page
    assert "<h1>Gallery of keeper&#39;s &lt;things&gt; &amp; &#34;more&#34;" in page


async def test_pictures_are_allowed_because_there_are_some(
    gallery: Browser, ann: Browser
) -> None:
    with_pictures = (await gallery.get("/open")).headers["content-security-policy"]
    without = (await ann.get("/about")).headers["content-security-policy"]
    assert "img-src 'self'" in with_pictures
    assert "img-src 'self'" not in without


async def test_the_api(gallery: Browser) -> None:
    assert (await gallery.http.get("/api/items")).json() == []
    await put(gallery, raw="aGk=")
    assert (await gallery.http.get("/api/items/1")).json()["counts"]["raw"] == 2
    assert (await gallery.http.get("/api/items/404")).status_code == 404
    named = await gallery.http.post("/items/1/name", json={"name": "by root"})
    assert (named.status_code, named.content) == (204, b"")
    assert (await gallery.http.post("/api/reset")).status_code == 204
    too_much = await gallery.http.put("/api/items/1", json={"name": "x", "more": 1})
    assert too_much.status_code == 422
    await gallery.sign_in("ann")
    assert (await gallery.http.post("/api/reset")).status_code == 403
