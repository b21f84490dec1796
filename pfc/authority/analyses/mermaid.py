"""A graph in Mermaid's language, for READMEs and pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pfc.authority.analyses.graph import Box, Edge, Graph


def mermaid(graph: Graph) -> str:
    """A flowchart from left to right; dashed arrows use a reactor's own authority."""
    names = {id_: f"n{number}" for number, id_ in enumerate(graph.ids())}
    lines = ["flowchart LR", *_boxes(graph, names)]
    lines += [f"  {_arrow(edge, names)}" for edge in graph.edges]
    return "\n".join(lines) + "\n"


def _boxes(graph: Graph, names: dict[str, str]) -> Iterator[str]:
    for box in graph.boxes:
        title = _text(box.name, f"{box.kind} {box.detail}".strip())
        if not box.rows:
            yield f"  {names[box.id]}{_shape(box, title)}"
            continue
        yield f'  subgraph {names[box.id]}["{title}"]'
        for row in box.rows:
            text = _text(row.name, f"requires {row.requires}")
            yield f'    {names[row.id]}["{text}"]'
        yield "  end"


def _shape(box: Box, title: str) -> str:
    if box.kind == "table":
        return f'[("{title}")]'
    return f'(["{title}"])' if box.column == 0 else f'[/"{title}"/]'


def _arrow(edge: Edge, names: dict[str, str]) -> str:
    arrow = "-.->" if edge.own else "-->"
    label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
    return f"{names[edge.source]} {arrow}{label} {names[edge.target]}"


def _text(name: str, detail: str) -> str:
    return f"<b>{_escaped(name)}</b><br/>{_escaped(detail)}"


def _escaped(text: str) -> str:
    """Characters that Mermaid reads as its own, as numbered entities."""
    return re.sub(r"[^\w .,:/*()+-]", lambda found: f"#{ord(found[0])};", text)
