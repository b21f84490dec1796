"""Writing generated files: all of them or none, and nobody else's are touched."""

from __future__ import annotations

from pfc.output.drift import Difference, drift
from pfc.output.plan import OutputError
from pfc.output.tree import Written, write_output

__all__ = ["Difference", "OutputError", "Written", "drift", "write_output"]
