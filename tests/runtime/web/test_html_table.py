"""The table of HTML that the compiler has is consistent, and safe by construction."""

from __future__ import annotations

from pfc.semantics import html


def test_nothing_that_is_forbidden_is_allowed() -> None:
    assert not html.FORBIDDEN_ELEMENTS.keys() & html.ELEMENTS.keys()
    allowed = html.GLOBAL_ATTRIBUTES.union(*html.ELEMENTS.values())
    assert not html.FORBIDDEN_ATTRIBUTES.keys() & allowed
    assert not [name for name in allowed if name.startswith("on")]
    assert not html.URL_LIST_ATTRIBUTES & allowed


def test_every_kind_of_element_and_attribute_exists() -> None:
    for group in (html.VOID_ELEMENTS, html.RCDATA_ELEMENTS, html.LANGUAGE_ELEMENTS):
        assert group <= html.ELEMENTS.keys()


def test_attributes() -> None:
    assert html.attribute_name("aria_label") == "aria-label"
    assert html.is_attribute("p", "aria-label")
    assert html.is_attribute("form", "may-deny")
    assert not html.is_attribute("p", "sends")
    assert not html.is_attribute("p", "data-")
    assert not html.is_attribute("nothing", "href")
    assert html.refusal("p", "onclick") is not None
    assert html.refusal("form", "action") is not None
    assert html.refusal("p", "colour") is None
