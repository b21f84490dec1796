"""What a page shows once its components are put in: the tree that page-wide rules judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Union

from pfc.diagnostics import Label
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.span import Span

LIMIT: Final = 50_000
"""How many parts of one page are looked at: a component used in itself grows fast."""

FIELDS: Final = frozenset({"input", "select", "textarea"})


@dataclass(frozen=True)
class At:
    """Where something stands: itself, and through which uses of components it came."""

    span: Span
    through: tuple[u.UseComponent, ...] = ()

    @property
    def page_span(self) -> Span:
        """Where it comes into the page."""
        return self.through[0].span if self.through else self.span

    def labels(self) -> tuple[Label, ...]:
        """Where it is written, if that is in a component."""
        if not self.through:
            return ()
        name = self.through[-1].id.rpartition(".")[2]
        return (Label(self.span, f"it stands in the component `{name}`"),)


@dataclass(frozen=True)
class Words:
    """A text; `blank` if it is known to show nothing."""

    at: At
    blank: bool


@dataclass(frozen=True)
class Shown:
    """An element, with what it holds."""

    at: At
    element: u.Element
    parts: tuple[Part, ...]

    @property
    def tag(self) -> str:
        """The HTML element; a button that sends is written as a form of its own."""
        return self.element.tag

    def text(self, name: str) -> str | None:
        """The text of an attribute that is constant."""
        return constant_attribute(self.element, name)

    def has(self, name: str) -> bool:
        """Whether it has an attribute."""
        return any(each.name == name for each in self.element.attributes)


@dataclass(frozen=True)
class Choice:
    """One of these is shown."""

    branches: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class Repeat:
    """The body, any number of times; `otherwise` for none."""

    body: tuple[Part, ...]
    otherwise: tuple[Part, ...]


Part = Union[Words, Shown, Choice, Repeat]
_Content = Mapping[str, tuple[Part, ...]]


@dataclass
class Expander:
    """Puts components in where they are used."""

    program: Program
    _left: int = field(default=LIMIT)

    def expand(self, nodes: Iterable[u.Node]) -> tuple[Part, ...]:
        """What these nodes show."""
        self._left = LIMIT
        return self._nodes(nodes, (), {})

    def _nodes(
        self,
        nodes: Iterable[u.Node],
        through: tuple[u.UseComponent, ...],
        content: _Content,
    ) -> tuple[Part, ...]:
        found: list[Part] = []
        for node in nodes:
            if self._left > 0:
                self._left -= 1
                found.extend(self._node(node, through, content))
        return tuple(found)

    def _node(
        self, node: u.Node, through: tuple[u.UseComponent, ...], content: _Content
    ) -> Iterator[Part]:
        match node:
            case u.TextNode(span=span, text=text):
                blank = (
                    not getattr(text, "parts", ())
                    and not str(getattr(text, "value", "")).strip()
                )
                yield Words(At(span, through), blank)
            case u.Element():
                parts = self._nodes(node.children, through, content)
                yield Shown(At(node.span, through), node, parts)
            case u.UseComponent():
                yield from self._use(node, through, content)
            case u.SlotNode(name=name):
                yield from content.get(name, ())
            case u.IfNode():
                blocks = (node.then, node.otherwise)
                yield Choice(tuple(self._nodes(b, through, content) for b in blocks))
            case u.MatchNode() | u.OutcomeNode():
                bodies = [arm.body for arm in node.arms]
                yield Choice(tuple(self._nodes(b, through, content) for b in bodies))
            case u.ForNode():
                body = self._nodes(node.body, through, content)
                yield Repeat(body, self._nodes(node.otherwise, through, content))
            case u.LetNode(rest=rest):
                # Without a value nothing of the rest is shown, or no page at all.
                yield from self._nodes(rest, through, content)

    def _use(
        self,
        node: u.UseComponent,
        through: tuple[u.UseComponent, ...],
        content: _Content,
    ) -> Iterator[Part]:
        component = self.program.by_id.get(node.id)
        given = {
            name: self._nodes(nodes, through, content) for name, nodes in node.slots
        }
        if not isinstance(component, u.Component):
            return
        if all(each.id != node.id for each in through):
            yield from self._nodes(component.body, (*through, node), given)


def inner(part: Part) -> tuple[tuple[Part, ...], ...]:
    """The parts in a part."""
    match part:
        case Shown(parts=parts):
            return (parts,)
        case Choice(branches=branches):
            return branches
        case Repeat(body=body, otherwise=otherwise):
            return body, otherwise
        case Words():
            return ()


def everything(parts: Iterable[Part]) -> Iterator[Words | Shown]:
    """All texts and elements, parents first."""
    for part in parts:
        if isinstance(part, Words | Shown):
            yield part
        for inside in inner(part):
            yield from everything(inside)


def elements(parts: Iterable[Part]) -> Iterator[Shown]:
    """All elements, parents first."""
    return (part for part in everything(parts) if isinstance(part, Shown))


def top(parts: Iterable[Part]) -> Iterator[Words | Shown]:
    """What stands directly in an element, whatever is chosen."""
    for part in parts:
        if isinstance(part, Words | Shown):
            yield part
        else:
            for inside in inner(part):
                yield from top(inside)


def constant_attribute(element: u.Element, name: str) -> str | None:
    """The text of an element's attribute if it is a constant string."""
    for attribute in element.attributes:
        if attribute.name == name:
            value = getattr(attribute.value, "value", None)
            return value if isinstance(value, str) else None
    return None


def fields_in(parts: Iterable[Part]) -> Iterator[tuple[str, Shown]]:
    """The inputs of a form that have a name, with it."""
    for part in elements(parts):
        name = part.text("name") if part.tag in FIELDS else None
        if name is not None:
            yield name, part
