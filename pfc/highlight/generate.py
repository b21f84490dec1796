"""All files that are made from the grammar."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pfc.highlight import (
    editing,
    make_tables,
    monarch,
    pictures,
    shown,
    textmate,
    word_table,
)

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = {
    "capabilities": ("examples/notes/notes.pf", "capability Notes {", "## Whoever"),
    "page": ("examples/notes/notes.pf", 'page "/" as Home', 'page "/'),
}
"""Pictures in docs/images: the file, the line that they begin with, what they end before."""

FENCE: Final = """\
## How long a text takes to read.
effect reading_time(text: String) -> Duration
  timeout 2s
  python ```py
    words = len(text.split())
    return timedelta(minutes=max(1, words // 200))
```

fn greeting(name: String?) -> String = "Hello, {name or "stranger"}!\\n"
"""


def made() -> dict[str, str]:
    """Path in the repository → text; the tables come first, as pictures are read with them."""
    return {
        "pfc/highlight/tables.json": make_tables.tables(),
        "editors/vscode/syntaxes/packetflow.tmLanguage.json": textmate.grammar(),
        "editors/vscode/language-configuration.json": editing.configuration(),
        "editors/monarch/packetflow.json": monarch.definition(),
        word_table.PAGE: word_table.page(),
        **pictures.files(),
        "docs/images/fence.svg": shown.svg(FENCE),
        **{f"docs/images/{name}.svg": shown.svg(sample(name)) for name in SAMPLES},
    }


def sample(name: str) -> str:
    """The part of an example that a picture shows."""
    path, begin, end = SAMPLES[name]
    text = (ROOT / path).read_text("utf-8")
    start = text.index(begin)
    return text[start : text.index(end, start + len(begin))].rstrip() + "\n"


def stale(wanted: dict[str, str]) -> list[str]:
    """The files that are not as wanted, and pictures of rules that are gone."""
    found = [path for path, text in wanted.items() if _read(path) != text]
    pictures_ = (ROOT / pictures.FOLDER).glob("*.svg")
    there = (path.relative_to(ROOT).as_posix() for path in pictures_)
    return [*found, *(path for path in there if path not in wanted)]


def write() -> list[str]:
    """Makes every stale file anew; which those were."""
    wanted = made()
    changed = stale(wanted)
    for path in changed:
        file = ROOT / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(wanted[path].encode())
        else:
            file.unlink()
    return changed


def _read(path: str) -> str | None:
    file = ROOT / path
    return file.read_bytes().decode() if file.is_file() else None
