"""Escaping: the quick function, and each context where a value may stand."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.web.escape import (
    BLOCKED_URL,
    _plain_escape,
    class_names,
    href,
    identifier,
    text,
)


@given(st.text())
def test_quick_and_plain_escaping_are_equal(value: str) -> None:
    assert text(value) == _plain_escape(value)
    assert html.unescape(text(value)) == html.unescape(html.escape(value))


@given(st.text(alphabet="<>&\"'`= /\n\ta"))
def test_escaped_text_has_no_markup(value: str) -> None:
    assert not set("<>\"'") & set(text(value))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "blob:https://a/b",
        "\\\\evil.example",
        "/\\evil.example",
        "http://[",
        "x:y",
        ":",
    ],
)
def test_urls_that_could_run_script_are_replaced(url: str) -> None:
    assert href(url) == BLOCKED_URL


@pytest.mark.parametrize(
    "url", ["https://a.example/?q=1", "mailto:a@b", "tel:+33", "/here", "#x", "?q=a:b"]
)
def test_ordinary_urls_stay(url: str) -> None:
    assert href(url) == text(url)


def test_urls_are_escaped_too() -> None:
    assert href('https://a/?x=1&y="') == "https://a/?x=1&amp;y=&#34;"


@given(st.text())
def test_tokens_are_one_token(value: str) -> None:
    assert len(identifier(value).split()) == 1
    assert len(class_names("a", value, None).split()) == (2 if value else 1)
