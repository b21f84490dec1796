"""Reports can be read by others, whatever tests are called and say."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from packetflow.testing import Outcome
from packetflow.testing.reports import html, junit

HOSTILE = """<script>alert("1")</script> & ' ]]> \x00 \x1b[31m \ud800 \r\n {{ 7*7 }}"""
texts = st.text(st.characters(), max_size=30) | st.just(HOSTILE)
outcomes = st.builds(
    Outcome, texts, st.booleans(), texts, st.sampled_from(["", "a.pf:3", HOSTILE])
)
reports = st.dictionaries(texts, st.lists(outcomes, max_size=3), max_size=3)


class Page(HTMLParser):
    """What a browser would see: elements, and text outside of the style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(reports)
def test_junit_is_well_formed_and_counts(found: dict[str, list[Outcome]]) -> None:
    text = junit(found)
    root = ElementTree.fromstring(text.encode())
    cases = list(root.iter("testcase"))
    every = [outcome for some in found.values() for outcome in some]
    assert len(cases) == len(every) == int(root.attrib["tests"])
    failed = [outcome for outcome in every if not outcome.passed]
    assert (
        len(list(root.iter("failure"))) == len(failed) == int(root.attrib["failures"])
    )
    for case, outcome in zip(cases, every, strict=True):
        if outcome.name.isalnum():
            assert case.attrib["name"] == outcome.name


@given(reports)
def test_html_shows_text_as_text(found: dict[str, list[Outcome]]) -> None:
    page = Page(html(found))
    assert "script" not in page.elements
    every = [outcome for some in found.values() for outcome in some]
    assert page.elements.count("td") == 4 * len(every)


def test_what_is_hostile_is_there_to_be_read() -> None:
    hostile = {"m": [Outcome(HOSTILE, False, HOSTILE, "a.pf:3")]}
    page = html(hostile)
    assert "<script>" not in page
    assert '<script>alert("1")</script>' in Page(page).text
    (case,) = ElementTree.fromstring(junit(hostile).encode()).iter("testcase")
    assert "<script>" in case.attrib["name"]
    assert (case.attrib["file"], case.attrib["line"]) == ("a.pf", "3")
