"""The lock file knows what reactors with journals send, and how they answer."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_accepting import LOCK, cache, locked, pfc

__all__ = ["cache", "pfc"]

PROGRAM = """
record Item { name: String }
capability Shop { sell }
context Seller { who: String  grant Shop.sell }
event Sold(item: Item) requires nothing
intent Sell(item: Item, n: Int) -> Int in Seller fails Poor(by: Int)
  requires Shop.sell
  performs note("sold", n)
intent Look -> Item requires nothing
intent Booked(item: Item, n: Int) in Seller requires Shop.sell
effect note(text: String, n: Int) requires nothing python ```py
pass
```
reactor Till {
  state { n: Int = 0 }
  journal
  on Sell(item, n) {
    state.n += n
    emit Sold(item: item)
    send Booked(item: item, n: n) after 3d
    reply n
  }
  on Look { reply Item(name: "none") }
}
reactor Book { state { n: Int = 0 }  journal  on Booked(item, n) { state.n += n } }
app Shopping { supervise one_for_one { Till  Book } }
"""


def write(folder, *changes):
    text = PROGRAM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "till.pf").write_text(text, "utf-8")


@pytest.fixture
def built(pfc, tmp_path):
    write(tmp_path)
    assert pfc("build")[0] == 0
    return pfc


def test_all_that_a_store_may_hold_is_in_the_file(built, tmp_path):
    assert set(locked(tmp_path)["messages"]) == {
        "answer till.Sell",
        "context till.Seller",
        "effect till.note",
        "event till.Sold",
        "failure till.Poor",
        "intent till.Booked",
    }


@pytest.mark.parametrize(
    "change",
    [
        ("Look -> Item", "Look -> Item fails Poor"),
        (
            "record Item { name: String }",
            'record Item { name: String, of: String = "" }',
        ),
        ("context Seller { who: String ", "context Seller { who: String  of: Int = 0 "),
        ("Look -> Item", "Look -> Int"),
        ('reply Item(name: "none")', 'reply Item(name: "some")'),
    ],
)
def test_what_can_be_read_is_noted(built, tmp_path, change):
    changes = [change]
    if change[1] == "Look -> Int":
        changes.append(('reply Item(name: "none")', "reply 3"))
    write(tmp_path, *changes)
    code, told = built("build")
    assert (code, "error" in told) == (0, False)
    assert built("build", "--strict")[0] == 0


@pytest.mark.parametrize(
    ("changes", "told", "name"),
    [
        (
            [
                ("Booked(item: Item, n: Int) in", "Booked(item: Item) in"),
                ("item: item, n: n) after", "item: item) after"),
                ("Booked(item, n) { state.n += n }", "Booked(item) { state.n += 1 }"),
            ],
            "the intent `till.Booked` may be on its way: `Booked.n` was Int",
            "till.Booked",
        ),
        (
            [
                (
                    "Booked(item: Item, n: Int) in",
                    "Booked(item: Item, n: Int where it < 9) in",
                )
            ],
            "`Booked.n` was any value and is it < 9",
            "till.Booked",
        ),
        (
            [("Booked", "Entered")],
            "the intent `till.Booked` may be on its way: `Booked` was there",
            "till.Booked",
        ),
        (
            [
                ("Sold(item: Item)", "Sold(item: String)"),
                ("item: item)\n", "item: item.name)\n"),
            ],
            "the event `till.Sold` may be on its way: `Sold.item` was Item and is String",
            "till.Sold",
        ),
        (
            [
                ("note(text: String, n: Int)", "note(n: Int, text: String)"),
                ('note("sold", n)', 'note(n, "sold")'),
            ],
            "the effect `till.note` may be on its way: `note.text` was String, number 1",
            "till.note",
        ),
        (
            [("context Seller { who: String ", "context Seller { name: String ")],
            "the context `till.Seller` may be on its way: `Seller.name`",
            "till.Seller",
        ),
    ],
)
def test_what_could_not_be_read_is_no_build_until_it_is_said(
    built, tmp_path, changes, told, name
):
    before = (tmp_path / LOCK).read_bytes()
    write(tmp_path, *changes)
    code, said = built("build")
    assert code == 1
    assert "error[PF930]" in said
    assert told in said
    assert f"pfc store accept --drained {name}" in said
    assert built("store", "accept")[0] == 2
    assert (tmp_path / LOCK).read_bytes() == before
    assert built("store", "accept", "--drained", name)[0] == 0
    assert built("build", "--strict")[0] == 0


def test_a_name_that_is_none_is_not_drained(built):
    assert (
        "There is no message till.Bo"
        in built("store", "accept", "--drained", "till.Bo")[1]
    )


def test_what_is_not_sent_any_more_may_still_be_on_its_way(built, tmp_path):
    send = "    send Booked(item: item, n: n) after 3d\n"
    write(tmp_path, (send, ""))
    assert built("build")[0] == 0
    assert "intent till.Booked" in locked(tmp_path)["messages"]
    write(
        tmp_path,
        (send, ""),
        ("Booked(item: Item, n: Int)", "Booked(item: Item, n: String)"),
        ("on Booked(item, n) { state.n += n }", "on Booked(item, n) { state.n += 1 }"),
    )
    assert "PF930" in built("build")[1]
    write(tmp_path, (send, ""))
    assert "gone" in built("store", "accept", "--drained", "till.Booked")[1]
    assert "intent till.Booked" not in locked(tmp_path)["messages"]


def test_an_answer_that_cannot_be_read_again_is_a_warning_once(built, tmp_path):
    write(
        tmp_path,
        ("Sell(item: Item, n: Int) -> Int", "Sell(item: Item, n: Int) -> String"),
        ("    reply n\n", '    reply "{n}"\n'),
    )
    code, told = built("build")
    assert code == 0
    assert "warning[PF931]: the answer of `till.Sell`" in told
    assert "PF931" not in built("build")[1]


def test_the_file_of_before_messages_is_read(built, tmp_path):
    content = locked(tmp_path)
    del content["messages"]
    (tmp_path / LOCK).write_text(json.dumps(content), "utf-8")
    assert "intent till.Booked: new" in built("build")[1]
