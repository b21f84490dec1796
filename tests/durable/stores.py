"""Stores that die at a chosen write, or break and come back."""

from __future__ import annotations

from packetflow.store import MemoryStore, StoreError


class Dying(MemoryStore):
    """A store in memory; after `allow(n)` batches with lines it pretends to keep all.

    So the process goes on, and what a later one finds is what was kept until then.
    """

    def __init__(self, kept: MemoryStore) -> None:
        super().__init__()
        self.kept = kept
        self.left = None

    def allow(self, batches: int) -> None:
        self.left = batches

    def alive(self) -> MemoryStore:
        """What a process finds after the death of this one."""
        return self.kept

    def commit_all(self, batches):
        for batch in batches:
            if not any(getattr(one, "log", "").startswith("journal:") for one in batch):
                continue
            if self.left is None or self.left > 0:
                self.kept.commit(batch)
                if self.left is not None:
                    self.left -= 1
        return super().commit_all(batches)


class Breaking(MemoryStore):
    """A store in memory that refuses while `trouble` says so."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: StoreError | None = None
        self.unreadable = False

    def commit_all(self, batches):
        if self.trouble is not None:
            raise self.trouble
        return super().commit_all(batches)

    def read(self, *args, **kwargs):
        if self.unreadable:
            raise StoreError("it cannot be read")
        return super().read(*args, **kwargs)
