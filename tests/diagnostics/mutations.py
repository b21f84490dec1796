"""Sound programs with faults put in: one in each of several declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from lark import Lark
from lark.exceptions import UnexpectedInput

from pfc.diagnostics import Diagnostic, Severity
from pfc.driver import compile_sources
from pfc.span import Source
from pfc.syntax.grammar import make_parser, words
from pfc.syntax.parser import parse

ROOT = Path(__file__).parents[2]
SOUND = [
    *sorted((ROOT / "examples").glob("*/*.pf")),
    *sorted((ROOT / "tests" / "cases" / "language").glob("*.pf")),
]
FAULTS = 6
KINDS = ("delete", "insert", "misspell", "brace", "string", "swap")

_TOKEN = re.compile(
    r"```py\n.*?```|\"(?:[^\"\\\n]|\\.)*\"|\#[^\n]*|\w+|=>|->|\.\.|[=!<>]=|[^\w\s]",
    re.DOTALL,
)
_INSERTED = ("}", "{", ")", "(", ":", ",", "=", "=>", "->", "let", "name", "1", '"x"')


@dataclass(frozen=True)
class Fault:
    """`text` in place of what stands from `start` to `end`; `following` begins after it."""

    kind: str
    start: int
    end: int
    text: str
    following: int


@dataclass(frozen=True)
class Faulty:
    """A program with faults, and the lines at which each can be seen."""

    path: str
    text: str
    lines: tuple[frozenset[int], ...]
    kinds: tuple[str, ...]


def faulty(path: Path, seed: int, count: int = FAULTS) -> Faulty | None:
    """The program with faults in as many declarations; none if it has too few."""
    text = path.read_text("utf-8")
    random = Random(f"{path.name} {seed}")
    declarations = list(_declarations(path))
    if len(declarations) < count:
        return None
    chosen = sorted(random.sample(declarations, k=count))
    faults = [_fault(text, start, end, random) for start, end in chosen]
    return applied(path.name, text, faults)


def applied(name: str, text: str, faults: list[Fault]) -> Faulty:
    """A text with all of these faults."""
    parts: list[str] = []
    lines: list[frozenset[int]] = []
    at = 0
    for fault in faults:
        parts += [text[at : fault.start], fault.text]
        begun = "".join(parts)
        first = begun.rstrip() if not fault.text else begun
        line = first.count("\n") - fault.text.count("\n") + 1
        between = text[fault.end : fault.following].count("\n")
        after = begun.count("\n") + 1 + between
        lines.append(frozenset({line, begun.count("\n") + 1, after}))
        at = fault.end
    changed = "".join([*parts, text[at:]])
    return Faulty(name, changed, tuple(lines), tuple(f.kind for f in faults))


def seen(program: Faulty, found: list[Diagnostic]) -> tuple[int, int]:
    """How many of the faults are told, and how many of the findings are about one."""
    source = Source(program.path, program.text)
    told = [_lines(source, each) for each in found]
    recalled = sum(any(lines & each for each in told) for lines in program.lines)
    precise = sum(any(lines & each for lines in program.lines) for each in told)
    return recalled, precise


def _lines(source: Source, found: Diagnostic) -> set[int]:
    spans = [found.span, *(label.span for label in found.related)]
    return {source.position(span.start)[0] for span in spans}


def linked(module: str) -> str | None:
    """The Python that the programs link to."""
    for path in SOUND:
        file = path.parent.joinpath(*module.split(".")).with_suffix(".py")
        if file.is_file():
            return file.read_text("utf-8")
    return None


def findings(program: Faulty) -> list[Diagnostic]:
    """The errors in a program: of its text and of its types."""
    found = compile_sources({program.path: program.text}, linked, emit=False)
    return [each for each in found.diagnostics if each.severity is Severity.ERROR]


@cache
def _declarations(path: Path) -> tuple[tuple[int, int], ...]:
    source = Source(path.name, path.read_text("utf-8"))
    parsed = parse(source)
    assert not parsed.diagnostics
    nodes = parsed.module.declarations
    return tuple((node.span.start, node.span.end) for node in nodes)


def _fault(text: str, start: int, end: int, random: Random) -> Fault:
    """Something that makes a declaration unreadable: what can still be read is no fault."""
    while True:
        kind = random.choice(KINDS)
        tokens = [
            match
            for match in _TOKEN.finditer(text, start, end)
            if not match.group().startswith("#")
        ]
        fault = _changed(kind, tokens, text, end, random)
        if fault is not None:
            changed = text[start : fault.start] + fault.text + text[fault.end : end]
            if not _readable(changed):
                return fault


def _readable(text: str) -> bool:
    """Judged by the parser alone, without any recovery."""
    try:
        _parser().parse(text, start="file")
    except UnexpectedInput:
        return False
    return True


@cache
def _parser() -> Lark:
    return make_parser()


def _changed(
    kind: str, tokens: list[re.Match[str]], text: str, end: int, random: Random
) -> Fault | None:
    at = random.randrange(len(tokens))
    if kind == "brace":
        chosen = [n for n, token in enumerate(tokens) if token.group() in "{}"]
        at = random.choice(chosen) if chosen else at
    elif kind == "string":
        chosen = [n for n, token in enumerate(tokens) if token.group()[0] == '"']
        if not chosen:
            return None
        at = random.choice(chosen)
    elif kind == "misspell":
        chosen = [n for n, token in enumerate(tokens) if token.group() in words()]
        at = random.choice(chosen)
    token = tokens[at]
    following = tokens[at + 1].start() if at + 1 < len(tokens) else end
    whole = (kind, token.start(), token.end())
    if kind in ("delete", "brace"):
        return Fault(*whole, "", following)
    if kind == "insert":
        put = f"{random.choice(_INSERTED)} "
        return Fault(kind, token.start(), token.start(), put, token.start())
    if kind == "misspell":
        return Fault(*whole, _misspelt(token.group(), random), following)
    if kind == "string":
        return Fault(*whole, token.group()[:-1], following)
    if at + 1 == len(tokens):
        return None
    other = tokens[at + 1]
    between = text[token.end() : other.start()]
    after = tokens[at + 2].start() if at + 2 < len(tokens) else end
    swapped = other.group() + between + token.group()
    return Fault(kind, token.start(), other.end(), swapped, after)


def _misspelt(word: str, random: Random) -> str:
    at = random.randrange(len(word) - 1) if len(word) > 1 else 0
    choices = [
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
    ]
    return random.choice(
        [each for each in choices if each and each != word] or ["x" + word]
    )


def programs(seeds: range, count: int = FAULTS) -> Iterator[Faulty]:
    """All programs with faults, one for each sound one and seed."""
    for path in SOUND:
        for seed in seeds:
            program = faulty(path, seed, count)
            if program is not None:
                yield program
