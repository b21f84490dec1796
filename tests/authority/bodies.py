"""Random bodies of handlers, as typed IR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.types import BOOL, INT, PATH, STRING, UNIT, ListType, RefinedType, Type
from tests.authority import durable_bodies, giving_bodies
from tests.authority.build import (
    AT,
    LOCAL,
    NUMBERS,
    PATHS,
    TENANTS,
    again,
    base,
    block,
    call,
    cap,
    literal,
    local,
    renamed,
    small,
    sorted_symbols,
    symbol,
    told,
    under,
)
from tests.authority.gadgets import gadgets

if TYPE_CHECKING:
    from tests.authority.generator import Maker


class Body:
    """Makes the body of one handler."""

    def __init__(
        self,
        maker: Maker,
        reactor: str,
        intent: d.Intent,
        holds: tuple[e.Cap, ...],
        workflow: bool = False,
    ) -> None:
        self.holds = holds
        self.workflow = workflow  # then there is no state
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
        if self.maker.short:
            body = block(*gadgets(self, scope))
        else:
            body = block(*self._statements(dict(scope), 3))
        return d.Handler(AT, AT, self.intent.id, bindings, body, False, False)

    def _statements(self, scope: dict[str, e.Symbol], depth: int) -> list[st.Statement]:
        """Some statements; what they bind they add to the scope."""
        count = self.random.choice((1, 1, 2, 2, 3) if depth > 2 else (1, 1, 2))
        return [self._statement(scope, depth) for _ in range(count)]

    def _statement(self, scope: dict[str, e.Symbol], depth: int) -> st.Statement:
        random = self.random
        if self.maker.gives and random.random() < 0.35:
            return giving_bodies.statement(self, scope)
        if self.maker.durable and random.random() < 0.3:
            found = durable_bodies.statement(self, scope)
            if found is not None:
                return found
        roll = random.random()
        if depth and roll < 0.24:
            return self._if(scope, depth)
        if depth and roll < 0.24 + 0.25 * self.maker.own and not self.in_authority:
            return self._authority(scope, depth)
        roll = random.random()
        if roll < 0.5:
            return self.perform(scope)
        if roll < 0.64:
            return self._let(scope)
        if roll < 0.72:
            condition = self._condition(scope)
            self.known = self.known + told(condition)
            leave = block(st.Deny(AT, None, None), leaves=True)
            return st.Require(AT, condition, leave)
        if roll < (0.9 if self.in_authority else 0.8) and self.later:
            return self.send(scope)
        if roll < 0.88:
            return self.store(scope)
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
        return self.perform(scope)

    def state(self) -> e.Expr:
        """The state field, read once more."""
        if self.workflow:
            return literal(self.random.choice(PATHS), PATH)
        return e.StateField(AT, PATH, "s", self.reactor)

    def store(self, scope: dict[str, e.Symbol]) -> st.Statement:
        if self.workflow:
            return self.perform(scope)
        target = st.Target(AT, PATH, "s", PATH, ())
        value = self.value(PATH, scope)
        if isinstance(value, e.StateField):  # that would change nothing
            value = literal(self.random.choice(PATHS), PATH)
        return st.Assign(AT, target, "=", value)

    def _if(self, scope: dict[str, e.Symbol], depth: int) -> st.If:
        random = self.random
        condition = self._condition(scope)
        leaves = random.random() < 0.15
        before = self.known
        self.known = before + told(condition)
        then = self._statements(dict(scope), depth - 1)
        if random.random() < 0.1:
            then.insert(0, self.store(scope))
        self.known = before
        if leaves:
            then.append(st.Deny(AT, None, None))
        otherwise = None
        if random.random() < 0.4:
            otherwise = block(*self._statements(dict(scope), depth - 1))
            # What was learned there is about names that are not known after it.
            self.known = before
        return st.If(AT, condition, block(*then, leaves=leaves), otherwise)

    def _authority(self, scope: dict[str, e.Symbol], depth: int) -> st.WithAuthority:
        self.in_authority = True
        before = self.known
        self.known = before + list(self.holds) * 2
        over: tuple[e.Expr, ...] = ()
        if self.random.random() < 0.15:
            over = (local(self.random.choice(sorted_symbols(scope))),)
        # What is bound inside is visible after it.
        body = block(*self._statements(scope, depth - 1))
        self.known = before
        self.in_authority = False
        return st.WithAuthority(AT, "why", over, body)

    def _let(self, scope: dict[str, e.Symbol]) -> st.Let:
        name = self.random.choice(("p", "q", "t", "n", "z"))
        type_ = {"t": STRING, "n": INT}.get(name, PATH)
        value: e.Right = self.value(type_, scope)
        if type_ == PATH and self.random.random() < 0.2:
            value = e.Perform(AT, PATH, "g.pick", (), (), False)
        made = symbol(name, value.type, "let")
        scope[name] = made
        return st.Let(AT, made, value, None)

    def perform(self, scope: dict[str, e.Symbol]) -> st.Statement:
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
        arguments = tuple((n, self.value(t, scope)) for n, t in wanted.items())
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
        if known.family != "g.F":
            return None
        if known.operation == "admin":
            return call("do_write", p=self.value(PATH, scope))
        if known.operation in ("charge", "boss"):
            tenant = values[0] if values else self.value(STRING, scope)
            number = values[-1] if len(values) == 2 else literal(1, INT)
            if random.random() < 0.3 or isinstance(number, e.Literal):
                number = self.value(INT, scope)
            if base(tenant.type) != STRING or base(number.type) != INT:
                return None
            return call("do_charge", t=tenant, n=number)
        names = ["do_read", "do_write"] if known.operation == "write" else ["do_read"]
        if values:
            if base(values[0].type) != PATH:
                return None
            return call(random.choice(names), p=values[0])
        (argument,) = known.arguments
        if isinstance(argument, e.PathArgument) and argument.leading is None:
            if known.operation == "write" and random.random() < 0.3:
                return call("do_purge", p=self.value(PATH, scope))
            if all(isinstance(part, str) for part in argument.segments):
                if argument.rest and random.random() < 0.6:
                    return call(random.choice(names), p=self.value(PATH, scope))
                path = "/" + "/".join(map(str, argument.segments))
                return call(random.choice(names), p=literal(path, PATH))
            last = argument.segments[-1]
            if known.operation == "write" and not isinstance(last, str):
                tenant = again(last, scope)
                return call("do_home", t=tenant) if tenant.type == STRING else None
        return call(random.choice(names), p=self.value(PATH, scope))

    def send(self, scope: dict[str, e.Symbol]) -> st.Statement:
        intent = self.random.choice(self.later)
        arguments = tuple((f.name, self.value(f.type, scope)) for f in intent.fields)
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
        paths = [s for s in scope.values() if base(s.type) == PATH]
        if paths and roll < 0.45:
            return under(random, random.choice(paths))
        numbers = [s for s in scope.values() if base(s.type) == INT]
        if numbers and roll < 0.6:
            return small(random, random.choice(numbers))
        if self.maker.durable:
            row = durable_bodies.guarded_by_row(self, scope)
            if row is not None:
                return row
        if random.random() < 0.03:
            read = self.state()
            kind = random.choice(("read", "write"))
            return e.CanExpr(AT, BOOL, cap(kind, e.ValueArgument(AT, read)))
        return e.CanExpr(AT, BOOL, self.maker.cap(scope))

    def value(self, type_: Type, scope: dict[str, e.Symbol]) -> e.Expr:
        random = self.random
        if isinstance(type_, ListType):
            lists = [s for s in scope.values() if isinstance(s.type, ListType)]
            if lists and random.random() < 0.6:
                return local(random.choice(lists))
            items = [self.value(PATH, scope) for _ in range(random.randint(0, 2))]
            return e.ListExpr(AT, type_, tuple(items))
        if random.random() < 0.05:
            condition = self._condition(scope, 0)
            pair = self.value(type_, scope), self.value(type_, scope)
            return e.Conditional(AT, type_, condition, *pair)
        if type_ == PATH and "r" in scope:
            row = durable_bodies.from_row(self, scope)
            if row is not None:
                return row
        found = [s for s in scope.values() if s.type == type_]
        if not isinstance(type_, RefinedType):
            found = [s for s in scope.values() if base(s.type) == type_]
        if found and random.random() < 0.75:
            return local(random.choice(found))
        if isinstance(type_, RefinedType):
            value = "/a/b" if type_ == LOCAL else 1
            return literal(value, type_)
        if type_ == PATH:
            if random.random() < 0.4:
                return self.state()
            return literal(random.choice(PATHS), PATH)
        if type_ == STRING:
            return literal(random.choice(TENANTS), STRING)
        return literal(random.choice(NUMBERS), INT)
