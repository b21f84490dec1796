"""Statements among the nodes of a page: what it asks, and how it leaves."""

from __future__ import annotations

from typing import ClassVar

from pfc.emit.block import Block
from pfc.emit.code import Code
from pfc.emit.python.statements import Statements
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import surface as u


class PageStatements(Statements):
    """Writes statements of a function that has a `view`, and no turn.

    `heard` says that unavailability is not left to the page for errors.
    """

    turn: ClassVar[Code] = Code("view")
    heard = False

    def _ask(self, call: x.Ask) -> Code:
        # A fault of who is asked is unavailability to who says what happens then.
        return self.asked(call, *([Code("heard=True")] if self.heard else []))

    def leave_page(self, block: Block, leave: s.Fail | s.Deny | s.Reply) -> None:
        """A failure or a denial is raised; `done` shows nothing more, here."""
        made = s.Block(leave.span, () if isinstance(leave, s.Reply) else (leave,), True)
        self.write(block, made)

    def let_or_leave(self, block: Block, node: u.LetNode) -> None:
        """A `let` whose `else` raises, or that has none."""
        otherwise = None
        if node.otherwise is not None:
            self.heard = True
            otherwise = s.Block(node.otherwise.span, (node.otherwise,), True)
        self.let(block, s.Let(node.span, node.symbol, node.value, otherwise))
