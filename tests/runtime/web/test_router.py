"""Routing: what is found, what is refused, and which of two patterns goes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.web.route import query, rest, segment
from packetflow.web.router import BadPath, Router, split_path

ROUTER = Router(
    [
        ("GET", "/", "home"),
        ("GET", "/notes/new", "new"),
        ("GET", "/notes/{id}", "note"),
        ("PUT", "/notes/{id}", "write"),
        ("GET", "/notes/{id}/edit", "edit"),
        ("GET", "/files/{path*}", "file"),
        ("GET", "/{owner}/notes", "notes of"),
    ]
)


@pytest.mark.parametrize(
    ("path", "entry", "parameters"),
    [
        ("/", "home", {}),
        ("/notes/new", "new", {}),
        ("/notes/7", "note", {"id": "7"}),
        ("/notes/new/edit", "edit", {"id": "new"}),
        ("/notes/a%20b", "note", {"id": "a b"}),
        ("/notes/%C3%A9", "note", {"id": "é"}),
        ("/notes/*", "note", {"id": "*"}),
        ("/notes/notes", "note", {"id": "notes"}),
        ("/files/notes", "file", {"path": "/notes"}),
        ("/bob/notes", "notes of", {"owner": "bob"}),
        ("/files/a/b.txt", "file", {"path": "/a/b.txt"}),
    ],
)
def test_found(path: str, entry: str, parameters: dict[str, str]) -> None:
    found = ROUTER.find(split_path(path.encode()))
    assert found is not None
    assert found.methods["GET"] == entry
    assert found.parameters("GET") == parameters


@pytest.mark.parametrize(
    "path", ["/nothing", "/notes", "/notes/", "/notes//edit", "/files", "/files/", "//"]
)
def test_not_found(path: str) -> None:
    assert ROUTER.find(split_path(path.encode())) is None


def test_methods_of_one_path_are_together() -> None:
    found = ROUTER.find(("notes", "7"))
    assert found is not None
    assert found.methods == {"GET": "note", "PUT": "write"}


@pytest.mark.parametrize(
    "path",
    [
        b"/notes/..",
        b"/notes/%2e%2E",
        b"/notes/.",
        b"/notes/a%2Fb",
        b"/notes/a%5Cb",
        b"/notes/a\\b",
        b"/notes/a%00",
        b"/notes/%FF",
        b"/notes/a%25%32%66b",
        "/notes/a\u2215b".encode(),
        b"notes",
        b"*",
        b"http://evil/",
    ],
)
def test_refused(path: bytes) -> None:
    with pytest.raises(BadPath):
        split_path(path)


def test_each_method_has_its_own_names_for_the_parameters() -> None:
    router = Router([("GET", "/loans/{reader}", 1), ("POST", "/loans/{isbn}", 2)])
    found = router.find(("loans", "7"))
    assert found is not None
    assert found.methods == {"GET": 1, "POST": 2}
    assert found.parameters("GET") == {"reader": "7"}
    assert found.parameters("POST") == {"isbn": "7"}
    assert found.parameters("PUT") == {}


def test_two_routes_for_one_path_are_refused() -> None:
    with pytest.raises(ValueError, match="two routes"):
        Router([("GET", "/a/{x}", 1), ("GET", "/a/{y}", 2)])


@given(st.text(min_size=1))
def test_a_link_leads_to_its_value_or_nowhere(value: str) -> None:
    try:
        found = ROUTER.find(split_path(f"/notes/{segment(value)}/edit".encode()))
    except BadPath:
        return
    assert found is not None
    assert found.parameters("GET") == {"id": value}


def test_links() -> None:
    assert segment("a/b ?é") == "a%2Fb%20%3F%C3%A9"
    assert "/files/" + rest("/docs/a b/c?") == "/files/docs/a%20b/c%3F"
    assert query(("q", "a&b"), ("none", None), ("n", (1, 2))) == "?q=a%26b&n=1&n=2"
    assert query(("none", None)) == ""
