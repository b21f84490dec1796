"""The samples of the language: all of them are read, whole and with exact spans."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from pfc.span import Source
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.data import ModuleDecl, Record, UnionDecl
from pfc.syntax.ast.expressions import Number, Reference, StringLiteral
from pfc.syntax.islands import split_islands
from pfc.syntax.parser import parse
from tests.syntax.samples import CASES, children, outline, read, shape, source, walk

SAMPLES = sorted(path for path in CASES.rglob("*.pf") if path.parent.name != "errors")
IDS = [path.relative_to(CASES).with_suffix("").as_posix() for path in SAMPLES]
DOC = ("doc",)
each_sample = pytest.mark.parametrize("path", SAMPLES, ids=IDS)


@each_sample
def test_a_sample_is_read_without_findings(path: Path) -> None:
    parsed = parse(source(path))
    assert parsed.diagnostics == ()
    assert parsed.module.declarations


@pytest.mark.parametrize("name", ["counter", "language/types", "language/web"])
def test_the_tree_of_a_sample(name: str, snapshot: SnapshotAssertion) -> None:
    parsed = parse(source(CASES / f"{name}.pf"))
    outlines = [outline(shape(each)) for each in parsed.module.declarations]
    assert "\n".join(outlines) == snapshot


# ---------------------------------------------------------------- spans
@each_sample
def test_children_stand_inside_their_parents_in_order(path: Path) -> None:
    parsed = parse(source(path))
    for declaration in parsed.module.declarations:
        for node in walk(declaration):
            for child in children(node):
                assert node.span.start <= child.span.start, (node, child)
                assert child.span.end <= node.span.end, (node, child)


@each_sample
def test_declarations_follow_each_other(path: Path) -> None:
    declarations = parse(source(path)).module.declarations
    for first, second in pairwise(declarations):
        assert first.span.end <= second.span.start


@each_sample
def test_a_span_covers_what_it_says(path: Path) -> None:
    text = source(path).text
    for declaration in parse(source(path)).module.declarations:
        for node in walk(declaration):
            covered = text[node.span.start : node.span.end]
            assert covered == covered.strip() and covered
            if isinstance(node, Name):
                assert covered.strip("`") == node.text
            elif isinstance(node, Reference):
                assert covered.strip("`") == node.name
            elif isinstance(node, Number | StringLiteral):
                assert covered == node.raw
            elif isinstance(node, Dotted):
                assert "".join(covered.split()).replace("`", "") == node.text


@each_sample
def test_the_span_of_a_declaration_reads_as_the_declaration(path: Path) -> None:
    sample = source(path)
    for declaration in parse(sample).module.declarations:
        piece = sample.text[declaration.span.start : declaration.span.end]
        again = read(piece)
        assert again.diagnostics == ()
        [found] = again.module.declarations
        assert shape(found, without=DOC) == shape(declaration, without=DOC)


@each_sample
def test_comments_are_kept_where_they_stand(path: Path) -> None:
    sample = source(path)
    for comment in parse(sample).module.comments:
        covered = sample.text[comment.span.start : comment.span.end]
        assert covered == comment.text
        assert covered.startswith("#")


# ---------------------------------------------------------------- islands
@each_sample
def test_islands_put_together_are_the_file(path: Path) -> None:
    sample = source(path)
    pieces = split_islands(sample).pieces
    assert "".join(piece.text for piece in pieces) == sample.text
    for piece in pieces:
        assert sample.text.startswith(piece.text, piece.start)


@each_sample
def test_a_file_of_one_island_is_the_same_program(path: Path) -> None:
    """On one line, but for its fences, there is one island: the whole file."""
    sample = source(path)
    parts = re.split(r"(```.*?```)", _without_comments(sample), flags=re.DOTALL)
    parts[::2] = [part.replace("\n", " ") for part in parts[::2]]
    one = Source(path.name, " " + "".join(parts))
    assert len(split_islands(one).pieces) <= 2
    whole = parse(one)
    assert whole.diagnostics == ()
    assert [shape(each, without=DOC) for each in whole.module.declarations] == [
        shape(each, without=DOC) for each in parse(sample).module.declarations
    ]


def _without_comments(sample: Source) -> str:
    text = sample.text
    for comment in reversed(parse(sample).module.comments):
        text = text[: comment.span.start] + text[comment.span.end :]
    return text


@pytest.mark.parametrize("seed", range(5))
def test_files_joined_in_any_order_are_read_as_their_parts(seed: int) -> None:
    chosen = random.Random(seed).sample(SAMPLES, k=len(SAMPLES))
    texts = [source(path).text.rstrip() + "\n" for path in chosen]
    whole = read("".join(texts))
    assert whole.diagnostics == ()
    parts = [
        shape(declaration)
        for text in texts
        for declaration in read(text).module.declarations
    ]
    assert list(map(shape, whole.module.declarations)) == parts


# ---------------------------------------------------------------- comments, line endings
DOCUMENTED = """\
## The module's own words.
## Two lines of them.
module sample

## Of the record.
record R {
  ## Of the field.
  a: Int
  # no doc
  b: Int  ## nor this
  ##
  ## After an empty line.
  c: Int
}

## Apart from what follows.

union U {
  ## Of the variant.
  A
  B
}
"""


def test_doc_comments_attach_to_what_follows() -> None:
    module = read(DOCUMENTED).module
    declaration, record, union = module.declarations
    assert module.doc == "The module's own words.\nTwo lines of them."
    assert isinstance(declaration, ModuleDecl)
    assert isinstance(record, Record)
    assert record.doc == "Of the record."
    docs = [field.doc for field in record.fields]
    assert docs == ["Of the field.", None, "\nAfter an empty line."]
    assert isinstance(union, UnionDecl)
    assert union.doc is None
    assert [variant.doc for variant in union.variants] == ["Of the variant.", None]


def test_the_first_comment_is_the_modules_if_it_stands_apart() -> None:
    assert read("## About it.\n\nrecord R { }\n").module.doc == "About it."
    assert read("## About R.\nrecord R { }\n").module.doc is None


def test_a_comment_sign_in_a_string_or_fence_begins_no_comment() -> None:
    text = (
        'fn f() -> String = "# no"\nfn g() -> Int python ```py\n  # Python\n  1\n```\n'
    )
    parsed = read(text)
    assert parsed.diagnostics == ()
    assert parsed.module.comments == ()


@each_sample
def test_carriage_returns_change_nothing(path: Path) -> None:
    sample = source(path)
    other = parse(Source(path.name, sample.text.replace("\n", "\r\n")))
    assert other.diagnostics == ()
    assert _no_returns([shape(d) for d in other.module.declarations]) == [
        shape(d) for d in parse(sample).module.declarations
    ]
    assert all("\r" not in comment.text for comment in other.module.comments)


def _no_returns(value: object) -> object:
    """Only the code in a fence keeps its line endings."""
    if isinstance(value, list):
        return [_no_returns(item) for item in value]
    if isinstance(value, tuple):
        return tuple(map(_no_returns, value))
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def test_a_file_with_a_byte_order_mark_and_carriage_returns_is_read(
    tmp_path: Path,
) -> None:
    from pfc.project import read_projects

    file = tmp_path / "sample.pf"
    file.write_bytes(b"\xef\xbb\xbfrecord R {\r\n  a: Int\r\n}\r\n")
    [project] = read_projects([str(file)])
    assert project.diagnostics == []
    parsed = parse(project.sources["sample.pf"])
    assert parsed.diagnostics == ()
    [record] = parsed.module.declarations
    assert record.span.start == 0
