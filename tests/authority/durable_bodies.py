"""Random statements about rows, and what only workflows have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.types import BOOL, DURATION, PATH, STRING, UNIT, RecordType, RowType
from tests.authority.build import (
    AT,
    again,
    base,
    block,
    call,
    cap,
    literal,
    local,
    symbol,
)

if TYPE_CHECKING:
    from tests.authority.bodies import Body

Scope = dict[str, e.Symbol]
ROW = RecordType("g.Row")
COLUMNS = {"k": STRING, "p": PATH, "q": PATH, "t": STRING}
EVENT = RowType((("p", PATH),))


def column(it: e.Symbol, name: str) -> e.FieldOf:
    """A column of a row, or a field of an event."""
    return e.FieldOf(AT, COLUMNS[name], local(it), name)


def statement(body: Body, scope: Scope) -> st.Statement | None:
    """One of them, or nothing if there is nothing to be done about rows here."""
    roll = body.random.random()
    if body.workflow and roll < 0.45:
        return _in_workflow(body, scope, roll / 0.45)
    it = symbol("it", ROW, "it")
    roll = body.random.random()
    meant = _meant(body, scope, it)
    if meant is None:
        if roll < 0.5:
            return _find(body, scope, "g.Docs", it, _where(body, scope, it), 0.8)
        if roll < 0.8:
            return None
        meant = "g.Docs", _where(body, scope, it)
    table, where = meant
    if roll < 0.4:
        return _find(body, scope, table, it, where, 0.2)
    if roll < 0.55:
        values = {name: body.value(type_, scope) for name, type_ in COLUMNS.items()}
        if body.random.random() < 0.8:
            values["p"] = _known_path(body, scope) or values["p"]
        row = e.Construct(AT, ROW, "record", "g.Row", "", tuple(values.items()))
        return st.Insert(AT, table, row)
    if roll < 0.75:
        return st.Delete(AT, table, it, where)
    name = body.random.choice(("p", "q", "q", "t"))
    change: e.Expr = body.value(COLUMNS[name], scope)
    if name == "p" and body.random.random() < 0.3:
        change = column(it, "q")
    return st.Update(AT, table, it, where, ((name, change),))


def _meant(body: Body, scope: Scope, it: e.Symbol) -> tuple[str, e.Expr] | None:
    """Rows that the caller may probably reach, now and then nearly so."""
    for known in body.random.sample(body.known, len(body.known)):
        where = _fixing(known, scope, it)
        if where is None:
            continue
        roll = body.random.random()
        if roll < 0.2:
            operator = "and" if roll < 0.12 else "or"
            where = e.Logic(AT, BOOL, operator, where, _where(body, scope, it, 1))
        elif roll < 0.25:
            where = e.Not(AT, BOOL, where)
        elif roll < 0.3:
            where = _where(body, scope, it)
        return "g.Desks" if known.operation == "boss" else "g.Docs", where
    return None


def _fixing(known: e.Cap, scope: Scope, it: e.Symbol) -> e.Expr | None:
    """The condition that a capability fits."""
    if known.operation not in ("read", "write", "boss"):
        return None
    (argument,) = known.arguments
    name = "t" if known.operation == "boss" else "p"
    match argument:
        case e.ValueArgument(value=value):
            found = again(value, scope)
            if base(found.type) == COLUMNS[name]:
                return e.Compare(AT, BOOL, "==", column(it, name), found)
        case e.PathArgument(leading=None, segments=segments, rest=True) if all(
            isinstance(part, str) for part in segments
        ):
            prefix = literal("/" + "/".join(map(str, segments)), PATH)
            return e.UnderPath(AT, BOOL, column(it, "p"), prefix)
    return None


def _known_path(body: Body, scope: Scope) -> e.Expr | None:
    """A path that the caller was probably checked on."""
    for known in body.random.sample(body.known, len(body.known)):
        for argument in known.arguments:
            if isinstance(argument, e.ValueArgument):
                value = argument.value
                same = isinstance(value, e.Local) and scope.get(value.symbol.name)
                if same and base(value.type) == PATH:
                    return local(same)
    return None


def _where(body: Body, scope: Scope, it: e.Symbol, depth: int = 2) -> e.Expr:
    random = body.random
    roll = random.random()
    if depth and roll < 0.3:
        sides = _where(body, scope, it, depth - 1), _where(body, scope, it, depth - 1)
        return e.Logic(AT, BOOL, random.choice(("and", "and", "or")), *sides)
    if depth and roll < 0.36:
        return e.Not(AT, BOOL, _where(body, scope, it, 0))
    if roll < 0.5:
        prefix = literal(random.choice(("/a", "/a/b")), PATH)
        return e.UnderPath(AT, BOOL, column(it, random.choice(("p", "q"))), prefix)
    if roll < 0.58:
        return e.Compare(AT, BOOL, "==", column(it, "p"), column(it, "q"))
    operator = "==" if random.random() < 0.95 else "!="
    if roll < 0.7:
        value = body.value(STRING, scope)
        return e.Compare(AT, BOOL, operator, column(it, "t"), value)
    path = _known_path(body, scope) if random.random() < 0.7 else None
    value = path or body.value(PATH, scope)
    if isinstance(value, e.FieldOf):
        value = literal("/a", PATH)
    return e.Compare(AT, BOOL, operator, column(it, "p"), value)


def _find(
    body: Body, scope: Scope, table: str, it: e.Symbol, where: e.Expr, visible: float
) -> st.Statement:
    made = symbol("r", ROW, "let")
    only = body.random.random() < visible
    query = e.Find(AT, ROW, table, True, only, it, where, (), None, None)
    scope["r"] = made
    return st.Let(AT, made, query, block(st.Deny(AT, None, None), leaves=True))


def _in_workflow(body: Body, scope: Scope, roll: float) -> st.Statement | None:
    if roll < 0.35:
        return st.Sleep(AT, literal(timedelta(hours=1), DURATION))
    path = _known_path(body, scope) or body.value(PATH, scope)
    if roll < 0.75:
        back = call("do_write", p=body.value(PATH, scope))
        if body.random.random() < 0.5:
            back = call("do_read", p=path)
        return st.Run(AT, replace(call("do_read", p=path), compensate=back))
    it = symbol("it", EVENT, "it")
    where: e.Expr = e.Compare(AT, BOOL, "==", column(it, "p"), path)
    if body.random.random() < 0.2 or isinstance(path, e.FieldOf):
        where = e.UnderPath(AT, BOOL, column(it, "p"), literal("/a", PATH))
    return st.AwaitRun(AT, e.AwaitEvent(AT, UNIT, "g.Gone", it, where, None))


def from_row(body: Body, scope: Scope) -> e.Expr | None:
    """A path from a row that was found."""
    row = scope.get("r")
    if row is None or row.type != ROW or body.random.random() < 0.6:
        return None
    return column(row, "p")


def guarded_by_row(body: Body, scope: Scope) -> e.Expr | None:
    """A test of what the caller may do with a row that was found."""
    path = from_row(body, scope)
    if path is None:
        return None
    kind = body.random.choice(("read", "write"))
    return e.CanExpr(AT, BOOL, cap(kind, e.ValueArgument(AT, path)))
