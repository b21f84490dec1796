"""Asks and performs in Python, and what they may raise."""

from __future__ import annotations

from typing import ClassVar, cast

from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.caps import capabilities, listed
from pfc.emit.python.expressions import Expressions
from pfc.ir import declarations as d
from pfc.ir import expressions as x


class Calls:
    """What reaches other reactors, and the world, from a handler.

    `turn` is the name of what asks for it.
    """

    turn: ClassVar[Code] = Code("turn")

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.file = expressions.file

    def call(self, call: x.Ask | x.Perform) -> Code:
        """An ask or a perform, awaited if it waits."""
        if isinstance(call, x.Ask):
            return self._ask(call)
        name, *arguments = self.performed(call)
        if call.waits and "." not in call.effect:
            # What the language can do itself is an effect that others need not wait for.
            name = splice("{}.soon", name)
        made = syntax.call(name, *arguments).code
        return splice("await {}", made) if call.waits else made

    def performed(self, call: x.Perform) -> tuple[Code, ...]:
        """The function that performs an effect, and its arguments.

        What the language can do itself is a method of the turn.
        """
        effect = cast("d.Effect", self.file.program.by_id[call.effect])
        given = () if call.cap is None else listed(self.expressions, (call.cap,))
        arguments = self.expressions.all_arguments(effect, call.arguments)
        name = self.file.ref(effect.id) if "." in effect.id else self._of_turn(call)
        return (name, *given, *arguments)

    def _of_turn(self, call: x.Perform) -> Code:
        """A built-in effect, which knows whose authority it uses."""
        if call.span in self.file.names.own_delegations:
            return Code("turn.delegate_own")
        return Code(f"turn.{call.effect}")

    def _ask(self, call: x.Ask) -> Code:
        return self.asked(call)

    def asked(self, call: x.Ask, *more: Code) -> Code:
        """An ask with its options, and more of them."""
        arguments = [self.expressions.made(call.intent).code, *more]
        if call.within is not None:
            arguments.append(
                splice("within={}", self.expressions.argument(call.within))
            )
        if call.only:
            only = capabilities(self.expressions, call.only)
            arguments.append(splice("only={}", only))
        if call.retry is not None:
            arguments.append(splice("retry={}", self._retry(call.retry)))
        return splice("await {}.ask({})", self.turn, join(", ", arguments))

    def _retry(self, retry: x.Retry) -> Code:
        arguments = [self.file.out.literal(retry.times)]
        for name, bound in (("first", retry.low), ("last", retry.high)):
            if bound is not None:
                shown = self.expressions.show(bound)
                seconds = syntax.method(shown, "total_seconds").code
                arguments.append(splice("{}={}", Code(name), seconds))
        return syntax.call(self.file.py.runtime("Retry"), *arguments).code

    def failures(self, fails: tuple[str, ...], *, unavailable: bool) -> Code | None:
        """What `except` catches; none if there is nothing to catch."""
        names = [self.file.ref(id_) for id_ in fails]
        if unavailable:
            names.append(self.file.py.runtime("Unavailable"))
        if not names:
            return None
        if len(names) == 1:
            return names[0]
        return splice("({})", join(", ", names))
