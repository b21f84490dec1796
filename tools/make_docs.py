"""Writes the pages of `docs/reference/stdlib` from the compiler's table.

python tools/make_docs.py           write them
python tools/make_docs.py --check   exit with 1 if one differs from what is there
"""

from __future__ import annotations

import sys
from pathlib import Path

from pfc.semantics.stdlib.pages import pages

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference" / "stdlib"


def stale(folder: Path) -> list[str]:
    """The pages of a folder that differ from the table, are missing, or too many."""
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    names = sorted({*wanted, *there})
    return [name for name in names if wanted.get(name) != there.get(name)]


def write(folder: Path) -> None:
    """Writes every page; what is no page any more is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """The command."""
    if "--check" not in arguments:
        write(FOLDER)
        return 0
    found = stale(FOLDER)
    for name in found:
        print(f"docs/reference/stdlib/{name} is stale: run tools/make_docs.py")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
