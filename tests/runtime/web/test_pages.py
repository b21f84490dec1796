"""Pages and forms of the handwritten package, asked over ASGI as a browser would."""

from __future__ import annotations

from tests.runtime.web.browsing import Browser, form_data


async def add(browser: Browser, title: str = "Milk", **fields: str) -> None:
    answer = await browser.submit("/", "Save", {"title": title, **fields})
    assert answer.status_code == 303, answer.text


async def test_a_page_needs_somebody_and_remembers_where_to_go(
    browser: Browser,
) -> None:
    answer = await browser.get("/?mood=Urgent")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Fmood%3DUrgent"


async def test_a_public_page_needs_nobody(browser: Browser) -> None:
    answer = await browser.get("/about")
    assert answer.status_code == 200
    assert 'href="https://example.org/?a=1&amp;b=2"' in answer.text


async def test_a_page_shows_its_caller_and_the_empty_case(ann: Browser) -> None:
    page = (await ann.get("/")).text
    assert "<h1>Notes of ann</h1>" in page
    assert '<p class="muted">No notes yet.</p>' in page


async def test_a_form_sends_its_intent_then_flashes_once(ann: Browser) -> None:
    answer = await ann.submit("/", "Save", {"title": "Milk", "pinned": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = (await ann.get("/")).text
    assert "Saved." in page
    assert ">Milk</a>" in page
    assert "pinned</span>" in page
    assert "Saved." not in (await ann.get("/")).text


async def test_a_failed_form_keeps_what_was_typed(ann: Browser) -> None:
    sent = {"title": "x" * 81, "body": "</textarea><b>", "mood": "Urgent"}
    answer = await ann.submit("/", "Save", sent | {"pinned": "on"})
    assert answer.status_code == 422
    page = answer.text
    assert 'role="alert">Title: must have at most 80 characters</p>' in page
    assert f'value="{"x" * 81}" aria-invalid="true"' in page
    assert "\n&lt;/textarea&gt;&lt;b&gt;</textarea>" in page
    assert '<option value="Urgent" selected>' in page
    assert 'name="pinned" checked>' in page
    assert "No notes yet." in page


async def test_a_button_fails_with_its_status_above_the_page(ann: Browser) -> None:
    await add(ann)
    data = form_data((await ann.get("/")).text, "Delete")
    assert (await ann.http.post("/", data=data)).status_code == 303
    again = await ann.http.post("/", data=data)
    assert again.status_code == 404
    assert '<p class="pf-alert" role="alert">Not found</p>' in again.text
    assert "Notes of ann" in again.text


async def test_then_leads_elsewhere_with_a_message(ann: Browser) -> None:
    await add(ann, "A <b> & c")
    answer = await ann.submit("/notes/ann/1", "Delete")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Deleted “A &lt;b&gt; &amp; c”." in (await ann.get("/")).text


async def test_parameters_come_from_path_and_query(ann: Browser) -> None:
    await add(ann, "Calm")
    await add(ann, "Hurry", mood="Urgent")
    assert "<title>Hurry · Notebook</title>" in (await ann.get("/notes/ann/2")).text
    urgent = (await ann.get("/?mood=Urgent")).text
    assert ">Hurry<" in urgent
    assert ">Calm<" not in urgent


async def test_bad_parameters(ann: Browser) -> None:
    assert (await ann.get("/notes/ann/seven")).status_code == 404
    assert (await ann.get("/?mood=Angry")).status_code == 422
    assert (await ann.get("/?mood=%FF")).status_code == 400
    assert (await ann.get("/notes/ann/9")).status_code == 404


async def test_hidden_from_those_who_may_not_and_refused_to_them(
    browser: Browser,
) -> None:
    await browser.sign_in("root")
    page = (await browser.get("/")).text
    wipe = form_data(page, "Wipe everything")
    await browser.sign_in("ann")
    page = (await browser.get("/")).text
    assert "Wipe everything" not in page
    stolen = await browser.http.post("/", data=wipe)
    assert stolen.status_code == 403
    own_token = form_data(page, "Save")
    forged = await browser.http.post(
        "/", data={**own_token, "owner": "bob", "title": "Mine"}
    )
    assert forged.status_code == 403
    assert "NoteCap.write(bob)" in forged.text.replace("&#34;", "")


async def test_a_page_that_is_not_for_the_caller(ann: Browser) -> None:
    answer = await ann.get("/notes/bob/1")
    assert answer.status_code == 403
    assert "NoteCap.read(" in answer.text


async def test_a_post_without_this_sites_token_is_refused(ann: Browser) -> None:
    for token in ({}, {"_pf": "x"}, {"_pf": "e30.00"}, {"_pf": "é"}):
        answer = await ann.http.post("/", data={**token, "title": "x"})
        assert answer.status_code == 403


async def test_a_post_from_another_site_is_refused(ann: Browser) -> None:
    data = form_data((await ann.get("/")).text, "Save", {"title": "x"})
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        answer = await ann.http.post("/", data=data, headers=headers)
        assert answer.status_code == 403
    own = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8080"}
    assert (await ann.http.post("/", data=data, headers=own)).status_code == 303


async def test_escaped_wherever_a_value_stands(ann: Browser) -> None:
    vector = "\"'><script>alert(1)</script>"
    await add(ann, vector, body=vector)
    for path in ("/", "/notes/ann/1"):
        page = (await ann.get(path)).text
        assert "<script" not in page
        assert "alert(1)" in page


async def test_signing_out_ends_the_session(ann: Browser) -> None:
    before = dict(ann.http.cookies)
    data = form_data((await ann.get("/")).text, "Sign out")
    assert (await ann.http.post("/sign-out", data=data)).status_code == 303
    assert (await ann.get("/")).status_code == 303
    ann.http.cookies.update(before)
    assert (await ann.get("/")).status_code == 303


async def test_signing_out_needs_the_token(ann: Browser) -> None:
    assert (await ann.http.post("/sign-out", data={})).status_code == 403
    assert (await ann.get("/")).status_code == 200


async def test_sign_in(browser: Browser) -> None:
    assert (await browser.get("/sign-in?next=//evil")).text.count('value="/"') == 1
    unknown = await browser.sign_in("<eve>")
    assert unknown.status_code == 422
    assert "Nobody is called &lt;eve&gt;." in unknown.text
    data = {"subject": "ann", "next": "/about"}
    known = await browser.http.post("/sign-in", data=data)
    assert (known.status_code, known.headers["location"]) == (303, "/about")
    cookie = known.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_each_sign_in_is_a_fresh_session(ann: Browser) -> None:
    first = ann.http.cookies["packetflow"]
    await ann.sign_in("ann")
    assert ann.http.cookies["packetflow"] != first
