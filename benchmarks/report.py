"""Results as a table, as JSON, and as a page with pictures in the docs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.claims import Result

_DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
_BAR, _GAP, _LEFT, _WIDTH = 18, 8, 210, 640


def table(results: Sequence[Result]) -> str:
    """The results in Markdown: seconds, and our speed divided by theirs."""
    rows = [
        "| what | whose | seconds | our speed ÷ theirs |",
        "|---|---|---:|---:|",
    ]
    for result in results:
        rows.append(f"| {result.name} | **pfc** | {result.ours:.3f} | |")
        for peer, ratio in result.ratios.items():
            seconds = result.peers.get(peer, ratio * result.ours)
            rows.append(f"| | {peer} | {seconds:.3f} | {ratio:.2f} |")
    return "\n".join(rows)


def picture(result: Result) -> str:
    """One bar each for us and the peers, as SVG."""
    bars = [("pfc", result.ours), *result.peers.items()]
    longest = max(value for _, value in bars)
    height = len(bars) * (_BAR + _GAP) + _GAP
    rows = []
    for at, (name, value) in enumerate(bars):
        top = _GAP + at * (_BAR + _GAP)
        width = max(1, round((_WIDTH - _LEFT - 90) * value / longest))
        colour = "#2f6f4f" if at == 0 else "#9aa5b1"
        rows.append(
            f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_BAR}" fill="{colour}"/>'
            f'<text x="{_LEFT + width + 6}" y="{top + 14}">{value:.3f} s</text>'
        )
    inner = "\n".join(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        ' font-family="sans-serif" font-size="13" fill="#1f2933" role="img"'
        f' aria-label="{escape(result.name)}">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n{inner}\n</svg>\n'
    )


def write_page(results: Sequence[Result]) -> None:
    """`docs/benchmarks.md`, with its pictures and numbers beside it."""
    folder = _DOCS / "benchmarks"
    folder.mkdir(exist_ok=True)
    parts = [_HEAD, table(results), ""]
    for result in results:
        (folder / f"{result.name}.svg").write_text(picture(result), "utf-8")
        told = json.dumps(result.as_json(), indent=2) + "\n"
        (folder / f"{result.name}.json").write_text(told, "utf-8")
        parts += [
            f"## `{result.name}`",
            "",
            f"![{result.name}](benchmarks/{result.name}.svg)",
            "",
            result.method,
            "",
        ]
    (_DOCS / "benchmarks.md").write_text("\n".join(parts), "utf-8")


_HEAD: Final = """\
# Benchmarks

Each claim is measured with its peers in the same run, on a generated project; `make bench`
installs the peers, measures everything and writes this page. A ratio is our speed divided by
theirs: above 1 we are quicker. Times are of the machine that wrote the page; compare ratios.
"""
