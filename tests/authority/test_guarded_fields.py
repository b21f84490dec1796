"""Record fields that only some may read.

The front end does not take `requires` on fields yet, so it is put in afterwards.
"""

from __future__ import annotations

from dataclasses import replace

from pfc.authority import check_authority
from pfc.diagnostics import Severity
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from tests.authority.checking import places, typed

SOURCE = """
capability HrCap { see(name: String)  all implies see(*) }
context Staff { name: String  grant HrCap.see("x") }
record Person { name: String  pay: Int }
fn pay_of(p: Person) -> Int = p.pay
fn pays(people: List[Person]) -> List[Int] = people.map(p => pay_of(p))
intent A(p: Person) -> Int in Staff requires HrCap.see(p.name)
intent B(p: Person) -> Int in Staff requires nothing
intent C(p: Person) -> Int in Staff requires nothing
intent D(people: List[Person]) -> List[Int] in Staff requires nothing
intent E(people: List[Person]) -> List[Int] in Staff requires HrCap.all
intent F(p: Person) -> Int in Staff requires nothing
intent G(people: List[Person]) -> List[Int] in Staff requires nothing
intent Who(name: String) -> Person in Staff requires HrCap.see(name)
reactor R {
  on A(p) { reply pay_of(p) }
  on B(p) { reply p.pay }  # error: PF301
  on C(p) { reply pay_of(p) }  # error: PF301
  on D(people) {
    reply people.map(x => if can HrCap.see(x.name) then x.pay else 0)
  }
  on E(people) { reply pays(people) }
  on F(p) {
    reply match p { Person(pay: v) => v }  # error: PF301
  }
  on G(people) { reply pays(people) }  # error: PF301
  on Who(name) { reply Person(name: name, pay: 3) }
}
page "/p" as P(name: String) in Staff requires HrCap.see(name) {
  let p = ask Who(name: name)
  p { "{p.pay}" }  # error: PF608
  when can HrCap.see(p.name) { p { "{p.pay}" } }
}
"""


def guarded(program: Program) -> Program:
    """`pay` of a Person requires what the intent Who requires, of its own name."""
    person, who = program.by_id["case.Person"], program.by_id["case.Who"]
    assert isinstance(person, d.Record)
    assert isinstance(who, d.Intent)
    name, pay = person.fields
    cap = who.requires[0].cap
    own = e.ValueArgument(cap.span, e.Local(cap.span, name.type, name.symbol))
    fields = (name, replace(pay, requires=replace(cap, arguments=(own,))))
    program.by_id["case.Person"] = replace(person, fields=fields)
    return program


def test_reading_a_guarded_field_needs_its_capability() -> None:
    program, found = typed({"case.pf": SOURCE})
    assert not [each for each in found if each.severity is Severity.ERROR]
    errors = [
        each
        for each in check_authority(guarded(program))
        if each.severity is Severity.ERROR
    ]
    lines = SOURCE.split("\n")
    marked = [
        (number, line[-5:])
        for number, line in enumerate(lines, 1)
        if "# error:" in line
    ]
    assert places(errors, SOURCE) == marked
