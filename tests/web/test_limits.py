"""Inputs say what the refinements of their fields demand, and never more than that."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from pfc.emit.web.limits import script_pattern
from tests.web.building import browsing, build, imported

APP = r"""
type Title = String where length in 3..20
type Slug = String where matches("[a-z]{2,9}") and length <= 5
intent Write(
  title: Title,
  slug: Slug = "ab",
  free: String,
  long: String where length <= 500,
  few: String where length >= 1,
  note: Title? = none,
  words: String where matches("\w*"),
  age: Int where it in 0..120,
  count: Int = 3 where it > 0,
  part: Float where it < 1.5,
  level: Int where it in 1..3,
  typed: Int where it in 1..3,
  tags: List[String] where length <= 3,
  odd: Int where it % 2 == 1,
  own: Title
) requires nothing
reactor Writes {
  on Write(title, slug, free, long, few, note, words, age, count, part, level, typed,
    tags, odd, own) { }
}
component Free { label { "1" input(name: "free") } }
page "/" as Home requires nothing {
  h1 { "x" }
  form(sends: Write()) {
    label { "1" input(name: "title") }
    label { "1" input(name: "slug") }
    Free()
    label { "1" textarea(name: "long") }
    label { "1" input(name: "few") }
    label { "1" input(name: "note") }
    label { "1" input(name: "words") }
    label { "1" input(name: "age") }
    label { "1" input(name: "count") }
    label { "1" input(name: "part") }
    label { "1" input(name: "level", type: "range") }
    label { "1" input(name: "typed", type: "text") }
    label { "1" input(name: "tags") }
    label { "1" input(name: "odd") }
    label { "1" input(name: "own", maxlength: 9, required: false) }
    button { "Write" }
  }
}
app Site { supervise one_for_one { Writes }  web on 8080 { serve Home } }
"""

EXPECTED: dict[str, dict[str, str | None]] = {
    "title": {"required": None, "minlength": "3", "maxlength": "20"},
    "slug": {"required": None, "maxlength": "5", "pattern": "[a-z]{2,9}"},
    "free": {},
    "long": {"maxlength": "500"},
    "few": {"required": None},
    "note": {"minlength": "3", "maxlength": "20"},
    "words": {},
    "age": {"type": "number", "required": None, "min": "0", "max": "120"},
    "count": {"type": "number", "min": "1"},
    "part": {"type": "number", "required": None, "max": "1.5", "step": "any"},
    "level": {"type": "range", "min": "1", "max": "3"},
    "typed": {"type": "text"},
    "tags": {},
    "odd": {},
    "own": {"minlength": "3", "maxlength": "9"},
}


class Inputs(HTMLParser):
    """The attributes of inputs and textareas, by their names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.pop("name", None)
        if tag in ("input", "textarea") and name and name != "_pf":
            values.pop("value", None)
            self.found[name] = values


async def test_inputs_have_the_limits_of_their_fields(tmp_path: Path) -> None:
    build(tmp_path, {"limited_inputs.pf": APP}, {})
    async with (
        imported(tmp_path, "limited_inputs").Site() as running,
        browsing(running) as browser,
    ):
        page = await browser.get("/")
    inputs = Inputs()
    inputs.feed(page.text)
    assert inputs.found == EXPECTED


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[a-z]{2,20}", "[a-z]{2,20}"),
        (r"(?:[0-9]{10,13})", "(?:[0-9]{10,13})"),
        (r"\d+\.\d{2}", r"\p{Nd}+\.\p{Nd}{2}"),
        (r"[a-z0-9-]+", r"[a-z0-9\-]+"),
        (r"a.b|(c)?", r"a[^\n]b|(c)?"),
        (r"[^\d.]", r"[^\p{Nd}.]"),
        (r"\w+", None),
        (r"\s", None),
        (r"[\w]", None),
        (r"(?i)a", None),
        (r"(?P<a>b)", None),
        (r"a{,3}", None),
        (r"a*+", None),
        (r"[..]", None),
        (r"^a$", None),
    ],
)
def test_a_pattern_is_said_in_javascript_or_not_at_all(
    pattern: str, expected: str | None
) -> None:
    assert script_pattern(pattern) == expected
