"""`reactors.py`: the state of each reactor, its handlers and its options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import ATTRIBUTE, Namer, snake_case
from pfc.emit.python import caps, syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.calls import Calls
from pfc.emit.python.checks import Checks
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import class_fields, options
from pfc.emit.python.file import File
from pfc.emit.python.in_place import in_place
from pfc.emit.python.rows import MODULE, entry
from pfc.emit.python.statements import Statements, plain_return
from pfc.emit.python.syntax import Py, text
from pfc.emit.python.updates import Updates
from pfc.emit.python.write_migrations import migrations_variable
from pfc.emit.python.write_observed import ObservedWriter
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.program import Declaration
from pfc.ir.types import DeclId
from pfc.ir.walk import uses

_RESERVED: Final = ("self", "turn", "state", "intent", "caller", "rows")
_MEMBERS: Final = (
    *("name", "state_type", "holds", "handlers", "needs", "mailbox", "restart"),
    *("journal", "migrations", "metrics", "health", "alerts"),
)
_STATEFUL: Final = (x.StateField, s.Assign, s.Remove)
_USUAL_ROOM: Final = 10_000


def write_reactors(file: File, declarations: Iterable[Declaration]) -> None:
    """All reactors; those that others need come first."""
    left = {each.id: each for each in declarations if isinstance(each, d.Reactor)}

    def write(reactor: d.Reactor) -> None:
        for needed in reactor.needs:
            if needed in left:
                write(left.pop(needed))
        with file.declaring(reactor.span):
            _reactor(file, reactor)

    while left:
        write(left.pop(next(iter(left))))


def _reactor(file: File, reactor: d.Reactor) -> None:
    state = file.names.derived(reactor.id, "state").name
    checked = _state(file, reactor, state)
    namer = Namer(ATTRIBUTE, _MEMBERS)
    handlers = tuple(
        HandlerWriter(file, reactor, handler, state, checked=checked).view(namer)
        for handler in reactor.handlers
    )
    observed = ObservedWriter(file, reactor, state)
    shown = tuple(observed.variables(namer))
    scope = file.names.scope()
    printer = Expressions(file, scope, Surroundings())
    holds = tuple(caps.value(printer, cap, None).code for cap in reactor.holds)
    file.out.add(
        views.ReactorClass(
            file.names.of(reactor.id).name,
            reactor.doc or "",
            reactor.id,
            state,
            handlers,
            holds,
            (*_variables(file, reactor), *shown),
            tuple(observed.methods),
        )
    )


# -------------------------------------------------------------------- state
def _state(file: File, reactor: d.Reactor, name: Code) -> bool:
    """The class of the state; whether it has a `check` for handlers to call."""
    names = file.names.fields(reactor.id)
    fields = class_fields(file, reactor.state, names, file.state_type)
    block = Block(8, origin=file.out.origin)
    checks = Checks(file, "self", block, frozen=False)
    for field in reactor.state:
        checks.scope.bind(field.symbol, checks.attribute(names[field.name]))
    for field in reactor.state:
        value = checks.attribute(names[field.name])
        label = file.out.literal(field.name)
        with block.at(file.origin(field.span)):
            checks.refinement(field.refinement, field.type, value, label)
    checks.always(reactor.always, reactor.name)
    methods: list[views.Function] = []
    if not block.is_empty:
        call = (Code("self.check()"),)
        none = Code("None")
        methods.append(
            views.Function(Code("__post_init__"), (), none, call, is_method=True)
        )
        doc = "Raises Violation unless what always holds does."
        methods.append(
            views.Function(Code("check"), (), none, block.lines(), doc, is_method=True)
        )
    file.out.add(
        views.StateClass(name, fields, "", tuple(methods), options(reactor.state))
    )
    return bool(reactor.always)


def _variables(file: File, reactor: d.Reactor) -> list[views.Variable]:
    made: list[views.Variable] = []
    class_var = file.py.typing("ClassVar")
    if reactor.needs:
        kind = file.py.runtime("AnyReactor")
        annotation = splice("{}[tuple[type[{}], ...]]", class_var, kind)
        needed = [file.ref(id_) for id_ in reactor.needs]
        value = syntax.sequence("(", needed, ")").code
        made.append(views.Variable(Code("needs"), annotation, value))
    if reactor.mailbox is not None or reactor.overflow != "reject":
        kind = file.py.runtime("Mailbox")
        arguments = [file.out.literal(reactor.mailbox or _USUAL_ROOM)]
        arguments.append(file.out.literal(reactor.overflow))
        if reactor.priority:
            first = [file.ref(id_) for id_ in reactor.priority]
            given = splice("priority={}", syntax.sequence("(", first, ")").code)
            arguments.append(given)
        value = splice("{}({})", kind, join(", ", arguments))
        annotation = splice("{}[{}]", class_var, kind)
        made.append(views.Variable(Code("mailbox"), annotation, value))
    if reactor.journal is not None:
        kind = file.py.runtime("Journal")
        arguments = [file.out.literal(reactor.journal)]
        if reactor.answers is not None:
            seconds = file.out.literal(reactor.answers.total_seconds())
            arguments.append(splice("answers={}", seconds))
        value = splice("{}({})", kind, join(", ", arguments))
        annotation = splice("{}[{} | None]", class_var, kind)
        made.append(views.Variable(Code("journal"), annotation, value))
        made += migrations_variable(file, reactor)
    restart = _restart(file, reactor)
    if restart is not None:
        annotation = splice("{}[{}]", class_var, file.py.runtime("Restart"))
        made.append(views.Variable(Code("restart"), annotation, restart))
    return made


def _restart(file: File, reactor: d.Reactor) -> Code | None:
    arguments: list[Code] = []
    if reactor.restart_kind != "permanent":
        arguments.append(file.out.literal(reactor.restart_kind))
    if reactor.restart_max is not None:
        arguments.append(splice("most={}", file.out.literal(reactor.restart_max)))
    if reactor.restart_within is not None:
        seconds = file.out.literal(reactor.restart_within.total_seconds())
        arguments.append(splice("within={}", seconds))
    if reactor.backoff is not None:
        first, last = (file.out.literal(b.total_seconds()) for b in reactor.backoff)
        arguments.append(splice("first={}, last={}", first, last))
    if not arguments:
        return None
    return splice("{}({})", file.py.runtime("Restart"), join(", ", arguments))


# -------------------------------------------------------------------- handlers
class HandlerWriter:
    """Writes one handler. `checked`: the state has invariants."""

    def __init__(
        self,
        file: File,
        reactor: d.Reactor,
        handler: d.Handler,
        state: Code,
        *,
        checked: bool,
    ) -> None:
        self.file = file
        self.reactor = reactor
        self.handler = handler
        self.state = state
        self.intent = cast("d.Intent", file.program.by_id[handler.intent])
        self.checked = checked and uses((s.Assign, s.Remove), handler.body)
        self.scope = file.names.scope(*_RESERVED)
        self.block = Block(8, origin=file.origin(handler.head_span))
        purpose = f"{snake_case(reactor.name)}_{snake_case(self.intent.name)}"
        self.expressions = Expressions(
            file, self.scope, self._surroundings(), self.block, purpose=purpose
        )

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            caller=text("caller"),
            held=text("turn.caller.held"),
            state=self._state_field,
            copies_maps=True,
            now=text("turn.now()"),
            new_uuid=text("turn.new_uuid()"),
            config=Code("turn"),
            parameters=(
                ((x.CanExpr, x.Builtin, x.ConfigValue), Code("turn"), self._turn_type),
                ((x.StateField,), Code("state"), lambda: self.state),
                ((x.Caller,), Code("caller"), self._caller_type),
            ),
        )

    def _turn_type(self) -> Code:
        return splice("{}[{}]", self.file.py.runtime("Turn"), self.state)

    def _caller_type(self) -> Code:
        assert self.intent.context is not None
        return self.file.ref(self.intent.context)

    def _state_field(self, reactor: DeclId, name: str) -> Py:
        return Py(splice("state.{}", self.file.field(reactor, name)))

    def view(self, namer: Namer) -> views.Handler:
        """The handler's method and its entry."""
        handler, intent = self.handler, self.intent
        name = namer.fresh(f"on_{snake_case(intent.name)}")
        self._bind()
        body = handler.body
        self._preamble()
        updates = Updates(self.expressions, self.reactor)
        writer = Statements(self.expressions, self._leave, updates)
        writer.write(self.block, body)
        if not body.leaves:
            self._finish(self.block, self.file.origin(handler.head_span))
        found = entry(self.file, body)
        kind, options = found or (None, [])
        return views.Handler(
            name,
            self.file.ref(intent.id),
            self.file.type(intent.result),
            self.block.lines(),
            handler.waits,
            (*options, *self._options(has_rows=found is not None)),
            origin=self.file.origin(handler.head_span),
            entry=kind,
            rows=None if kind is None else self.file.py.name(MODULE, "Rows"),
        )

    def _options(self, *, has_rows: bool) -> Iterator[Code]:
        if self.handler.reads_only:
            yield Code("reads_only=True")
        elif not has_rows and in_place(self.handler, self.intent, self.reactor):
            yield Code("in_place=True")
        if self.intent.expires is not None:
            seconds = self.file.out.literal(self.intent.expires.total_seconds())
            yield splice("expires={}", seconds)

    def _bind(self) -> None:
        names = self.file.names.fields(self.intent.id)
        for field, bound in zip(self.intent.fields, self.handler.bindings, strict=True):
            value = Py(splice("intent.{}", names[field.name]))
            self.scope.bind(field.symbol, value)
            if bound is not None:
                self.scope.bind(bound, value)

    def _preamble(self) -> None:
        body, performs = self.handler.body, self.intent.performs
        if self.checked or uses(_STATEFUL, body):
            self.block.add(Code("state = turn.state"))
        if uses(x.Caller, body, performs) and self.intent.context is not None:
            context = self.file.ref(self.intent.context)
            self.block.add(splice("caller = turn.caller_as({})", context))

    def _leave(self, block: Block, value: Py | None, origin: Code) -> None:
        """The reply, after what has to happen at the end."""
        busy = self.checked or bool(self.intent.performs)
        if value is not None and busy and value.level == syntax.AWAIT:
            name = self.scope.temporary("result")
            block.add(splice("{} = {}", name, value.code), origin=origin)
            value = Py(name)
        self._finish(block, origin)
        plain_return(block, value, origin)

    def _finish(self, block: Block, origin: Code) -> None:
        if self.checked:
            block.add(Code("state.check()"), origin=origin)
        for call in self.intent.performs:
            with self.expressions.into(block):
                arguments = Calls(self.expressions).performed(call)
            code = splice("turn.performs({})", join(", ", arguments))
            block.add(code, origin=self.file.origin(call.span))
