"""`pfc test`: Python that reaches outside and does not say so fails its test."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pfc.cli.app import commands

SHOP = """\
capability Disk { write }

effect quietly(line: String) -> String reads python "shop_impl:kept"
effect openly(line: String) -> String requires Disk.write python "shop_impl:kept"
effect loudly(line: String) -> String python "shop_impl:kept"

fn home() -> String python ```py
import os

return os.environ.get("HOME", "")
```

intent Keep(how: String) -> String requires Disk.write

reactor Shop {
  on Keep(how) {
    if how == "home" { reply home() }
    if how == "loudly" { let kept = perform loudly(how)  reply kept }
    let kept = perform quietly(how)
    let again = perform openly(kept)
    reply again
  }
}

test "said" { as Clerk { expect Keep("x") == "x" } }
test "not said" { as Clerk { expect Keep("loudly") == "loudly" } }
test "home" { as Clerk { let at = ask Keep("home")  expect at == at } }

principal Clerk { grant Disk.write }
"""
LINKED = '''\
"""What the shop keeps."""


def kept(line: str) -> str:
    """Looks into itself."""
    with open(__file__, "rb"):
        return line
'''


def line_of(text: str) -> int:
    return next(n for n, each in enumerate(SHOP.split("\n"), 1) if text in each)


def test_it_names_the_line_and_what_was_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.pf").write_text(SHOP)
    (tmp_path / "shop_impl.py").write_text(LINKED)
    ran = CliRunner().invoke(commands, ["test"])
    path = str(tmp_path / "shop_impl.py")
    assert ran.output.splitlines() == [
        "ok     said",
        "FAILED not said",
        f"       shop.pf:{line_of('effect loudly')}: `loudly` opens the file "
        f"{path!r} (shop_impl.py:6): no `requires` says so",
        "FAILED home",
        f"       shop.pf:{line_of('os.environ')}: `home` reads the environment variable "
        "'HOME': no `requires` says so",
        "1 test passed, 2 failed",
    ]
    assert ran.exit_code == 1
