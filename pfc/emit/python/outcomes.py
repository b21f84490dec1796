"""`match` on the ways an ask or perform can end: `try` with an `except` for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast

from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python.calls import Calls
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.syntax import Py
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import types as t
from pfc.span import Span


@dataclass(frozen=True)
class Ending:
    """One way a call can end (see `OutcomeArm`), and what is written for it, if anything."""

    span: Span
    kind: str
    failure: t.DeclId | None
    bindings: Sequence[tuple[str, x.Symbol]]
    write: Callable[[Block], None]
    does: bool


class Outcomes(Calls):
    """Writes what is done with the outcome of a call.

    `given` are names that each arm gives a value; `handling` says that what is written
    stands inside of an `except`.
    """

    def __init__(self, expressions: Expressions) -> None:
        super().__init__(expressions)
        self.scope = expressions.scope
        self.handling = False
        self.given: set[x.Symbol] = set()

    # what `Statements` provides
    def write(self, block: Block, body: s.Block) -> None:
        """All statements of a block, with names of its own."""
        raise NotImplementedError

    @contextmanager
    def in_except(self) -> Iterator[None]:
        before, self.handling = self.handling, True
        try:
            yield
        finally:
            self.handling = before

    def match_outcome(self, block: Block, node: s.MatchOutcome) -> None:
        call = node.call
        origin = self.file.origin(node.span)
        if node.gives is not None:
            name = self.scope.declare(node.gives)
            self.given.add(node.gives)
            kind = self.file.type(node.gives.type)
            block.add(splice("{}: {}", name, kind), origin=origin)
        endings = [
            Ending(
                arm.span,
                arm.kind,
                arm.failure,
                arm.bindings,
                partial(self.write, body=arm.body),
                bool(arm.body.statements),
            )
            for arm in node.arms
        ]
        self.write_endings(block, node.span, call, self.call(call), endings)

    def write_endings(
        self,
        block: Block,
        span: Span,
        call: x.Ask | x.Perform,
        code: Code,
        endings: Sequence[Ending],
    ) -> None:
        """Puts a call, which is `code`, and what is done after each end of it in a block."""
        origin = self.file.origin(span)
        success = next((each for each in endings if each.kind in ("ok", "any")), None)
        value = dict(success.bindings).get("value") if success is not None else None
        handled = [
            (each, caught)
            for each in endings
            if each.kind != "ok" and (caught := self._caught(call, each, endings))
        ]
        with self.scope.block():
            if value is not None and self.scope.is_read(value):
                code = splice("{} = {}", self.scope.declare(value), code)
            if not handled:
                block.add(code, origin=origin)
                if success is not None:
                    success.write(block)
                return
            with block.nest(Code("try:")) as inner:
                inner.add(code, origin=origin)
            for ending, caught in handled:
                self._handler(block, ending, caught)
            if success is not None and success.does:
                with block.nest(Code("else:")) as inner:
                    success.write(inner)

    def _caught(
        self, call: x.Ask | x.Perform, ending: Ending, endings: Sequence[Ending]
    ) -> Code | None:
        """What an ending catches; none if there is nothing left for it."""
        match ending.kind:
            case "failure":
                return self.file.ref(cast("str", ending.failure))
            case "unavailable":
                return self.file.py.runtime("Unavailable")
        named = {each.failure for each in endings if each.failure is not None}
        rest = tuple(id_ for id_ in call.fails if id_ not in named)
        heard = any(each.kind == "unavailable" for each in endings)
        asked = isinstance(call, x.Ask) and not heard
        return self.failures(rest, unavailable=asked)

    def _handler(self, block: Block, ending: Ending, caught: Code) -> None:
        head = splice("except {}:", caught)
        name = None
        read = [each for each in ending.bindings if self.scope.is_read(each[1])]
        if read and ending.kind != "any":
            name = self.scope.temporary("failure")
            head = splice("except {} as {}:", caught, name)
        with (
            self.scope.block(),
            self.in_except(),
            block.nest(head, origin=self.file.origin(ending.span)) as inner,
        ):
            if name is not None:
                for field, symbol in read:
                    if not field:  # the failure as a whole
                        self.scope.bind(symbol, Py(name))
                        continue
                    attribute = self._attribute(ending, field)
                    local = self.scope.declare(symbol)
                    inner.add(splice("{} = {}.{}", local, name, attribute))
            ending.write(inner)

    def _attribute(self, ending: Ending, field: str) -> Code:
        if ending.failure is None:
            return Code("reason")
        return self.file.field(ending.failure, field)
