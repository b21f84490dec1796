"""Random small programs, as typed IR."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Module, Program
from pfc.ir.types import INT, PATH, STRING, ListType, Type
from tests.authority.bodies import Body
from tests.authority.build import (
    AT,
    KINDS,
    LOCAL,
    NUMBERS,
    PATHS,
    SMALL,
    TENANTS,
    base,
    cap,
    field,
    intent_of,
    literal,
    local,
    symbol,
)
from tests.authority.common import COMMON

_FIELD_TYPES: dict[str, Sequence[Type]] = {
    "p": (PATH, LOCAL),
    "q": (PATH,),
    "t": (STRING,),
    "u": (STRING,),
    "n": (INT, SMALL),
    "ps": (ListType(PATH),),
    "qs": (ListType(PATH),),
}
_FOCUS = (tuple(_FIELD_TYPES), ("p", "q"), ("ps", "qs"), ("t", "n"), ("p",))
"""The fields that the intents of one program have: few, so that they meet."""


class Maker:
    """Makes one program; `own` is how much it likes `with authority` (0 to 1)."""

    durable = False
    """Whether bodies have rows."""
    gives = False
    """Whether bodies delegate and revoke."""

    def __init__(self, random: Random, own: float) -> None:
        self.random = random
        self.own = own
        self.program = Program()
        self.intents: list[d.Intent] = []
        self.focus = sorted(random.choice(_FOCUS))
        # Public intents that send, with own authority, intents which require a constant.
        self.relays = random.random() < 0.2 * own
        if self.relays:
            self.focus = ["p"]
        # Handlers of a few statements which are nearly right, each in its own way.
        self.short = random.random() < 0.35

    def make(self) -> Program:
        module = self.program.modules["g"] = Module("g", "g.pf", None, "")
        made: list[Any] = [*COMMON]
        for number in range(self.random.randint(1, 3)):
            self.intents.append(self._intent(number))
        made += self.intents
        for each in made:
            self.program.by_id[each.id] = each
        half = self.random.randint(0, len(self.intents))
        groups = [self.intents[:half], self.intents[half:]]
        for number, group in enumerate(groups):
            reactor = self._reactor(number, group)
            made.append(reactor)
            self.program.by_id[reactor.id] = reactor
            for handler in reactor.handlers:
                self.program.handler_of[handler.intent] = (reactor.id, handler)
        module.declarations += made
        return self.program

    # ------------------------------------------------------------ declarations
    def _intent(self, number: int) -> d.Intent:
        count = min(len(self.focus), self.random.randint(1, 3))
        names = self.random.sample(self.focus, count)
        fields = tuple(
            field(name, self.random.choice(_FIELD_TYPES[name])) for name in names
        )
        if self.relays:
            fields = (field("p", LOCAL),)
            area = e.PathArgument(AT, None, ("a",), True)
            constant = (e.Requirement(AT, cap("write", area)),) if number else ()
            return intent_of(number, fields, constant)
        scope = {f.name: f.symbol for f in fields}
        requires = [
            self._requirement(scope) for _ in range(self.random.choice((0, 0, 1, 1, 2)))
        ]
        return intent_of(number, fields, tuple(requires))

    def _requirement(self, scope: dict[str, e.Symbol]) -> e.Requirement:
        lists = [s for s in scope.values() if isinstance(s.type, ListType)]
        if lists and self.random.random() < 0.6:
            item = symbol("each", PATH, "loop")
            kind = self.random.choice(("read", "write"))
            each = cap(kind, e.ValueArgument(AT, local(item)))
            whole = local(self.random.choice(lists))
            return e.Requirement(AT, each, item, whole)
        if self.random.random() < 0.2:
            area = e.PathArgument(AT, None, ("a",), True)
            return e.Requirement(AT, cap("write", area))
        return e.Requirement(AT, self.cap(scope))

    def _reactor(self, number: int, intents: Sequence[d.Intent]) -> d.Reactor:
        id_ = f"g.R{number}"
        holds = tuple(self.cap({}) for _ in range(self.random.randint(0, 2)))
        if self.random.random() < self.own:
            area = e.PathArgument(AT, None, ("a",), True)
            holds = (
                *holds,
                cap("write", self.random.choice((area, e.AnyArgument(AT)))),
            )
        holds = (*holds, *self.more_holds())
        state = (field("s", PATH),)
        handlers = tuple(Body(self, id_, intent, holds).handler() for intent in intents)
        return d.Reactor(
            AT, AT, id_, f"R{number}", (), (), holds, state, (), None, "reject",
            None, None, None, "permanent", handlers, None,
        )  # fmt: skip

    def more_holds(self) -> tuple[e.Cap, ...]:
        """What else a reactor holds."""
        return ()

    # ------------------------------------------------------------ capabilities
    def plain_cap(self, scope: dict[str, e.Symbol]) -> e.Cap:
        """A capability of the program's own family."""
        return Maker.cap(self, scope)

    def cap(self, scope: dict[str, e.Symbol]) -> e.Cap:
        kinds = ("read", "write", "write", "charge", "charge", "boss", "admin")
        kind = self.random.choice(kinds)
        arguments = (self._argument(domain, scope) for domain in KINDS[kind])
        return cap(kind, *arguments)

    def _argument(self, domain: str, scope: dict[str, e.Symbol]) -> e.CapArgument:
        random = self.random
        if random.random() < 0.08:
            return e.AnyArgument(AT)
        if domain == "path":
            paths = [s for s in scope.values() if base(s.type) == PATH]
            if paths and random.random() < 0.7:
                leading = local(random.choice(paths))
                if random.random() < 0.15:
                    return e.PathArgument(AT, leading, (), True)
                return e.ValueArgument(AT, leading)
            texts = [s for s in scope.values() if s.type == STRING]
            if texts and random.random() < 0.3:
                part = local(random.choice(texts))
                return e.PathArgument(AT, None, ("a", part), random.random() < 0.3)
            segments = tuple(random.choice(PATHS).split("/")[1:])
            return e.PathArgument(AT, None, segments, random.random() < 0.6)
        type_, values = (STRING, TENANTS) if domain == "atom" else (INT, NUMBERS)
        found = [s for s in scope.values() if base(s.type) == type_]
        if found and random.random() < 0.7:
            return e.ValueArgument(AT, local(random.choice(found)))
        return e.ValueArgument(AT, literal(random.choice(values), type_))
