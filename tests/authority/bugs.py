"""All seeded bugs."""

from __future__ import annotations

from tests.authority import seeded_durable as seeded_durable  # registers its own
from tests.authority import seeded_giving as seeded_giving
from tests.authority.seeded import BUGS as BUGS
