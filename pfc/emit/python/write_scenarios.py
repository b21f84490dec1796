"""`scenarios.py`: the `test` blocks of a module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python import caps, syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import in_python_order, parameters
from pfc.emit.python.file import File, NotEmitted
from pfc.emit.python.statements import Statements
from pfc.emit.python.syntax import AWAIT, Py, text
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import scenarios
from pfc.ir import statements as s
from pfc.ir.types import DeclId
from pfc.ir.walk import nodes
from pfc.span import Span


def write_scenarios(file: File, tests: Sequence[scenarios.Test]) -> None:
    """A function for each test, and the list of them."""
    if not tests:
        return
    made: list[views.Scenario] = []
    for test in tests:
        name = file.fresh(_function_name(test.title))
        path, line = file.position(test.span)
        body = ScenarioWriter(file, test).lines()
        scenario = views.Scenario(name, test.title, body, path, line)
        with file.declaring(test.span):
            file.out.add(scenario)
        made.append(scenario)
    file.out.add(views.ScenarioList(tuple(made)))


def _function_name(title: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in title.lower()).split()
    name = "_".join(words)
    return name if name.isidentifier() else f"test_{name}".rstrip("_")


class ScenarioWriter:
    """Writes the body of one test."""

    def __init__(self, file: File, test: scenarios.Test) -> None:
        self.file = file
        self.test = test
        self.block = Block(4, origin=file.origin(test.span))
        self.scope = file.names.scope("scenario")
        self.caller: Code | None = None
        self._started = False
        self._renew()

    def _renew(self) -> None:
        """An expression printer for the present caller."""
        caller = None if self.caller is None else Py(self.caller)
        held = None if caller is None else syntax.attribute(caller, Code("held"))
        around = Surroundings(
            caller=caller,
            held=held,
            state=self._state,
            now=text("scenario.clock.now()"),
            new_uuid=text("uuid.uuid4()"),
            config=Code("scenario"),
            ask=self._asked,
        )
        self.expressions = Expressions(
            self.file, self.scope, around, self.block, purpose="expected"
        )

    def lines(self) -> tuple[Code, ...]:
        """The body of the scenario's function."""
        for node in nodes(self.test.items):
            if isinstance(node, scenarios.Given):
                self.given(node)
        self._items(self.test.items)
        self._start()
        return self.block.lines()

    def _items(self, items: Sequence[scenarios.TestItem]) -> None:
        for item in items:
            if isinstance(item, scenarios.Given):
                continue
            if not isinstance(item, scenarios.Stub | scenarios.As):
                self._start()
            if _makes_uuid(item):
                self.file.py.module("uuid")
            _WRITERS[type(item)](self, item)

    def _start(self) -> None:
        if self._started:
            return
        self._started = True
        names = [self.file.ref(id_) for id_ in self.test.reactors]
        self.block.add(splice("await scenario.start({})", join(", ", names)))

    # ------------------------------------------------------------ pieces
    def _state(self, reactor: DeclId, name: str) -> Py:
        field = self.file.field(reactor, name)
        return Py(splice("scenario.state({}).{}", self.file.ref(reactor), field))

    def _asked(self, intent: Py) -> Py:
        code = splice("await scenario.ask({}, {})", intent.code, self._caller())
        return Py(code, AWAIT)

    def _caller(self) -> Code:
        """Who asks; outside of any `as`, somebody without any rights."""
        if self.caller is None:
            self.caller = self.scope.temporary("nobody")
            kind = self.file.py.runtime("Context")
            self.block.add(splice("{} = {}()", self.caller, kind))
            self._renew()
        return self.caller

    def _at(self, span: Span) -> Code:
        path, line = self.file.position(span)
        return splice("at={}", self.file.out.literal(f"{path}:{line}"))

    def _intent(self, intent: x.Construct) -> Code:
        return self.expressions.made(intent).code

    def _fields(self, id_: DeclId, arguments: Sequence[tuple[str, x.Expr]]) -> Code:
        names = self.file.names.fields(id_)
        entries = [
            splice(
                "{}: {}",
                self.file.out.literal(str(names[name])),
                self.expressions.argument(value),
            )
            for name, value in arguments
        ]
        return splice("{{{}}}", join(", ", entries))

    # ------------------------------------------------------------ setting the scene
    def given(self, item: scenarios.Given) -> None:
        """Initial state, before the reactors start."""
        state = self.file.derived(item.reactor, "state")
        names = self.file.names.fields(item.reactor)
        values = [
            splice("{}={}", names[name], self.expressions.argument(value))
            for name, value in item.entries
        ]
        made = splice("{}({})", state, join(", ", values))
        reactor = self.file.ref(item.reactor)
        code = splice("scenario.given({}, {})", reactor, made)
        self.block.add(code, origin=self.file.origin(item.span))

    def as_(self, item: scenarios.As) -> None:
        arguments: list[Code] = []
        if isinstance(item.caller, x.Construct):
            head = self.file.ref(item.caller.id)
            names = self.file.names.fields(item.caller.id)
            arguments = [
                splice("{}={}", names[name], self.expressions.argument(value))
                for name, value in item.caller.arguments
            ]
        else:
            head = self.file.ref(item.caller)
        if item.caps:
            held = caps.capabilities(self.expressions, item.caps)
            arguments.append(splice("capabilities={}", held))
        made = splice("{}({})", head, join(", ", arguments))
        if item.subject:
            self._start()
            subject = self.file.out.literal(item.subject)
            made = splice("scenario.signed_in({}, {})", made, subject)
        name = self.scope.temporary("caller")
        code = splice("{} = {}", name, made)
        self.block.add(code, origin=self.file.origin(item.span))
        before, self.caller = self.caller, name
        self._renew()
        self._items(item.body)
        self.caller = before
        self._renew()

    def stub(self, item: scenarios.Stub) -> None:
        """A function of its own with the effect's parameters."""
        effect = cast("d.Effect", self.file.program.by_id[item.effect])
        names = self.file.names.fields(item.effect)
        scope = self.file.names.scope("scenario")
        given = item.parameters[len(item.parameters) - len(effect.parameters) :]
        taken: tuple[views.Parameter, ...] = ()
        if len(given) < len(item.parameters):  # what `delegate` gives
            name = scope.claim("cap")
            taken = (views.Parameter(name, self.file.py.runtime("Capability")),)
            if item.parameters[0] is not None:
                scope.bind(item.parameters[0], Py(name))
        for field, symbol in zip(effect.parameters, given, strict=True):
            scope.claim(names[field.name])
            if symbol is not None:
                scope.bind(symbol, Py(names[field.name]))
        taken += tuple(parameters(self.file, effect.parameters, names))
        shown = join(", ", [_parameter(each) for each in taken])
        function = self.scope.temporary(f"stub_{effect.name}")
        result = self.file.type(effect.result)
        head = splice("def {}({}) -> {}:", function, shown, result)
        with self.block.nest(head, origin=self.file.origin(item.span)) as inner:
            expressions = Expressions(self.file, scope, Surroundings(), inner)
            Statements(expressions).write(inner, item.body)
        code = splice("scenario.stub({}, {})", self._effect(item.effect), function)
        self.block.add(code, origin=self.file.origin(item.span))

    def _effect(self, id_: DeclId) -> Code:
        """An effect as expectations name it, a built-in one too."""
        if "." in id_:
            return self.file.ref(id_)
        return self.file.py.runtime_part("testing", id_.upper())

    def advance(self, item: scenarios.Advance) -> None:
        by = self.expressions.argument(item.duration)
        code = splice("await scenario.advance({})", by)
        self.block.add(code, origin=self.file.origin(item.span))

    def let(self, item: scenarios.TestLet) -> None:
        value = item.let.value
        if isinstance(value, x.Ask):
            shown = self._asked(self.expressions.made(value.intent))
            self._bind(item.let, shown)
        elif isinstance(value, x.Perform):
            raise NotEmitted("a perform in a test", item.span)
        else:
            Statements(self.expressions).let(self.block, item.let)

    def _bind(self, let: s.Let, value: Py) -> None:
        name = self.scope.declare(let.symbol)
        code = splice("{} = {}", name, value.code)
        self.block.add(code, origin=self.file.origin(let.span))
        if let.otherwise is not None:
            raise NotEmitted("`else` of a `let` in a test", let.span)

    def statement(self, item: scenarios.TestStatement) -> None:
        origin = self.file.origin(item.span)
        match item.statement:
            case s.Run(call=x.Ask(intent=intent)):
                self.block.add(
                    self._asked(Py(self._intent(intent))).code, origin=origin
                )
            case s.Send(intent=intent, after=None, only=()):
                code = splice(
                    "await scenario.tell({}, {})", self._intent(intent), self._caller()
                )
                self.block.add(code, origin=origin)
            case _:
                raise NotEmitted("this statement in a test", item.span)

    # ------------------------------------------------------------ expectations
    def expect(self, item: scenarios.Expect) -> None:
        at, value = self._at(item.span), item.value
        if (
            isinstance(value, x.Compare)
            and value.operator == "=="
            and not _about_none(value)
        ):
            left = self.expressions.argument(value.left)
            right = self.expressions.argument(value.right)
            self.block.add(splice("scenario.equal({}, {}, {})", left, right, at))
            return
        shown = self.expressions.argument(value)
        written = self.file.out.literal(self.file.written(value.span))
        self.block.add(splice("scenario.check({}, {}, {})", shown, written, at))

    def denied(self, item: scenarios.ExpectDenied) -> None:
        intent, caller = self._intent(item.intent), self._caller()
        missing = caps.listed(self.expressions, item.caps)
        arguments = join(", ", [intent, caller, *missing, self._at(item.span)])
        self.block.add(splice("await scenario.denied({})", arguments))

    def fails(self, item: scenarios.ExpectFails) -> None:
        parts = [self._intent(item.intent), self._caller(), self.file.ref(item.failure)]
        if item.arguments is not None:
            parts.append(self._fields(item.failure, item.arguments))
        code = splice(
            "await scenario.fails({})", join(", ", [*parts, self._at(item.span)])
        )
        self.block.add(code)

    def emitted(self, item: scenarios.ExpectEmitted) -> None:
        parts = [self.file.ref(item.event), self._fields(item.event, item.arguments)]
        code = splice("scenario.emitted({})", join(", ", [*parts, self._at(item.span)]))
        self.block.add(code)

    def performed(self, item: scenarios.ExpectPerformed) -> None:
        effect = cast("d.Effect", self.file.program.by_id[item.effect])
        given = dict(item.arguments)
        values = [
            given.get(field.name, field.default)
            for field in in_python_order(effect.parameters)
        ]
        shown = [
            self.expressions.argument(value) for value in values if value is not None
        ]
        if item.cap is not None:
            shown = [*caps.listed(self.expressions, (item.cap,)), *shown]
        parts = [self._effect(item.effect), *shown, self._at(item.span)]
        self.block.add(splice("scenario.performed({})", join(", ", parts)))


