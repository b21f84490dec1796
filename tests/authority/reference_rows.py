"""What the rules mean for rows, events, principals and plugins, on ground values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir import statements as st
from tests.authority.ground import Cell, Ground

if TYPE_CHECKING:
    from tests.authority.reference import Monitor, Run

_PATHS = ("/a", "/a/b", "/ab", "/c", "/zz/z")
ROWS = tuple(
    {"k": "k", "p": path, "q": other, "t": tenant}
    for path in _PATHS
    for other in (path, "/a/b", "/c")
    for tenant in ("x", "y", "zz")
)
"""A table may hold any row; these are some."""
DEPTH = 4
"""Events that answer events are followed so far."""


# ---------------------------------------------------------------- rows
def find(run: Run, query: e.Find) -> Cell:
    """A row that fulfils the condition, or none; it must read all that do."""
    table = _table(run, query.table)
    found = []
    for row in _matching(run, query.it, query.where):
        if table.read is None:
            found.append(row)
            continue
        need, named = _guarded(run, table, table.read, row)
        if not query.visible:
            run.demand(need, named)
        elif not run.monitor.any_proves(run.caller.held, need):
            continue
        found.append(row)
    if not found:
        return Cell(None)
    chosen = found[run.monitor.turn % len(found)]
    parts = {name: Cell(cell.value, chosen=True) for name, cell in chosen.items()}
    return Cell(parts, chosen=True)


def change(run: Run, statement: st.Insert | st.Update | st.Delete) -> None:
    """Rows are written: each must be one that may be, before and after."""
    table = _table(run, statement.table)
    guard = table.write
    if guard is None:
        return
    if isinstance(statement, st.Insert):
        run.demand(*_guarded(run, table, guard, run.value(statement.row).value))
        return
    for row in _matching(run, statement.it, statement.where):
        run.demand(*_guarded(run, table, guard, row))
        if isinstance(statement, st.Update):
            run.env[statement.it] = Cell(row)
            changes = {name: run.value(value) for name, value in statement.entries}
            run.demand(*_guarded(run, table, guard, {**row, **changes}))


def _table(run: Run, id_: str) -> l.Table:
    table = run.monitor.program.by_id[id_]
    assert isinstance(table, l.Table)
    return table


def _guarded(
    run: Run, table: l.Table, guard: e.Cap, row: Mapping[str, Cell]
) -> tuple[Ground, tuple[Cell, ...]]:
    for column in table.columns:
        run.env[column] = row[column.name]
    return run.ground(guard)


def _matching(
    run: Run, it: e.Symbol, where: e.Expr | None
) -> Iterator[dict[str, Cell]]:
    """The rows that fulfil a condition; a column that it fixes is what it is fixed to."""
    run.monitor.turn += 1
    for plain in ROWS[run.monitor.turn % 3 :: 3]:
        row = {name: Cell(value, chosen=True) for name, value in plain.items()}
        run.env[it] = Cell(row)
        if where is None or run.value(where).value:
            yield {**row, **dict(_fixed(run, it, where))}


def _fixed(run: Run, it: e.Symbol, where: e.Expr | None) -> Iterator[tuple[str, Cell]]:
    match where:
        case e.Logic(operator="and", left=left, right=right):
            yield from _fixed(run, it, left)
            yield from _fixed(run, it, right)
        case e.Compare(operator="==", left=left, right=right):
            name = _column(it, left)
            if name is not None and _column(it, right) is None:
                yield name, run.value(right)


def _column(it: e.Symbol, expr: e.Expr) -> str | None:
    """The column of the row that an expression is."""
    match expr:
        case e.FieldOf(value=e.Local(symbol=own), name=name) if own is it:
            return name
        case _:
            return None


# ---------------------------------------------------------------- events
def awaited(run: Run, wait: e.AwaitEvent) -> None:
    """An event of those that fulfil the condition comes; any of them may."""
    event = run.monitor.program.by_id[wait.event]
    assert isinstance(event, d.Event)
    for path in _PATHS:
        fields = {"p": Cell(path, chosen=True)}
        run.env[wait.it] = Cell(fields)
        if wait.where is not None and not run.value(wait.where).value:
            continue
        fields |= dict(_fixed(run, wait.it, wait.where))
        for field in event.fields:
            run.env[field.symbol] = fields[field.name]
        for requirement in event.requires:
            for need, named in run.needs(requirement):
                run.demand(need, named)


def publish(monitor: Monitor, event: d.Event, cells: Mapping[str, Cell]) -> None:
    """Every stream that reads the event does what it does with it."""
    if monitor.depth >= DEPTH:
        return
    monitor.depth += 1
    for stream in monitor.program.by_id.values():
        if isinstance(stream, l.Stream):
            fields = {n: Cell(c.value, chosen=True) for n, c in cells.items()}
            _streamed(monitor, stream, event, fields)
    monitor.depth -= 1


def _streamed(
    monitor: Monitor, stream: l.Stream, event: d.Event, fields: dict[str, Cell]
) -> None:
    run = _acting(monitor, stream)
    for field in event.fields:
        run.env[field.symbol] = fields[field.name]
    for stage in stream.stages:
        match stage:
            case l.From(source=source):
                if source != event.id:
                    return
                for requirement in event.requires:
                    for need, named in run.needs(requirement):
                        # Whoever emitted it was checked on what this names.
                        run.checked |= set(named)
                        run.demand(need, named)
            case l.Keep(it=it, condition=condition):
                run.env[it] = Cell(fields)
                if not run.value(condition).value:
                    return
            case l.Sink(it=it, statement=statement):
                run.env[it] = Cell(fields)
                run.statement(statement)
            case _:
                raise AssertionError(stage)


def tick(monitor: Monitor, schedule: l.Schedule) -> None:
    """It is time."""
    run = _acting(monitor, schedule)
    for send in schedule.sends:
        run.statement(send)


# ---------------------------------------------------------------- principals
def _acting(monitor: Monitor, place: l.Stream | l.Schedule) -> Run:
    from tests.authority.reference import Caller, Run

    run = Run(monitor, place.id, Caller(frozenset()), {})
    run.for_principal = True
    if place.principal is not None:
        run.acts_as(monitor.program.by_id[place.principal])
    return run


def granted(run: Run, rules: tuple[d.GrantRule, ...]) -> frozenset[Ground]:
    """What a principal has now; conditions hold now and then."""
    found: set[Ground] = set()
    for rule in rules:
        if isinstance(rule, d.Grant):
            found.add(run.ground(rule.cap)[0])
        else:
            now = rule.then if run.monitor.turn % 2 else rule.otherwise
            found |= granted(run, now)
    run.monitor.turn += 1
    return frozenset(found)


# ---------------------------------------------------------------- plugins
def transformed(
    monitor: Monitor, intent: d.Intent, cells: Mapping[str, Cell]
) -> dict[str, Cell]:
    """What plugins make of the fields of an intent."""
    from tests.authority.reference import Caller, Run

    found: dict[str, Cell] = {}
    for plugin in monitor.program.by_id.values():
        if not isinstance(plugin, l.Plugin):
            continue
        for hook in plugin.hooks:
            (reply,) = hook.body.statements
            if hook.intent != intent.id or not isinstance(reply, st.Reply):
                continue
            assert isinstance(reply.value, e.With)
            env = {hook.symbol: Cell({**cells, **found})}
            run = Run(monitor, plugin.id, Caller(frozenset()), env)
            for name, value in reply.value.changes:
                found[name] = _rewritten(run.value(value))
    return found


def _rewritten(cell: Cell) -> Cell:
    value = cell.value
    if isinstance(value, list):
        value = [_rewritten(item) for item in value]
    return Cell(value, rewritten=True)
