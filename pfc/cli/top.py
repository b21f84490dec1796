"""`pfc top`: the reactors of a running app, looked at again and again."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    OpenerDirector,
    build_opener,
)

import click

from pfc.cli.app import Unanswerable
from pfc.cli.reporting import colourful
from pfc.cli.top_shown import Part, alerts, parts

if TYPE_CHECKING:
    from rich.table import Table

_PATIENCE: Final = 5.0
_LONGEST: Final = 10_000_000


@click.command(
    "top",
    epilog="""\b
Examples:
  pfc top                                  the app on this machine's port 8080
  pfc top http://127.0.0.1:9000 --as root  signed in as root (`auth dev`)
  pfc top --once                           one look, for scripts
""",
)
@click.argument("url", default="http://127.0.0.1:8080")
@click.option("--as", "subject", metavar="NAME", help="Sign in under this name first.")
@click.option("--every", default=1.0, show_default=True, help="Seconds between looks.")
@click.option("--once", is_flag=True, help="Look once and end.")
def command(url: str, subject: str | None, every: float, once: bool) -> None:
    """Show the reactors of a running app: what waits, what was done, how long it took.

    Whoever looks needs `System.dashboard`, as for the page `/_pf` of the app.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise click.BadParameter("it begins with http:// or https://", param_hint="URL")
    site = _Site(url.rstrip("/"), subject)
    seen = site.look()
    if once or not colourful():
        click.echo(_text(seen, {}))
        return
    _follow(site, seen, max(every, 0.1))


class _Site:
    """A running app, as far as its dashboard tells of it."""

    def __init__(self, url: str, subject: str | None) -> None:
        self._url = url
        self._subject = subject
        self._opener: OpenerDirector = build_opener(
            HTTPCookieProcessor(CookieJar()), _NoRedirects
        )
        if subject is not None:
            self._sign_in(subject)

    def look(self) -> Mapping[str, Any]:
        """What runs now; raises Unanswerable."""
        status, body = self._open("/_pf/reactors")
        if status == 200:
            return dict(json.loads(body))
        raise Unanswerable(self._refused(status))

    def _sign_in(self, subject: str) -> None:
        status, _ = self._open("/sign-in", urlencode({"subject": subject}).encode())
        if status not in (200, 303):
            raise Unanswerable(f"{self._url}: nobody signs in as {subject} ({status})")

    def _open(self, path: str, posted: bytes | None = None) -> tuple[int, bytes]:
        try:
            with self._opener.open(self._url + path, posted, _PATIENCE) as answer:
                return answer.status, answer.read(_LONGEST)
        except HTTPError as error:
            with error:
                return error.code, error.read(_LONGEST)
        except (URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise Unanswerable(f"{self._url} does not answer: {reason}") from error

    def _refused(self, status: int) -> str:
        who = self._subject or "nobody"
        match status:
            case 401:
                return f"{self._url} wants to know who asks: use --as NAME"
            case 403:
                return f"{self._url}: {who} does not hold System.dashboard"
            case 404:
                return f"{self._url} has no dashboard: an app with `auth` has one"
        return f"{self._url} answers with {status}"


class _NoRedirects(HTTPRedirectHandler):
    """The answer to a sign-in is to be seen, not the page behind it."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _follow(site: _Site, seen: Mapping[str, Any], every: float) -> None:
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    def shown(rates: Mapping[str, float]) -> Group:
        # As text: what comes from the app is not markup, whatever its characters.
        raised = (Text(line, style="red") for line in alerts(seen))
        tables = (_table(part) for part in parts(seen, rates))
        return Group(_head(seen), *raised, *tables)

    try:
        with Live(shown({}), screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(every)
                before, seen = seen, site.look()
                live.update(shown(_rates(before, seen)), refresh=True)
    except KeyboardInterrupt:
        return


def _rates(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, float]:
    """Intents handled a second, by reactor, by the app's own clock."""
    seconds = now["uptime"] - before["uptime"]
    if seconds <= 0:
        return {}
    earlier = {one["reactor"]: one["handled"] for one in before["reactors"]}
    return {
        one["reactor"]: (one["handled"] - earlier.get(one["reactor"], 0)) / seconds
        for one in now["reactors"]
    }


def _head(seen: Mapping[str, Any]) -> str:
    count = len(seen["reactors"])
    return f"{count} reactor{'' if count == 1 else 's'}, up {seen['uptime']:,.0f} s"


def _table(part: Part) -> Table:
    from rich.table import Table
    from rich.text import Text

    title = Text(part.title, style="bold")
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    numbers = not part.title
    for number, name in enumerate(part.heads):
        right = numbers and 0 < number < len(part.heads) - 1
        table.add_column(name, justify="right" if right else "left")
    table.show_header = any(part.heads)
    for number, row in enumerate(part.rows):
        cells = [Text(cell) for cell in row]
        table.add_row(*cells, style="red" if number in part.bad else None)
    return table


def _text(seen: Mapping[str, Any], rates: Mapping[str, float]) -> str:
    """The same as plain text, in columns."""
    lines = [_head(seen), *alerts(seen)]
    for part in parts(seen, rates):
        if part.title:
            lines += ["", part.title]
        rows = [part.heads, *part.rows] if any(part.heads) else part.rows
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
