"""A graph as an SVG picture: entries at the left, handlers, and the outside at the right."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from pfc.authority.analyses.graph import Box, Edge, Graph
from pfc.frozen import dataclass

_LETTER: Final = 6.7
"""Width of a letter of the small type, in pixels; the type is monospaced."""
_LINE: Final = 17
_PADDING: Final = 10
_BETWEEN: Final = 18
_GAP: Final = 150
"""Room between columns, for the arrows."""
_LONGEST: Final = 46

_STYLE: Final = """
  text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: #1f2933; }
  .name { font-weight: 700; font-size: 12px; }
  .detail { fill: #61707f; }
  .box { fill: #ffffff; stroke: #9aa5b1; }
  .entry { fill: #eef6ff; stroke: #5b8def; }
  .outside { fill: #fff7ec; stroke: #d99a2b; }
  .row { stroke: #e4e7eb; }
  .edge { fill: none; stroke: #5b8def; stroke-width: 1.3; }
  .own { stroke: #c0392b; stroke-dasharray: 5 3; }
  .reason { font-size: 10px; fill: #c0392b; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; } .detail { fill: #9aa5b1; }
    .box { fill: #1f2933; } .entry { fill: #18283f; } .outside { fill: #33270f; }
    .row { stroke: #3e4c59; }
  }
"""


@dataclass(frozen=True, slots=True)
class _Port:
    """Where arrows leave and arrive, for a box or one of its rows."""

    left: float
    right: float
    y: float


def picture(graph: Graph) -> str:
    """The SVG document."""
    columns = [_ordered(graph, number) for number in range(3)]
    widths = [max(map(_width, boxes), default=0) for boxes in columns]
    ports: dict[str, _Port] = {}
    drawn: list[str] = []
    x, height = float(_PADDING), 0.0
    tallest = max(sum(_height(b) + _BETWEEN for b in boxes) for boxes in columns)
    for boxes, width in zip(columns, widths, strict=True):
        y = _PADDING + (tallest - sum(_height(b) + _BETWEEN for b in boxes)) / 2
        for box in boxes:
            drawn += _box(box, x, y, width, ports)
            y += _height(box) + _BETWEEN
        height = max(height, y)
        x += width + (_GAP if width else 0)
    total = x - (_GAP if widths[-1] else 0) + _PADDING
    size = f'width="{total:.0f}" height="{height:.0f}"'
    view = f'viewBox="0 0 {total:.0f} {height:.0f}"'
    edges = [line for edge in graph.edges for line in _edge(edge, ports)]
    body = "\n".join((*edges, *drawn))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img" '
        f'aria-label="Who sends what to whom, with which authority">\n'
        f"<style>{_STYLE}</style>\n{_ARROW}\n{body}\n</svg>\n"
    )


_ARROW: Final = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
    'markerHeight="7" orient="auto-start-reverse">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#5b8def"/></marker></defs>'
)


def _ordered(graph: Graph, column: int) -> list[Box]:
    """The boxes of a column, by the middle of what they are joined to: fewer crossings."""
    middle_column = Graph(tuple(b for b in graph.boxes if b.column == 1), ())
    places = {id_: number for number, id_ in enumerate(middle_column.ids())}

    def middle(box: Box) -> float:
        found = [
            places[other]
            for edge in graph.edges
            for one, other in (
                (edge.source, edge.target),
                (edge.target, edge.source),
            )
            if one == box.id and other in places
        ]
        return sum(found) / len(found) if found else 0.0

    boxes = [box for box in graph.boxes if box.column == column]
    return boxes if column == 1 else sorted(boxes, key=middle)


def _lines(box: Box) -> list[tuple[str, str]]:
    lines = [("name", box.name), ("detail", f"{box.kind} {box.detail}".strip())]
    return [(kind, _short(text)) for kind, text in lines]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _width(box: Box) -> float:
    texts = [text for _, text in _lines(box)]
    texts += [_row_text(row.name, row.requires) for row in box.rows]
    return max(len(text) for text in texts) * _LETTER + 2 * _PADDING + 8


def _row_text(name: str, requires: str) -> str:
    return _short(f"{name}  {requires}")


def _height(box: Box) -> float:
    return (2 + len(box.rows)) * _LINE + _PADDING + (6 if box.rows else 0)


def _box(
    box: Box, x: float, y: float, width: float, ports: dict[str, _Port]
) -> Iterator[str]:
    kind = {0: "box entry", 1: "box", 2: "box outside"}[box.column]
    height = _height(box)
    yield (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="6"/>'
    )
    middle = y + (height if not box.rows else 2 * _LINE) / 2
    ports[box.id] = _Port(x, x + width, middle)
    at = y + _LINE
    for style, text in _lines(box):
        yield _text(style, x + _PADDING, at, text, "")
        at += _LINE
    at += 4
    for row in box.rows:
        yield (
            f'<line class="row" x1="{x:.1f}" x2="{x + width:.1f}" '
            f'y1="{at - 13:.1f}" y2="{at - 13:.1f}"/>'
        )
        shown = _row_text(row.name, row.requires)
        name, rest = shown[: len(row.name)], shown[len(row.name) :]
        yield _text("", x + _PADDING, at, name, rest)
        ports[row.id] = _Port(x, x + width, at - 4)
        at += _LINE


def _text(style: str, x: float, y: float, text: str, detail: str) -> str:
    more = f'<tspan class="detail">{escape(detail)}</tspan>' if detail else ""
    return (
        f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" xml:space="preserve">'
        f"{escape(text)}{more}</text>"
    )


def _edge(edge: Edge, ports: dict[str, _Port]) -> Iterator[str]:
    start, end = ports.get(edge.source), ports.get(edge.target)
    if start is None or end is None:
        return
    style = "edge own" if edge.own else "edge"
    title = f"<title>{escape(edge.label or edge.kind)}</title>"
    if end.left >= start.right:
        x1, x2, bend = start.right, end.left, (end.left - start.right) / 2
        path = f"M{x1:.1f} {start.y:.1f} C{x1 + bend:.1f} {start.y:.1f} "
        path += f"{x2 - bend:.1f} {end.y:.1f} {x2:.1f} {end.y:.1f}"
    elif end.right <= start.left:
        x1, x2, bend = start.left, end.right, (start.left - end.right) / 2
        path = f"M{x1:.1f} {start.y:.1f} C{x1 - bend:.1f} {start.y:.1f} "
        path += f"{x2 + bend:.1f} {end.y:.1f} {x2:.1f} {end.y:.1f}"
    else:
        far = max(start.right, end.right) + 60
        path = f"M{start.right:.1f} {start.y:.1f} C{far:.1f} {start.y:.1f} "
        path += f"{far:.1f} {end.y:.1f} {end.right:.1f} {end.y:.1f}"
    yield f'<path class="{style}" d="{path}" marker-end="url(#to)">{title}</path>'
