"""Every code block of the documentation is run, and prints what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pfc.driver import compile_sources
from tests.docs.pages import ROOT, Block, blocks, matches, pages

PASSIVE = {"", "text", "toml", "json", "mermaid", "diff"}
READERS_COMMANDS = re.compile(
    r"(git clone \S+( \S+)?|cd [\w./-]+|make (run|test|check|generate|docs|extension)( [A-Z]+=\S+)*"
    r"|code --install-extension [\w./-]+"
    r"|python -m venv [\w.-]+|source [\w./-]+/bin/activate|mkdir [\w.-]+"
    r"|pip install [\w.\[\]-]+|pfc [\w ./-]+)( *#.*)?\Z"
)


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if "file" in block.words:
            target = tmp_path / block.words["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
        elif block.language == "pf":
            _check_fragment(block, where)
        elif block.language == "console":
            _run(block, tmp_path, where)
        elif block.language == "sh":
            for command in block.text.strip().splitlines():
                assert READERS_COMMANDS.match(command.strip()), f"{where}: {command}"
        else:
            assert block.language in PASSIVE, f"{where}: nobody runs {block.language!r}"


def _check_fragment(block: Block, where: str) -> None:
    found = compile_sources({"fragment.pf": block.text}, emit=False)
    errors = sorted(
        {each.code for each in found.diagnostics if each.severity.value == "error"}
    )
    wanted = sorted(filter(None, block.words.get("wrong", "").split(",")))
    assert errors == wanted, f"{where}: {[e.message for e in found.diagnostics]}"


def _run(block: Block, folder: Path, where: str) -> None:
    """Runs each command and compares what it prints with the lines below it."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "NO_COLOR": "1",
        "COLUMNS": "88",
    }
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        command, code = _exit_code(command)
        ran = subprocess.run(
            command,
            shell=True,  # the page shows what one types into a shell
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed = ran.stdout + ran.stderr
        assert ran.returncode == code, f"{where}: {command}\n{printed}"
        assert matches(expected, printed), f"{where}: {command}\n{printed}"


def _exit_code(command: str) -> tuple[str, int]:
    found = re.search(r"\s+#\s*exit code (\d+)\s*\Z", command)
    if found is None:
        return command, 0
    return command[: found.start()], int(found.group(1))


def test_a_page_that_shows_what_is_not_printed_is_noticed() -> None:
    assert matches("a\n...\nc", "a\nb\nc\n")
    assert not matches("a\nc", "a\nb\nc\n")
    assert not matches("41", "42")
