"""Types of the module notebook."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec
from msgspec import Meta
from packetflow import Violation

Title = Annotated[str, Meta(min_length=1, max_length=80)]


class Mood(enum.Enum):
    """One of the moods of a note."""

    PLAIN = "Plain"
    URGENT = "Urgent"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note."""

    id: int
    owner: str
    title: Title
    body: str
    mood: Mood
    pinned: bool

    def __post_init__(self) -> None:
        if not 1 <= len(self.title) <= 80:
            raise Violation("title", "must have between 1 and 80 characters")
