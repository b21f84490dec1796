"""Railroad pictures of the rules, and the page that shows them."""

from __future__ import annotations

import io
from typing import Final

import railroad

from pfc.highlight.ebnf import Alt, Literal, Node, Opt, Plus, Ref, Seq, Star
from pfc.highlight.readable import Section, sections, title

FOLDER: Final = "docs/reference/railroad"
PAGE: Final = "docs/reference/grammar.md"
_WIDEST: Final = 760
_LONGEST: Final = 400
_STYLE: Final = """
svg { color-scheme: light dark; }
path { stroke-width: 2; stroke: #57606a; fill: none; }
text { font: 14px ui-monospace, SFMono-Regular, Menlo, monospace; text-anchor: middle;
  fill: #1f2328; }
rect { stroke-width: 1.5; stroke: #57606a; fill: #f6f8fa; }
g.terminal rect { stroke: #0a5cad; fill: #ddf0ff; }
g.terminal text { font-weight: 600; }
@media (prefers-color-scheme: dark) {
  path { stroke: #9198a1; }
  text { fill: #f0f6fc; }
  rect { stroke: #9198a1; fill: #21262d; }
  g.terminal rect { stroke: #4493f8; fill: #12305a; }
}
"""
_OPENING: Final = """\
# The grammar in pictures

Each picture is read from left to right along the line. Round boxes are written as they
stand; square ones are other rules, or a *name*, *number*, *string* or *python fence*
(see [literals](literals.md) and [names](names.md)). The pictures are made from
`grammar/packetflow.lark`, the grammar that the compiler itself reads: rules that only the
parser needs are put in place or left out.
"""


def files() -> dict[str, str]:
    """Path → text of every picture, and of the page."""
    known = sections()
    pictures = {
        f"{FOLDER}/{name}.svg": picture(node)
        for section in known
        for name, node in section.rules.items()
    }
    return {PAGE: page(known), **pictures}


def page(known: list[Section]) -> str:
    """The page, with a heading for each subject and each rule."""
    parts = [_OPENING]
    for section in known:
        parts.append(f"\n## {section.title[0].upper()}{section.title[1:]}\n")
        for name, node in section.rules.items():
            words = written(node)
            if len(words) > _LONGEST:
                words = f"The picture of the rule “{title(name)}”"
            parts.append(f"\n### {title(name)}\n\n![{words}](railroad/{name}.svg)\n")
    return "".join(parts)


def written(node: Node) -> str:
    """A rule in words, for those who do not see the picture."""
    match node:
        case Literal(text):
            return f"“{text}”".replace("[", "\\[").replace("]", "\\]")
        case Ref(name):
            return title(name)
        case Seq(items):
            return " ".join(map(written, items)) or "nothing"
        case Alt(items):
            return f"({' or '.join(map(written, items))})"
        case Opt(item):
            return f"optionally ({written(item)})"
        case Star(item):
            return f"any number of ({written(item)})"
        case Plus(item):
            return f"one or more ({written(item)})"
    raise ValueError(f"{node!r} has no words")


def picture(node: Node) -> str:
    """The picture of a rule as SVG, for light and dark pages."""
    diagram = railroad.Diagram(_drawn(node), type="complex")
    text = io.StringIO()
    diagram.writeStandalone(text.write, css=_STYLE)
    return text.getvalue() + "\n"


def _rows(items: list[railroad.DiagramItem]) -> railroad.DiagramItem:
    """A sequence; one that is too wide for a page is broken into rows."""
    rows: list[list[railroad.DiagramItem]] = [[]]
    for item in items:
        if rows[-1] and sum(each.width for each in rows[-1]) + item.width > _WIDEST:
            rows.append([])
        rows[-1].append(item)
    if not items:
        return railroad.Skip()
    if len(rows) == 1:
        return railroad.Sequence(*items)
    return railroad.Stack(*(railroad.Sequence(*row) for row in rows))


def _drawn(node: Node) -> railroad.DiagramItem:
    match node:
        case Literal(text):
            return railroad.Terminal(text)
        case Ref(name):
            return railroad.NonTerminal(title(name))
        case Seq(items):
            return _rows(_drawn_items(items))
        case Alt(items):
            return railroad.Choice(0, *map(_drawn, items))
        case Opt(Star(item) | Plus(item)) | Star(item):
            return railroad.ZeroOrMore(_drawn(item))
        case Opt(item):
            return railroad.Optional(_drawn(item))
        case Plus(item):
            return railroad.OneOrMore(_drawn(item))
    raise ValueError(f"{node!r} cannot be drawn")


def _drawn_items(items: tuple[Node, ...]) -> list[railroad.DiagramItem]:
    """`x ("," x)*` is drawn as a loop with the comma on its way back."""
    found: list[railroad.DiagramItem] = []
    for place, item in enumerate(items):
        before = items[place - 1] if place else None
        match item:
            case Star(Seq((Literal() as comma, again))) if again == before:
                found[-1] = railroad.OneOrMore(_drawn(again), _drawn(comma))
            case Plus(Seq((Literal() as comma, again))) if again == before:
                found[-1] = railroad.OneOrMore(_drawn(again), _drawn(comma))
            case _:
                found.append(_drawn(item))
    return found
