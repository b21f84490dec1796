"""Formats the `.pf` blocks of the documentation and of the pages of diagnostics.

Blocks that do not parse, and those that begin with `pf layout=own`, stay as they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pfc.format import format_source
from pfc.span import Source

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?ms)^((`{3,})pf(?:[ \t][^\n]*)?\n)(.*?)^\2$")


def formatted(page: str) -> str:
    """The page with its blocks formatted."""

    def block(found: re.Match[str]) -> str:
        opening, fence, text = found.groups()
        result = format_source(Source("block.pf", text))
        if result.text is None or "layout=own" in opening:
            return found[0]
        return f"{opening}{result.text}{fence}"

    return BLOCK.sub(block, page)


def main() -> int:
    """Format all pages; tell which have changed."""
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "pfc" / "diagnostics" / "pages").glob("*.md"),
    ]
    for path in sorted(pages):
        page = path.read_text("utf-8")
        new = formatted(page)
        if new != page:
            path.write_text(new, "utf-8", newline="\n")
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
