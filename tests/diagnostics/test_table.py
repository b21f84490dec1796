from __future__ import annotations

import re

import pytest

from pfc.diagnostics import (
    TABLE,
    Label,
    Severity,
    diagnostic,
    diagnostic_with,
    entry_of,
    suggest,
)
from pfc.diagnostics.pages import Role, examples, page
from pfc.span import Span

SPAN = Span("a.pf", 0, 1)


def test_a_message_is_filled_with_its_parameters() -> None:
    found = diagnostic("PF220", SPAN, expected="Int", found="String")
    assert found.message == "expected Int, found String"
    assert found.severity is Severity.ERROR


def test_parameters_are_text_not_formats() -> None:
    found = diagnostic("PF213", SPAN, module="{module.__class__}")
    assert found.message == "there is no module `{module.__class__}`"


def test_an_unknown_code_is_a_crash_that_lists_all() -> None:
    with pytest.raises(KeyError, match=r"no diagnostic PF999.*PF101.*PF909"):
        diagnostic("PF999", SPAN)
    with pytest.raises(KeyError):
        entry_of("pf101")


@pytest.mark.parametrize("params", [{}, {"module": "a", "more": "b"}, {"name": "a"}])
def test_wrong_parameters_are_a_crash(params: dict[str, str | int]) -> None:
    with pytest.raises(TypeError, match=r"PF213 takes the parameters \['module'\]"):
        diagnostic_with("PF213", SPAN, params, related=[Label(SPAN, "")])


def test_codes_are_ordered_and_well_formed() -> None:
    assert list(TABLE) == sorted(TABLE)
    for code, entry in TABLE.items():
        assert re.fullmatch(r"PF[1-69]\d\d", code)
        assert entry.code == code
        assert not entry.message.endswith(".")
        assert code[2] != "4" or entry.severity is Severity.WARNING


@pytest.mark.parametrize("code", TABLE)
def test_every_code_has_a_page_with_an_example_and_its_repair(code: str) -> None:
    text = page(code)
    assert text.startswith(f"# {code}: {TABLE[code].title}\n")
    assert len(text) > 120
    if code < "PF900":
        roles = [example.role for example in examples(text)]
        assert roles.count(Role.WRONG) == 1
        assert roles.count(Role.RIGHT) >= 1
        assert roles.index(Role.WRONG) < roles.index(Role.RIGHT)


def test_examples_may_hold_fences_and_name_their_file() -> None:
    text = "````pf wrong path=a/b.pf\neffect e() python ```py\npass\n```\n````\n"
    (example,) = examples(text)
    assert example.text == "effect e() python ```py\npass\n```\n"
    assert (example.role, example.path) == (Role.WRONG, "a/b.pf")


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("Strng", ["Int", "String", "Struct"], "String"),
        ("read_file", ["ReadFile", "red_file"], "ReadFile"),
        ("zebra", ["Int", "String"], None),
        ("same", ["same"], None),
        ("x", [], None),
        ("cat", {"cart", "chat"}, "cart"),
    ],
)
def test_did_you_mean(name: str, candidates: list[str], expected: str | None) -> None:
    assert suggest(name, candidates) == expected
