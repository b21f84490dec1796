"""Errors show the `.pf` file: its lines, and the part of a line that failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.origin.conftest import SHOP, Shop, build

RUN = """
import asyncio, json, sys, traceback
from types import SimpleNamespace

import packetflow
if "hook" in sys.argv:
    from packetflow.origin import install
    install()
import shop, shop.pages, shop.routes
from packetflow.origin import origin_of

async def ask():
    async with shop.ShopApp() as app:
        await app.ask(shop.Sum(()), shop.Anyone())

def home():
    view = SimpleNamespace(caller=shop.Anyone(), title="")
    asyncio.run(shop.pages.home(shop.routes.Home(at=7), view, []))

faults = {
    "function": lambda: shop.average(()),
    "case": lambda: shop.area(shop.Circle(0)),
    "lines": lambda: shop.area(shop.Square(0)),
    "lambda": lambda: shop.third((shop.Item("a", 5),)),
    "index": lambda: shop.third(()),
    "fence": lambda: shop.checked("x"),
    "raised": lambda: shop.checked("9"),
    "record": lambda: shop.Item("a", 0),
    "reactor": lambda: asyncio.run(ask()),
    "page": home,
}
told = {}
for name, fault in faults.items():
    try:
        fault()
    except Exception as error:
        error = error.__cause__ or error
        frames = [
            (f.filename, f.name, f.lineno, f.colno, f.end_lineno, f.end_colno)
            for f in traceback.extract_tb(error.__traceback__)
        ]
        told[name] = [type(error).__name__, origin_of(error), frames]
print(json.dumps(told))
"""


def faults(shop: Shop, *arguments: str, **variables: str) -> dict[str, list]:
    """By fault: the kind of error, its origin, and the frames of its traceback."""
    code, printed = shop.python("-c", RUN, *arguments, **variables)
    assert code == 0, printed
    (told,) = (line for line in printed.splitlines() if line.startswith("{"))
    return json.loads(told)


@pytest.fixture(scope="module")
def moved(shop: Shop) -> dict[str, list]:
    return faults(shop, "hook")


@pytest.mark.parametrize(
    ("fault", "line", "part"),
    [
        ("function", "return total / count", "total / count"),
        ("case", "Circle(radius: r) => 100", "Circle(radius: r) => 100 / r"),
        ("lines", "10 / side", "10 / side"),
        ("lambda", "100 / (item.price - 5)", "100 / (item.price - 5)"),
        ("fence", "value = int(", "int("),
        ("raised", "raise ValueError", 'raise ValueError(f"é {value} is too much")'),
        (
            "record",
            "record Item",
            "record Item { name: String  price: Int where it > 0 }",
        ),
        ("reactor", "return total / count", "total / count"),
        ("page", "is {prices[at]}", "prices[at]"),
    ],
)
def test_the_innermost_line_and_what_is_underlined(
    moved: dict[str, list], shop: Shop, fault: str, line: str, part: str
) -> None:
    own = [frame for frame in moved[fault][2] if frame[0] == str(shop.source)]
    _, _, number, start, end_number, end = own[-1]
    assert number == shop.line(line)
    text = shop.source.read_text("utf-8").split("\n")[number - 1]
    if end_number != number:
        end = len(text)
    assert text.encode()[start:end].decode() == part


def test_every_frame_of_generated_code_is_moved(
    moved: dict[str, list], shop: Shop
) -> None:
    for fault, (_, _, frames) in moved.items():
        assert not [f for f in frames if f[0].startswith(str(shop.root / "build"))], (
            fault
        )


def test_the_frames_of_a_reactor_are_all_in_the_source(
    moved: dict[str, list], shop: Shop
) -> None:
    own = [f[1:3] for f in moved["reactor"][2] if f[0] == str(shop.source)]
    assert own == [
        ["on_sum", shop.line("let found = average")],
        ["average", shop.line("return total / count")],
    ]


def test_without_the_hook_all_is_the_same_but_the_places(
    moved: dict[str, list], shop: Shop
) -> None:
    plain = faults(shop)
    assert {name: told[0] for name, told in plain.items()} == {
        name: told[0] for name, told in moved.items()
    }
    files = {frame[0] for told in plain.values() for frame in told[2]}
    assert str(shop.source) not in files
    assert str(shop.root / "build" / "shop" / "functions.py") in files


def test_the_origin_of_an_error_is_known_with_and_without_the_hook(
    moved: dict[str, list], shop: Shop
) -> None:
    plain = faults(shop)
    for name in ("function", "case", "record", "reactor"):
        assert plain[name][1] == moved[name][1]
    assert moved["function"][1] == f"shop.pf:{shop.line('return total / count')}"
    assert moved["fence"][1] == f"shop.pf:{shop.line('value = int(')}"


def test_the_environment_variable_does_what_the_function_does(shop: Shop) -> None:
    told = faults(shop, PACKETFLOW_ORIGIN="1")
    assert told["function"][2][-2][0] == str(shop.source)
    assert faults(shop, PACKETFLOW_ORIGIN="0")["function"][2][-2][0] != str(shop.source)


def test_the_text_of_a_traceback(shop: Shop) -> None:
    code, printed = shop.python("-m", "packetflow.origin", "-c", given="")
    assert code == 1
    assert "usage: python -m packetflow.origin" in printed
    script = shop.root / "sums.py"
    script.write_text("import shop\nshop.average(())\n")
    code, printed = shop.python("-m", "packetflow.origin", str(script))
    assert code == 1
    line = shop.line("return total / count")
    assert (
        f'  File "{shop.source}", line {line}, in average\n'
        "    return total / count\n"
        "           ~~~~~~^~~~~~~\n"
    ) in printed


def test_a_source_that_has_changed_gives_no_wrong_lines(tmp_path: Path) -> None:
    shop = build(tmp_path)
    shop.source.write_text("# A new first line.\n" + SHOP, "utf-8")
    files = {frame[0] for frame in faults(shop, "hook")["function"][2]}
    assert str(shop.root / "build" / "shop" / "functions.py") in files


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_tabs_and_line_endings_do_not_move_what_is_in_a_fence(
    tmp_path: Path, ending: str
) -> None:
    shop = build(tmp_path, SHOP.replace("    ", "\t").replace("\n", ending))
    name, line, start = faults(shop, "hook")["fence"][2][-1][1:4]
    assert "checked" in name
    assert (line, start) == (shop.line("value = int("), 9)
