"""Pages of documentation as programs: their code blocks, in order.

A block says what it is in its opening line:

    ```pf file=doors.pf          a file of the page's project
    ```pf                        a fragment that has to check alone
    ```pf wrong=PF301            a fragment in which exactly this is wrong
    ```py file=main.py           a file of the page's project
    ```console                   commands behind `$ ` and what they print; `...` stands for
                                 anything; `# exit code 1` ends a command that fails
    ```sh                        commands for the reader's own machine: only known ones
    ```text, ```toml, ...        nothing to run
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its `key=value` words, its text and first line."""

    language: str
    words: dict[str, str]
    text: str
    line: int


def pages() -> list[Path]:
    """Every page that readers see."""
    own = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return [page for page in own if page.exists()] + sorted(
        (ROOT / "docs").rglob("*.md")
    )


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    found: list[Block] = []
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "fence":
            language, *words = token.info.split() or [""]
            pairs = dict(word.partition("=")[::2] for word in words)
            line = (token.map or [0])[0] + 1
            found.append(Block(language, pairs, token.content, line))
    return found


def matches(expected: str, printed: str) -> bool:
    """Whether what was printed is what the page shows; `...` stands for anything."""
    wanted = "\n".join(line.rstrip() for line in expected.strip().splitlines())
    got = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    pattern = ".*".join(re.escape(part) for part in wanted.split("..."))
    return re.fullmatch(pattern, got, re.DOTALL) is not None
