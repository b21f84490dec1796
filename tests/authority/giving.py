"""Random programs that give authority away and take it back."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.semantics.built_in import SYSTEM, built_in_declarations
from tests.authority.build import AT
from tests.authority.generator import Maker


def of_system(operation: str) -> e.Cap:
    """A capability of the built-in family."""
    return e.Cap(AT, SYSTEM, operation, ())


class GivingMaker(Maker):
    """Makes one program whose handlers delegate and revoke."""

    gives = True

    def __init__(self, random: Random, own: float) -> None:
        super().__init__(random, own)
        self.relays = False
        self.short = random.random() < 0.5
        self.focus = sorted(random.choice((("p", "t"), ("t", "u"), ("p", "t", "u"))))

    def make(self) -> Program:
        self.program.by_id.update(built_in_declarations())
        return super().make()

    def more_holds(self) -> tuple[e.Cap, ...]:
        if not self.short:
            return ()
        return of_system("delegate"), of_system("revoke"), self.plain_cap({})

    def cap(self, scope: dict[str, e.Symbol]) -> e.Cap:
        if self.random.random() < 0.4:
            return of_system(self.random.choice(("delegate", "delegate", "revoke")))
        return super().cap(scope)

    def _intent(self, number: int) -> d.Intent:
        made = super()._intent(number)
        if self.random.random() < 0.5:
            needed = e.Requirement(AT, of_system("delegate"))
            made = replace(made, requires=(*made.requires, needed), says_nothing=False)
        return made
