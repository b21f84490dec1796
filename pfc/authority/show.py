"""Capabilities, facts and places as users write them."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.authority.algebra import (
    Argument,
    AtLeast,
    AtMost,
    Capability,
    Exact,
    PathPattern,
)
from pfc.authority.context import Context
from pfc.authority.facts import Each, Fact
from pfc.authority.terms import Const, Term
from pfc.authority.trace import (
    HandlerPlace,
    HookPlace,
    Need,
    PagePlace,
    Place,
    PrincipalPlace,
    Use,
)
from pfc.ir.durable import Workflow
from pfc.ir.types import DeclId


class Show:
    """Texts for messages."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def term(self, term: Term) -> str:
        """A value by its name, or as a literal."""
        return self._context.shown(term)

    def capability(self, capability: Capability, each: Each | None = None) -> str:
        """`FileCap.read("/docs/**")`, perhaps `for p in paths`."""
        text = self._context.kinds[capability.kind].name
        if capability.arguments:
            text += f"({', '.join(map(self.argument, capability.arguments))})"
        if each is not None:
            text += f" for {each.item.text} in {self.term(each.values)}"
        return text

    def need(self, need: Need) -> str:
        """What is needed."""
        return self.capability(need.capability, need.each)

    def fact(self, fact: Fact) -> str:
        """What is held."""
        return self.capability(fact.capability, fact.each)

    def facts(self, facts: Iterable[Fact]) -> str:
        """What is held, as a list in back-quotes."""
        return ", ".join(dict.fromkeys(f"`{self.fact(fact)}`" for fact in facts))

    def argument(self, argument: Argument) -> str:
        """One argument."""
        match argument:
            case Exact(value) | AtMost(value) | AtLeast(value):
                return self.term(value)
            case PathPattern(leading, segments, rest):
                if leading is not None and not segments and not rest:
                    return self.term(leading)
                return self._pattern(leading, segments, rest)
            case _:
                return "*"

    def _pattern(
        self, leading: Term | None, segments: tuple[str | Term, ...], rest: bool
    ) -> str:
        text = "" if leading is None else f"{{{self.term(leading)}}}"
        for part in segments:
            if isinstance(part, str):
                text += f"/{part}"
            else:
                text += f"/{{{self.term(part)}}}"
        text += "/**" if rest else ""
        return f'"{text or "/"}"'

    def action(self, use: Use) -> str:
        """What the program does there."""
        name = self.name(use.target)
        match use.kind:
            case "perform" | "performs":
                return f"performing `{name}`"
            case "send":
                return f"sending `{name}`"
            case "ask":
                return f"asking `{name}`"
            case "emit":
                return f"emitting `{name}`"
            case "find":
                return f"finding rows of `{name}`"
            case "insert":
                return f"inserting into `{name}`"
            case "update":
                return f"updating `{name}`"
            case "delete":
                return f"deleting from `{name}`"
            case "from":
                return f"reading `{name}`"
            case "await":
                return f"waiting for `{name}`"
            case "read":
                return f"reading `{use.name}`"
            case _:
                return f"offering `{name}`"

    def name(self, id_: DeclId) -> str:
        """A declaration by its last name."""
        return id_.rpartition(".")[2]

    def callers(self, place: Place) -> str:
        """Whoever arrives at a place."""
        if isinstance(place, HandlerPlace):
            return f"callers of `{place.intent.name}`"
        if isinstance(place, PagePlace):
            return f"visitors of `{place.page.name}`"
        return self.place(place)

    def actor(self, place: Place) -> str:
        """Who acts there with authority of its own."""
        if isinstance(place, HandlerPlace):
            return place.reactor.name
        if isinstance(place, PrincipalPlace):
            return place.declaration.name
        return place.plugin.name if isinstance(place, HookPlace) else place.page.name

    def place(self, place: Place) -> str:
        """A place, as something that sends."""
        if isinstance(place, PrincipalPlace):
            kind = type(place.declaration).__name__.lower()
            return f"the {kind} `{place.declaration.name}`"
        if isinstance(place, HookPlace):
            return f"the plugin `{place.plugin.name}`"
        if isinstance(place, HandlerPlace) and isinstance(place.reactor, Workflow):
            return f"the workflow `{place.reactor.name}`"
        if isinstance(place, HandlerPlace):
            return f"the handler of `{place.intent.name}` in `{place.reactor.name}`"
        return f"the page `{place.page.name}`"


def path_text(segments: tuple[str, ...]) -> str:
    """A constant path."""
    return "/" + "/".join(segments)


def number_text(value: Const) -> str:
    """A constant."""
    return value.text
