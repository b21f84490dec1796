"""mypy's findings about the user's Python, in `.pf` coordinates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pfc.cache.store import Store
from pfc.pythoncheck.check import PythonFindings, check_python
from pfc.pythoncheck.present import with_python
from pfc.pythoncheck.reached import reached
from pfc.pythoncheck.run_mypy import CannotCheck, run_mypy
from pfc.pythoncheck.widened import exact_aliases, widened
from pfc.span import Source
from tests.generated.building import built, compiled, errors

PROGRAM = """\
union Role { Member Admin }
record Item { name: String  price: Decimal = 1 }
context Caller { name: String  authenticate "impl:load" }
fn words(text: String) -> List[String] python ```py
  return text.split()
```
fn size(text: String) -> Int python ```py
  if text:
      return text.upper()
  return len(
      text, 4
  )
```
fn items(text: String, n: Int) -> List[Item] python "impl:items"
fn role(text: String) -> Role python "impl:role"
fn untyped(text: String) -> Int python "impl:untyped"
fn parameters(text: String) -> List[Item] python "impl:parameters"
effect result(text: String) -> Int python "impl:result"
effect waiting(xs: List[String]) -> Map[String, Int] python "impl:waiting"
effect number(text: String) python "impl:number"
"""
PYTHON = """\
from collections.abc import Sequence

from helper import Text


def load(subject: str) -> int:
    return 3


def items(text: str, n: int) -> list[dict[str, str]]:
    return [{"name": text} for _ in range(n)]


def role(text: str) -> str:
    return "Member"


def untyped(text):
    return text


def parameters(text: int) -> list[object]:
    return []


def result(text: Text) -> str:
    return text


async def waiting(xs: Sequence[str]) -> dict[str, int]:
    return {}


number = 3
"""
HELPER = "Text = str\n"


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., PythonFindings]:
    monkeypatch.setenv("PFC_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "project"
    root.mkdir()

    def run(program: str = PROGRAM, **options: object) -> PythonFindings:
        (root / "impl.py").write_text(PYTHON)
        (root / "helper.py").write_text(HELPER)
        made = compiled({"shop.pf": program}, root)
        assert errors(made) == []
        source = Source("shop.pf", program)
        return check_python(
            str(root),
            made.files,
            {"shop.pf": source},
            reader(root),
            Store(str(tmp_path / "cache")),
            **options,  # type: ignore[arg-type]  # `run`, or nothing
        )

    return run


def reader(root: Path) -> Callable[[str], tuple[str, str] | None]:
    def read(module: str) -> tuple[str, str] | None:
        path = root / f"{module}.py"
        return (path.name, path.read_text()) if path.is_file() else None

    return read


def told(found: PythonFindings) -> list[tuple[str, int, str]]:
    """Code, line and covered text of each finding."""
    source = Source("shop.pf", PROGRAM)
    return [
        (
            one.code,
            source.position(one.span.start)[0],
            PROGRAM[one.span.start : one.span.end],
        )
        for one in sorted(found.diagnostics, key=lambda one: one.span)
    ]


@pytest.mark.slow
def test_findings_are_where_the_python_is_written(
    check: Callable[..., PythonFindings],
) -> None:
    found = check()
    assert told(found) == [
        ("PF921", 3, '"impl:load"'),
        ("PF920", 9, "text.upper()"),
        ("PF920", 10, "len(\n      text, 4\n  )"),
        ("PF921", 17, '"impl:parameters"'),
        ("PF921", 18, '"impl:result"'),
        ("PF921", 20, '"impl:number"'),
    ]
    (misfit,) = (one for one in found.diagnostics if "`impl:parameters`" in one.message)
    assert "`Callable[[int], list[object]]`" in misfit.message
    assert "`Callable[[str], tuple[Item, ...]]`" in misfit.message
    (label,) = misfit.related
    assert label.span.path == "impl.py"
    text = found.sources["impl.py"].text[label.span.start : label.span.end]
    assert text == "def parameters(text: int) -> list[object]:"
    # What was found once is known, as long as nothing that counts has changed.
    assert check(run=_never) == found


def _never(*_: object) -> list[object]:
    raise AssertionError("mypy ran again")


def test_what_is_kept_is_used_until_a_file_that_is_reached_changes(
    check: Callable[..., PythonFindings], tmp_path: Path
) -> None:
    runs: list[object] = []

    def run(*arguments: object) -> list[object]:
        runs.append(arguments)
        return []

    for _ in range(2):
        assert check(run=run).modules == ("impl", "helper")
    assert len(runs) == 1
    check(PROGRAM + "# nothing new\n", run=run)
    assert len(runs) == 2


def test_a_helper_counts_and_a_stranger_does_not(tmp_path: Path) -> None:
    (tmp_path / "impl.py").write_text("from . import other\nimport os\nimport helper\n")
    (tmp_path / "helper.py").write_text("x = (\n")
    assert list(reached(["impl"], reader(tmp_path))) == ["impl", "helper"]


def test_a_run_that_fails_is_told(check: Callable[..., PythonFindings]) -> None:
    def broken(*_: object) -> list[object]:
        raise CannotCheck("no space left")

    (found,) = check(run=broken).diagnostics
    assert found.code == "PF922"
    assert "no space left" in found.message


def test_programs_without_python_cost_nothing(
    check: Callable[..., PythonFindings],
) -> None:
    assert check("fn f(a: Int) -> Int = a\n", run=_never) == PythonFindings()


def test_results_that_are_converted_may_be_wider() -> None:
    program = """
type Size = Int where it > 0
type Some = List[Int]
record R { n: Int }
effect e(r: R) -> List[R]? python "m:e"
effect f(r: R) -> Size python "m:f"
effect g() -> Some python "m:g"
"""
    python = "def e(r): ...\ndef f(r): ...\ndef g(): ...\n"
    files = built(program, "a.pf", python)
    aliases = exact_aliases(files)
    text = widened(files["a/effects.py"], aliases)
    assert aliases == {"Size"}
    assert "(self, r: R, /) -> _collections_abc.Collection[object] | None: ..." in text
    assert "(self, r: R, /) -> Size: ..." in text
    assert "(self) -> _collections_abc.Collection[int]: ..." in text
    assert text.count("\n") == files["a/effects.py"].count("\n")
    assert "def _e(r: R) -> tuple[R, ...] | None:" in text


def test_which_files_have_python() -> None:
    plain = {"a/functions.py": "def f() -> int:  # a.pf:1\n    return 1  # a.pf:2\n"}
    fence = {"a/functions.py": "def f() -> int:  # a.pf:1, Python 2-3\n    return 1\n"}
    linked = {
        "a/effects.py": "def f() -> int:\n    from m import g as linked  # a.pf:3\n"
    }
    assert with_python(plain) == []
    assert with_python(fence) == ["a/functions.py"]
    assert with_python(linked) == ["a/effects.py"]


def test_mypy_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PFC_CACHE_DIR", "")
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    with pytest.raises(CannotCheck, match="no-python"):
        run_mypy(str(tmp_path), {"a/b.py": "x = 1\n"}, ["a/b.py"])
