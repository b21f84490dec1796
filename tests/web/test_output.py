"""Generated web code is what a careful person would have written, and nothing else."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import black
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.web import attribute, text
from pfc.emit.breaking import LINE_LENGTH
from pfc.emit.web.markup import escaped, literal
from tests.web.building import (
    browsing,
    build,
    compiled,
    errors,
    gallery_sources,
    golden_sources,
    imported,
)

ROOT = Path(__file__).parents[2]
MODULES = ("made_notebook", "gallery")


def run(folder: Path, *command: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **variables},
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("module", MODULES)
def test_black_changes_nothing(packages: Path, module: str) -> None:
    for file in sorted((packages / module).glob("*.py")):
        source = file.read_text("utf-8")
        assert black.format_str(source, mode=black.Mode()) == source, file.name


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.slow
def test_ruff_finds_nothing(packages: Path, module: str) -> None:
    rules = "--select=E,F,I,UP,RUF022"
    files = [f"{module}/{name}.py" for name in ("routes", "components", "pages", "api")]
    command = ("ruff", "check", "--isolated", "--no-cache", rules, "--ignore=E501")
    assert run(packages, *command, "--target-version=py311", *files) == ""


@pytest.mark.slow
def test_mypy_finds_nothing(packages: Path, tmp_path: Path) -> None:
    command = ("mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path))
    names = [part for module in MODULES for part in ("-p", module)]
    path = f"{ROOT / 'runtime'}{os.pathsep}{packages}"
    assert run(packages, *command, *names, MYPYPATH=path) == ""


@pytest.mark.slow
def test_pyright_finds_nothing(packages: Path, tmp_path: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "extraPaths": [str(ROOT / "runtime"), str(packages)],
        "include": [
            f"{packages}/{module}/{name}.py"
            for module in MODULES
            for name in ("routes", "components", "pages", "api", "app")
        ],
    }
    project = tmp_path / "pyrightconfig.json"
    project.write_text(json.dumps(settings), "utf-8")
    command = ("pyright", "--project", str(project))
    assert run(packages, *command, "--pythonpath", sys.executable) == ""


def test_the_same_bytes_each_time() -> None:
    for sources, python in (golden_sources(), gallery_sources()):
        made = [compiled(sources, *python.values()).files for _ in range(2)]
        assert made[0] == made[1] != {}


# -------------------------------------------------------------------- literals
@given(st.text(), st.integers(0, 40))
def test_a_literal_taken_apart_is_the_same_text(value: str, column: int) -> None:
    pieces = [ast.literal_eval(code) for code in literal(value, column)]
    assert "".join(pieces) == value
    assert all(pieces)


@given(st.lists(st.sampled_from(["ab ", "<p>", "</p>", "word "]), max_size=60))
def test_a_literal_is_taken_apart_where_it_can_be(words: list[str]) -> None:
    pieces = literal("".join(words), 8)
    assert all(len(code) + 9 <= LINE_LENGTH for code in pieces)


@given(st.text())
def test_literal_text_is_escaped_as_the_runtime_escapes(value: str) -> None:
    assert escaped(value) == text(value) == attribute(value)


# -------------------------------------------------------------------- odd programs
ODD = '''
## A doc with """quotes""", a \\ and a {brace}
component Out(out: String, view: Int, slot: String, text: String = "x") {
  p(title: "{out} \\"quoted\\" {{brace}} \\\\ back") { "{out}{view}{slot}{text}" slot }
}
component None(list: List[String] = []) { for str in list { b { "{str}" } } }
## Ends with a quote"
page "/a/{from}/{self}" as Page(
  from: String, self: Int,
  out: String = "o", view: Bool = false, caller: String = "c"
) requires nothing {
  let text = "local {from}"
  let out2 = out
  h1 { "{text} {out2} {view} {caller} {self}" }
  Out(out: out, view: self, slot: "s") { "'single' \\"double\\" \\u2028 </script> {{}}" }
  None(list: ["a", "b"])
  for href in [1] { for attribute in [2] { p { "{href}{attribute}" } } }
  title { "T {from}" }
}
app OddApp { web on 8080 { serve Page } }
'''


def test_names_of_python_and_of_generated_code_do_no_harm(tmp_path: Path) -> None:
    build(tmp_path, {"odd_names.pf": ODD}, {})
    odd = imported(tmp_path, "odd_names")

    async def page() -> str:
        async with odd.OddApp() as app, browsing(app) as browser:
            return (await browser.get("/a/x%20y/7?out=%3Cb%3E&view=true")).text

    shown = asyncio.run(page())
    assert "<h1>local x y &lt;b&gt; true c 7</h1>" in shown
    assert 'title="&lt;b&gt; &#34;quoted&#34; {brace} \\ back"' in shown
    assert (
        "&lt;b&gt;7sx&#39;single&#39; &#34;double&#34; \u2028 &lt;/script&gt; {}"
        in shown
    )
    assert "<b>a</b><b>b</b><p>12</p>" in shown
    assert "<title>T x y · Odd</title>" in shown


SHADOWED = """
intent Peek -> String requires nothing
reactor R { on Peek { reply "peeked" } }
page "/x" as First requires nothing { h1 { "first" } }
page "/x" as Second requires nothing { h1 { "second" } }
context C { name: String authenticate "shadowed_impl:load" }
api "/api" in C { GET "/p" -> Peek  GET "/p" -> Peek }
app ShadowedApp {
  supervise one_for_one max 5 within 10s { R }
  web on 8080 { auth dev for C serve First, Second, "/api" }
}
"""


def test_what_is_shadowed_is_left_out_so_that_the_rest_can_start(
    tmp_path: Path,
) -> None:
    python = "def load(subject): ...\n"
    made = compiled({"shadowed.pf": SHADOWED}, python)
    codes = sorted(found.code for found in made.diagnostics)
    assert codes.count("PF603") == 2
    build(tmp_path, {"shadowed.pf": SHADOWED}, {"shadowed_impl": python})
    shadowed = imported(tmp_path, "shadowed")

    async def page() -> str:
        async with shadowed.ShadowedApp() as app, browsing(app) as browser:
            return (await browser.get("/x")).text

    assert "<h1>first</h1>" in asyncio.run(page())


# -------------------------------------------------------------------- several modules
PARTS = """
context Reader { name: String authenticate "shared_impl:load" }
intent Count(by: Int) -> Int in Reader requires nothing
reactor Counter { state { n: Int = 0 } on Count(by) { state.n += by  reply state.n } }
component Adder(by: Int) { button(sends: Count(by: by), flash: "Added {by}.") { "Add {by}" } }
page "/help" as Help in Reader requires nothing { h1 { "Help" } Adder(by: 3) }
api "/api" in Reader { POST "/count" -> Count }
"""
WHOLE = """
from shared_parts import Reader, Counter, Adder, Count
import shared_parts as parts
page "/" as Home in Reader requires nothing {
  h1 { "Home" }
  Adder(by: 1)
  parts.Adder(by: 2)
  link(to: parts.Help()) { "help" }
}
app WholeApp {
  supervise one_for_one max 5 within 10s { Counter }
  web on 8080 { auth dev for Reader  serve Home, parts.Help, "/api" }
}
"""


def test_components_pages_and_apis_of_another_module(tmp_path: Path) -> None:
    python = {
        "shared_impl": "from shared_parts import Reader\n"
        "def load(subject: str) -> Reader: return Reader(name=subject)\n"
    }
    sources = {"shared_parts.pf": PARTS, "shared_whole.pf": WHOLE}
    build(tmp_path, sources, python)
    whole = imported(tmp_path, "shared_whole")

    async def pages() -> list[str]:
        async with whole.WholeApp() as app, browsing(app) as browser:
            await browser.sign_in("ann")
            for button in ("Add 1", "Add 2"):
                assert (await browser.submit("/", button)).status_code == 303
            home = (await browser.get("/")).text
            assert (await browser.submit("/help", "Add 3")).status_code == 303
            counted = await browser.http.post("/api/count", json={"by": 0})
            return [home, counted.text]

    home, counted = asyncio.run(pages())
    assert "Added 2." in home
    assert '<a href="/help">help</a>' in home
    assert counted == "6"


def test_a_program_with_an_error_gives_no_files() -> None:
    made = compiled({"wrong.pf": 'page "/" as P requires nothing { script { "x" } }'})
    assert errors(made.diagnostics)
    assert made.files == {}
