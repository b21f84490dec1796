"""Random small programs, as typed IR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.program import Module, Program
from pfc.ir.types import BOOL, INT, PATH, STRING, UNIT, ListType, RefinedType, Type
from pfc.span import Span

AT = Span("g.pf", 0, 0)
PATHS = ("/a", "/a/b", "/ab", "/c")
TENANTS = ("x", "y")
NUMBERS = (1, 5, 9)
LOCAL = RefinedType("g.Local", PATH)
SMALL = RefinedType("g.Small", INT)
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
KINDS: dict[str, tuple[str, ...]] = {
    "read": ("path",),
    "write": ("path",),
    "admin": (),
    "charge": ("atom", "max"),
    "boss": ("atom",),
}


def literal(value: Any, type_: Type) -> e.Literal:
    return e.Literal(AT, type_, value)


def symbol(name: str, type_: Type, kind: str = "parameter") -> e.Symbol:
    return e.Symbol(name, type_, kind, AT)


def local(found: e.Symbol) -> e.Local:
    return e.Local(AT, found.type, found)


def field(name: str, type_: Type) -> d.Field:
    own = symbol(name, type_)
    return d.Field(AT, name, type_, None, None, None, False, None, own)


def block(*statements: st.Statement, leaves: bool = False) -> st.Block:
    return st.Block(AT, statements, leaves)


def family() -> d.Family:
    types = {"path": PATH, "atom": STRING, "max": INT}
    parameters = {
        name: tuple(
            d.Parameter(AT, f"{name}{i}", domain, types[domain])
            for i, domain in enumerate(domains)
        )
        for name, domains in KINDS.items()
    }
    implies = {
        "write": (d.Implication(AT, "g.F.read", (0,)),),
        "admin": (d.Implication(AT, "g.F.write", (None,)),),
        "boss": (d.Implication(AT, "g.F.charge", (0, literal(5, INT))),),
    }
    operations = tuple(
        d.Operation(AT, name, parameters[name], implies.get(name, ()), None)
        for name in KINDS
    )
    return d.Family(AT, "g.F", "F", operations, None)


def refined(id_: str, base: Type, under: str | None, limit: int | None) -> d.Refined:
    it = symbol("it", base, "it")
    where = None
    if limit is not None:
        where = e.Compare(AT, BOOL, "<=", local(it), literal(limit, INT))
    refinement = d.Refinement(AT, under, it, where)
    return d.Refined(AT, id_, id_.rpartition(".")[2], base, refinement, None)


class Maker:
    """Makes one program; `own` is how much it likes `with authority` (0 to 1)."""

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

    def make(self) -> Program:
        module = self.program.modules["g"] = Module("g", "g.pf", None, "")
        made: list[Any] = [
            family(),
            refined("g.Local", PATH, "/a", None),
            refined("g.Small", INT, None, 5),
            *self._effects(),
        ]
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
    def _effects(self) -> list[d.Effect]:
        p, t, n = field("p", PATH), field("t", STRING), field("n", INT)
        any_p, any_t = field("p", PATH), field("t", STRING)
        body = d.Python(AT, "pass", 1, "", "", False)

        def effect(name: str, parameters: Any, cap: e.Cap) -> d.Effect:
            requires = (e.Requirement(AT, cap),)
            return d.Effect(
                AT, AT, f"g.{name}", name, parameters, UNIT, (), requires, AT,
                None, None, frozenset(), body, False, None,
            )  # fmt: skip

        value = e.ValueArgument
        gone = field("p", PATH)
        needed = e.Requirement(AT, cap("write", value(AT, local(gone.symbol))))
        event = d.Event(AT, AT, "g.Gone", "Gone", (gone,), (needed,), AT, None)
        self.program.by_id[event.id] = event
        area = e.PathArgument(AT, None, ("a",), True)
        home = e.PathArgument(AT, None, ("a", local(any_t.symbol)), False)
        limits = (value(AT, local(t.symbol)), value(AT, local(n.symbol)))
        read, write = field("p", PATH), field("p", PATH)
        return [
            effect("do_read", (read,), cap("read", value(AT, local(read.symbol)))),
            effect("do_write", (write,), cap("write", value(AT, local(write.symbol)))),
            effect("do_charge", (t, n), cap("charge", *limits)),
            effect("do_purge", (any_p,), cap("write", area)),
            effect("do_home", (any_t,), cap("write", home)),
            effect("do_admin", (p,), cap("admin")),
            replace(effect("pick", (), cap("admin")), requires=(), result=PATH),
        ]

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
        state = (field("s", PATH),)
        handlers = tuple(Body(self, id_, intent, holds).handler() for intent in intents)
        return d.Reactor(
            AT, AT, id_, f"R{number}", (), (), holds, state, (), None, "reject",
            None, None, None, "permanent", handlers, None,
        )  # fmt: skip

    # ------------------------------------------------------------ capabilities
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
            paths = [s for s in scope.values() if _base(s.type) == PATH]
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
        found = [s for s in scope.values() if _base(s.type) == type_]
        if found and random.random() < 0.7:
            return e.ValueArgument(AT, local(random.choice(found)))
        return e.ValueArgument(AT, literal(random.choice(values), type_))


class Body:
    """Makes the body of one handler."""

    def __init__(
        self, maker: Maker, reactor: str, intent: d.Intent, holds: tuple[e.Cap, ...]
    ) -> None:
        self.holds = holds
        self.maker, self.random = maker, maker.random
        self.reactor, self.intent = reactor, intent
        self.later = [i for i in maker.intents if i.name > intent.name]
        self.in_authority = False
        self.known: list[e.Cap] = []

    def handler(self) -> d.Handler:
        bindings = tuple(symbol(f.name, f.type, "binding") for f in self.intent.fields)
        scope = {each.name: each for each in bindings}
        pairs = zip(self.intent.fields, bindings, strict=True)
        bound = {field.symbol: binding for field, binding in pairs}
        self.known = [
            renamed(r.cap, bound) for r in self.intent.requires if r.each_symbol is None
        ]
        body = block(*self._statements(scope, 3))
        return d.Handler(AT, AT, self.intent.id, bindings, body, False, False)

    def _statements(self, scope: dict[str, e.Symbol], depth: int) -> list[st.Statement]:
        scope = dict(scope)
        count = self.random.choice((1, 1, 2, 2, 3) if depth > 2 else (1, 1, 2))
        return [self._statement(scope, depth) for _ in range(count)]

    def _statement(self, scope: dict[str, e.Symbol], depth: int) -> st.Statement:
        random = self.random
        roll = random.random()
        if depth and roll < 0.24:
            return self._if(scope, depth)
        if depth and roll < 0.24 + 0.25 * self.maker.own and not self.in_authority:
            return self._authority(scope, depth)
        roll = random.random()
        if roll < 0.5:
            return self._perform(scope)
        if roll < 0.64:
            return self._let(scope)
        if roll < 0.72:
            condition = self._condition(scope)
            self.known = self.known + told(condition)
            leave = block(st.Deny(AT, None, None), leaves=True)
            return st.Require(AT, condition, leave)
        if roll < (0.9 if self.in_authority else 0.8) and self.later:
            return self._send(scope)
        if roll < 0.88:
            return self._store(scope)
        lists = [s for s in scope.values() if isinstance(s.type, ListType)]
        if lists and depth:
            item = symbol(random.choice(("p", "item")), PATH, "loop")
            inner = {**scope, item.name: item}
            before = self.known
            self.known = before + [
                cap(r.cap.operation, e.ValueArgument(AT, local(item)))
                for r in self.intent.requires
                if r.each_symbol is not None
            ]
            body = block(*self._statements(inner, depth - 1))
            self.known = before
            return st.For(AT, (item,), local(random.choice(lists)), body)
        return self._perform(scope)

    def _store(self, scope: dict[str, e.Symbol]) -> st.Assign:
        target = st.Target(AT, PATH, "s", PATH, ())
        return st.Assign(AT, target, "=", self._value(PATH, scope))

    def _if(self, scope: dict[str, e.Symbol], depth: int) -> st.If:
        random = self.random
        condition = self._condition(scope)
        leaves = random.random() < 0.15
        before = self.known
        self.known = before + told(condition)
        then = self._statements(scope, depth - 1)
        if random.random() < 0.1:
            then.insert(0, self._store(scope))
        self.known = before
        if leaves:
            then.append(st.Deny(AT, None, None))
        otherwise = None
        if random.random() < 0.4:
            otherwise = block(*self._statements(scope, depth - 1))
        return st.If(AT, condition, block(*then, leaves=leaves), otherwise)

    def _authority(self, scope: dict[str, e.Symbol], depth: int) -> st.WithAuthority:
        self.in_authority = True
        before = self.known
        self.known = before + list(self.holds) * 2
        body = block(*self._statements(scope, depth - 1))
        self.known = before
        self.in_authority = False
        over: tuple[e.Expr, ...] = ()
        if self.random.random() < 0.15:
            over = (local(self.random.choice(sorted_symbols(scope))),)
        return st.WithAuthority(AT, "why", over, body)

    def _let(self, scope: dict[str, e.Symbol]) -> st.Let:
        name = self.random.choice(("p", "q", "t", "n", "z"))
        type_ = {"t": STRING, "n": INT}.get(name, PATH)
        value: e.Right = self._value(type_, scope)
        if type_ == PATH and self.random.random() < 0.2:
            value = e.Perform(AT, PATH, "g.pick", (), (), False)
        made = symbol(name, value.type, "let")
        scope[name] = made
        return st.Let(AT, made, value, None)

    def _perform(self, scope: dict[str, e.Symbol]) -> st.Statement:
        if self.known and self.random.random() < 0.85:
            call = self._allowed(self.random.choice(self.known), scope)
            if (
                call is not None
                and call.effect == "g.do_write"
                and (self.random.random() < 0.15)
            ):
                made = e.Construct(AT, UNIT, "event", "g.Gone", "", call.arguments)
                return st.Emit(AT, made)
            if call is not None:
                return st.Run(AT, call)
        names = ("do_read", "do_read", "do_write", "do_write", "do_charge", "do_charge")
        name = self.random.choice((*names, "do_purge", "do_home", "do_admin"))
        wanted: dict[str, Type] = {"p": PATH}
        if name == "do_charge":
            wanted = {"t": STRING, "n": INT}
        elif name == "do_home":
            wanted = {"t": STRING}
        arguments = tuple((n, self._value(t, scope)) for n, t in wanted.items())
        call = e.Perform(AT, UNIT, f"g.{name}", arguments, (), False)
        return st.Run(AT, call)

    def _allowed(self, known: e.Cap, scope: dict[str, e.Symbol]) -> e.Perform | None:
        """A call that the capability was probably meant for.

        By name: where a name was taken for something else, that is what is meant.
        """
        random = self.random
        values = [
            again(each.value, scope)
            for each in known.arguments
            if isinstance(each, e.ValueArgument)
        ]
        if known.operation == "admin":
            return call("do_write", p=self._value(PATH, scope))
        if known.operation in ("charge", "boss"):
            tenant = values[0] if values else self._value(STRING, scope)
            number = values[-1] if len(values) == 2 else literal(1, INT)
            if random.random() < 0.3 or isinstance(number, e.Literal):
                number = self._value(INT, scope)
            if _base(tenant.type) != STRING or _base(number.type) != INT:
                return None
            return call("do_charge", t=tenant, n=number)
        names = ["do_read", "do_write"] if known.operation == "write" else ["do_read"]
        if values:
            if _base(values[0].type) != PATH:
                return None
            return call(random.choice(names), p=values[0])
        (argument,) = known.arguments
        if isinstance(argument, e.PathArgument) and argument.leading is None:
            if known.operation == "write" and random.random() < 0.3:
                return call("do_purge", p=self._value(PATH, scope))
            if all(isinstance(part, str) for part in argument.segments):
                if argument.rest and random.random() < 0.6:
                    return call(random.choice(names), p=self._value(PATH, scope))
                path = "/" + "/".join(map(str, argument.segments))
                return call(random.choice(names), p=literal(path, PATH))
            last = argument.segments[-1]
            if known.operation == "write" and not isinstance(last, str):
                tenant = again(last, scope)
                return call("do_home", t=tenant) if tenant.type == STRING else None
        return call(random.choice(names), p=self._value(PATH, scope))

    def _send(self, scope: dict[str, e.Symbol]) -> st.Statement:
        intent = self.random.choice(self.later)
        arguments = tuple((f.name, self._value(f.type, scope)) for f in intent.fields)
        made = e.Construct(AT, UNIT, "intent", intent.id, "", arguments)
        only: tuple[e.Cap, ...] = ()
        if self.random.random() < 0.2:
            only = (self.maker.cap(scope),)
        if self.random.random() < 0.3:
            return st.Run(AT, e.Ask(AT, UNIT, made, None, None, only, ()))
        return st.Send(AT, made, None, only)

    def _condition(self, scope: dict[str, e.Symbol], depth: int = 2) -> e.Expr:
        random = self.random
        roll = random.random()
        if depth and roll < 0.12:
            return e.Not(AT, BOOL, self._condition(scope, depth - 1))
        if depth and roll < 0.28:
            left = self._condition(scope, depth - 1)
            right = self._condition(scope, depth - 1)
            return e.Logic(AT, BOOL, random.choice(("and", "or")), left, right)
        paths = [s for s in scope.values() if _base(s.type) == PATH]
        if paths and roll < 0.45:
            prefix = literal(random.choice(PATHS), PATH)
            return e.UnderPath(AT, BOOL, local(random.choice(paths)), prefix)
        numbers = [s for s in scope.values() if _base(s.type) == INT]
        if numbers and roll < 0.6:
            limit = literal(random.choice(NUMBERS), INT)
            return e.Compare(AT, BOOL, "<=", local(random.choice(numbers)), limit)
        if random.random() < 0.1:
            read = e.StateField(AT, PATH, "s", self.reactor)
            kind = random.choice(("read", "write"))
            return e.CanExpr(AT, BOOL, cap(kind, e.ValueArgument(AT, read)))
        return e.CanExpr(AT, BOOL, self.maker.cap(scope))

    def _value(self, type_: Type, scope: dict[str, e.Symbol]) -> e.Expr:
        random = self.random
        if isinstance(type_, ListType):
            lists = [s for s in scope.values() if isinstance(s.type, ListType)]
            if lists and random.random() < 0.6:
                return local(random.choice(lists))
            items = [self._value(PATH, scope) for _ in range(random.randint(0, 2))]
            return e.ListExpr(AT, type_, tuple(items))
        if random.random() < 0.05:
            condition = self._condition(scope, 0)
            pair = self._value(type_, scope), self._value(type_, scope)
            return e.Conditional(AT, type_, condition, *pair)
        found = [s for s in scope.values() if s.type == type_]
        if not isinstance(type_, RefinedType):
            found = [s for s in scope.values() if _base(s.type) == type_]
        if found and random.random() < 0.75:
            return local(random.choice(found))
        if isinstance(type_, RefinedType):
            value = "/a/b" if type_ == LOCAL else 1
            return literal(value, type_)
        if type_ == PATH:
            if random.random() < 0.4:
                return e.StateField(AT, PATH, "s", self.reactor)
            return literal(random.choice(PATHS), PATH)
        if type_ == STRING:
            return literal(random.choice(TENANTS), STRING)
        return literal(random.choice(NUMBERS), INT)


def intent_of(
    number: int, fields: tuple[d.Field, ...], requires: tuple[e.Requirement, ...]
) -> d.Intent:
    return d.Intent(
        AT, AT, f"g.J{number}", f"J{number}", fields, UNIT, None, (),
        requires, AT, not requires, None, (), None,
    )  # fmt: skip


def cap(kind: str, *arguments: e.CapArgument) -> e.Cap:
    return e.Cap(AT, "g.F", kind, arguments)


def call(name: str, **arguments: e.Expr) -> e.Perform:
    given = tuple(arguments.items())
    return e.Perform(AT, UNIT, f"g.{name}", given, (), False)


def again(found: e.Expr, scope: dict[str, e.Symbol]) -> e.Expr:
    """The same words in another place."""
    if isinstance(found, e.Local) and found.symbol.name in scope:
        return local(scope[found.symbol.name])
    return found


def told(condition: e.Expr) -> list[e.Cap]:
    """What a condition says that the caller has."""
    match condition:
        case e.CanExpr(cap=found):
            return [found]
        case e.Logic(operator="and", left=left, right=right):
            return told(left) + told(right)
        case _:
            return []


def renamed(found: e.Cap, new: dict[e.Symbol, e.Symbol]) -> e.Cap:
    """The capability over the names of a handler."""

    def expr(old: e.Expr) -> e.Expr:
        return local(new[old.symbol]) if isinstance(old, e.Local) else old

    def argument(old: e.CapArgument) -> e.CapArgument:
        match old:
            case e.ValueArgument(value=value):
                return e.ValueArgument(AT, expr(value))
            case e.PathArgument(leading=leading, segments=segments, rest=rest):
                first = None if leading is None else expr(leading)
                parts = tuple(p if isinstance(p, str) else expr(p) for p in segments)
                return e.PathArgument(AT, first, parts, rest)
            case _:
                return old

    return cap(found.operation, *map(argument, found.arguments))


def sorted_symbols(scope: dict[str, e.Symbol]) -> list[e.Symbol]:
    return [scope[name] for name in sorted(scope)]


def _base(type_: Type) -> Type:
    return type_.base if isinstance(type_, RefinedType) else type_
