"""Capabilities of the module notebook."""

from __future__ import annotations

from typing import Final

from packetflow import ANY, Anything, Argument, AtomParameter, Capability, Implies, Kind

NOTE_CAP_READ: Final = Kind(
    "notebook.NoteCap.read", parameters=(AtomParameter("owner"),)
)
NOTE_CAP_WRITE: Final = Kind(
    "notebook.NoteCap.write",
    parameters=(AtomParameter("owner"),),
    implies=(Implies(NOTE_CAP_READ, Argument(0)),),
)
NOTE_CAP_ADMIN: Final = Kind(
    "notebook.NoteCap.admin", implies=(Implies(NOTE_CAP_WRITE, ANY),)
)


class NoteCap:
    """Capabilities of the family NoteCap."""

    @staticmethod
    def read(owner: str | Anything) -> Capability:
        """Read the notes of an owner."""
        return NOTE_CAP_READ(owner)

    @staticmethod
    def write(owner: str | Anything) -> Capability:
        """Change the notes of an owner."""
        return NOTE_CAP_WRITE(owner)

    admin: Final = Capability(NOTE_CAP_ADMIN)
    """Do anything with anybody's notes."""
