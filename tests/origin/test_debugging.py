"""Breakpoints on `.pf` lines, and coverage of them."""

from __future__ import annotations

import json

import pytest

from tests.origin.conftest import Shop

SCRIPT = """
import packetflow
import shop

shop.area(shop.Circle(4))
try:
    shop.checked("9")
except ValueError:
    pass
"""
CONFIGURATION = "[run]\nplugins = packetflow.origin.coverage\ninclude = *.pf\n"


def test_pdb_stops_on_lines_of_the_source(shop: Shop) -> None:
    script = shop.root / "debugged.py"
    script.write_text(SCRIPT)
    case, raised = shop.line("Circle(radius: r) =>"), shop.line("if value > 3")
    commands = [
        f"break {shop.source}:{case}",
        f"break {shop.source}:{raised}",
        "continue",
        "where",
        "p shape",
        "continue",
        "p value",
        "next",
        "quit",
    ]
    _, printed = shop.python(
        "-m",
        "packetflow.origin",
        "-m",
        "pdb",
        str(script),
        given="\n".join(commands) + "\n",
    )
    assert f"> {shop.source}({case})area()\n-> Circle(radius: r) => 100 / r" in printed
    assert "Circle(radius=4)" in printed
    assert f"> {shop.source}({raised})_checked()\n-> if value > 3:" in printed
    assert f"> {shop.source}({raised + 1})_checked()\n-> raise ValueError" in printed
    assert "\n(Pdb) 9\n" in printed


@pytest.mark.parametrize("hook", ["0", "1"])
@pytest.mark.parametrize("options", [(), ("--branch",)])
def test_coverage_tells_exactly_which_lines_ran(
    shop: Shop,
    hook: str,
    options: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("coverage")
    (folder / "rc").write_text(CONFIGURATION)
    script = folder / "covered.py"
    script.write_text(SCRIPT)
    files = {"COVERAGE_FILE": str(folder / "data"), "PACKETFLOW_ORIGIN": hook}
    rc = f"--rcfile={folder / 'rc'}"
    code, printed = shop.python(
        "-m", "coverage", "run", rc, *options, str(script), **files
    )
    assert code == 0, printed
    report = folder / "report.json"
    # In a process of its own, which has imported nothing of the program.
    code, printed = shop.python(
        "-m", "coverage", "json", rc, "-q", "-o", str(report), **files
    )
    assert code == 0, printed
    (found,) = json.loads(report.read_text())["files"].values()
    ran = {
        "record Item",
        "Circle(radius: Int)",
        "Square(side: Int)",
        "union Shape",
        "fn area",
        "Circle(radius: r)",
        "fn average",
        "fn third",
        "fn checked",
        "value = int(",
        "if value > 3:",
        "raise ValueError",
        "context Anyone",
        "intents in Anyone",
        "reactor Adder",
        "on Sum(items)",
        'page "/"',
        "app ShopApp",
    }
    missed = {
        "Square(side: side)",
        "10 / side",
        "let total",
        "let count",
        "return total",
        "items.sort_by",
        "return value",
        "state.asked += 1",
        "let found",
        "if found > 100",
        "reply 100",
        "reply found",
        'title { "Prices" }',
        'h1 { "Prices" }',
        "let prices",
        "section(",
    }
    assert found["executed_lines"] == sorted(map(shop.line, ran))
    assert found["missing_lines"] == sorted(map(shop.line, missed))


def test_the_lines_of_tests_do_not_count(shop: Shop) -> None:
    from packetflow.origin.coverage import OriginPlugin

    reporter = OriginPlugin(None, None).file_reporter(str(shop.source))
    assert not isinstance(reporter, str)
    assert max(reporter.lines()) == shop.line("app ShopApp")
