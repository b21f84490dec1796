"""What the rules mean for `delegate` and `revoke`.

Who gives something away uses it, and decides by it to whom and until when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pfc.ir import expressions as e
from tests.authority.ground import Cell, Ground

if TYPE_CHECKING:
    from tests.authority.reference import Run

DELEGATE: Ground = ("System.delegate", ())
REVOKE: Ground = ("System.revoke", ())


def perform(run: Run, call: e.Perform) -> Cell:
    cells = {name: run.value(each) for name, each in call.arguments}
    deciding = tuple(cells.values())
    given = run.monitor.given
    if call.cap is None:
        run.demand(REVOKE, deciding)
        user = cells["user"].value
        run.monitor.done.append((call.effect, (cells["user"],)))
        given.pop(user, None)
    else:
        run.demand(DELEGATE, ())
        need, named = run.ground(call.cap)
        run.demand(need, (*named, *deciding))
        run.monitor.done.append((call.effect, (Cell(need), cells["to"])))
        given.setdefault(cells["to"].value, set()).add(need)
    return Cell(None)
