"""`pfc fix --requires` as people type it: what is written, shown, and told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pfc.cli.app import commands

SHOP = """\
from goods import Goods, store

intent Add(name: String) requires nothing

reactor Shop {
  on Add(name) {
    perform store(name)
  }
}
"""
GOODS = """\
capability Goods { add(name: String) }

effect store(name: String) requires Goods.add(name) python ```py
pass
```
"""


def fix(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(commands, ["fix", "--requires", *arguments])
    return ran.exit_code, ran.output


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "goods.pf").write_text(GOODS)
    (tmp_path / "shop.pf").write_text(SHOP)
    return tmp_path


def test_it_writes_and_says_what_that_means(shop: Path) -> None:
    assert fix() == (
        0,
        "shop.pf:3: intent `Add`: requires Goods.add(name)\n"
        "  instead of: requires nothing\n"
        "  for performing `store` (shop.pf:7)\n"
        "  locked out now: callers who do not hold it\n"
        "wrote 1 `requires` clause in 1 file\n",
    )
    assert (shop / "shop.pf").read_text() == SHOP.replace(
        "requires nothing", "requires Goods.add(name)"
    )
    assert fix() == (0, "no `requires` to write\n")


@pytest.mark.parametrize("option", ["--diff", "--check"])
def test_it_can_be_looked_at_first(shop: Path, option: str) -> None:
    code, told = fix(option)
    assert (code, "would write 1" in told) == (1, True)
    assert ("+intent Add(name: String) requires Goods" in told) is (option == "--diff")
    assert (shop / "shop.pf").read_text() == SHOP


def test_tools_get_the_same() -> None:
    code, told = fix("--check", "--format", "json")
    document = json.loads(told)
    (change,) = document["requires"]
    assert code == 1
    assert (change["name"], change["after"]) == ("Add", "requires Goods.add(name)")
    assert change["because"] == [
        {"action": "performing `store`", "path": "shop.pf", "line": 7}
    ]
    assert document["refused"] == []


def test_files_that_were_not_given_are_left_alone(shop: Path) -> None:
    (shop / "page.pf").write_text(
        "from shop import Add\nintent Order\n"
        'reactor R { on Order { with authority "why" { send Add(name: "x") } } }\n'
    )
    (shop / "shop.pf").write_text(SHOP.replace("requires nothing", ""))
    code, told = fix("page.pf")
    assert code == 1
    assert "`Add` stands in shop.pf, which is not given" in told
    assert (shop / "shop.pf").read_text() == SHOP.replace("requires nothing", "")


def test_a_family_that_the_file_does_not_know_is_imported(shop: Path) -> None:
    (shop / "shop.pf").write_text(SHOP.replace("Goods, store", "store"))
    code, told = fix()
    assert code == 0
    assert "from goods import store, Goods\n" in (shop / "shop.pf").read_text()
    assert "note: `Goods` is imported for it\n" in told


def test_other_errors_come_first(shop: Path) -> None:
    (shop / "shop.pf").write_text(SHOP.replace("String", "Strung"))
    code, told = fix()
    assert (code, "PF210" in told) == (1, True)
    assert "Strung" in (shop / "shop.pf").read_text()


def test_it_goes_with_no_other_repairs() -> None:
    assert fix("--only", "PF407")[0] == 2
    assert fix("-")[0] == 2
