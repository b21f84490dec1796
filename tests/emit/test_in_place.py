"""Which handlers may change the state itself, and whose check may be remembered."""

from __future__ import annotations

import re

import pytest

from pfc.driver import compile_sources

HEAD = """
capability Cap { use  room(name: String) }
context Caller { name: String }
event Done(n: Int) requires nothing
effect note(n: Int) python ```py
pass
```
effect wait(n: Int) timeout 1s python ```py
pass
```
intent Do(n: Int, name: String, list: List[Int]) -> Int in Caller requires nothing
"""


def options(body: str, always: str = "") -> str:
    """What stands behind the handler in the reactor's table."""
    source = (
        f"{HEAD}reactor R {{ state {{ n: Int = 0  other: Int = 0  m: Map[String, Int] = {{}} "
        f'text: String = ""  some: List[Int] = []  small: Int = 0 where it >= 0 {always} }}'
        f" on Do(n, name, list) {{ {body} }} }}"
    )
    made = compile_sources({"m.pf": source})
    assert not [d.message for d in made.diagnostics if d.severity.value == "error"]
    found = re.search(r"Handler\(Do, on_do(.*?)\),", made.files["m/reactors.py"], re.S)
    assert found is not None
    return found[1].strip(", ")


@pytest.mark.parametrize(
    "body",
    [
        "state.n += 1 reply state.n",
        "state.n += n reply 1",
        "require n > 0 else deny Cap.use  state.n = n  reply n",
        "let first = list[0]  state.n += first  reply first",
        "state.m[name] = n  state.n += 1  reply n",
        "remove state.m[name]  reply state.m.length",
        "if n > 3 { state.n = 0 } else { state.text = name } reply n",
        "match n { 1 => { state.n = 1 } _ => {} } reply state.n",
        "perform note(n)  state.some += [n]  reply n",
        "emit Done(n: n)  state.n += 1  if state.n > 3 and n == 1 { reply 1 } reply state.n + 1",
    ],
)
def test_one_change_that_nothing_can_undo_is_made_in_place(body: str) -> None:
    assert options(body) == "in_place=True"


@pytest.mark.parametrize(
    "body",
    [
        "state.n += 1  state.other += 1  reply n",  # two
        "state.n += 1  reply list[0]",  # an index that may be missing
        "state.n += 1  perform note(n)  reply n",  # an effect that may fail
        "state.n += 1  state.m[name] = n  reply n",
        "state.n += 1  emit Done(n: n)  reply n",
        "state.small -= 1  reply n",  # checked when it has changed
        "state.m = {}  reply n",  # a map has to become the state's own
        "for each in list { state.n += each } reply n",
        "state.n += 1  require n > 0 else deny Cap.use  reply n",
        "if n > 1 { state.n += 1 } state.other += 1  reply n",
        "state.n = n  reply 10 % n",
    ],
)
def test_what_may_fail_after_a_change_works_on_a_draft(body: str) -> None:
    assert options(body) == ""


def test_a_handler_that_waits_or_has_an_invariant_works_on_a_draft() -> None:
    assert options("perform wait(n)  state.n += 1  reply n") == ""
    assert options("state.n += 1 reply n", always="always n >= 0") == ""
    assert options("reply state.n") == "reads_only=True"


@pytest.mark.parametrize(
    ("requires", "remembered"),
    [
        ("Cap.use", True),
        ('Cap.room("a")', True),
        ("Cap.room(caller.name)", True),
        ("Cap.room(name)", False),
        ("Cap.use, Cap.room(name)", False),
        ("Cap.room(each) for each in names", False),
    ],
)
def test_only_a_check_that_looks_at_no_field_is_remembered(
    requires: str, remembered: bool
) -> None:
    source = f"{HEAD}intent Go(name: String, names: List[String]) in Caller requires {requires}"
    made = compile_sources({"m.pf": source})
    text = made.files["m/intents.py"]
    assert ("@by_caller" in text) is remembered
