"""`let ... else` in pages and components, and the options of what a page asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from packetflow import VirtualClock
from tests.runtime.web.browsing import Browser
from tests.web.building import browsing, build, compiled, errors, imported

_SHOP = """
capability Desk { read  vip }
record Item { name: String  note: String? }
context Person { name: String  authenticate "let_else_people:load"  grant Desk.read
  grant Desk.vip }
intents in Person fails Missing(id: String) as 404 {
  intent Get(id: String) -> Item requires Desk.read
  intent Find(id: String) -> Item? requires Desk.read
  intent Flaky(id: String) -> Int requires Desk.read
  intent Held -> String requires Desk.read
  intent Slow -> Int requires Desk.read
}
effect tries(id: String) -> Int  reads  python "let_else_people:tries"
effect wait -> Int  reads  python "let_else_people:wait"
reactor Shop {
  state { items: Map[String, Item] =
    { "a": Item(name: "Axe", note: none), "b": Item(name: "Bow", note: "<new>") } }
  on Get(id) {
    if id == "boom" { let xs = [1]  let x = xs[3]  reply Item(name: "{x}", note: none) }
    let found = state.items.get(id) else fail Missing(id: id)
    reply found
  }
  on Find(id) {
    if id == "missing" { fail Missing(id: id) }
    reply state.items.get(id)
  }
  on Held { reply if can Desk.vip then "vip" else "read" }
}
reactor Flaky_ones {
  on Flaky(id) {
    let times = perform tries(id)
    if times < 3 { let xs = [1]  let x = xs[3]  reply x }
    reply times
  }
}
reactor Slow_one { on Slow { let n = perform wait()  reply n } }
component Card(item: Item) {
  article {
    h2 { "{item.name}" }
    let note = item.note else done
    p { "note {note}" }
  }
}
page "/done/{id}" as Done(id: String) in Person requires Desk.read {
  h1 { "Done" }
  section {
    let item = ask Get(id: id) else done
    Card(item: item)
  }
  p { "after" }
}
page "/each" as Each in Person requires Desk.read {
  ul { for id in ["a", "x", "missing", "b"] { li {
    "{id}: "
    let item = ask Find(id: id) else done
    "{item.name}"
  } } }
}
page "/deny/{id}" as Denying(id: String) in Person requires Desk.read {
  let item = ask Find(id: id) else deny "not for you"
  Card(item: item)
}
page "/fail/{id}" as Failing(id: String) in Person requires Desk.read {
  let item = ask Get(id: id) else { fail Missing(id: "other") }
  h1 { "{item.name}" }
}
page "/held" as HeldPage in Person requires Desk.read, Desk.vip {
  let all = ask Held()
  let some = ask Held() only Desk.read
  p { "{all} {some}" }
}
page "/flaky/{id}" as FlakyPage(id: String) in Person requires Desk.read {
  let n = ask Flaky(id) retry 2 backoff 1ms..2ms
  p { "after {n}" }
}
page "/flaky2/{id}" as FlakyOnce(id: String) in Person requires Desk.read {
  match ask Flaky(id) retry 1 backoff 1ms..2ms {
    Ok(n) => p { "after {n}" }
    Missing => p { "?" }
    Unavailable(why) => p { "down" }
  }
}
page "/slow" as SlowPage in Person requires Desk.read {
  h1 { "Slow" }
  let n = ask Slow() within 2s else done
  p { "got {n}" }
}
page "/late" as Late in Person requires Desk.read {
  let n = ask Slow() within 2s
  p { "got {n}" }
}
app Site {
  supervise one_for_one { Shop  Flaky_ones  Slow_one }
  web on 8080 { auth dev for Person
    serve Done, Each, Denying, Failing, HeldPage, FlakyPage, FlakyOnce, SlowPage, Late }
}
"""

_PEOPLE = """
import asyncio
from collections import Counter

TRIES: Counter[str] = Counter()
GATES: list[asyncio.Event] = []
REACHED: list[asyncio.Event] = []


async def load(subject: str):
    from let_else.contexts import Person
    return Person(name=subject)


def tries(id: str) -> int:
    TRIES[id] += 1
    return TRIES[id]


async def wait() -> int:
    REACHED[-1].set()
    await GATES[-1].wait()
    return 7
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("let_else")
    build(folder, {"let_else.pf": _SHOP}, {"let_else_people": _PEOPLE})
    return imported(folder, "let_else")


@pytest.fixture
async def site(package: Any) -> AsyncIterator[tuple[Browser, Any]]:
    async with package.Site(clock=VirtualClock()) as app, browsing(app) as browser:
        await browser.sign_in("ann")
        yield browser, app


async def shown(browser: Browser, path: str) -> tuple[int, str]:
    page = await browser.get(path)
    return page.status_code, page.text.partition('<main id="main">')[2]


async def test_done_shows_nothing_more_where_it_stands(
    site: tuple[Browser, Any],
) -> None:
    browser, _ = site
    for id_, inner in (
        ("a", "<article><h2>Axe</h2></article>"),
        ("b", "<article><h2>Bow</h2><p>note &lt;new></p></article>"),
        ("x", ""),
        ("boom", ""),
    ):
        status, text = await shown(browser, f"/done/{id_}")
        assert status == 200
        text = text.replace("&gt;", ">")
        assert text.startswith(f"<h1>Done</h1><section>{inner}</section><p>after</p>")


