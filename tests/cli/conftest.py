"""A command line around a compiler that tests make up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import pfc.cli.compiler
from pfc.cli.app import run
from pfc.diagnostics import Diagnostic, diagnostic
from pfc.span import Span


@dataclass
class FakeCompilation:
    diagnostics: list[Diagnostic] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    ir: object = None


def fake_compile(sources: Mapping[str, str], python: object = None) -> FakeCompilation:
    """`BAD` is an error, `ODD` a warning, `CRASH` a mistake of the compiler."""
    made = FakeCompilation()
    for path, text in sources.items():
        if "CRASH" in text:
            raise RecursionError("too deep")
        if (at := text.find("BAD")) >= 0:
            span = Span(path, at, at + 3)
            made.diagnostics.append(diagnostic("PF213", span, module="BAD"))
        if (at := text.find("ODD")) >= 0:
            span = Span(path, at, at + 3)
            made.diagnostics.append(diagnostic("PF407", span, intent="ODD"))
        module = path.removesuffix(".pf")
        made.files[f"{module}/__init__.py"] = f"# {module}\n"
    made.ir = {"modules": sorted(sources)}
    return made


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Pfc = Callable[..., Result]


@pytest.fixture
def pfc_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Pfc:
    """Runs `pfc` in the folder `tmp_path`, with the made-up compiler."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setattr(pfc.cli.compiler, "load", lambda: fake_compile)
    monkeypatch.setattr(pfc.cli.compiler, "load_whole", lambda: fake_compile)

    def command(*arguments: str) -> Result:
        capsys.readouterr()
        code = run(list(arguments))
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return command
