"""Random kinds and capabilities, and what the kernel says of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from pfc.authority.algebra import (
    ANYTHING,
    Argument,
    AtMost,
    Capability,
    Exact,
    PathPattern,
    covers_all,
)
from pfc.authority.bounds import UNBOUNDED
from pfc.authority.kinds import Kind, Kinds
from pfc.authority.terms import Const, constant
from pfc.ir import declarations as d
from pfc.ir.types import INT, PATH, STRING
from tests.authority.build import AT, literal

CASES = 1_500
DOMAINS = {"path": PATH, "atom": STRING, "max": INT}
PATHS = ("/a", "/a/b", "/a/b/c", "/ab", "/c")
ATOMS = ("x", "y", "zz")
NUMBERS = (1, 5, 9, 1_000)
UNIVERSE: dict[str, tuple[object, ...]] = {
    # Each has values that no capability names: what is true of them is true of all.
    "path": (*PATHS, "/zz", *(f"{path}/zz" for path in PATHS)),
    "atom": ATOMS,
    "max": NUMBERS,
}
Ground = tuple[str, tuple[object, ...]]


# ---------------------------------------------------------------- random cases
def kinds(random: Random) -> Kinds:
    """Kinds in a row; each may imply some of those before it."""
    made: dict[str, Kind] = {}
    for number in range(random.randint(2, 5)):
        domains = random.choices(sorted(DOMAINS), k=random.choice((0, 1, 1, 2)))
        parameters = tuple(
            d.Parameter(AT, f"x{i}", domain, DOMAINS[domain])
            for i, domain in enumerate(domains)
        )
        implies = tuple(
            _implication(random, parameters, other)
            for other in made.values()
            if random.random() < 0.6
        )
        id_ = f"F.k{number}"
        made[id_] = Kind(id_, id_, parameters, implies, None)
    return Kinds(made)


def _implication(
    random: Random, had: tuple[d.Parameter, ...], other: Kind
) -> d.Implication:
    left = list(range(len(had)))
    random.shuffle(left)
    arguments: list[object] = []
    for parameter in other.parameters:
        fitting = [i for i in left if had[i].domain == parameter.domain]
        if fitting and random.random() < 0.7:
            left.remove(fitting[0])
            arguments.append(fitting[0])
        elif random.random() < 0.3:
            arguments.append(None)
        else:
            arguments.append(literal(_constant(random, parameter.domain), INT))
    return d.Implication(AT, other.id, tuple(arguments))  # type: ignore[arg-type]  # as built


def _constant(random: Random, domain: str) -> object:
    if domain == "path":
        return random.choice(PATHS)
    return random.choice(ATOMS[:2] if domain == "atom" else NUMBERS[:3])


def capability(random: Random, known: Kinds, kind: str) -> Capability:
    """One with constants and patterns."""
    domains = [p.domain for p in known[kind].parameters]
    return Capability(kind, tuple(_argument(random, domain) for domain in domains))


def _argument(random: Random, domain: str) -> Argument:
    if random.random() < 0.12:
        return ANYTHING
    value = _constant(random, domain)
    if domain == "path":
        segments = tuple(str(value).split("/")[1:])
        return PathPattern(None, segments, random.random() < 0.5)
    found = constant(value)  # type: ignore[arg-type]  # a text or a number
    return Exact(found) if domain == "atom" else AtMost(found)


def cases(seed: int) -> Iterator[tuple[Kinds, Capability, Capability, bool]]:
    """Kinds, what is held, what is needed, and what the kernel says."""
    random = Random(seed)
    for _ in range(CASES):
        known = kinds(random)
        ids = sorted(known._kinds)
        held = capability(random, known, random.choice(ids[len(ids) // 2 :]))
        need = capability(random, known, random.choice(ids[: len(ids) // 2 + 1]))
        yield known, held, need, entails(known, held, need)


def entails(known: Kinds, held: Capability, need: Capability) -> bool:
    """What the checker says."""
    return any(
        covers_all(implied.of(held).arguments, need.arguments, lambda _: UNBOUNDED)
        for implied in known.closure(held.kind)
        if implied.kind == need.kind
    )


def enough(answers: list[bool]) -> None:
    """Both answers came up."""
    assert len(answers) >= CASES
    assert min(answers.count(True), answers.count(False)) > CASES // 20


def written(domain: str, value: object) -> Argument:
    if domain == "path":
        return PathPattern(None, tuple(str(value).split("/")[1:]), False)
    found = constant(value)  # type: ignore[arg-type]  # a text or a number
    return Exact(found) if domain == "atom" else AtMost(found)


# ---------------------------------------------------------------- ground facts
def instances(known: Kinds, cap: Capability) -> set[Ground]:
    """Every ground capability that a pattern stands for."""
    domains = [p.domain for p in known[cap.kind].parameters]
    choices = [
        [value for value in UNIVERSE[domain] if _is_one(argument, value)]
        for domain, argument in zip(domains, cap.arguments, strict=True)
    ]
    return {(cap.kind, values) for values in product(*choices)}


def _is_one(argument: Argument, value: object) -> bool:
    match argument:
        case Exact(Const(key=(_, known))):
            return value == known
        case AtMost(Const(key=(_, known))):
            return isinstance(value, int) and value <= known  # type: ignore[operator]
        case PathPattern(_, segments, rest):
            parts = tuple(str(value).split("/")[1:])
            return parts[: len(segments)] == segments if rest else parts == segments
        case _:
            return True


def fixpoint(known: Kinds, held: Capability) -> set[Ground]:
    """Everything that follows, fact by fact."""
    found = instances(known, held)
    queue = list(found)
    while queue:
        kind, values = queue.pop()
        for rule in known[kind].implies:
            for new in _following(known, rule, values):
                if new not in found:
                    found.add(new)
                    queue.append(new)
    return found


def _following(
    known: Kinds, rule: d.Implication, values: tuple[object, ...]
) -> Iterator[Ground]:
    choices: list[tuple[object, ...]] = []
    for parameter, each in zip(
        known[rule.kind].parameters, rule.arguments, strict=True
    ):
        everything = UNIVERSE[parameter.domain]
        if isinstance(each, int):
            choices.append((values[each],))
        elif each is None:
            choices.append(everything)
        else:
            limit = each.value  # type: ignore[union-attr]  # a literal
            same = parameter.domain != "max"
            choices.append(
                (limit,) if same else tuple(v for v in everything if v <= limit)  # type: ignore[operator]
            )
    for chosen in product(*choices):
        yield rule.kind, chosen
