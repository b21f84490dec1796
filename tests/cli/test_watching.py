"""What a watcher builds again for, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pfc.cli.watching import is_source
from pfc.output import swap, write_output


def test_what_a_build_writes_is_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the output nor what is prepared beside it: a build would follow itself."""
    out = tmp_path / "build"
    seen: set[Path] = set()
    exchange = swap.exchange

    def looking(one: Path, other: Path) -> bool:
        seen.update(path for path in tmp_path.rglob("*") if path.is_file())
        return exchange(one, other)

    monkeypatch.setattr(swap, "exchange", looking)
    for text in ("a = 1\n", "a = 2\n"):
        write_output(out, {"a/b.py": text})
    assert any(path.suffix == ".py" and out not in path.parents for path in seen)
    assert not [path for path in seen if is_source(path, [out])]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("shop.pf", True),
        ("shop/linked.py", True),
        ("pyproject.toml", True),
        ("shop.txt", False),
        ("build/shop.py", False),
        (".venv/lib/a.py", False),
        ("__pycache__/a.py", False),
        (".pfc-build-x1/tree/a.py", False),
    ],
)
def test_what_is_built_for(tmp_path: Path, path: str, source: bool) -> None:
    assert is_source(tmp_path / path, [tmp_path / "build"]) is source
