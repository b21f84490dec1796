"""pfc, the PacketFlow compiler: from `.pf` files to typed Python."""

from __future__ import annotations

__version__ = "0.1.0"
