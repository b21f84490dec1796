"""What a measured claim says: seconds, and ratios to the peers of the same run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Seconds for ours and each peer; a ratio is our speed divided by theirs."""

    name: str
    ours: float
    peers: Mapping[str, float]
    ratios: Mapping[str, float]
    method: str

    def as_json(self) -> dict[str, object]:
        """The five keys, numbers to four significant digits."""

        def short(value: float) -> float:
            return float(f"{value:.4g}")

        return {
            "name": self.name,
            "ours": short(self.ours),
            "peers": {name: short(value) for name, value in self.peers.items()},
            "ratios": {name: short(value) for name, value in self.ratios.items()},
            "method": self.method,
        }
