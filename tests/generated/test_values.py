"""What generated classes do in Python and in JSON: normal forms, refusals, faults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import packetflow
from tests.generated.building import built, write

SOURCE = """
module made_values
type DocPath = Path under "/docs"
type Size = Int where it in 0..100
type Code = String where matches("[a-z]+") and length <= 5
type Links = List[Url] where it.length <= 2
union Role { Member Admin }
union Shape { Circle(radius: Float where it > 0.0)  Box(class: Int, at: DocPath? = none)  Point }
record File {
  path: DocPath
  size: Size = 1
  code: Code = "a"
  tags: Map[DocPath, List[Size]] = {}
  at: Instant? = none
  price: Decimal = 0
  root: Path = "/" where it != "/no"
  under_it: Path? = none
  links: Links = []
  low: Int = 0
  high: Int = 10
  always low <= high
}
record Second { first: Int = 1  second: Int  role: Role = Role.Admin  shape: Shape = Point }
context Who { name: Code }
event Seen(path: DocPath)
intent Put(path: DocPath, size: Size = 3, file: File? = none) -> Int requires nothing deadline 5s
intent Divide(n: Int, by: Int) -> Decimal requires nothing
intent At(xs: List[Int], i: Int) -> Int requires nothing
intent Fit(n: Int) -> Size requires nothing
intent Grow(n: Int) -> Int requires nothing
intent Flip(low: Int, high: Int) requires nothing
intent Overflow(x: Float) -> Float requires nothing
intent Lost(key: Path) -> Int requires nothing
intent Deep(n: Int) -> Int requires nothing
fn down(n: Int) -> Int = if n == 0 then 0 else 1 + down(n - 1)
reactor Store {
  state {
    size: Size = 0  low: Int = 0  high: Int = 1  m: Map[Path, Int] = {}
    small: Int = 0 where it < 5
    always low <= high
  }
  on Put(path, size, file) { state.m[path] = size  reply state.m.length }
  on Divide(n, by) { state.low = -5  reply n / by }
  on At(xs, i) { state.m["/lost"] = 1  reply xs[i] }
  on Fit(n) { state.low = -5  reply n }
  on Grow(n) { state.low = -7  state.size += n  state.small += n  reply state.size }
  on Flip(low, high) { state.low = low  state.high = high }
  on Overflow(x) { reply x * 1000000000000.0 }
  on Lost(key) { reply state.m[key] }
  on Deep(n) { reply down(n) }
}
app Values { supervise one_for_one max 50 within 1s { Store } }
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package."""
    folder = tmp_path_factory.mktemp("values")
    write(folder, built(SOURCE, "made_values.pf"))
    sys.path.insert(0, str(folder))
    try:
        yield __import__("made_values")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("made_values")]:
            del sys.modules[name]


# -------------------------------------------------------------------- making values
def test_paths_are_brought_into_their_normal_form(made: Any) -> None:
    file = made.File(
        path="/docs//a/./b/", tags={"/docs//x": (1,)}, under_it="/y/", root="/r//"
    )
    assert file.path == "/docs/a/b"
    assert file.tags == {"/docs/x": (1,)}
    assert (file.under_it, file.root) == ("/y", "/r")
    assert made.Put(path="/docs/").path == "/docs"
    assert made.Seen(path="/docs//x").path == "/docs/x"
    assert made.Box(class_=1, at="/docs//y").at == "/docs/y"


def test_instants_are_kept_in_utc(made: Any) -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    file = made.File(path="/docs", at=at)
    assert file.at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert file.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"path": "/other"}, "path"),
        ({"path": "/docs/../etc"}, "path"),
        ({"path": "/docsx"}, "path"),
        ({"size": 101}, "size"),
        ({"size": -1}, "size"),
        ({"code": "A"}, "code"),
        ({"code": "abcdef"}, "code"),
        ({"code": "a\n"}, "code"),
        ({"tags": {"/docs": (1, 101)}}, "tags"),
        ({"tags": {"/no": ()}}, "tags"),
        ({"at": datetime(2026, 1, 1)}, "at"),
        ({"price": Decimal("NaN")}, "price"),
        ({"root": "/no"}, "root"),
        ({"links": ("javascript:x",)}, "links"),
        ({"links": ("https://a", "https://b", "https://c")}, "links"),
        ({"low": 11}, "File"),
    ],
)
def test_what_breaks_a_rule_is_refused(
    made: Any, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(packetflow.Violation) as caught:
        made.File(**{"path": "/docs", **fields})
    assert caught.value.field == field


def test_messages_say_what_is_allowed(made: Any) -> None:
    with pytest.raises(packetflow.Violation, match="must be between 0 and 100"):
        made.File(path="/docs", size=101)
    with pytest.raises(packetflow.Violation, match="must be more than 0"):
        made.Circle(radius=0.0)
    with pytest.raises(packetflow.Violation, match="must satisfy low <= high"):
        made.File(path="/docs", low=20)


def test_copies_are_checked_too(made: Any) -> None:
    file = made.File(path="/docs")
    with pytest.raises(packetflow.Violation):
        msgspec.structs.replace(file, size=1000)


def test_defaults_before_required_fields_are_by_name_only(made: Any) -> None:
    assert made.Second(second=2).first == 1
    assert made.Second(second=2).role is made.Role.ADMIN
    assert made.Second(second=2).shape == made.Point()


def test_contexts_keep_what_the_runtime_gives_them(made: Any) -> None:
    with pytest.raises(packetflow.Violation):
        made.Who(name="A")
    assert made.Who(name="a", capabilities=[]).capabilities == ()


# -------------------------------------------------------------------- JSON
def test_json_uses_the_names_of_the_source(made: Any) -> None:
    box = made.Box(class_=1, at="/docs/x")
    text = msgspec.json.encode(box)
    assert msgspec.json.decode(text) == {"type": "Box", "class": 1, "at": "/docs/x"}
    assert msgspec.json.decode(text, type=made.Shape) == box
    assert msgspec.json.decode(b'{"type": "Point"}', type=made.Shape) == made.Point()
    assert msgspec.json.encode(made.Role.ADMIN) == b'"Admin"'


@pytest.mark.parametrize(
    "text",
    [
        b'{"path": "/etc"}',
        b'{"path": "/docs", "size": 101}',
        b'{"path": "/docs", "size": 1.5}',
        b'{"path": "/docs", "file": {"path": "/docs", "code": "NO"}}',
        b'{"path": "/docs", "file": {"path": "/docs", "low": 11}}',
        b"{}",
    ],
)
def test_a_decoder_refuses_what_breaks_a_rule(made: Any, text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=made.Put)


def test_simple_rules_are_in_the_schema(made: Any) -> None:
    schema = msgspec.json.schema(made.File)["$defs"]["File"]["properties"]
    assert schema["size"]["minimum"] == 0
    assert schema["size"]["maximum"] == 100
    assert schema["code"]["maxLength"] == 5
    assert schema["code"]["pattern"] == "^(?:[a-z]+)$"
    assert schema["path"]["format"] == "path"
    assert schema["links"]["maxItems"] == 2


# -------------------------------------------------------------------- faults
async def asked(made: Any, *intents: Any) -> Any:
    """The state after intents were asked of a new app, each of them a fault."""
    somebody = packetflow.Context()
    async with made.Values() as app:
        await app.ask(made.Put(path="/docs/a"), somebody)
        for intent in intents:
            with pytest.raises(packetflow.Fault):
                await app.ask(intent, somebody)
        return app.system.cell(made.Store).state


async def test_faults_leave_the_state_as_it_was(made: Any) -> None:
    state = await asked(
        made,
        made.Divide(n=1, by=0),
        made.At(xs=(1,), i=1),
        made.At(xs=(1,), i=-1),
        made.Fit(n=101),
        made.Grow(n=101),
        made.Grow(n=5),
        made.Flip(low=5, high=4),
        made.Overflow(x=1e300),
        made.Lost(key="/k"),
        made.Deep(n=1_000_000),
    )
    assert state == made.StoreState(m={"/docs/a": 3})


async def test_invariants_hold_at_the_end_of_a_handler(made: Any) -> None:
    somebody = packetflow.Context()
    async with made.Values() as app:
        # On the way `low` is above `high`.
        await app.ask(made.Flip(low=7, high=9), somebody)
        state = app.system.cell(made.Store).state
        assert (state.low, state.high) == (7, 9)


def test_options_of_an_intent(made: Any) -> None:
    assert made.Put.deadline == 5.0
    assert made.Put.context is None


def test_every_public_name_is_exported(made: Any, tmp_path: Path) -> None:
    assert {"Circle", "Shape", "StoreState", "Values", "down"} <= set(made.__all__)
    assert all(hasattr(made, name) for name in made.__all__)
