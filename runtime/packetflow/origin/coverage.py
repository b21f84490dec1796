"""A plugin of coverage.py that measures `.pf` files: `plugins = packetflow.origin.coverage`.

Lines of `test` blocks do not count: they are the measure, not what is measured. Options,
in a section `[packetflow.origin.coverage]` (of a `pyproject.toml`,
`[tool.coverage."packetflow.origin.coverage"]`): `root`, the source root, and `generated`,
the folder of the generated packages. Without them both are those of the nearest
`pyproject.toml` with a `[tool.pfc]`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Final

from coverage.plugin import CoveragePlugin, FileReporter, FileTracer
from coverage.plugin_support import Plugins

from packetflow.origin import hook
from packetflow.origin.moved import Statement, statements
from packetflow.origin.sources import PfFile, source_of

_EXCLUDED: Final = re.compile(r"#\s*pragma: no cover\b")
_TESTS: Final = "scenarios.py"
_NOWHERE: Final = (-1, -1)


def coverage_init(registry: Plugins, options: Mapping[str, str]) -> None:
    """Called by coverage.py."""
    plugin = OriginPlugin(options.get("root"), options.get("generated"))
    registry.add_file_tracer(plugin)
    # Where the import hook is active, lines have to be those of whole statements.
    hook.by_statement()


class OriginPlugin(CoveragePlugin):
    """Knows which files are made from which `.pf` files."""

    def __init__(self, root: str | None, generated: str | None) -> None:
        self._root = None if root is None else Path(root).resolve()
        self._generated = None if generated is None else Path(generated).resolve()
        self._made: dict[str, set[Path]] = {}

    def file_tracer(self, filename: str) -> FileTracer | None:
        """A tracer for `.pf` files and for the files made from them."""
        if filename.endswith(".pf"):
            return _InPlace(filename)
        path = Path(filename)
        found = _generated(path, self._root)
        if found is None or path.name == _TESTS:
            return None
        source, lines = found
        self._made.setdefault(source.file, set()).add(path.parent)
        return _Mapped(source, lines)

    def file_reporter(self, filename: str) -> FileReporter | str:
        """Which lines of a `.pf` file can be executed."""
        folders = {*self._made.get(filename, ()), *self._packages(Path(filename))}
        return PfReporter(filename, sorted(folders))

    def find_executable_files(self, src_dir: str) -> Iterable[str]:
        """The `.pf` files from which code was generated, also where none of it ran."""
        for path in sorted(Path(src_dir).rglob("*.pf")):
            if any(
                (folder / "__init__.py").is_file() for folder in self._packages(path)
            ):
                yield str(path)

    def _packages(self, source: Path) -> Iterator[Path]:
        """Where the package that is made from a source would be."""
        root, generated = self._root, self._generated
        if root is None or generated is None:
            known = _project(source.parent)
            root = root or known[0]
            generated = generated or known[1]
        if source.is_relative_to(root):
            yield generated / source.relative_to(root).with_suffix("")


class _InPlace(FileTracer):
    """For code that the import hook moved already."""

    def __init__(self, filename: str) -> None:
        self._filename = filename

    def source_filename(self) -> str:
        return self._filename


class _Mapped(FileTracer):
    """For a generated file that runs as it is."""

    def __init__(self, source: PfFile, lines: Iterable[Statement]) -> None:
        self._source = source
        self._lines: dict[int, tuple[int, int]] = {}
        for each in lines:  # inner statements after those around them
            for line in range(each.first, each.last + 1):
                self._lines[line] = each.line, each.line

    def source_filename(self) -> str:
        return self._source.file

    def line_number_range(self, frame: FrameType) -> tuple[int, int]:
        return self._lines.get(frame.f_lineno, _NOWHERE)


class PfReporter(FileReporter):
    """The lines of a `.pf` file in which statements begin."""

    def __init__(self, filename: str, packages: Iterable[Path]) -> None:
        super().__init__(filename)
        self._packages = tuple(packages)

    def lines(self) -> set[int]:
        """The first lines of all statements."""
        found: set[int] = set()
        for folder in self._packages:
            for path in sorted(folder.glob("*.py")):
                made = None if path.name == _TESTS else _generated(path, None)
                if made is not None and Path(made[0].file) == Path(self.filename):
                    found.update(each.line for each in made[1])
        return found

    def excluded_lines(self) -> set[int]:
        """Lines with `# pragma: no cover`."""
        lines = self.source().split("\n")
        return {at for at, line in enumerate(lines, 1) if _EXCLUDED.search(line)}

    def source(self) -> str:
        """The text of the file."""
        return Path(self.filename).read_text("utf-8-sig")


def _generated(
    path: Path, root: Path | None
) -> tuple[PfFile, tuple[Statement, ...]] | None:
    """The source of a generated file and its statements; none for any other file."""
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(path, root, stamp)


@lru_cache(maxsize=512)
def _read(
    path: Path, root: Path | None, stamp: int
) -> tuple[PfFile, tuple[Statement, ...]] | None:
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        return None
    source = source_of(path, text, () if root is None else (root,))
    return None if source is None else (source, tuple(statements(text, source)))


@lru_cache(maxsize=64)
def _project(folder: Path) -> tuple[Path, Path]:
    """The source root that a folder belongs to, and where its packages are."""
    for candidate in (folder, *folder.parents):
        try:
            tables = tomllib.loads((candidate / "pyproject.toml").read_text("utf-8"))
        except (OSError, ValueError):
            continue
        settings = tables.get("tool", {}).get("pfc")
        if isinstance(settings, dict):
            return candidate, candidate / str(settings.get("out", "build"))
    return folder, folder / "build"
