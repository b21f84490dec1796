"""Emission of the web layer: routes, components, pages, APIs, and what an app serves."""

from __future__ import annotations

from pfc.emit.web.write import WebPart

__all__ = ["WebPart"]
