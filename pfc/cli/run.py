"""`pfc run`: build, serve, and follow changes."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from pfc.cli import child, options
from pfc.cli.app import FAILURE, Unanswerable
from pfc.cli.building import build
from pfc.cli.checking import Checked, check
from pfc.cli.reporting import report, tell
from pfc.cli.watching import is_source

_FORMAT: Final = "text"
_TICK: Final = 250  # milliseconds between looks at the server
_APP: Final = re.compile(r"^class (\w+)\((?:\w+\.)?App\b", re.M)


@click.command(
    "run",
    epilog="""\b
Examples:
  pfc run                        serve the project of the current folder
  pfc run examples/notes         another one
  pfc run --app Shop --port 0    one of several apps, on any free port
""",
)
@options.path
@options.out
@click.option("--app", metavar="NAME", help="Which app, if there are several.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where to listen; else what the app says. 0 takes any free port.",
)
@click.option(
    "--reload/--no-reload",
    default=True,
    show_default=True,
    help="Build and start again when a source changes.",
)
def command(
    path: str,
    out: str | None,
    app: str | None,
    host: str,
    port: int | None,
    reload: bool,
) -> None:
    """Build a project, serve its app, and follow changes.

    When a changed source has errors they are shown, and the app goes on as it was.
    """
    signal.signal(signal.SIGTERM, _end)
    served = _Served(path, out, app, host, port)
    if not served.start():
        raise SystemExit(1)
    try:
        served.watch() if reload else served.wait()
    except KeyboardInterrupt:
        return
    finally:
        served.stop()


def _end(number: int, frame: object) -> None:
    raise KeyboardInterrupt


class _Served:
    """An app that is built and served again and again."""

    def __init__(
        self, path: str, out: str | None, app: str | None, host: str, port: int | None
    ) -> None:
        self._path = path
        self._out = out
        self._app = app
        self._host = host
        self._port = "" if port is None else str(port)
        self._server: subprocess.Popen[bytes] | None = None
        self._folders = (Path.cwd(), Path.cwd())
        self._restarted = False

    def start(self) -> bool:
        """Build; if there are no errors, replace the running server."""
        (checked,) = check([self._path])
        project = checked.project
        out = (project.out if self._out is None else Path(self._out)).resolve()
        built = build(checked, out, keeps=True)
        report([built.checked], _FORMAT)
        if built.checked.kept:
            tell(_FORMAT, built.checked.kept)
        if built.written is None:
            return False
        self._folders = (project.root, out)
        module, name = chosen(checked, self._app or project.settings.app)
        self.stop()
        folders = [str(out), str(project.root)]
        linked = [each for each in checked.python if project.python_file(each)]
        migrations = project.settings.migrations or ""
        where = [self._host, self._port, module, name, migrations]
        arguments = [*folders, *where, *linked]
        self._server = child.start("pfc.cli.child_serve", arguments, project.root)
        return True

    def stop(self) -> None:
        """End the server, if there is one."""
        if self._server is not None:
            child.stop(self._server)
        self._server = None

    def wait(self) -> None:
        """Wait for the server's end."""
        if self._server is not None and self._server.wait() != 0:
            raise SystemExit(FAILURE)

    def watch(self) -> None:
        """Follow changes until interrupted; a server that never started is an end."""
        for changed in self._changes():
            if changed:
                self._restart()
            elif self._server is not None and self._server.poll() is not None:
                self._ended(self._server.returncode)

    def _ended(self, code: int) -> None:
        self.stop()
        if code != 0 and not self._restarted:
            raise SystemExit(FAILURE)
        tell(_FORMAT, "the app has ended; it is started again after the next change")

    def _restart(self) -> None:
        self._restarted = True
        tell(_FORMAT, "a source has changed: building again")
        was_there = self._server is not None
        try:
            if not self.start():
                tell(_FORMAT, "the app goes on as it was")
            elif was_there:
                tell(
                    _FORMAT,
                    "the app starts anew: state in memory is gone, and sign-ins",
                )
        except click.ClickException as problem:
            tell(_FORMAT, f"{problem.format_message()} The app goes on as it was.")

    def _changes(self) -> Iterator[bool]:
        from watchfiles import watch

        root, out = self._folders
        for changes in watch(
            root,
            watch_filter=lambda _, path: _restarts(Path(path), root, out),
            rust_timeout=_TICK,
            yield_on_timeout=True,
            raise_interrupt=True,
        ):
            yield bool(changes)


def _restarts(path: Path, root: Path, out: Path) -> bool:
    """Whether a change is one of this app: not one of other projects below its root.

    An ejected project is one: it has its own pyproject.toml, and no `.pf` files.
    """
    if not is_source(path, [out]):
        return False
    below = [folder for folder in path.parents if root in folder.parents]
    is_other = any((folder / "pyproject.toml").is_file() for folder in below)
    return path.suffix == ".pf" or not is_other


def chosen(checked: Checked, wanted: str | None) -> tuple[str, str]:
    """Module and class of the app to run."""
    apps = {
        name: module
        for module in child.modules_of(checked.files, "app")
        for name in _APP.findall(checked.files[f"{module.replace('.', '/')}.py"])
    }
    if wanted is None and len(apps) == 1:
        wanted = next(iter(apps))
    if wanted is not None and wanted in apps:
        return apps[wanted], wanted
    known = ", ".join(sorted(apps))
    if not apps:
        raise Unanswerable("There is no app to run: write an `app` declaration.")
    if wanted is None:
        raise Unanswerable(f"There are several apps: say --app with one of {known}.")
    raise Unanswerable(f"There is no app {wanted!r}; there are {known}.")
