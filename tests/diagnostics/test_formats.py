"""Each format of a report, tried by making the mistake."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pfc.cli import reporting
from pfc.cli.app import run
from pfc.diagnostics import TABLE
from pfc.diagnostics.sarif import sarif_report
from tests.diagnostics.corpus import CORPUS, read
from tests.diagnostics.sarif_structure import SARIF

FAULTY = """\
capability Desk { read  write implies read }
effect store() requires Desk.write python "desk:store"
intent Save requires Desk.read
reactor R {
  on Save { perform store() }
}
intent Open
fn f() -> Int = x && 1
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one mistake for types, one warning and one error of authority."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    sound = FAULTY.replace("x && 1", "1")
    (tmp_path / "desk.py").write_text("def store() -> None: ...\n")
    (tmp_path / "shop.pf").write_text(sound)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(["check", *arguments, "--no-mypy"]) == 1
    return capsys.readouterr().out


def test_plain_has_nothing_drawn(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = printed(capsys, "--format", "plain")
    assert "Error PF301: performing `store` needs `Desk.write`" in shown
    assert "Where: shop.pf, line 5, column 21.\n" in shown
    assert "The line: on Save { perform store() }\nAbout: store()\n" in shown
    assert "See shop.pf, line 3, column 22: what is had.\n" in shown
    assert "Line 7 becomes: intent Open requires nothing\n" in shown
    assert shown.endswith("1 error, 1 warning.\n")
    assert not re.search(r"[\^|\x1b]|-->|--|\s=\s", shown)


def test_json_is_as_its_schema_says(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(printed(capsys, "--format", "json"))
    validator = _schema()
    validator.validate(document)
    codes = [each["code"] for each in document["diagnostics"]]
    assert codes == ["PF301", "PF407"]
    del document["diagnostics"][0]["start"]["column"]
    assert not validator.is_valid(document)


def test_sarif_is_as_the_standard_says(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(printed(capsys, "--format", "sarif"))
    _sarif().validate(document)
    (run_,) = document["runs"]
    rules = run_["tool"]["driver"]["rules"]
    first, second = run_["results"]
    assert [rules[each["ruleIndex"]]["id"] for each in (first, second)] == [
        "PF301",
        "PF407",
    ]
    assert "# PF301" in rules[0]["help"]["markdown"]
    assert (first["level"], second["level"]) == ("error", "warning")
    location = second["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "shop.pf"
    assert location["region"] == {
        "startLine": 7,
        "startColumn": 8,
        "endLine": 7,
        "endColumn": 12,
    }
    messages = [each["message"]["text"] for each in first["relatedLocations"]]
    assert "what is had" in messages
    (change,) = second["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == " requires nothing"


def test_junit_has_a_failure_for_each_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "fine.pf").write_text("fn one() -> Int = 1\n")
    suites = ET.fromstring(printed(capsys, "--format", "junit"))
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    fine, shop = suite
    assert (fine.get("name"), len(fine)) == ("fine.pf", 0)
    assert [(each.tag, each.get("type")) for each in shop] == [
        ("failure", "PF301"),
        ("system-out", None),
    ]
    strict = ET.fromstring(printed(capsys, "--format", "junit", "--strict"))
    assert len(strict[0][1].findall("failure")) == 2


def test_github_annotates_the_lines(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "--format", "github").splitlines()
    assert lines[0].startswith("::error file=shop.pf,line=5,endLine=5,title=PF301,")
    assert lines[1].startswith("::warning file=shop.pf,line=7,")


@pytest.mark.parametrize(
    ("variables", "linked"),
    [
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "0"}, False),
        ({}, False),
    ],
)
def test_places_are_links_where_terminals_know_them(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    linked: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    shown = printed(capsys)
    uri = (project / "shop.pf").as_uri()
    link = f"\x1b]8;;{uri}\x1b\\shop.pf:5:21\x1b]8;;\x1b\\"
    assert (link in shown) is linked
    assert linked or "\x1b" not in shown


@pytest.mark.parametrize(
    ("variables", "linked"),
    [
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"VTE_VERSION": "6800"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "dumb"}, False),
        ({"TERM_PROGRAM": "WezTerm", "NO_COLOR": "1"}, False),
        ({"TERM_PROGRAM": "WezTerm", "CI": "true"}, False),
    ],
)
def test_only_known_terminals_get_links(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], linked: bool
) -> None:
    names = "FORCE_HYPERLINK TERM_PROGRAM VTE_VERSION NO_COLOR CI KITTY_WINDOW_ID"
    for name in [*names.split(), "WT_SESSION", "KONSOLE_VERSION", "DOMTERM"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert reporting.hyperlinks() is linked


def test_every_finding_of_the_corpus_is_valid_sarif() -> None:
    from pfc.diagnostics.places import Places

    sources = {}
    found = []
    for path in CORPUS:
        source, _, each = read(path)
        sources[path.name] = source
        found += each
    document = sarif_report([(found, Places(sources))], "1.0")
    _sarif().validate(document)
    (run_,) = document["runs"]  # type: ignore[misc]  # it is a list of one
    assert len(run_["results"]) == len(found) >= 150


def test_the_structure_of_sarif_refuses_what_is_none() -> None:
    document: Any = sarif_report([], "1.0")
    _sarif().validate(document)
    document["runs"][0]["results"] = [{"message": "text"}]
    assert not _sarif().is_valid(document)


def test_codes_in_the_schema_are_those_of_the_table() -> None:
    pattern = json.loads(_schema_text())["$defs"]["diagnostic"]["properties"]["code"]
    assert all(re.fullmatch(pattern["pattern"], code) for code in TABLE)


def _schema_text() -> str:
    return files("pfc.diagnostics").joinpath("report.schema.json").read_text("utf-8")


def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(_schema_text()))


def _sarif() -> Draft202012Validator:
    return Draft202012Validator(SARIF)
