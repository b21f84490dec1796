"""What templates see: one frozen value for each thing that they write.

`Code` is Python already; a plain `str` is text of the program that the template puts
through a filter. Statement bodies are tuples of laid-out lines, relative to the body;
the indent at which each body stands in the file is in the class's docstring.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from pfc.emit.code import Code
from pfc.frozen import dataclass


class View(Protocol):
    """Anything that a template of its own writes."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Field:
    """`name: annotation = default`, with a comment above it if it has a doc."""

    name: Code
    annotation: Code
    default: Code | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function; `star` is `*`, `**` or None."""

    name: Code
    annotation: Code
    default: Code | None = None
    star: Code | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """`name: annotation = value`, at module level or in a class."""

    template: ClassVar[str] = "variable"
    name: Code
    annotation: Code
    value: Code
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """`Name: TypeAlias = annotation`."""

    template: ClassVar[str] = "alias"
    name: Code
    annotation: Code
    doc: str = ""


@dataclass(frozen=True, slots=True)
class TypeVariable:
    """`T = TypeVar("T")`; the name is the identifier."""

    template: ClassVar[str] = "type_variable"
    name: Code
    covariant: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function, or a method with its `self`. Body at 4 (function) or 8 (method)."""

    template: ClassVar[str] = "function"
    name: Code
    parameters: tuple[Parameter, ...]
    result: Code
    body: tuple[Code, ...]
    doc: str = ""
    is_async: bool = False
    is_method: bool = False
    decorators: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class CallProtocol:
    """What an embedded Python function has to be: a Protocol with `__call__`."""

    template: ClassVar[str] = "protocol"
    name: Code
    parameters: tuple[Parameter, ...]
    result: Code
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A frozen Struct; `checks` is the body of `__post_init__`, at 8.

    `bases` follow Struct (`Generic[T]`); `options` are class arguments besides
    `frozen=True` (`kw_only=True`, `tag="Found"`, `tag_field="type"`).
    """

    template: ClassVar[str] = "record"
    name: Code
    doc: str
    fields: tuple[Field, ...]
    checks: tuple[Code, ...] = ()
    bases: tuple[Code, ...] = ()
    options: tuple[Code, ...] = ()
    methods: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A variant without fields: `MEMBER = "Member"`."""

    name: Code
    value: str
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A union none of whose variants has fields."""

    template: ClassVar[str] = "enumeration"
    name: Code
    doc: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class CapabilityKind:
    """`NAME: Final = Kind("module.Family.operation", ...)`; arguments as calls."""

    template: ClassVar[str] = "capability_kind"
    name: Code
    id: str
    parameters: tuple[Code, ...] = ()
    implies: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a family; without parameters it is an attribute."""

    name: Code
    kind: Code
    doc: str = ""
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class CapabilityFamily:
    """The class whose attributes are the capabilities of a family."""

    template: ClassVar[str] = "capability_family"
    name: Code
    doc: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ContextClass:
    """A context or principal. `grants`, `session_grants` and `checks` are bodies, at 8."""

    template: ClassVar[str] = "context"
    name: Code
    doc: str
    fields: tuple[Field, ...] = ()
    grants: tuple[Code, ...] = ()
    checks: tuple[Code, ...] = ()
    is_principal: bool = False
    variables: tuple[Variable, ...] = ()
    session_grants: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigClass:
    """A configuration; `checks` is the body of `__post_init__`, at 8."""

    template: ClassVar[str] = "config"
    name: Code
    doc: str
    id: str
    fields: tuple[Field, ...]
    checks: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class FailureClass:
    """An exception that `fails` names; `status` is its HTTP status if not 409."""

    template: ClassVar[str] = "failure"
    name: Code
    doc: str
    fields: tuple[Parameter, ...] = ()
    status: int | None = None


@dataclass(frozen=True, slots=True)
class IntentClass:
    """An intent. `missing` and `checks` are bodies, at 8; no `missing`: public.

    `by_caller`: what is missing does not depend on the fields.
    """

    template: ClassVar[str] = "intent"
    name: Code
    doc: str
    result: Code
    fields: tuple[Field, ...] = ()
    checks: tuple[Code, ...] = ()
    missing: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    options: tuple[Code, ...] = ()
    by_caller: bool = False


@dataclass(frozen=True, slots=True)
class EventClass:
    """An event. `missing` and `checks` are bodies, at 8."""

    template: ClassVar[str] = "event"
    name: Code
    doc: str
    fields: tuple[Field, ...] = ()
    checks: tuple[Code, ...] = ()
    missing: tuple[Code, ...] = ()
    options: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectDefinition:
    """`name: Final = Effect("module.name", _function, options...)`."""

    template: ClassVar[str] = "effect"
    name: Code
    id: str
    function: Code
    is_async: bool = False
    options: tuple[Code, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class StateClass:
    """The state of a reactor."""

    template: ClassVar[str] = "state"
    name: Code
    fields: tuple[Field, ...]
    doc: str = ""
    methods: tuple[Function, ...] = ()
    options: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """One handler: method and entry in the table. Body at 8; `options` of the entry.

    `origin` is the comment that ends the method's first line. `entry` is its class in
    the table, `rows` the annotation of the rows that the method gets, if it gets some.
    """

    method: Code
    intent: Code
    result: Code
    body: tuple[Code, ...]
    is_async: bool = False
    options: tuple[Code, ...] = ()
    doc: str = ""
    origin: Code | None = None
    entry: Code | None = None
    rows: Code | None = None


@dataclass(frozen=True, slots=True)
class ReactorClass:
    """A reactor; `variables` and `methods` are further members."""

    template: ClassVar[str] = "reactor"
    name: Code
    doc: str
    id: str
    state: Code
    handlers: tuple[Handler, ...]
    holds: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    methods: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class AppClass:
    """The composition root; `tree` is one `Supervise(...)` expression on one line."""

    template: ClassVar[str] = "app"
    name: Code
    doc: str
    id: str
    tree: Code
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One `test` block. Body at 4; `path` and `line` say where it is written."""

    template: ClassVar[str] = "scenario"
    function: Code
    title: str
    body: tuple[Code, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ScenarioList:
    """`SCENARIOS`, all tests of the module."""

    template: ClassVar[str] = "scenario_list"
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Exports:
    """`__all__` of a package, and where each name comes from."""

    template: ClassVar[str] = "exports"
    names: tuple[Code, ...]
