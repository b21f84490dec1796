"""The built-in family `System`: what the runtime itself is guarded by."""

from __future__ import annotations

from typing import Final

from packetflow.capability.kind import Capability, Kind


class System:
    """What may be done to a running system. Nobody holds it unless it is granted."""

    delegate: Final = Capability(Kind("System.delegate"))
    """Give others what one holds, for a time."""
    revoke: Final = Capability(Kind("System.revoke"))
    """Begin a new epoch for a user."""
    dashboard: Final = Capability(Kind("System.dashboard"))
    configure: Final = Capability(Kind("System.configure"))
    unsafe_html: Final = Capability(Kind("System.unsafe_html"))
