"""Statements that are nearly right: what a checker with one mistake falls for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.types import BOOL, PATH, STRING, ListType
from tests.authority import giving_bodies
from tests.authority.build import (
    AT,
    base,
    block,
    call,
    cap,
    literal,
    local,
    small,
    symbol,
    under,
)

if TYPE_CHECKING:
    from tests.authority.bodies import Body

Scope = dict[str, e.Symbol]
Gadget = Callable[["Body", Scope], "list[st.Statement]"]


def gadgets(body: Body, scope: Scope) -> list[st.Statement]:
    """One or two of them."""
    if body.maker.gives:
        return giving_bodies.gadget(body, scope)
    if body.maker.relays:
        choice = (_lend, _lend, _use, _keep) if body.later else (_use, _keep)
        return body.random.choice(choice)(body, scope)
    found: list[st.Statement] = []
    for _ in range(body.random.choice((1, 1, 2))):
        found += body.random.choice(_ALL)(body, scope)
    return found


def _act(path: e.Expr, body: Body) -> st.Run:
    names = ("do_read", "do_write", "do_write", "do_purge")
    return st.Run(AT, call(body.random.choice(names), p=path))


def _state_again(body: Body, scope: Scope) -> list[st.Statement]:
    """Checked, changed, read again."""
    check = e.CanExpr(AT, BOOL, cap("write", e.ValueArgument(AT, body.state())))
    known = {} if body.random.random() < 0.7 else scope
    change = body.store(known)
    return [st.If(AT, check, block(change, _act(body.state(), body)), None)]


def _wrong_branch(body: Body, scope: Scope) -> list[st.Statement]:
    """A bound, and a use on either side of it."""
    paths = [s for s in scope.values() if base(s.type) == PATH]
    if paths:
        path = body.random.choice(paths)
        sides = [block(), block(_act(local(path), body))]
        body.random.shuffle(sides)
        return [st.If(AT, under(body.random, path), *sides)]
    number = scope.get("n")
    if number is None:
        return []
    tenant = local(scope["t"]) if "t" in scope else literal("x", STRING)
    charge = st.Run(AT, call("do_charge", t=tenant, n=local(number)))
    sides = [block(), block(charge)]
    body.random.shuffle(sides)
    return [st.If(AT, small(body.random, number), *sides)]


def _each(body: Body, scope: Scope) -> list[st.Statement]:
    """Each of some list."""
    lists = [s for s in scope.values() if isinstance(s.type, ListType)]
    if not lists:
        return [body.perform(scope)]
    if body.later and body.random.random() < 0.6:
        return [body.send(scope)]
    item = symbol("item", PATH, "loop")
    whole = local(body.random.choice(lists))
    return [st.For(AT, (item,), whole, block(_act(local(item), body)))]


def _own(body: Body, scope: Scope) -> list[st.Statement]:
    """Own authority on something from somewhere."""
    made = symbol("z", PATH, "let")
    value: e.Right = e.Perform(AT, PATH, "g.pick", (), (), False)
    if body.random.random() < 0.6:
        value = body.value(PATH, scope)
    over: tuple[e.Expr, ...] = ()
    if body.random.random() < 0.1:
        over = (local(made),)
    inner = block(_act(local(made), body))
    return [st.Let(AT, made, value, None), st.WithAuthority(AT, "why", over, inner)]


def _lend(body: Body, scope: Scope) -> list[st.Statement]:
    """Own authority lent."""
    if not body.later:
        return _use(body, scope)
    known = scope if body.random.random() < 0.5 else {}
    return [st.WithAuthority(AT, "why", (), block(body.send(known)))]


def _use(body: Body, scope: Scope) -> list[st.Statement]:
    """The caller's authority, perhaps lent, on something from somewhere."""
    if body.random.random() < 0.4:
        made = symbol("z", PATH, "let")
        picked = e.Perform(AT, PATH, "g.pick", (), (), False)
        return [st.Let(AT, made, picked, None), _act(local(made), body)]
    found = (body.state(), body.value(PATH, scope))
    return [_act(body.random.choice(found), body)]


def _keep(body: Body, scope: Scope) -> list[st.Statement]:
    """Into the state."""
    return [body.store(scope)]


def _rebound(body: Body, scope: Scope) -> list[st.Statement]:
    """Checked, rebound, used."""
    paths = [s for s in scope.values() if base(s.type) == PATH]
    if not paths:
        return [body.perform(scope)]
    old = body.random.choice(paths)
    new = symbol(old.name, PATH, "let")
    check = e.CanExpr(AT, BOOL, cap("write", e.ValueArgument(AT, local(old))))
    let = st.Let(AT, new, body.value(PATH, scope), None)
    return [st.If(AT, check, block(let, _act(local(new), body)), None)]


_ALL: tuple[Gadget, ...] = (
    _state_again,
    _wrong_branch,
    _each,
    _own,
    _lend,
    _keep,
    _rebound,
)
