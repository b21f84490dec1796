"""Routers as a state machine: targets come, go and fill up; intents are given out."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from packetflow import Capability, Context, Intent, Kind, NoTarget, Router
from packetflow.actor import strategies
from packetflow.capability import Held
from tests.routing.keeping import CALLER
from tests.routing.model import Peer, RouterModel

NEED = Capability(Kind("machine.Able.do"))
ALSO = Capability(Kind("machine.Able.sign"))


class Job(Intent[str], frozen=True):
    """Something that the able do."""

    key: str

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        return tuple(one for one in (NEED, ALSO) if not caller.held.allows(one))


class Fake:
    """A target that says who it is."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.name = peer.name
        # Who is able provides both; half of it is not enough.
        self.provides = Held((NEED, ALSO) if peer.able else (ALSO,))

    @property
    def depth(self) -> int:
        return self.peer.depth

    async def ask(self, intent: Intent[Any], caller: Context) -> Any:
        return self.name

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        raise NotImplementedError


def key_of(job: Intent[Any]) -> object:
    assert isinstance(job, Job)
    return job.key


class Routers(RuleBasedStateMachine):
    """Targets come, go and fill up; intents are given out."""

    by: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.router = Router(self.by, key=key_of, seed=1)
        self.model = RouterModel(self.by)
        self.made = 0

    @rule(depth=st.integers(0, 3), able=st.booleans())
    def add(self, depth: int, able: bool) -> None:
        peer = Peer(f"t{self.made}", depth, able)
        self.made += 1
        self.model.peers.append(peer)
        self.router.add(Fake(peer))

    @rule(place=st.integers(0, 5))
    def remove(self, place: int) -> None:
        if place < len(self.model.peers):
            self.router.remove(self.model.peers.pop(place).name)

    @rule(place=st.integers(0, 5), depth=st.integers(0, 3))
    def fill(self, place: int, depth: int) -> None:
        if place < len(self.model.peers):
            self.model.peers[place].depth = depth

    @rule(key=st.sampled_from("abc"))
    def route(self, key: str) -> None:
        allowed = self.model.allowed(key)
        try:
            name = self.router.target(Job(key=key), CALLER).name
        except NoTarget:
            assert not allowed
        else:
            assert name in allowed
            self.model.chose(key, name)


BY: dict[str, type[Routers]] = {
    name: type(f"Routers_{name}", (Routers,), {"by": name})
    for name in strategies.STRATEGIES[:5]
}
