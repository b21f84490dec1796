"""Results as a table, as JSON, and as a page with pictures in the docs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from math import log
from pathlib import Path
from typing import Final

from benchmarks.result import Result

_DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
_BAR, _GAP, _LEFT, _WIDTH = 18, 8, 210, 640
_MANY_TIMES: Final = 50
# What is not told in seconds.
_BYTES: Final = ("memory",)


def table(results: Sequence[Result]) -> str:
    """The results in Markdown: seconds, and our speed divided by theirs."""
    rows = [
        "| what | whose | time | our speed ÷ theirs |",
        "|---|---|---:|---:|",
    ]
    for result in results:
        rows.append(f"| {result.name} | **pfc** | {_shown(result, result.ours)} | |")
        for peer, ratio in result.ratios.items():
            seconds = result.peers.get(peer, ratio * result.ours)
            shown = _shown(result, seconds)
            rows.append(f"| | {peer} | {shown} | {_ratio(ratio)} |")
    return "\n".join(rows)


def picture(result: Result) -> str:
    """One bar each for us and the peers, as SVG.

    Where times differ much, a bar is as long as the time has digits.
    """
    bars = [("pfc", result.ours), *result.peers.items()]
    longest = max(value for _, value in bars)
    shortest = min(value for _, value in bars)
    whole = _WIDTH - _LEFT - 90
    height = len(bars) * (_BAR + _GAP) + _GAP
    rows = []
    for at, (name, value) in enumerate(bars):
        top = _GAP + at * (_BAR + _GAP)
        part = value / longest
        if longest > _MANY_TIMES * shortest:
            part = log(2 * value / shortest) / log(2 * longest / shortest)
        width = max(1, round(whole * part))
        colour = "#2f6f4f" if at == 0 else "#9aa5b1"
        rows.append(
            f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_BAR}" fill="{colour}"/>'
            f'<text x="{_LEFT + width + 6}" y="{top + 14}">{_shown(result, value)}</text>'
        )
    inner = "\n".join(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        ' font-family="sans-serif" font-size="13" fill="#1f2933" role="img"'
        f' aria-label="{escape(result.name)}">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n{inner}\n</svg>\n'
    )


def write_page(results: Sequence[Result], order: Sequence[str]) -> None:
    """`docs/benchmarks.md`, with its pictures and numbers beside it.

    Claims that were not measured this time stay as they were written last; `order` is
    that of the page.
    """
    folder = _DOCS / "benchmarks"
    folder.mkdir(exist_ok=True)
    for result in results:
        (folder / f"{result.name}.svg").write_text(picture(result), "utf-8")
        told = json.dumps(result.as_json(), indent=2) + "\n"
        (folder / f"{result.name}.json").write_text(told, "utf-8")
    files = [folder / f"{name}.json" for name in order]
    known = [Result(**json.loads(file.read_bytes())) for file in files if file.exists()]
    parts = [_HEAD, table(known), ""]
    for result in known:
        parts += [
            f"## `{result.name}`",
            "",
            f"![{result.name}](benchmarks/{result.name}.svg)",
            "",
            result.method,
            "",
        ]
    (_DOCS / "benchmarks.md").write_text("\n".join(parts), "utf-8")


def _shown(result: Result, value: float) -> str:
    return f"{value:,.0f} B" if result.name in _BYTES else _time(value)


def _time(seconds: float) -> str:
    """Three digits and a unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{_three(seconds / size)} {unit}"
    return f"{_three(seconds / 1e-9)} ns"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def _three(value: float) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


_HEAD: Final = """\
# Benchmarks

Each claim is measured with its peers in the same run, on generated programs; `make bench`
installs the peers, measures everything and writes this page. A ratio is our speed divided by
theirs: above 1 we are quicker. Times are of the machine that wrote the page; compare ratios.
In pictures whose times differ by more than fifty times, bars are logarithmic.
"""
