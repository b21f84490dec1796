"""Words of the language and of Python as names: the programs compile, and work."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import pytest

from pfc.driver import compile_sources
from pfc.syntax.words import RESERVED
from tests.generated.building import output_of, scenarios, write
from tests.names.programs import (
    ALL,
    SIGN_IN,
    WORDS,
    compiled,
    errors,
    program,
    written,
)

PARTS = 6
LANGUAGE = (
    "let reply done fail deny emit perform send ask find insert update delete remove"
    " require if then else match for in with return true false none and or not when"
    " where under state"
)


def test_the_reserved_words_are_those_of_the_language() -> None:
    assert frozenset(LANGUAGE.split()) == RESERVED
    assert {"retry", "type", "page", "key", "implies", "GET"} <= set(WORDS)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_word_in_every_place_of_a_name(part: int, tmp_path: Path) -> None:
    found = {}
    packages = {}
    for number, word in enumerate(ALL[part::PARTS]):
        name = f"names{number}"
        text = program(word).replace("module names.main", f"module {name}.main")
        made = compiled({f"{name}/main.pf": text})
        if errors(made):
            found[word] = errors(made)
            continue
        write(tmp_path, made.files)
        packages[f"{name}.main"] = word
    assert found == {}
    write(tmp_path, {"names_impl.py": SIGN_IN})
    outcomes = scenarios(tmp_path, list(packages))
    failed = {
        packages[package]: message
        for package, results in outcomes.items()
        for _, passed, message, _ in results
        if not passed
    }
    assert failed == {}
    assert {len(results) for results in outcomes.values()} == {2}


# ---------------------------------------------------------------- top-level names
KINDS = [
    "fn W(a: Int) -> Int = a  fn used() -> Int = W(1)",
    "record W { a: Int }  fn used(b: W) -> Int = W(a: b.a).a",
    "union W { One  Two(a: Int) }  fn used() -> W = W.Two(a: 1)",
    "type W = Int where it > 0  fn used(b: W) -> W = b",
    "capability W { one  two implies one }  intent Used requires W.one  reactor Rr { on Used { } }",
    "intent W(a: Int) -> Int requires nothing  reactor Rr { on W(a) { reply a } }",
    'effect W(a: Int) -> Int python "names_impl:load"  '
    "intent Used -> Int requires nothing  "
    "reactor Rr { on Used { let a = perform W(1)  reply a } }",
    "event W(a: Int)  intent Used requires nothing  reactor Rr { on Used { emit W(a: 1) } }",
    "intent Used requires nothing  reactor W { on Used { } }",
    "intent Used fails W(a: Int) requires nothing  reactor Rr { on Used { fail W(a: 1) } }",
    "context W { a: Int }  intent Used in W requires nothing  reactor Rr { on Used { } }",
    'component W(a: Int) { p { "{a}" } }',
    'page "/" as W { p { "text" } }  component Used { link(to: W()) { "there" } }',
    "principal W { }",
    "interface W { Used }  intent Used requires nothing  reactor Rr implements W { on Used { } }",
]


@pytest.mark.slow
def test_a_word_as_the_name_of_a_declaration(tmp_path: Path) -> None:
    sources = {}
    for number, word in enumerate(ALL):
        for turn in range(2):
            kind = KINDS[(number + turn * 7) % len(KINDS)]
            text = re.sub(r"\bW\b", written(word), kind)
            sources[f"names/n{number}_{turn}.pf"] = text
    made = compile_sources(sources, lambda _: "def load(a: int) -> int: ...\n")
    found = {
        (sources[each.span.path], each.code, each.message)
        for each in made.diagnostics
        if each.severity.value == "error"
    }
    assert found == set()
    write(tmp_path, {**made.files, "names_impl.py": SIGN_IN})
    modules = sorted(path.removesuffix(".pf").replace("/", ".") for path in sources)
    script = "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]"
    assert output_of("-c", script, *modules, folder=tmp_path) == (0, "")


def module_of(word: str, number: int) -> tuple[str, str]:
    path = f"names/{word}.pf"
    return path, f"module names.{written(word)} fn one() -> Int = {number}"


@pytest.mark.slow
def test_a_word_as_the_name_of_a_module(tmp_path: Path) -> None:
    chosen = [word for word in ALL if not keyword.iskeyword(word)]
    sources = dict(module_of(word, number) for number, word in enumerate(chosen))
    imports = "\n".join(
        f"import names.{written(word)} as n{number}"
        for number, word in enumerate(chosen)
    )
    total = " + ".join(f"n{number}.one()" for number in range(len(chosen)))
    expected = sum(range(len(chosen)))
    sources["all.pf"] = f'{imports}\ntest "all" {{ expect {total} == {expected} }}'
    made = compile_sources(sources)
    assert errors(made) == []
    write(tmp_path, made.files)
    [(_, passed, message, _)] = scenarios(tmp_path, ["all"])["all"]
    assert (passed, message) == (True, "")


@pytest.mark.parametrize("word", ["class", "def", "import"])
def test_a_module_called_like_a_keyword_of_python_is_refused(word: str) -> None:
    made = compile_sources(dict([module_of(word, 1)]))
    assert {error.split()[0] for error in errors(made)} == {"PF212"}


# ---------------------------------------------------------------- names that collide
@pytest.mark.parametrize(
    "text",
    [
        "record R { class: Int  class_: Int }",
        "fn f(class: Int, class_: Int) -> Int = 1",
        "union U { A(def: Int, def_: Int) }",
        "fn `class`() -> Int = 1  fn class_() -> Int = 2",
        "intent I(import: Int, import_: Int) requires nothing  reactor R { on I { } }",
        "reactor R { state { class: Int = 0  class_: Int = 1 } }",
    ],
)
def test_names_that_would_be_one_in_python_are_refused(text: str) -> None:
    codes = {error.split()[0] for error in errors(compiled({"main.pf": text}))}
    assert codes == {"PF212"}


def test_locals_that_would_be_one_in_python_are_told_apart(tmp_path: Path) -> None:
    text = (
        "fn f(a: Int) -> Int { let class = a  let class_ = class + 1  return class_ }"
        ' test "t" { expect f(1) == 2 }'
    )
    made = compiled({"main.pf": text})
    assert errors(made) == []
    write(tmp_path, made.files)
    assert [each[1] for each in scenarios(tmp_path, ["main"])["main"]] == [True]
