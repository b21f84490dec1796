"""Paths: one normal form, and what never gets into it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import Violation, checked_path, path_pattern, under
from packetflow.adt.path import normalise, refusal

SEGMENTS = st.text(
    st.sampled_from(string.ascii_letters + string.digits + "._-* é日"), min_size=1
)
PATHS = st.lists(
    st.sampled_from(["a", "b.c", ".", "", "..", "*", "**", "%2f", "\\", "é", "a b"]),
    max_size=6,
).map(lambda parts: "/" + "/".join(parts))


@given(PATHS)
def test_normalising_twice_is_normalising_once(path: str) -> None:
    try:
        once = normalise(path)
    except ValueError:
        return
    assert normalise(once) == once
    assert once.startswith("/")
    assert once == "/" or not once.endswith("/")
    parts = once.split("/")[1:]
    assert once == "/" or not {"", ".", "..", "*", "**"} & set(parts)


@given(PATHS)
def test_refused_segments_are_refused_wherever_they_stand(path: str) -> None:
    bad = {"..", "*", "**", "%2f", "\\"} & set(path.split("/"))
    if bad:
        with pytest.raises(ValueError, match="not allowed"):
            normalise(path)
    else:
        assert normalise(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a/b",
        "/a/../b",
        "/a/*",
        "/a/**",
        "/a\0b",
        "/a\\b",
        "/a%2Fb",
        "/a%2fb",
        "/a%252fb",
        "/a%5cb",
        "/a%00",
        "/%2e%2e/b",
        "/.%2e/b",
        "/a\u2215b",
        "/a\u2044b",
        "/a\uff0fb",
        "/a\u29f8b",
        "/a\u2105b",
        "/\u2025/b",
        "/\uff0e\uff0e/b",
        "/a\uff3cb",
    ],
)
def test_dangerous_paths_are_refused(path: str) -> None:
    with pytest.raises(Violation) as refused:
        checked_path(path, "File.path")
    assert refused.value.field == "File.path"
    assert "File.path" in str(refused.value)


@pytest.mark.parametrize(
    ("given_path", "normal"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/a/", "/a"),
        ("/a//b/./c", "/a/b/c"),
        ("/.hidden", "/.hidden"),
        ("/a..b", "/a..b"),
        ("/...", "/..."),
        ("/100%", "/100%"),
        ("/a*b", "/a*b"),
        ("/ノート", "/ノート"),
    ],
)
def test_normal_forms(given_path: str, normal: str) -> None:
    assert checked_path(given_path, "p") == normal


def test_a_path_under_a_directory_is_checked_by_segments() -> None:
    assert checked_path("/docs/a", "p", under="/docs") == "/docs/a"
    assert checked_path("/docs", "p", under="/docs") == "/docs"
    assert checked_path("/x", "p", under="/") == "/x"
    for path in ("/doc", "/docsx", "/x/docs/a"):
        with pytest.raises(Violation, match="under /docs"):
            checked_path(path, "p", under="/docs")


def test_under_is_by_segments() -> None:
    assert under("/a/b", "/a")
    assert under("/a", "/a")
    assert under("/a", "/")
    assert not under("/ab", "/a")
    assert not under("/", "/a")


@given(SEGMENTS)
def test_a_computed_segment_fills_one_segment_or_makes_no_pattern(text: str) -> None:
    pattern = path_pattern("home", text, rest=True)
    if text in (".", "..", "*", "**") or refusal(text):
        assert pattern is None
    else:
        assert pattern is not None
        assert pattern.segments == ("home", text)


@pytest.mark.parametrize("part", ["", None, ".", "..", "*", "a/b", "a\\b", "%2f", "\0"])
def test_a_part_that_is_no_segment_makes_no_pattern_and_is_logged(
    part: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert path_pattern("home", part) is None
    assert "grant is not made" in caplog.text


def test_a_path_may_come_before_the_parts() -> None:
    assert str(path_pattern(base="/a/b", rest=True)) == "/a/b/**"
    assert str(path_pattern("c", base="/a/b")) == "/a/b/c"
    assert path_pattern(base="/a/../b", rest=True) is None
