"""What a reactor shows of itself: its metrics, and the methods that check it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import Namer, snake_case
from pfc.emit.python import syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.emit.python.syntax import Py, text
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.types import DeclId
from pfc.ir.walk import nodes


class ObservedWriter:
    """Writes the checks of one reactor, and the variables that list them."""

    def __init__(self, file: File, reactor: d.Reactor, state: Code) -> None:
        self.file = file
        self.reactor = reactor
        self.state = state
        self.methods: list[views.Function] = []

    def variables(self, namer: Namer) -> Iterator[views.Variable]:
        """The class variables; the methods they name are in `methods` then."""
        observed = self.reactor.observed
        metrics = [self._metric(each) for each in observed.metrics]
        health = [self._health(each, namer) for each in observed.health]
        alerts = [self._alert(each, namer) for each in observed.alerts]
        yield from self._variable("metrics", "Metric", metrics)
        yield from self._variable("health", "Health", health)
        yield from self._variable("alerts", "Alert", alerts)

    def _variable(
        self, name: str, kind: str, values: list[Code]
    ) -> Iterable[views.Variable]:
        if not values:
            return
        made = self.file.py.runtime(kind)
        class_var = self.file.py.typing("ClassVar")
        annotation = splice("{}[tuple[{}, ...]]", class_var, made)
        value = syntax.sequence("(", values, ")").code
        yield views.Variable(_NAMES[name], annotation, value)

    def _metric(self, metric: d.Metric) -> Code:
        literal = self.file.out.literal
        kind = self.file.py.runtime("Metric")
        return splice("{}({}, {})", kind, literal(metric.name), literal(metric.kind))

    def _health(self, health: d.Health, namer: Namer) -> Code:
        name = namer.fresh("is_healthy")
        self._method(name, health.condition, health.mailbox)
        every = self.file.out.literal(health.every.total_seconds())
        arguments = [every, name]
        if self._blocks(health.condition):
            arguments.append(Code("blocking=True"))
        return splice("{}({})", self.file.py.runtime("Health"), join(", ", arguments))

    def _blocks(self, *roots: object) -> bool:
        """Whether Python of the user's runs: nobody knows how long it takes."""
        seen: set[DeclId] = set()
        pending = list(roots)
        while pending:
            for node in nodes(pending.pop()):
                if isinstance(node, x.CallFunction) and node.id not in seen:
                    seen.add(node.id)
                    called = self.file.program.by_id.get(node.id)
                    if isinstance(called, d.Function):
                        if isinstance(called.body, d.Python):
                            return True
                        pending.append(called.body)
        return False

    def _alert(self, alert: d.Alert, namer: Namer) -> Code:
        name = namer.fresh(f"is_{snake_case(alert.name)}")
        self._method(name, alert.condition, alert.mailbox)
        literal = self.file.out.literal
        arguments = [literal(alert.name), name]
        if alert.lasting is not None:
            lasting = literal(alert.lasting.total_seconds())
            arguments.append(splice("lasting={}", lasting))
        if alert.severity != "warning":
            arguments.append(splice("severity={}", literal(alert.severity)))
        kind = self.file.py.runtime("Alert")
        return splice("{}({})", kind, join(", ", arguments))

    def _method(self, name: Code, condition: x.Expr, mailbox: x.Symbol) -> None:
        file = self.file
        block = Block(8, origin=file.origin(condition.span))
        scope = file.names.scope("self", "look")
        scope.bind(mailbox, text("look.mailbox"))
        around = Surroundings(
            state=self._state_field, now=text("look.now()"), config=Code("look")
        )
        purpose = f"{snake_case(self.reactor.name)}_{name}"
        printer = Expressions(file, scope, around, block, purpose=purpose)
        with printer.into(block):
            value = printer.condition(condition)
        origin = file.origin(condition.span)
        block.add(splice("return {}", value), origin=origin)
        look = splice("{}[{}]", file.py.runtime("Look"), self.state)
        parameter = views.Parameter(Code("look"), look)
        result = Code("bool")
        lines = block.lines()
        self.methods.append(
            views.Function(name, (parameter,), result, lines, is_method=True)
        )

    def _state_field(self, reactor: DeclId, name: str) -> Py:
        return Py(splice("look.state.{}", self.file.field(reactor, name)))


_NAMES = {
    "metrics": Code("metrics"),
    "health": Code("health"),
    "alerts": Code("alerts"),
}
