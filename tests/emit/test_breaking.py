"""Statements of the forms that generated code takes stay as black would leave them."""

from __future__ import annotations

import warnings
from random import Random

import black
import pytest

from pfc.emit import layout
from pfc.emit.code import Code

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

NAMES = "alpha beta gamma_value delta_of_things epsilon zeta_long_name_here eta".split()
HEADS = (
    "return {}",
    "x = {}",
    "state.known[key_of] = {}",
    "value: Final = {}",
    "out += {}",
    "raise {}",
    "yield {}",
)


class Statements:
    """Random statements, the same in every run."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self) -> str:
        statement = self.random.choice(HEADS).format(self.expression(0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # `1 is not 2` is one
            try:
                compile(f"async def _():\n {statement}", "", "exec")
            except SyntaxError:
                return self.one()
        return statement

    def dotted(self) -> str:
        count = self.random.choice([1, 1, 2, 3])
        return ".".join(self.random.choice(NAMES) for _ in range(count))

    def atom(self) -> str:
        words = " ".join(self.random.choice(NAMES) for _ in range(3))
        name = self.random.choice(NAMES)
        number = str(self.random.randint(0, 9_999))
        return self.random.choice(
            [
                self.dotted(),
                number,
                f'"{words}"',
                f"'<a x=\"{name}\">'",
                f'f"{{{name}}} b"',
            ]
        )

    def expression(self, depth: int) -> str:
        if depth > 3 or self.random.random() < 0.25:
            return self.atom()
        form = self.random.choice(
            [self.call, self.call, self.call, self.display, self.loop, self.waiting]
            + ([self.choice, self.chain] if depth == 0 else [])
        )
        return form(depth + 1)

    def call(self, depth: int) -> str:
        count = self.random.randint(0, 4)
        parts = [self.expression(depth) for _ in range(count)]
        if self.random.random() < 0.4:
            parts.append(f"{self.random.choice(NAMES)}={self.expression(depth)}")
        if self.random.random() < 0.2:
            parts.append(f"lambda {self.random.choice(NAMES)}: {self.atom()}")
        return f"{self.dotted()}({', '.join(parts)})"

    def display(self, depth: int) -> str:
        parts = [self.expression(depth) for _ in range(self.random.randint(2, 3))]
        if self.random.random() < 0.5:
            return f"({', '.join(parts)})"
        return "{" + ", ".join(f'"key": {part}' for part in parts) + "}"

    def loop(self, depth: int) -> str:
        tests = [f"{self.dotted()} == {self.atom()}" for _ in range(2)]
        end = self.random.choice(["", f" if {tests[0]}", f" if {' and '.join(tests)}"])
        name = self.random.choice(NAMES)
        return f"tuple({self.expression(depth)} for {name} in {self.dotted()}{end})"

    def waiting(self, depth: int) -> str:
        inner = f"await {self.dotted()}({self.expression(depth)})"
        return self.random.choice([inner, f"({inner}).{self.random.choice(NAMES)}"])

    def choice(self, depth: int) -> str:
        test = f"{self.dotted()} is not {self.dotted()}"
        return f"{self.expression(depth)} if {test} else {self.expression(depth)}"

    def chain(self, depth: int) -> str:
        operator = self.random.choice([" or ", " and ", " + ", " | "])
        count = self.random.randint(2, 4)
        parts = (f"{self.dotted()}({self.dotted()})" for _ in range(count))
        return operator.join(parts)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_broken_without_black_stays_as_it_is(seed: int) -> None:
    statements = Statements(seed)
    for _ in range(150):
        statement = statements.one()
        indent = statements.random.choice([0, 4, 8])
        number = statements.random.randint(1, 999)
        origin = statements.random.choice([None, Code(f"# orders.pf:{number}")])
        text = str(layout.statement(Code(statement), indent, origin=origin))
        for level in range(indent // 4):
            text = f"if v_{level}:\n{layout.indented(Code(text))}"
        assert black.format_str(text + "\n", mode=black.Mode()) == text + "\n"


def test_few_statements_need_black(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = layout._black

    def counted(text: str, indent: int) -> Code:
        asked.append(text)
        return real(text, indent)

    monkeypatch.setattr(layout, "_black", counted)
    statements = Statements(9)
    for _ in range(300):
        layout.statement(Code(statements.one()), 4)
    assert len(asked) < 120
