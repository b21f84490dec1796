"""Repairs: those that are offered work, and `pfc fix` makes the safe ones."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pfc.cli.app import run
from pfc.cli.fixing import Wanted, fix
from pfc.diagnostics import Diagnostic, Edit, Fix, diagnostic
from pfc.driver import compile_sources
from pfc.span import Span
from tests.diagnostics.corpus import repaired
from tests.diagnostics.mutations import Faulty, findings, programs

PYTHONIC = """\
record Item { name: str; price Decimal }
def total(items: List<Item>) -> Decimal = items.map(lambda i: i.price).sum()
intent Ping
reactor R {
  on Ping { done }
}
"""
REPAIRED = """\
record Item { name: String price: Decimal }
fn total(items: List[Item]) -> Decimal = items.map(i => i.price).sum()
intent Ping requires nothing
reactor R {
  on Ping { done }
}
"""


# ---------------------------------------------------------------- what is offered
@pytest.mark.slow
def test_repairs_of_generated_faults_remove_them() -> None:
    """Each makes the program readable; a safe one, with few exceptions, makes it sound."""
    tried = safe = sound = 0
    for program in programs(range(6), count=1):
        found = findings(program)
        for each, offered in [(one, it) for one in found for it in one.fixes]:
            after = findings(replace(program, text=repaired(program.text, offered)))
            same = (each.code, each.message)
            assert same not in [(one.code, one.message) for one in after]
            assert _unread(after) < _unread(found) or not _unread(found)
            tried += 1
            safe += offered.safe
            sound += offered.safe and len(after) < len(found)
    print(f"{tried} repairs, {safe} of them safe, of which {sound} leave nothing wrong")
    assert tried > 50
    assert sound >= 0.97 * safe


def _unread(found: list[Diagnostic]) -> int:
    return sum(one.code.startswith("PF1") for one in found)


def test_six_faults_are_repaired_as_far_as_that_is_certain() -> None:
    """Nothing gets worse, and some of it gets better."""
    better = 0
    for program in list(programs(range(1)))[::3]:
        before = findings(program)
        made = fix({program.path: program.text}, _check, Wanted({program.path}))
        after = findings(Faulty(program.path, made.texts[program.path], (), ()))
        assert _unread(after) <= _unread(before)
        better += _unread(after) < _unread(before)
    assert better > 2


def _check(texts: object) -> list[Diagnostic]:
    assert isinstance(texts, dict)
    ((path, text),) = texts.items()
    return findings(Faulty(path, text, (), ()))


# ---------------------------------------------------------------- the engine
def _letters(text: str, *, fixes: dict[str, Fix]) -> list[Diagnostic]:
    """A made-up compiler: each capital letter is a mistake, with the repair given."""
    found = []
    for at, letter in enumerate(text):
        if letter.isupper():
            offered = fixes.get(letter)
            moved = offered and replace(
                offered,
                edits=tuple(
                    replace(edit, span=Span("a", at, at + 1)) for edit in offered.edits
                ),
            )
            found.append(
                diagnostic(
                    "PF213",
                    Span("a", at, at + 1),
                    module=letter,
                    fixes=[moved] if moved else [],
                )
            )
    return found


def made(text: str, fixes: dict[str, str], **wanted: object) -> str:
    """What becomes of a text; `fixes` are letter → what is put in its place."""
    offered = {
        letter: Fix("it", (Edit(Span("a", 0, 0), put.strip("?")),), "?" not in put)
        for letter, put in fixes.items()
    }
    result = fix(
        {"a": text},
        lambda texts: _letters(texts["a"], fixes=offered),
        Wanted({"a"}, **wanted),  # type: ignore[arg-type]  # as the tests say
    )
    return result.texts["a"]


@pytest.mark.parametrize(
    ("text", "fixes", "result"),
    [
        ("aBcD", {"B": "b", "D": "d"}, "abcd"),
        ("aB", {"B": "C", "C": "c"}, "ac"),  # one repair leads to the next
        ("aB", {"B": "B"}, "aB"),  # it changes nothing
        ("aB", {"B": "XY"}, "aB"),  # it makes things worse
        ("aBcD", {"B": "XY", "D": "d"}, "aBcd"),  # only the good one is made
        ("aB", {"B": "b?"}, "aB"),  # not safe
        ("aB", {}, "aB"),
    ],
)
def test_repairs_are_made_as_long_as_they_help(
    text: str, fixes: dict[str, str], result: str
) -> None:
    assert made(text, fixes) == result


def test_unsafe_repairs_are_made_when_asked_for() -> None:
    assert made("aB", {"B": "b?"}, unsafe=True) == "ab"


def test_only_the_codes_and_files_that_are_wanted() -> None:
    assert made("aB", {"B": "b"}, codes=["PF101"]) == "aB"
    assert made("aB", {"B": "b"}, codes=["PF213"]) == "ab"
    offered = {"B": Fix("it", (Edit(Span("a", 0, 0), "b"),), True)}
    result = fix(
        {"a": "aB"},
        lambda texts: _letters(texts["a"], fixes=offered),
        Wanted({"other"}),
    )
    assert result.texts == {"a": "aB"}


def test_repairs_that_go_round_end() -> None:
    assert made("aB", {"B": "C", "C": "B"}) in ("aB", "aC")


# ---------------------------------------------------------------- the command
@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    path = tmp_path / "shop.pf"
    path.write_bytes(PYTHONIC.encode())
    return path


def test_what_python_developers_write_becomes_a_program(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.chmod(0o640)
    assert run(["fix"]) == 0
    assert shop.read_text() == REPAIRED
    assert shop.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in shop.parent.iterdir()] == ["shop.pf"]
    shown = capsys.readouterr().out
    assert "shop.pf:2:1: PF111: write `fn`\n" in shown
    assert "shop.pf:1:31: PF101: add `:`\n" in shown
    assert shown.endswith("in 1 file\n")
    assert compile_sources({"shop.pf": REPAIRED}).diagnostics == ()


def test_a_second_run_has_nothing_to_do(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write_text(REPAIRED)
    assert run(["fix", "shop.pf"]) == 0
    assert capsys.readouterr().out == "nothing to fix\n"


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_nothing_is_written_on_request(
    shop: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert run(["fix", option]) == 1
    assert shop.read_text() == PYTHONIC
    shown = capsys.readouterr().out
    assert ("+fn total(items: List[Item])" in shown) is (option == "--diff")
    assert "would fix" in shown


def test_one_code_alone(shop: Path) -> None:
    assert run(["fix", "--only", "101"]) == 1
    assert shop.read_text() == PYTHONIC.replace("price Decimal", "price: Decimal")


def test_unknown_codes_are_refused(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fix", "--only", "PF1O1"]) == 2
    assert "Did you mean PF101?" in capsys.readouterr().err


def test_authority_is_changed_only_when_asked_for(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "capability Desk { read  write implies read }\n"
        'effect store() requires Desk.write python "desk:store"\n'
        "intent Save requires Desk.read\n"
        "reactor R { on Save { perform store() } }\n"
    )
    shop.write_text(text)
    (shop.parent / "desk.py").write_text("def store() -> None: ...\n")
    assert run(["fix"]) == 1
    assert shop.read_text() == text
    assert "1 more with --unsafe" in capsys.readouterr().out
    assert run(["fix", "--unsafe"]) == 0
    assert "requires Desk.read, Desk.write" in shop.read_text()


def test_bytes_that_are_no_mistake_stay(shop: Path) -> None:
    text = "\ufeff# élan\r\nrecord A {\r\n  x Int\r\n}\r\n"
    shop.write_bytes(text.encode())
    assert run(["fix"]) == 0
    assert shop.read_bytes() == text.replace("x Int", "x: Int").encode()


def test_only_the_files_that_are_given(shop: Path) -> None:
    (shop.parent / "other.pf").write_text("record A { x Int }\n")
    assert run(["fix", "other.pf"]) == 0
    assert shop.read_text() == PYTHONIC


def test_json_tells_what_was_made(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fix", "--format", "json", "--only", "PF101"]) == 1
    document = json.loads(capsys.readouterr().out)
    (made,) = document["fixed"]
    assert (made["code"], made["title"]) == ("PF101", "add `:`")
    assert (made["path"], made["line"], made["column"]) == ("shop.pf", 1, 31)
    assert "PF101" not in [each["code"] for each in document["diagnostics"]]


def test_standard_input_to_standard_output(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.TextIOWrapper(io.BytesIO(b"record A { x Int }\nfn f() -> B = 1\n"))
    monkeypatch.setattr("sys.stdin", given)
    assert run(["fix", "-"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "record A { x: Int }\nfn f() -> B = 1\n"
    assert "PF210" in shown.err


def test_a_file_that_cannot_be_written_is_reported(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, text: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pfc.cli.fix.replace_text", refuse)
    assert run(["fix"]) == 1
    assert "PF904" in capsys.readouterr().out
    assert shop.read_text() == PYTHONIC
