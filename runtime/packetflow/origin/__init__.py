"""Generated code in `.pf` coordinates: tracebacks, breakpoints and coverage.

`install()` before generated packages are imported, `python -m packetflow.origin main.py`,
or PACKETFLOW_ORIGIN=1 in the environment. `pfc run` and `pfc test` do it by themselves.
Without it the code works the same, and errors show the generated files.
"""

from __future__ import annotations

from packetflow.origin.hook import install, uninstall
from packetflow.origin.report import origin_of

__all__ = ["install", "origin_of", "uninstall"]
