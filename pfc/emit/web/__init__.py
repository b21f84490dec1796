"""Emission of the web layer: routes, components, pages, APIs, and what an app serves."""

from __future__ import annotations

from pfc.emit.web.naming import WebNames
from pfc.emit.web.serving import web_variable
from pfc.emit.web.write import FILES, write_web

__all__ = ["FILES", "WebNames", "web_variable", "write_web"]