def _makes_uuid(item: scenarios.TestItem) -> bool:
    return any(
        isinstance(node, x.Builtin) and node.name == "new_uuid" for node in nodes(item)
    )


def _parameter(parameter: views.Parameter) -> Code:
    shown = splice("{}: {}", parameter.name, parameter.annotation)
    if parameter.default is None:
        return shown
    return splice("{} = {}", shown, parameter.default)


def _about_none(value: x.Compare) -> bool:
    return any(
        isinstance(side, x.Literal)
        and (side.value is None or isinstance(side.value, bool))
        for side in (value.left, value.right)
    )


_WRITERS: Final[dict[type, Callable[[Any, Any], None]]] = {
    scenarios.As: ScenarioWriter.as_,
    scenarios.Stub: ScenarioWriter.stub,
    scenarios.Advance: ScenarioWriter.advance,
    scenarios.Expect: ScenarioWriter.expect,
    scenarios.ExpectDenied: ScenarioWriter.denied,
    scenarios.ExpectFails: ScenarioWriter.fails,
    scenarios.ExpectEmitted: ScenarioWriter.emitted,
    scenarios.ExpectPerformed: ScenarioWriter.performed,
    scenarios.TestLet: ScenarioWriter.let,
    scenarios.TestStatement: ScenarioWriter.statement,
}
