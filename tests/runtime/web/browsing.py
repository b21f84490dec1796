"""A browser without a browser: keeps cookies, signs in, presses buttons."""

from __future__ import annotations

import html as entities
import re

import httpx


class Browser:
    """A client that keeps cookies and can sign in and press a form's button."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def sign_in(self, subject: str) -> httpx.Response:
        return await self.http.post("/sign-in", data={"subject": subject})

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path, headers={"accept": "text/html"})

    async def submit(
        self, path: str, button: str, fields: dict[str, str] | None = None
    ) -> httpx.Response:
        """Load a page, fill in the form whose button has this text, and send it."""
        page = await self.get(path)
        return await self.http.post(path, data=form_data(page.text, button, fields))


def form_data(
    html: str, button: str, fields: dict[str, str] | None = None
) -> dict[str, str]:
    """Read the hidden fields of the form that has a button with this text."""
    for form in re.findall(r"<form.*?</form>", html, re.DOTALL):
        if re.search(rf"<button[^>]*>{button}</button>", form):
            hidden = re.findall(
                r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form
            )
            given = {name: entities.unescape(value) for name, value in hidden}
            return given | (fields or {})
    raise AssertionError(f"no form has a button {button!r}")
