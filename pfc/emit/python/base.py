"""What all parts of the expression printer share: surroundings, binding, outlining."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.file import File, NotEmitted
from pfc.emit.python.scope import Scope
from pfc.emit.python.syntax import ATOM, Py
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.types import DeclId

STATEMENTS, LAZY, CLOSED = range(3)
"""Where a printed expression stands: after statements that may be added; where it is
perhaps not evaluated, so that a name is bound by a walrus; where not even that may be."""


@dataclass(frozen=True)
class Surroundings:
    """What the language's own names mean where an expression stands; none: nothing.

    `caller` is a context of the right type, `held` what the caller holds. `state` gives
    a field of a reactor's state; with `copies_maps` its maps change under the handler.
    `ask` is what an intent in a test's expression becomes, `config` has configurations.
    `parameters` are the names that an outlined function has to be given, with their
    annotations, by what uses them.
    """

    caller: Py | None = None
    held: Py | None = None
    state: Callable[[DeclId, str], Py] | None = None
    copies_maps: bool = False
    now: Py | None = None
    new_uuid: Py | None = None
    ask: Callable[[Py], Py] | None = None
    config: Code | None = None
    parameters: tuple[
        tuple[tuple[type, ...], Code, Code | Callable[[], Code]], ...
    ] = ()


class Printer:
    """Prints typed expressions in one function of a generated file.

    Subclasses know the kinds of expressions. `block` is where statements go that have
    to run before the expression; without one, names are bound inside it.
    """

    def __init__(
        self,
        file: File,
        scope: Scope,
        surroundings: Surroundings,
        block: Block | None = None,
        *,
        purpose: str = "value",
    ) -> None:
        self.file = file
        self.py = file.py
        self.scope = scope
        self.around = surroundings
        self.block = block
        self.purpose = purpose
        self._mode = LAZY if block is None else STATEMENTS
        self._in_iterable = False

    # what the subclasses provide
    def show(self, expr: x.Expr) -> Py:
        """The Python of an expression."""
        raise NotImplementedError

    def outlined(self, expr: x.Expr) -> Py:
        """A call of a function of the file that computes the expression."""
        raise NotImplementedError

    def code(self, expr: x.Expr, level: int = syntax.ANY) -> Code:
        """The Python of an expression where one that binds so tightly is needed."""
        return self.show(expr).at(level)

    def argument(self, expr: x.Expr) -> Code:
        """The Python of an expression between commas."""
        return self.show(expr).at(syntax.CONDITIONAL)

    # ------------------------------------------------------------ where it stands
    @contextmanager
    def lazily(self) -> Iterator[None]:
        """What is printed inside is perhaps not evaluated, or more than once."""
        before = self._mode
        self._mode = CLOSED if self._in_iterable else max(before, LAZY)
        try:
            yield
        finally:
            self._mode = before

    @contextmanager
    def closed(self) -> Iterator[None]:
        """What is printed inside may bind no name, as the iterables of comprehensions."""
        before = self._mode, self._in_iterable
        self._in_iterable = True
        if self._mode != STATEMENTS:
            self._mode = CLOSED
        try:
            yield
        finally:
            self._mode, self._in_iterable = before

    @contextmanager
    def into(self, block: Block | None) -> Iterator[None]:
        """Statements that are needed go to another block."""
        before = self.block, self._mode, self._in_iterable
        self.block = block
        self._mode = LAZY if block is None else STATEMENTS
        self._in_iterable = False
        try:
            yield
        finally:
            self.block, self._mode, self._in_iterable = before

    @property
    def may_add(self) -> bool:
        """Whether statements may be put before the expression that is printed."""
        return self._mode == STATEMENTS and self.block is not None

    @property
    def may_bind(self) -> bool:
        """Whether a name can be bound, before or inside the expression."""
        return self._mode != CLOSED

    def bound(self, value: Py, base: str) -> tuple[Py, Py]:
        """The value where it is first used, and where it is used again.

        The first use has to be evaluated first.
        """
        if value.is_place:
            return value, value
        name = self.scope.temporary(base)
        if self.may_add and self.block is not None:
            self.block.add(splice("{} = {}", name, value.code))
            return Py(name), Py(name)
        if not self.may_bind:
            raise NotEmitted("a value that needs a name where none can be bound")
        walrus = splice("{} := {}", name, value.at(syntax.CONDITIONAL))
        return Py(splice("({})", walrus), ATOM), Py(name)

    # ------------------------------------------------------------ types
    def is_optional(self, expr: x.Expr) -> bool:
        """Whether a value may be none, as far as is known where it stands."""
        return isinstance(t.base_of(expr.type), t.OptionalType)
