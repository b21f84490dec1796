"""The import block is sorted as ruff sorts it and leaves out what nothing uses."""

from __future__ import annotations

import subprocess
import sys

import black
from hypothesis import given, settings
from hypothesis import strategies as st

from pfc.emit.imports import Imports
from pfc.emit.layout import top_level
from tests.emit.strategies import words

STANDARD = ("datetime", "enum", "os.path", "collections.abc", "typing", "zlib")
OTHERS = ("msgspec", "packetflow", "packetflow.testing")
RELATIVE = (".types", ".intents", "..shared.types", "...other")
modules = st.sampled_from((*STANDARD, *OTHERS, *RELATIVE))
members = st.one_of(
    st.sampled_from(
        ["Final", "ANY", "Kind", "X", "x", "Int2", "Int10", "int_1", "ABC1"]
    ),
    words.map(lambda word: f"v_{word}"),
    words.map(lambda word: f"V{word}"),
)
requests = st.lists(
    st.tuples(modules, st.one_of(st.none(), members), st.booleans()), max_size=20
)


def ruff_finds(source: str) -> str:
    """What ruff's import sorting and style rules say about a file."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    command += ["--select=I,E4,E7,F4", "--ignore=E402,F401", "--output-format=concise"]
    command += ["--target-version=py311", "--stdin-filename=m.py", "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True)
    return result.stdout if result.returncode else ""


@settings(max_examples=25, deadline=None)
@given(requests, st.sets(members), st.booleans())
def test_the_block_is_what_ruff_and_black_would_write(
    wanted: list[tuple[str, str | None, bool]], reserved: set[str], definition: bool
) -> None:
    imports = Imports(reserved)
    for module, name, typing_only in wanted:
        if name is not None:
            imports.name(module, name, typing_only=typing_only)
        elif not module.startswith("."):
            imports.module(module)
    body = "class A:\n    pass" if definition else "x = 1"
    source = top_level([imports.render(), type(imports.render())(body)]) + "\n"
    assert black.format_str(source, mode=black.Mode()) == source
    assert ruff_finds(source) == ""


def test_a_name_of_the_program_wins_over_one_of_the_runtime() -> None:
    imports = Imports({"Intent"})
    assert imports.runtime("Intent") == "_Intent"
    assert imports.name(".types", "Intent") == "Intent"
    assert imports.name("msgspec", "Struct") == "Struct"
    assert "from packetflow import Intent as _Intent" in imports.render()


def test_equal_names_from_two_modules_are_told_apart() -> None:
    imports = Imports()
    first, second = imports.name(".a", "X"), imports.name(".b", "X")
    assert (first, second) == ("X", "_X")
    assert imports.name(".b", "X") == second


def test_a_module_may_be_imported_twice_under_one_package() -> None:
    imports = Imports()
    assert imports.module("os.path") == "os.path"
    assert imports.module("os") == "os"
    assert Imports({"datetime"}).module("datetime") == "_datetime"


def test_run_time_use_ends_a_typing_only_import() -> None:
    imports = Imports()
    imports.name("packetflow", "Context", typing_only=True)
    assert "if TYPE_CHECKING:\n    from packetflow import Context" in imports.render()
    imports.runtime("Context")
    assert "TYPE_CHECKING" not in imports.render()
