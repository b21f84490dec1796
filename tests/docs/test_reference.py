"""The language reference is complete, fresh, and every link and picture in it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from pfc.diagnostics.table import TABLE
from pfc.driver import compile_sources
from pfc.resources import resource_folder
from pfc.semantics.stdlib.pages import pages as stdlib_pages
from tests.docs.pages import ROOT, blocks, pages

REFERENCE = ROOT / "docs" / "reference"
OWN = sorted(path for path in REFERENCE.glob("*.md"))
NO_CONSTRUCTS = {"README", "statements", "not-yet", "grammar", "words"}
CONSTRUCTS = [page for page in OWN if page.stem not in NO_CONSTRUCTS]


def targets(page: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead."""
    for token in MarkdownIt().enable("table").parse(page.read_text("utf-8")):
        for inner in token.children or []:
            found = inner.attrGet("href" if inner.type == "link_open" else "src")
            if inner.type in ("link_open", "image") and found is not None:
                yield str(found)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    tokens = MarkdownIt().parse(page.read_text("utf-8"))
    titles = [
        tokens[at + 1].content
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def broken(page: Path) -> list[str]:
    """The local links of a page that lead nowhere."""
    found: list[str] = []
    for target in targets(page):
        url = urlsplit(target)
        if url.scheme or url.netloc:
            continue
        path = (page.parent / unquote(url.path)).resolve() if url.path else page
        is_page = path.suffix == ".md" and path.is_file()
        if not path.exists() or (
            url.fragment and is_page and url.fragment not in anchors(path)
        ):
            found.append(target)
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b\n\n[x](gone.md) [y](#a-b) [z](#c) ![p](no.svg)\n", "utf-8")
    assert broken(page) == ["gone.md", "#c", "no.svg"]


def test_the_pages_of_the_standard_library_are_fresh() -> None:
    folder = REFERENCE / "stdlib"
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    assert there == stdlib_pages(), "run `python tools/make_docs.py`"


def test_the_index_lists_every_page() -> None:
    listed = {unquote(urlsplit(t).path) for t in targets(REFERENCE / "README.md")}
    assert {page.name for page in OWN} - {"README.md"} <= listed


@pytest.mark.parametrize("page", CONSTRUCTS, ids=lambda p: p.stem)
def test_a_page_has_rules_and_a_whole_example_that_is_run(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "\n## Rules\n" in text
    assert "\n## Example\n" in text
    assert "\nSee also: " in text
    pictures = [target for target in targets(page) if target.startswith("railroad/")]
    assert pictures or page.stem == "faults"
    found = blocks(page)
    assert any(b.language == "pf" and "file" in b.words for b in found)
    assert any(b.language == "console" for b in found)


@pytest.mark.parametrize("page", OWN, ids=lambda p: p.stem)
def test_a_code_is_one_of_the_table_and_a_link(page: Path) -> None:
    text = page.read_text("utf-8")
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for code in re.findall(r"PF\d{3}", prose):
        assert code in TABLE, code
        assert f"[{code}]: " in text, code


def test_every_declaration_has_a_page_or_is_not_supported_yet() -> None:
    grammar = (resource_folder("grammar") / "packetflow.lark").read_text("utf-8")
    block = re.search(r"\?declaration:(.*?)\n\n", grammar, re.DOTALL)
    assert block is not None
    rules = re.findall(r"\b(\w+)_decl\b", block[1])
    assert "record" in rules and len(rules) > 20
    text = "\n".join(page.read_text("utf-8") for page in OWN)
    assert [rule for rule in rules if f"`{rule}" not in text] == []


def test_what_is_not_supported_yet_is_refused_as_such() -> None:
    fragments = blocks(REFERENCE / "not-yet.md")
    assert len(fragments) > 10
    for block in fragments:
        made = compile_sources({"fragment.pf": block.text})
        codes = {found.code for found in made.diagnostics}
        assert "PF901" in codes, f"supported by now? line {block.line}: {block.text}"
