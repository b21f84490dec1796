"""`match` on the ways an ask or perform can end: `try` with an `except` for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python.calls import Calls
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.syntax import Py
from pfc.ir import expressions as x
from pfc.ir import statements as s


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
        success = next((arm for arm in node.arms if arm.kind in ("ok", "any")), None)
        value = dict(success.bindings).get("value") if success is not None else None
        code = self.call(call)
        handled = [
            (arm, caught)
            for arm in node.arms
            if arm.kind != "ok" and (caught := self._caught(node, arm)) is not None
        ]
        with self.scope.block():
            if value is not None and self.scope.is_read(value):
                code = splice("{} = {}", self.scope.declare(value), code)
            if not handled:
                block.add(code, origin=origin)
                if success is not None:
                    self.write(block, success.body)
                return
            with block.nest(Code("try:")) as inner:
                inner.add(code, origin=origin)
            for arm, caught in handled:
                self._handler(block, arm, caught)
            if success is not None and success.body.statements:
                with block.nest(Code("else:")) as inner:
                    self.write(inner, success.body)

    def _caught(self, node: s.MatchOutcome, arm: s.OutcomeArm) -> Code | None:
        """What an arm catches; none if there is nothing left for it."""
        match arm.kind:
            case "failure":
                return self.file.ref(cast("str", arm.failure))
            case "unavailable":
                return self.file.py.runtime("Unavailable")
        named = {each.failure for each in node.arms if each.failure is not None}
        rest = tuple(id_ for id_ in node.call.fails if id_ not in named)
        heard = any(each.kind == "unavailable" for each in node.arms)
        asked = isinstance(node.call, x.Ask) and not heard
        return self.failures(rest, unavailable=asked)

    def _handler(self, block: Block, arm: s.OutcomeArm, caught: Code) -> None:
        head = splice("except {}:", caught)
        name = None
        read = [each for each in arm.bindings if self.scope.is_read(each[1])]
        if read and arm.kind != "any":
            name = self.scope.temporary("failure")
            head = splice("except {} as {}:", caught, name)
        with (
            self.scope.block(),
            self.in_except(),
            block.nest(head, origin=self.file.origin(arm.span)) as inner,
        ):
            if name is not None:
                for field, symbol in read:
                    if not field:  # the failure as a whole
                        self.scope.bind(symbol, Py(name))
                        continue
                    attribute = self._attribute(arm, field)
                    local = self.scope.declare(symbol)
                    inner.add(splice("{} = {}.{}", local, name, attribute))
            self.write(inner, arm.body)

    def _attribute(self, arm: s.OutcomeArm, field: str) -> Code:
        if arm.failure is None:
            return Code("reason")
        return self.file.field(arm.failure, field)
