"""Behaviours 47 to 51: which of several targets gets an intent."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest

from packetflow import (
    Capability,
    Context,
    Err,
    Intent,
    Kind,
    NoTarget,
    Router,
    Unavailable,
)
from packetflow.capability import Held

READ = Capability(Kind("routing.Files.read"))
SCAN = Capability(Kind("routing.Files.scan"))


class Job(Intent[str], frozen=True):
    """Something for one of several to do."""

    key: str = ""


class ScanJob(Job, frozen=True):
    """Something that not everybody is able to do."""

    needs: ClassVar[tuple[Capability, ...]] = (READ, SCAN)

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        return tuple(one for one in self.needs if not caller.held.allows(one))


class Worker:
    """A target that says who it is."""

    def __init__(self, name: str, *provides: Capability, depth: int = 0) -> None:
        self.name = name
        self.provides = Held(provides)
        self.depth = depth

    async def ask(self, intent: Intent[Any], caller: Context) -> Any:
        return self.name

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        raise NotImplementedError


NOBODY = Context()


def workers(*names: str) -> list[Worker]:
    return [Worker(name) for name in names]


async def test_47_round_robin_over_three_with_six_equal_messages() -> None:
    router = Router("round_robin", workers("a", "b", "c"))
    got = [await router.ask(Job(), NOBODY) for _ in range(6)]
    assert "".join(got) == "abcabc"


@pytest.mark.parametrize("shortest", ["a", "b", "c"])
async def test_48_smallest_mailbox_picks_the_shortest(shortest: str) -> None:
    targets = [Worker(name, depth=2 if name == shortest else 3) for name in "abc"]
    router = Router("smallest_mailbox", targets)
    assert {await router.ask(Job(), NOBODY) for _ in range(5)} == {shortest}
    next(one for one in targets if one.name == shortest).depth = 4
    assert shortest not in {await router.ask(Job(), NOBODY) for _ in range(5)}


async def test_48_of_equally_short_ones_each_gets_its_turn() -> None:
    router = Router("smallest_mailbox", workers("a", "b", "c"))
    assert Counter([await router.ask(Job(), NOBODY) for _ in range(6)]) == {
        "a": 2,
        "b": 2,
        "c": 2,
    }


async def test_49_capability_aware_picks_only_who_provides_all_that_is_required() -> (
    None
):
    targets = [
        Worker("reads", READ),
        Worker("both", READ, SCAN),
        Worker("scans", SCAN),
        Worker("all", READ, SCAN),
    ]
    router = Router("capability_aware", targets)
    caller = Context(capabilities=(READ, SCAN))
    got = [await router.ask(ScanJob(), caller) for _ in range(4)]
    assert got == ["both", "all", "both", "all"]


async def test_49_what_the_caller_holds_does_not_make_a_target_able() -> None:
    router = Router("capability_aware", [Worker("reads", READ), Worker("none")])
    caller = Context(capabilities=(READ, SCAN))
    with pytest.raises(NoTarget, match=r"none of 2 targets provides .*scan"):
        await router.ask(ScanJob(), caller)


@pytest.mark.parametrize(
    "by", ["round_robin", "random", "smallest_mailbox", "capability_aware"]
)
async def test_50_no_targets_is_an_error_value(by: str) -> None:
    router = Router(by)
    answer = await router.try_ask(Job(), NOBODY)
    assert isinstance(answer, Err)
    assert isinstance(answer.error, NoTarget)
    assert isinstance(answer.error, Unavailable)
    told = await router.tell(Job(), NOBODY)
    assert (told.to, [*map(type, told.failures.values())]) == ((), [NoTarget])


async def test_50_nobody_to_hash_to_or_to_gather_from_is_an_error_too() -> None:
    by_key = Router("consistent_hash", key=lambda job: job)
    assert isinstance(await by_key.try_ask(Job(), NOBODY), Err)
    for by in ("scatter_gather", "broadcast"):
        with pytest.raises(NoTarget):
            await Router(by).gather(Job(), NOBODY)
        assert (await Router(by).tell(Job(), NOBODY)).to == ()


def by_key(job: Intent[Any]) -> object:
    assert isinstance(job, Job)
    return job.key


@pytest.mark.parametrize("count", [3, 8])
async def test_51_consistent_hash_is_stable_and_one_more_moves_its_share(
    count: int,
) -> None:
    router = Router(
        "consistent_hash", workers(*(f"n{n}" for n in range(count))), key=by_key
    )
    jobs = [Job(key=f"k{number}") for number in range(3_000)]
    before = {job.key: await router.ask(job, NOBODY) for job in jobs}
    assert before == {job.key: await router.ask(job, NOBODY) for job in jobs}
    router.add(Worker("new"))
    after = {job.key: await router.ask(job, NOBODY) for job in jobs}
    moved = {key for key in before if before[key] != after[key]}
    assert {after[key] for key in moved} == {"new"}
    share = len(moved) / len(jobs)
    assert 0.6 / (count + 1) < share < 1.5 / (count + 1)
    router.remove("new")
    assert before == {job.key: await router.ask(job, NOBODY) for job in jobs}
