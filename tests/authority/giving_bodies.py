"""Statements that give authority away and take it back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.types import DURATION, INSTANT, STRING, UNIT
from tests.authority.build import AT, again, block, literal, renamed

if TYPE_CHECKING:
    from tests.authority.bodies import Body


def later() -> e.Expr:
    """`now() + 1h`."""
    now, hour = e.Builtin(AT, INSTANT, "now"), literal(timedelta(hours=1), DURATION)
    return e.Arithmetic(AT, INSTANT, "+", now, hour)


def statement(body: Body, scope: dict[str, e.Symbol]) -> st.Statement:
    """Something is given to somebody, or somebody is revoked."""
    random = body.random
    whom = body.value(STRING, scope)
    if random.random() < 0.25:
        return st.Run(AT, e.Perform(AT, UNIT, "revoke", (("user", whom),), (), False))
    given = _known(body, scope) if random.random() < 0.75 else None
    if given is None:
        given = body.maker.plain_cap(scope)
    arguments = (("to", whom), ("until", later()))
    call = e.Perform(AT, UNIT, "delegate", arguments, (), False, cap=given)
    return st.Run(AT, call)


def gadget(body: Body, scope: dict[str, e.Symbol]) -> list[st.Statement]:
    """Own authority given away or lent, or the caller's."""
    body.known = body.known + list(body.holds) * 2
    done = statement(body, scope)
    if body.later and body.random.random() < 0.5:
        done = body.send(scope)
    if body.random.random() < 0.3:
        return [done]
    return [st.WithAuthority(AT, "why", (), block(done))]


def _known(body: Body, scope: dict[str, e.Symbol]) -> e.Cap | None:
    """What the caller or reactor was probably meant to have, by the names of here."""
    if not body.known:
        return None
    chosen = body.random.choice(body.known)
    parts: list[e.Expr] = []
    for argument in chosen.arguments:
        if isinstance(argument, e.ValueArgument):
            parts.append(argument.value)
        elif isinstance(argument, e.PathArgument):
            holes = (argument.leading, *argument.segments)
            parts += [
                one for one in holes if one is not None and not isinstance(one, str)
            ]
    new: dict[e.Symbol, e.Symbol] = {}
    for part in parts:
        found = again(part, scope)
        if not isinstance(part, e.Local):
            continue
        if not isinstance(found, e.Local) or found.symbol not in scope.values():
            return None
        new[part.symbol] = found.symbol
    return renamed(chosen, new)
