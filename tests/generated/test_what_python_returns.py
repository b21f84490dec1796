"""What Python returns is converted, so checked, whatever a type checker could see."""

from __future__ import annotations

from typing import Any

import pytest

from packetflow import Context, Err, Fault, Ok
from tests.web.building import build, imported

FENCE = """python ```py
    import json

    return json.loads(text)
  ```
"""
WAITING = """python ```py
    import asyncio
    import json

    await asyncio.sleep(0)
    return json.loads(text)
  ```
"""
KINDS = (
    "Int",
    "Bool",
    "String",
    "Path",
    "Url",
    "Int?",
    "List[Int]",
    "Map[String, Int]",
)
BROKEN: dict[str, tuple[str, ...]] = {
    "Int": ('"1"', "true", "1.5", "null"),
    "Bool": ("1", '"true"'),
    "String": ("1", "null", "[]"),
    "Path": ("1", '"a"', '"/a/../b"'),
    "Url": ("1", "null"),
    "Int?": ('"1"',),
    "List[Int]": ("1", '["a"]'),
    "Map[String, Int]": ("[]", '{"a": "b"}'),
}
RIGHT: dict[str, tuple[str, object]] = {
    "Int": ("1", 1),
    "Bool": ("true", True),
    "String": ('"a"', "a"),
    "Path": ('"/a//b/"', "/a/b"),
    "Url": ('"https://example.org/"', "https://example.org/"),
    "Int?": ("null", None),
    "List[Int]": ("[1, 2]", (1, 2)),
    "Map[String, Int]": ('{"a": 1}', {"a": 1}),
}


def _source() -> str:
    parts = []
    handlers = []
    for number, kind in enumerate(KINDS):
        parts.append(
            f"fn read{number}(text: String) -> {kind}\n  {FENCE}"
            f"effect load{number}(text: String) -> {kind}\n  {FENCE}"
            f"effect wait{number}(text: String) -> {kind}\n  {WAITING}"
        )
        ways = {"read": "read{}(text)", "load": "perform load{}(text)"}
        for way, call in {**ways, "wait": "perform wait{}(text)"}.items():
            name = f"{way.title()}{number}"
            parts.append(f"intent {name}(text: String) -> {kind} requires nothing\n")
            handlers.append(f"  on {name}(text) {{ reply {call.format(number)} }}\n")
    body = "".join(handlers)
    app = "app Loads { supervise one_for_one max 1000 within 1s { Reader } }\n"
    return f"{''.join(parts)}reactor Reader {{\n{body}}}\n{app}"


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package of a program that takes whatever Python returns."""
    folder = tmp_path_factory.mktemp("returns")
    build(folder, {"python_returns.pf": _source()}, {})
    return imported(folder, "python_returns")


@pytest.mark.parametrize("way", ["Read", "Load", "Wait"])
async def test_what_does_not_fit_is_a_fault(loads: Any, way: str) -> None:
    async with loads.Loads() as app:
        for number, kind in enumerate(KINDS):
            intent = getattr(loads, f"{way}{number}")
            text, value = RIGHT[kind]
            assert await app.try_ask(intent(text), Context()) == Ok(value)
            for text in BROKEN[kind]:
                answer = await app.try_ask(intent(text), Context())
                assert isinstance(answer, Err), (kind, text, answer)
                assert isinstance(answer.error, Fault)
