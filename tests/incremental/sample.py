"""A small project of several units, and ways to change it."""

from __future__ import annotations

PROJECT = {
    "base.pf": """\
type Name = String where matches("[a-z]{2,20}")

record Person { name: Name  age: Int = 1 where it >= 0 }

fn greeting(person: Person) -> String = "Hello, {person.name}"
""",
    "more.pf": """\
from base import Person

fn older(person: Person) -> Person = person.with(age: person.age + 1)
""",
    "left/store.pf": """\
from base import Person

capability People { read  write implies read }

intent Add(person: Person) -> Int requires People.write
intent Count -> Int requires People.read

reactor Store {
  state { people: List[Person] = [] }
  on Add(person) {
    state.people = state.people + [person]
    reply state.people.length
  }
  on Count { reply state.people.length }
}
""",
    "left/main.pf": """\
from left.store import Store

app Left { supervise one_for_one { Store } }
""",
    "right/clock.pf": """\
from base import Person, greeting
from more import older

capability Clock { tick }

intent Tick(person: Person) -> String requires Clock.tick

reactor Ticker {
  state { ticks: Int = 0 }
  on Tick(person) {
    state.ticks += 1
    reply greeting(older(person))
  }
}

app Right { supervise one_for_one { Ticker } }
""",
}

CHANGES: tuple[tuple[str, str, str], ...] = (
    ("base.pf", "Hello", "Good day"),
    ("base.pf", "Good day", "Hello"),
    ("base.pf", "age: Int = 1", "age: Int = 2"),
    ("base.pf", "age: Int = 2", "age: Int = 1"),
    ("base.pf", "record Person", "record Human"),
    ("base.pf", "record Human", "record Person"),
    ("base.pf", "fn greeting", "intent greeting"),
    ("base.pf", "intent greeting", "fn greeting"),
    ("more.pf", "+ 1", "+ 2"),
    ("more.pf", "+ 2", "+ 1"),
    ("more.pf", "fn older", "\n\n# a comment\nfn older"),
    ("more.pf", "person.age + ", "person.agee + "),
    ("more.pf", "person.agee + ", "person.age + "),
    ("left/store.pf", "requires People.write", "requires nothing"),
    ("left/store.pf", "requires nothing", "requires People.write"),
    (
        "left/store.pf",
        "intent Count -> Int requires People.read",
        "intent Count -> Int",
    ),
    (
        "left/store.pf",
        "from base import Person",
        "from base import Person\nimport more",
    ),
    ("left/store.pf", "\nimport more", ""),
    ("left/store.pf", "state.people.length\n", "state.people.length + 0\n"),
    ("left/main.pf", "one_for_one", "one_for_all"),
    ("left/main.pf", "one_for_all", "one_for_one"),
    ("left/main.pf", "Store }", "Stor }"),
    ("left/main.pf", "Stor }", "Store }"),
    ("right/clock.pf", "state.ticks += 1", "state.ticks += 2"),
    ("right/clock.pf", "from more import older", "from left.store import Add"),
    ("right/clock.pf", "from left.store import Add", "from more import older"),
    ("right/clock.pf", "on Tick(person) {", "on Tick(person) {{"),
    ("right/clock.pf", "on Tick(person) {{", "on Tick(person) {"),
)
"""A file, what stands in it, and what is put in its place (where it stands)."""
