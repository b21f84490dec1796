"""`pfc top` against an app that is served for real."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from click.testing import CliRunner
from rich.console import Console
from rich.live import Live

from packetflow.observe.shown import Reading
from packetflow.web import asgi
from pfc.cli import top
from pfc.cli.top import command
from tests.observe.test_dashboard import Served
from tests.observe.watched import CALLER, Level


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server in a thread of its own."""
    app = Served()
    site = asgi(app)
    server = uvicorn.Server(
        uvicorn.Config(site, host="127.0.0.1", port=0, log_level="error")
    )
    ready = threading.Event()
    found: list[int] = []

    async def serve() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        found.append(server.servers[0].sockets[0].getsockname()[1])
        await app.ask(Level(to=3), CALLER)
        ready.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield f"http://127.0.0.1:{found[0]}"
    server.should_exit = True
    thread.join(10)


def told(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(arguments))
    return result.exit_code, result.output


def test_it_shows_what_runs(url: str) -> None:
    code, output = told(url, "--as", "root", "--once")
    assert code == 0
    lines = output.splitlines()
    assert lines[0].startswith("1 reactor, up")
    assert lines[1].split()[:3] == ["reactor", "waiting", "handled"]
    row = lines[2].split()
    assert (row[0], row[1], row[2], row[-1]) == ("watched.Holder", "0", "1", "idle")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "wants to know who asks: use --as NAME"),
        (("--as", "ann"), "ann does not hold System.dashboard"),
    ],
)
def test_it_says_why_it_may_not(
    url: str, arguments: tuple[str, ...], expected: str
) -> None:
    code, output = told(url, "--once", *arguments)
    assert code != 0
    assert expected in output


def test_it_shows_the_rest_of_the_dashboard(url: str) -> None:
    assert told(url, "--as", "an\x1b[31mn", "--once")[0] != 0
    code, output = told(url, "--as", "root", "--once")
    assert code == 0
    lines = output.splitlines()
    assert lines[lines.index("supervision") + 1].startswith("one_for_one (1000")
    denials = lines[lines.index("last denials") + 1 :]
    assert denials[0].split() == ["when", "who", "what", "why"]
    # Whoever signs in does not write to the terminal of who looks.
    assert "an\\x1b[31mn" in denials[1]
    assert "\x1b" not in output


def test_it_says_when_nobody_answers() -> None:
    code, output = told("http://127.0.0.1:1", "--once")
    assert code != 0
    assert "does not answer" in output
    code, output = told("ftp://127.0.0.1", "--once")
    assert code == 2


def test_it_looks_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def seen() -> dict[str, object]:
        nonlocal looks
        looks += 1
        reading = Reading("[r] e", 0, True, None, 0, 10 * looks, 0, 0, 0, None, 0.001)
        alert = {"reactor": "r", "name": "[bold]", "severity": "error", "since": "now"}
        one = {**reading._asdict(), "unhealthy": ""}
        return {"uptime": 2.0 * looks, "reactors": [one], "alerts": [alert]}

    class Site:
        look = staticmethod(seen)

    def pause(_: float) -> None:
        if looks >= 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(top.time, "sleep", pause)
    shown: list[object] = []
    monkeypatch.setattr(Live, "update", lambda self, what, refresh: shown.append(what))
    top._follow(Site(), seen(), 1.0)  # type: ignore[arg-type]  # all it needs of one
    assert looks == 3
    console = Console(width=120, file=io.StringIO())
    console.print(shown[-1])
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "1 reactor, up 6 s" in text
    assert "error: r [bold] since now" in text
    row = next(line for line in text.splitlines() if "[r] e" in line)
    assert row.split()[2:5] == ["0", "30", "5"]