async def test_done_in_a_loop_goes_on_with_the_next(
    site: tuple[Browser, Any],
) -> None:
    _, text = await shown(site[0], "/each")
    assert text.startswith(
        "<ul><li>a: Axe</li><li>x: </li><li>missing: </li><li>b: Bow</li></ul>"
    )


async def test_deny_and_fail_end_the_page_with_their_status(
    site: tuple[Browser, Any],
) -> None:
    browser, _ = site
    assert (await shown(browser, "/deny/a"))[0] == 200
    for id_ in ("x", "missing"):
        status, text = await shown(browser, f"/deny/{id_}")
        assert status == 403
        assert "not for you" in text
    assert (await shown(browser, "/fail/a"))[0] == 200
    for id_ in ("x", "boom"):
        status, text = await shown(browser, f"/fail/{id_}")
        assert status == 404
        assert "other" in text


async def test_only_narrows_what_is_asked_with(site: tuple[Browser, Any]) -> None:
    assert "<p>vip read</p>" in (await shown(site[0], "/held"))[1]


async def test_retry_tries_again_after_faults(site: tuple[Browser, Any]) -> None:
    browser, app = site

    async def pushing(path: str) -> tuple[int, str]:
        asked = asyncio.create_task(shown(browser, path))
        while not asked.done():
            await app.clock.advance(timedelta(milliseconds=5))
            await asyncio.sleep(0)
        return await asked

    assert "<p>after 3</p>" in (await pushing("/flaky/one"))[1]
    status, text = await pushing("/flaky2/two")
    assert status == 200
    assert "<p>down</p>" in text


async def test_within_ends_the_wait_and_no_more(
    site: tuple[Browser, Any], package: Any
) -> None:
    browser, app = site
    import let_else_people as people  # type: ignore[import-not-found]

    for path, expected in (("/slow", 200), ("/late", 504)):
        people.GATES.append(asyncio.Event())
        people.REACHED.append(asyncio.Event())
        asked = asyncio.create_task(shown(browser, path))
        await people.REACHED[-1].wait()
        await app.clock.advance(timedelta(seconds=1.9))
        assert not asked.done()
        await app.clock.advance(timedelta(seconds=0.2))
        status, text = await asked
        assert status == expected
        assert "got" not in text
        people.GATES[-1].set()
    people.GATES.append(people.GATES[-1])
    assert "<p>got 7</p>" in (await shown(browser, "/slow"))[1]


_SMALL = """
capability Desk { read  vip }
context Person { name: String  authenticate "people:load"  grant Desk.read }
intents in Person fails Missing {
  intent Get -> Int requires Desk.read
  intent Change -> Int requires Desk.read
  intent Secret -> Int requires Desk.vip
}
reactor Shop {
  state { n: Int = 0 }
  on Get { if state.n > 5 { fail Missing }  reply state.n }
  on Change { if state.n > 5 { fail Missing }  state.n += 1  reply state.n }
  on Secret { if state.n > 5 { fail Missing }  perform look()  reply 1 }
}
effect look  requires Desk.vip  reads  python "people:look"
page "/" as Home in Person requires Desk.read { BODY }
app Site { supervise one_for_one { Shop } web on 8080 { auth dev for Person serve Home } }
"""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('let n = ask Get() else done  p { "{n}" }', None),
        ('let n = ask Get() within 1s retry 2 only Desk.read  p { "{n}" }', None),
        ('let n = ask Change() else done  p { "{n}" }', "PF607"),
        # What follows is looked at like all else.
        (
            'let n = ask Get() else done  let m = ask Change() else done  p { "{n}{m}" }',
            "PF607",
        ),
        ('let n = ask Secret() else done  p { "{n}" }', "PF301"),
        ('let n = ask Get() else done  let m = ask Secret()  p { "{n}{m}" }', "PF301"),
        ('let n = ask Get() only Desk.vip  p { "{n}" }', "PF305"),
        (
            'match ask Secret() only Desk.read { Ok(n) => "{n}"  _ => "" }',
            "PF305",
        ),
        ('let n = ask Secret() only Desk.vip  p { "{n}" }', "PF301"),
        ('let n = ask Get() else { p { "no" } }  p { "{n}" }', "PF101"),
        ('let n = ask Get() else emit Gone()  p { "{n}" }', "PF246"),
        ('let n = ask Get() else { let m = 1  done }  p { "{n}" }', "PF606"),
        ('let n = ask Get() else reply 1  p { "{n}" }', "PF246"),
        ('let n = 3 else done  p { "{n}" }', "PF244"),
        ('let n = ask Get() else done  p { "{m}" }', "PF210"),
        (
            'let n = ask Get() else done  form(sends: Change()) { button { "{n}" } }',
            None,
        ),
        (
            'let n = ask Get() else done  form(sends: Secret()) { button { "{n}" } }',
            "PF602",
        ),
        ('div { let n = ask Get() else done }  p { "{n}" }', "PF210"),
        ('let n = match ask Get() { Ok(v) => v  _ => 0 }  p { "{n}" }', "PF901"),
    ],
)
def test_what_may_stand_there(body: str, code: str | None) -> None:
    found = errors(
        compiled(
            {"shop.pf": _SMALL.replace("BODY", body)},
            "def load(s): ...\ndef look() -> None: ...",
        ).diagnostics
    )
    if code is None:
        assert found == []
    else:
        assert any(one.startswith(code) for one in found), found
