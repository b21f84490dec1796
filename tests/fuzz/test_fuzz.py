"""Whatever is typed, the compiler answers with diagnostics, and what it accepts is Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest

from pfc.driver import compile_sources
from pfc.syntax.grammar import words
from tests.docs.pages import ROOT
from tests.fuzz.conftest import TRIED

EXAMPLES = [
    re.sub(r"^module .*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    for path in sorted((ROOT / "examples").glob("*/*.pf"))
    + sorted((ROOT / "tests" / "cases" / "syntax").glob("*.pf"))
]
TOKEN = re.compile(r"\w+|\s+|\"[^\"\n]*\"|[^\w\s]")
SIGNS = [
    *'{}()[]<>=+-*/%|,.:?`"#\n _',
    "=>",
    "->",
    "..",
    "==",
    "```py",
    "```",
    "\r",
    "\0",
    "é",
    chr(0x1D538),
]
LINKED = "def sign_in(s): ...\ndef load_user(s): ...\ndef audit(s): ...\ndef disk_write(s): ..."
COUNT = 350


def random_bytes(random: Random) -> str:
    data = bytes(random.randrange(256) for _ in range(random.randrange(200)))
    return data.decode("utf-8", "replace")


def random_tokens(random: Random) -> str:
    pool = [*sorted(words()), *SIGNS, "Name", "name", "1", "5s", '"/a/**"', '"{x}"']
    return " ".join(random.choice(pool) for _ in range(random.randrange(1, 60)))


def mutated(random: Random) -> str:
    """An example with a few of its tokens gone, doubled, swapped or replaced."""
    tokens = TOKEN.findall(random.choice(EXAMPLES))
    start = random.randrange(len(tokens))
    tokens = tokens[start : start + 400] if random.random() < 0.5 else tokens
    for _ in range(random.randrange(1, 5)):
        at = random.randrange(len(tokens))
        match random.randrange(5):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                other = random.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens[at] = random.choice(SIGNS)
            case _:
                tokens = tokens[: max(1, at)]
        if not tokens:
            return ""
    return "".join(tokens)


def rewired(random: Random) -> str:
    """An example whose declarations are shuffled, and a few of whose words are others."""
    example = random.choice(EXAMPLES)
    parts = re.split(r"(?m)^(?=\w)", example)
    if random.random() < 0.3:
        random.shuffle(parts)
    if random.random() < 0.3:
        del parts[random.randrange(len(parts))]
    tokens = TOKEN.findall("".join(parts))
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(tokens))
        alike = [token for token in tokens if _kind(token) == _kind(tokens[at])]
        tokens[at] = random.choice(alike)
    return "".join(tokens)


def _kind(token: str) -> str:
    """What tokens look alike: one in another's place is often still a program."""
    if token[:1].isupper():
        return "Name"
    if token[:1].isdigit() or token[:1] == '"':
        return token[:1] if token[:1] == '"' else "1"
    return "name" if token[:1].isalpha() else token


def survives(text: str) -> bool:
    """Compiles a text; gives whether it was accepted."""
    made = compile_sources({"fuzz.pf": text}, lambda _: LINKED)
    TRIED["inputs"] += 1
    for found in made.diagnostics:
        assert found.span.path == "fuzz.pf"
        assert 0 <= found.span.start <= found.span.end <= len(text), found
        assert found.message
    for path, code in made.files.items():
        if path.endswith(".py"):
            compile(code, path, "exec")
    TRIED["accepted"] += bool(made.files)
    return bool(made.files)


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize(
    "make",
    [
        random_bytes,
        random_tokens,
        pytest.param(mutated, marks=pytest.mark.slow),
        pytest.param(rewired, marks=pytest.mark.slow),
    ],
)
def test_nothing_breaks_the_compiler(make: Callable[[Random], str], part: int) -> None:
    for seed in range(COUNT * part, COUNT * (part + 1)):
        text = make(Random(f"{make.__name__} {seed}"))
        try:
            survives(text)
        except Exception as error:
            raise AssertionError(f"{make.__name__}, seed {seed}:\n{text}") from error


def test_the_examples_themselves_are_read() -> None:
    assert sum(survives(text) for text in EXAMPLES[:3]) == 3
