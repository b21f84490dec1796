"""Draws the supervision tree of the first program of docs/how-to/supervision.md.

python tools/draw_tree.py           write docs/images/supervision.svg
python tools/draw_tree.py --check   exit with 1 if it differs from what is there
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from pfc.driver import compile_sources
from pfc.ir.surface import App, Child, Supervise

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
PAGE: Final = DOCS / "how-to" / "supervision.md"
PICTURE: Final = DOCS / "images" / "supervision.svg"
_WIDE, _HIGH, _GAP, _LEVEL = 150, 44, 20, 96


@dataclass(frozen=True)
class Box:
    """A reactor or a supervisor; where its middle is, and who is above it."""

    title: str
    note: str
    x: float
    y: float
    parent: tuple[float, float] | None
    is_supervisor: bool


def picture(tree: Supervise) -> str:
    """The tree as SVG: supervisors above, what they watch over below."""
    boxes: list[Box] = []
    columns = _placed(tree, 0, 0.0, boxes, None)[0]
    width = round(columns * (_WIDE + _GAP) + _GAP)
    height = round(max(box.y for box in boxes) + _HIGH / 2 + _GAP)
    lines = [
        f'<path d="M{x:g} {y + _HIGH / 2:g}V{box.y - _LEVEL / 2:g}H{box.x:g}'
        f'V{box.y - _HIGH / 2:g}" fill="none" stroke="#52606d"/>'
        for box in boxes
        if box.parent is not None
        for x, y in (box.parent,)
    ]
    inner = "\n".join([*lines, *map(_drawn, boxes)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13"'
        ' text-anchor="middle" role="img" aria-label="A supervision tree">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{inner}\n</svg>\n'
    )


def _placed(
    node: Supervise | Child,
    level: int,
    left: float,
    boxes: list[Box],
    order: list[int] | None,
) -> tuple[float, float]:
    """Put a node and all below it right of `left` columns; its columns and middle."""
    y = _GAP + _HIGH / 2 + level * _LEVEL
    if isinstance(node, Child):
        middle = _GAP + (left + 0.5) * (_WIDE + _GAP) - _GAP / 2
        title = node.reactor.rpartition(".")[2]
        boxes.append(Box(title, "reactor", middle, y, None, False))
        return 1, middle
    used, middles, mine = 0.0, [], len(boxes)
    for child in node.children:
        columns, middle = _placed(child, level + 1, left + used, boxes, order)
        used += columns
        middles.append(middle)
    here = (middles[0] + middles[-1]) / 2
    below = y + _LEVEL
    for at in range(mine, len(boxes)):
        box = boxes[at]
        if box.y == below and box.parent is None:
            boxes[at] = Box(
                box.title, box.note, box.x, box.y, (here, y), box.is_supervisor
            )
    boxes.append(Box(node.strategy, _limit(node), here, y, None, True))
    return used, here


def _limit(node: Supervise) -> str:
    if node.max_restarts is None or node.within is None:
        return "supervisor"
    return f"at most {node.max_restarts} within {node.within.total_seconds():g} s"


def _drawn(box: Box) -> str:
    fill, edge = ("#e3f2e9", "#2f6f4f") if box.is_supervisor else ("#eef2f6", "#52606d")
    left, top = box.x - _WIDE / 2, box.y - _HIGH / 2
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{_WIDE}" height="{_HIGH}" rx="6"'
        f' fill="{fill}" stroke="{edge}"/>'
        f'<text x="{box.x:g}" y="{box.y - 4:g}" font-weight="bold">'
        f"{escape(box.title)}</text>"
        f'<text x="{box.x:g}" y="{box.y + 14:g}" font-size="11">{escape(box.note)}</text>'
    )


def drawn() -> str:
    """The picture of the page's first program."""
    text = PAGE.read_text("utf-8")
    source = re.search(r"```pf file=(\S+)\n(.*?)```", text, re.DOTALL)
    assert source is not None, "the page has no program"
    made = compile_sources({source[1]: source[2]}, emit=False)
    assert made.ir is not None, [each.message for each in made.diagnostics]
    (app,) = (each for each in made.ir.by_id.values() if isinstance(each, App))
    return picture(app.trees[0])


def main(arguments: list[str]) -> int:
    """The command."""
    svg = drawn()
    if "--check" in arguments:
        return int(not PICTURE.exists() or PICTURE.read_text("utf-8") != svg)
    PICTURE.write_text(svg, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
