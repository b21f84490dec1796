"""Doing something again whenever a source changes, until interrupted."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import click

from pfc.collecting import without_collector
from pfc.output.swap import STAGED
from pfc.project import read_projects, shown

_DEBOUNCE: Final = 100  # milliseconds: an editor saves in several steps
_STEP: Final = 10
_TICK: Final = 200


def watch(paths: Iterable[str], work: Callable[[], None]) -> None:
    """Do the work now and after each change; findings do not end it, Ctrl-C does."""
    stop = threading.Event()

    def end(number: int, frame: object) -> None:
        # An exception could be raised where Python drops it (in `__del__`), and the
        # signal would be lost. A second signal does not wait for the work to end.
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    try:
        _repeat(list(paths) or ["."], work, stop)
    except KeyboardInterrupt:
        return


def _repeat(paths: list[str], work: Callable[[], None], stop: threading.Event) -> None:
    # The first look comes when the watcher listens: no change is missed by the work.
    begun = False
    for changed in _changes(paths, stop):
        if not begun:
            begun = True
            _once(work)
            gc.freeze()  # what was loaded stays: the collector need not look at it
        elif changed:
            click.echo(f"\n{_named(changed)} changed", err=True)
            _once(work)
            gc.collect()  # while nobody waits


def _once(work: Callable[[], None]) -> None:
    try:
        with without_collector():
            work()
    except SystemExit:  # there were findings, and they were shown
        pass
    except click.ClickException as problem:
        problem.show()
    click.echo("watching for changes (Ctrl-C ends)", err=True)


def _changes(paths: list[str], stop: threading.Event) -> Iterator[list[Path]]:
    """What has changed since the last look, and nothing while nothing does."""
    from watchfiles import watch as changes

    projects = read_projects(paths)
    roots = {project.root for project in projects if project.root.is_dir()}
    outs = {project.out.resolve() for project in projects}
    for found in changes(
        *sorted(roots),
        watch_filter=lambda _, path: is_source(Path(path), outs),
        debounce=_DEBOUNCE,
        step=_STEP,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        yield sorted({Path(path) for _, path in found})


def is_source(path: Path, outs: Iterable[Path]) -> bool:
    """Whether a build depends on a file: not on what it writes, nor on environments."""
    if any(out in path.parents for out in outs):
        return False
    if any(part.startswith(STAGED) for part in path.parts):
        return False  # the folder beside the output in which a build prepares it
    if ".venv" in path.parts or "__pycache__" in path.parts:
        return False
    return path.suffix in {".pf", ".py"} or path.name == "pyproject.toml"


def _named(paths: list[Path]) -> str:
    names = ", ".join(shown(path) for path in paths[:3])
    return names if len(paths) <= 3 else f"{names} and {len(paths) - 3} more"
