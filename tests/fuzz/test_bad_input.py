"""Bad input gets findings: no exception, none outside the file, none after minutes."""

from __future__ import annotations

import time

import pytest

from pfc.driver import Compilation, compile_sources
from tests.fuzz.bad_input import BROKEN, DEEP, STRANGE

SECONDS = 20
"""Processor time for one program: far more than any takes, far less than one that hangs."""


def compiled(text: str) -> Compilation:
    begun = time.process_time()
    result = compile_sources({"main.pf": text})
    assert time.process_time() - begun < SECONDS
    for found in result.diagnostics:
        assert found.span.path == "main.pf"
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert len(found.message) < 2000
    return result


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_refused_once(name: str) -> None:
    assert [found.code for found in compiled(DEEP[name]).diagnostics] == ["PF106"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_program_has_the_findings_it_deserves(name: str) -> None:
    text, codes = BROKEN[name]
    found = compiled(text)
    assert found.has_errors
    assert {one.code for one in found.diagnostics} == set(codes.split())
    assert found.files == {}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_program_is_compiled(name: str) -> None:
    result = compiled(STRANGE[name])
    assert not result.has_errors
    for path, text in result.files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


@pytest.mark.slow
def test_a_file_of_a_million_characters_is_read_in_seconds() -> None:
    lines = 1_000_000 // 20
    result = compiled("# twenty characters.\n" * lines + "record R { a: Int }\n")
    assert not result.has_errors
