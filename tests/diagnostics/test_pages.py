"""Every example on every page does what the page says."""

from __future__ import annotations

import pytest

from pfc.authority.ambient import ambient
from pfc.diagnostics import TABLE, Severity
from pfc.diagnostics.pages import Example, Role, examples, page

EXAMPLES = [
    pytest.param(code, example, id=f"{code} {example.role.value} {number}")
    for code in TABLE
    for number, example in enumerate(examples(page(code)))
    if example.role is not Role.ALSO
]

LINKED = {
    "people": "def load(subject: str) -> object: ...",
    "till_migrations": "def in_cents(state: dict[str, object]) -> object: ...",
}
"""The Python that examples link to."""


@pytest.mark.parametrize(("code", "example"), EXAMPLES)
def test_an_example_has_the_finding_of_its_page_or_none(
    code: str, example: Example
) -> None:
    from pfc.driver import compile_sources

    others = [one for one in examples(page(code)) if one.role is Role.ALSO]
    sources = {one.path: one.text for one in [*others, example]}
    compiled = compile_sources(sources, LINKED.get, emit=True)
    found = list(compiled.diagnostics)
    if compiled.ir is not None and code == "PF420":
        found += ambient(compiled.ir, LINKED.get)  # what `pfc lint` says
    codes = {one.code for one in found}
    errors = {one.code for one in found if one.severity is Severity.ERROR}
    if "PF901" in errors:
        # What cannot be built yet is refused by name, and for nothing else.
        assert errors <= {"PF901", code}
    elif example.role is Role.WRONG:
        assert code in codes
        assert errors <= {code}
    else:
        assert errors == set()
        assert code not in codes
