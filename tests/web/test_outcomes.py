"""`match ask` in a page: each way in which the ask can end shows something of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.building import browsing, build, imported

_APP = """
union Why { Sold(on: Date), Lost }
record Item { id: Int, name: String }
intent Find(id: Int) -> Item fails NoItem(id: Int, why: Why), Shy requires nothing
intent Ping fails Shy requires nothing

reactor Shelf {
  on Find(id) {
    require id != 4 else fail NoItem(id: id, why: Lost)
    require id != 5 else fail NoItem(id: id, why: Why.Sold(2026-01-02))
    require id != 6 else fail Shy
    reply Item(id: id, name: "<{id}>")
  }
  on Ping { }
}

component Card(item: Item) { b { "{item.name}" } }

page "/whole/{id}" as Whole(id: Int) requires nothing {
  h1 { "Whole" }
  match ask Find(id) {
    Ok(item) => Card(item: item)
    NoItem(id: lost, why: Lost) => p { "lost {lost}" }
    NoItem(why: Sold(on: day)) => p { "sold on {day}" }
    Unavailable(reason) => p { "later: {reason}" }
    _ => { }
  }
  link(to: Parts(1)) { "end" }
}

page "/parts/{id}" as Parts(id: Int) requires nothing {
  h1 { "Parts" }
  for each in [id, 1] {
    match ask Find(each) {
      Ok(Item(id: 1, name: name)) => p { "one {name}" }
      Ok(item) when item.id > 2 => p { "big {item.id}" }
      NoItem | Shy => { p { "none" } match ask Ping() { Ok => "pong", _ => "?" } }
      Ok(_) | Unavailable(_) => p { "else" }
    }
  }
}

app Shop { supervise one_for_one { Shelf } web on 8080 { serve Whole, Parts } }
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outcomes")
    build(folder, {"page_outcomes.pf": _APP}, {})
    return folder


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/whole/1", "<b>&lt;1&gt;</b>"),
        ("/whole/4", "<p>lost 4</p>"),
        ("/whole/5", "<p>sold on 2026-01-02</p>"),
        ("/whole/6", '</h1><a href="/parts/1">end</a>'),
        ("/parts/1", "<p>one &lt;1&gt;</p><p>one &lt;1&gt;</p>"),
        ("/parts/2", "<p>else</p><p>one"),
        ("/parts/3", "<p>big 3</p><p>one"),
        ("/parts/4", "<p>none</p>pong<p>one"),
        ("/parts/6", "<p>none</p>pong<p>one"),
    ],
)
async def test_each_end_of_the_ask_is_shown(
    package: Path, path: str, shown: str
) -> None:
    app = imported(package, "page_outcomes").Shop()
    async with app, browsing(app) as browser:
        response = await browser.http.get(path)
        assert response.status_code == 200
        assert shown in response.text


async def test_nobody_answers(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from packetflow import Unavailable
    from packetflow.web import View

    async def unavailable(*_: object, **__: object) -> None:
        raise Unavailable("it is <closed>")

    app = imported(package, "page_outcomes").Shop()
    async with app, browsing(app) as browser:
        monkeypatch.setattr(View, "ask", unavailable)
        response = await browser.http.get("/whole/1")
        assert "<p>later: it is &lt;closed&gt;</p>" in response.text
