"""A project on disk: its source root, its settings and its sources, read."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from pfc.diagnostics import Diagnostic, diagnostic
from pfc.incremental.scan import import_words
from pfc.installed import installed_file
from pfc.settings import FILE as SETTINGS_FILE
from pfc.settings import Settings, SettingsError, read_settings, settings_file
from pfc.span import Source, Span

LARGEST_FILE: Final = 10_000_000
"""Bytes of the largest source that is read."""

LOCK_FILE: Final = "durable.lock.json"
"""In the source root: which shapes of state were accepted."""

STDIN: Final = "<stdin>"

_MODULE: Final = re.compile(
    rb"^[ \t]*module[ \t]+([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)", re.M
)
_SKIPPED: Final = frozenset({"__pycache__", "node_modules"})


@dataclass(frozen=True)
class Project:
    """The sources below one root, and what was wrong with reading them.

    `sources` are keyed by their path from the root, with `/`. A file that is not
    UTF-8 is there too, with replacement characters, so that it can be shown.
    """

    root: Path
    whole: bool = True
    """Whether all of the root was chosen, not just some of its files or folders."""
    settings: Settings = field(default_factory=Settings)
    sources: dict[str, Source] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    """Paths of the files that were given or found in folders given, without imports."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    """The folders that were searched for sources."""
    installed: dict[str, Path] = field(default_factory=dict)
    """The sources that are no files of this project, and where they are installed."""
    warnings: list[Diagnostic] = field(default_factory=list)
    """What was found that does not stop a build."""
    unnamed: set[str] = field(default_factory=set)
    """The source that came from standard input without the name of a file."""

    @property
    def texts(self) -> dict[str, str]:
        """What the compiler takes: path to text."""
        return {path: self.sources[path].text for path in sorted(self.sources)}

    @property
    def out(self) -> Path:
        """The folder for generated code, unless the command line names another."""
        return self.root / self.settings.out

    def python(self, module: str) -> str | None:
        """The source of a Python module below the root, or none; it is never imported."""
        found = self.python_file(module)
        return None if found is None else found[1]

    def python_file(self, module: str) -> tuple[str, str] | None:
        """The path from the root of a Python module, and its source."""
        for candidate in self.python_files(module):
            try:
                text = candidate.read_text("utf-8")
            except (OSError, UnicodeDecodeError, ValueError):
                continue
            below = candidate.is_relative_to(self.root)
            path = candidate.relative_to(self.root) if below else candidate
            return path.as_posix(), text
        return None

    def python_files(self, module: str) -> tuple[Path, ...]:
        """Where the source of a Python module may stand.

        The Python of an installed `.pf` file is installed with it.
        """
        parts = module.split(".")
        roots = [self.root]
        for name, path in self.installed.items():
            if name.split("/")[0] == parts[0]:
                roots.append(path.parents[name.count("/")])
        bases = [root.joinpath(*parts) for root in dict.fromkeys(roots)]
        return tuple(
            path
            for base in bases
            for path in (base.with_suffix(".py"), base / "__init__.py")
        )

    def file(self, name: str) -> Path:
        """The file of a source."""
        return self.installed.get(name, self.root / name)

    def looked_at(self, modules: Iterable[str]) -> list[Path]:
        """Every file and folder, there or not, that these sources were read from.

        `modules` are the linked Python modules that the compiler looked for.
        """
        above = {*self.folders, *map(self.file, self.sources)}
        parents = {parent for path in above for parent in (path, *path.parents)}
        return [
            *self.folders,
            *map(self.file, self.sources),
            self.root / LOCK_FILE,
            *sorted(parent / SETTINGS_FILE for parent in parents),
            *(path for module in modules for path in self.python_files(module)),
        ]

    def display(self, path: str) -> str:
        """A source path as people see it: from the current folder if it is below."""
        if path in self.unnamed:
            return STDIN
        return shown(self.file(path)) if path in self.sources else path


def shown(path: Path) -> str:
    """A path as people see it: relative to the current folder if it is below."""
    try:
        return path.relative_to(Path.cwd()).as_posix() or "."
    except ValueError:
        return path.as_posix()


def read_projects(paths: Iterable[str]) -> list[Project]:
    """The projects that the files and folders given belong to, one for each root.

    Never raises for what a user can get wrong: the projects carry diagnostics.
    """
    chosen: dict[Path, list[Path]] = {}
    missing: list[Project] = []
    for given in paths:
        try:
            path = Path(given).resolve()
            exists = path.exists()
        except (OSError, ValueError, RuntimeError):  # too long, NUL, a loop of links
            exists = False
        if not given or not exists:
            found = diagnostic("PF905", Span(given or ".", 0, 0), path=f"`{given}`")
            missing.append(Project(Path.cwd(), diagnostics=[found]))
        else:
            chosen.setdefault(_root(path), []).append(path)
    return [*missing, *(_read(root, paths) for root, paths in chosen.items())]


def _root(path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    settings = settings_file(folder)
    return folder if settings is None else settings.parent


def project_of_text(data: bytes, path: str = "") -> Project:
    """The project of one source as an editor has it, and of what it imports from disk.

    `path` is the file that it is going to be, there or not. Without one it lies in the
    current project, as the module that it says it is, and is shown as `<stdin>`.
    """
    try:
        file = Path(path).resolve() if path else _unnamed(data)
        root = _root(file) if path else _root(Path.cwd())
        is_folder = file.is_dir()
    except (OSError, ValueError, RuntimeError):  # too long, NUL, a loop of links
        is_folder, root = True, Path.cwd()
    if is_folder:
        found = diagnostic("PF905", Span(path, 0, 0), path=f"`{path}`")
        return Project(Path.cwd(), False, diagnostics=[found])
    project = _opened(root, whole=False)
    name = file.relative_to(root).as_posix()
    if file.suffix != ".pf":
        project.diagnostics.append(_no_source(file))
    elif len(data) > LARGEST_FILE:
        found = diagnostic(
            "PF907", Span(name, 0, 0), size=len(data), limit=LARGEST_FILE
        )
        project.diagnostics.append(found)
    else:
        if not path:
            project.unnamed.add(name)
        project.chosen.append(name)
        source = _decoded(project, name, data.removeprefix(codecs.BOM_UTF8))
        project.sources[name] = source
        places: dict[str, _Place] = {}
        _read_names(project, [*_imported(project, name, source.text, places)], places)
    return project


def _unnamed(data: bytes) -> Path:
    """Where a source would stand that says which module it is."""
    said = _MODULE.search(data)
    name = "stdin" if said is None else said[1].decode().replace(".", "/")
    return _root(Path.cwd()) / f"{name}.pf"


def _opened(root: Path, *, whole: bool) -> Project:
    """A project with its settings and without sources."""
    file = settings_file(root)
    settings = Settings()
    problems: list[Diagnostic] = []
    if file is not None and file.parent == root:
        try:
            settings = read_settings(file)
        except (SettingsError, OSError, UnicodeDecodeError) as problem:
            problems.append(diagnostic("PF908", _whole(file), reason=str(problem)))
    return Project(root, whole, settings, diagnostics=problems)


def _read(root: Path, paths: list[Path]) -> Project:
    project = _opened(root, whole=root in paths)
    skipped = project.out.resolve()
    for path in paths:
        _read_path(project, path, skipped)
    return project


def _read_path(project: Project, path: Path, skipped: Path) -> None:
    if path.is_dir():
        files = sorted(_discovered(project, path, skipped))
        if not files:
            found = diagnostic("PF902", _whole(path), path=f"`{shown(path)}`")
            project.diagnostics.append(found)
    else:
        files = [path]
    project.chosen.extend(path.relative_to(project.root).as_posix() for path in files)
    waiting = [path.relative_to(project.root).as_posix() for path in reversed(files)]
    _read_names(project, waiting, {})


def _read_names(
    project: Project, waiting: list[str], places: dict[str, _Place]
) -> None:
    """Reads these sources and what they import."""
    while waiting:
        name = waiting.pop()
        if name not in project.sources and (source := _source(project, name)):
            project.sources[name] = source
            waiting.extend(_imported(project, name, source.text, places))


def _discovered(project: Project, folder: Path, skipped: Path) -> Iterator[Path]:
    """The `.pf` files below a folder; links to folders are not followed."""

    def unreadable(problem: OSError) -> None:
        project.diagnostics.append(_unreadable(Path(problem.filename), problem))

    for top, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(top)
        project.folders.append(here)
        folders[:] = sorted(name for name in folders if _entered(here / name, skipped))
        # A hidden file is an editor's: Emacs locks with a link to nothing, `.#shop.pf`.
        names = (name for name in files if name.endswith(".pf"))
        yield from (here / name for name in names if not name.startswith("."))


def _entered(folder: Path, skipped: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _SKIPPED
    return not hidden and folder != skipped and not (folder / "pyvenv.cfg").exists()


class _Place(NamedTuple):
    """Where a module may be: `installed` if there is another one than the own."""

    is_own: bool
    installed: Path | None


def _imported(
    project: Project, importing: str, text: str, places: dict[str, _Place]
) -> Iterator[str]:
    """The modules that a source imports: the project's own first, then installed ones.

    `places` are those that other sources have asked for.
    """
    # More than the imports, never less: a word in a comment or a string can only add
    # a module that exists anyway.
    for match in import_words(text):
        parts = re.split(r"\s*\.\s*", match[1].replace("`", ""))
        name = f"{'/'.join(parts)}.pf"
        if name not in places:
            places[name] = _place(project, name)
        is_own, path = places[name]
        if path is not None and is_own:
            span = Span(importing, *match.span(1))
            hidden = diagnostic("PF925", span, module=".".join(parts))
            project.warnings.append(hidden)
        elif path is not None:
            project.installed[name] = path
        if is_own or path is not None:
            yield name


def _place(project: Project, name: str) -> _Place:
    own = project.root / name
    try:
        is_own = own.is_file()
    except (OSError, ValueError):  # such as a name that is too long
        return _Place(False, None)
    path = installed_file(name.removesuffix(".pf").replace("/", "."))
    return _Place(is_own, None if path == own else path)


def _source(project: Project, name: str) -> Source | None:
    path = project.file(name)
    if path.suffix != ".pf":
        project.diagnostics.append(_no_source(path))
        return None
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait forever
            found = diagnostic(
                "PF909",
                _whole(path),
                path=f"`{shown(path)}`",
                reason="it is no regular file",
            )
            project.diagnostics.append(found)
            return None
        size = status.st_size
        data = b"" if size > LARGEST_FILE else path.read_bytes()
    except OSError as problem:
        project.diagnostics.append(_unreadable(path, problem))
        return None
    if size > LARGEST_FILE:
        too_large = diagnostic("PF907", _whole(path), size=size, limit=LARGEST_FILE)
        project.diagnostics.append(too_large)
        return None
    return _decoded(project, name, data.removeprefix(codecs.BOM_UTF8))


def _no_source(path: Path) -> Diagnostic:
    where = f"`{shown(path)}`"
    return diagnostic("PF909", _whole(path), path=where, reason="it is no .pf file")


def _decoded(project: Project, name: str, data: bytes) -> Source:
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as problem:
        source = Source(name, data.decode("utf-8", errors="replace"))
        start = len(data[: problem.start].decode("utf-8"))
        line, _ = source.position(start)
        byte = f"0x{data[problem.start]:02x}"
        reason = f"line {line} has the byte {byte} where no character has one"
        found = diagnostic("PF903", Span(name, start, start + 1), reason=reason)
        project.diagnostics.append(found)
        return source


def _unreadable(path: Path, problem: OSError) -> Diagnostic:
    reason = problem.strerror or str(problem)
    return diagnostic("PF909", _whole(path), path=f"`{shown(path)}`", reason=reason)


def _whole(path: Path) -> Span:
    """The span of a finding about a file or folder as a whole."""
    return Span(shown(path), 0, 0)
