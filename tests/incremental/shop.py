"""One unit of many modules, and changes that reach others than those that import them.

A circle of imports; a component whose form gets inputs where it is used, and whose
parameters are called otherwise if a module that it sees has a function of that name; a
type that may have a condition; a union whose variants are failures once an intent says
so; linked Python that may wait; a schedule for whose sake an app has a store.
"""

from __future__ import annotations

PROJECT = {
    "shop/rights.pf": """\
capability Shop { read  write implies read }

type Count = Int where it >= 0

union Trouble { Missing(name: String)  Full }

fn label(text: String) -> String = text
""",
    "shop/effects.pf": """\
from shop.rights import Shop

effect tell(text: String) python "shop_python:tell" requires Shop.write
""",
    "shop/parts.pf": """\
from shop.rights import Shop

intent Rename(name: String, tone: String = "calm") requires Shop.write

component Entry(title: String) {
  form(sends: Rename()) {
    label(for: "name") { "Name" }
    input(id: "name", name: "name")
    slot
    button { "{title}" }
  }
}
""",
    "shop/store.pf": """\
from shop.effects import tell
from shop.parts import Rename
from shop.rights import Count, Shop, Trouble, label

intent Sell(name: String) -> Int requires Shop.write

reactor Store {
  state { sold: Count = 0 }
  on Rename(name, tone) { perform tell(label(name)) }
  on Sell(name) {
    state.sold += 1
    reply state.sold
  }
}
""",
    "shop/pages.pf": """\
from shop.parts import Entry
from shop.rights import Shop

fn heading(text: String) -> String = "The {text}"

page "/" as Home requires Shop.write {
  title { "Shop" }
  h1 { "{heading("shop")}" }
  Entry(title: "Rename") { p { "Tone is calm." } }
}
""",
    "shop/ring/one.pf": """\
from shop.ring.two import Two
from shop.rights import label

record One { two: Two? = none }

fn name_of(one: One) -> String = label("one")
""",
    "shop/ring/two.pf": """\
import shop.ring.one

record Two { count: Int = 1 }

fn count_of(one: shop.ring.one.One) -> Int = one.two.map(two => two.count) or 0
""",
    "shop/times.pf": """\
from shop.parts import Rename
from shop.rights import Shop

principal Clerk { grant Shop.write }

config Night { name: String = "night" }

schedule Nightly as Clerk {
  every 1d
  missed skip
  send Rename(name: Night.name)
}
""",
    "shop_python.py": """\
def tell(text: str) -> None:
    print(text)
""",
    "shop/main.pf": """\
from shop.pages import Home
from shop.ring.one import One
from shop.store import Store
from shop.times import Nightly

app Shopping {
  supervise one_for_one { Store }
  run Nightly
  web on 8000 { serve Home }
}
""",
}

CHANGES: tuple[tuple[str, str, str], ...] = (
    ("shop/rights.pf", " where it >= 0", ""),
    ("shop/rights.pf", "type Count = Int\n", "type Count = Int where it >= 0\n"),
    ("shop/rights.pf", "String = text", 'String = "{text}!"'),
    ("shop/rights.pf", 'String = "{text}!"', "String = text"),
    ("shop/rights.pf", "fn label", "fn title() -> Int = 1\n\nfn label"),
    ("shop/rights.pf", "fn title() -> Int = 1\n\n", ""),
    ("shop/pages.pf", "heading(", "title("),
    ("shop/pages.pf", "title(", "heading("),
    (
        "shop/pages.pf",
        'p { "Tone is calm." }',
        'label(for: "tone") { "Tone" } input(id: "tone", name: "tone")',
    ),
    (
        "shop/pages.pf",
        'label(for: "tone") { "Tone" } input(id: "tone", name: "tone")',
        'p { "Tone is calm." }',
    ),
    ("shop/store.pf", "Int requires", "Int fails Trouble requires"),
    ("shop/store.pf", "Int fails Trouble requires", "Int requires"),
    ("shop/ring/two.pf", "Int = 1", "Int = 2"),
    ("shop/ring/two.pf", "Int = 2", "Int = 1"),
    ("shop/ring/one.pf", 'label("one")', 'label("two")'),
    ("shop/ring/one.pf", "two: Two?", "other: Two?"),
    ("shop/ring/one.pf", "other: Two?", "two: Two?"),
    ("shop/times.pf", "config Night", "config Day { n: Int = 1 }\n\nconfig Night"),
    ("shop/times.pf", "config Day { n: Int = 1 }\n\n", ""),
    ("shop/times.pf", "missed skip", "missed once"),
    ("shop/times.pf", "missed once", "missed skip"),
    ("shop_python.py", "def tell", "async def tell"),
    ("shop_python.py", "async def", "def"),
    ("shop/main.pf", "8000", "8001"),
    ("shop/main.pf", "8001", "8000"),
)
"""A file, what stands in it, and what is put in its place (where it stands)."""
