"""The policy that everyone is asked about, told without anybody's vocabulary.

Areas have three operations each: whoever may delete may write, and whoever may write
may read. A grant is of one operation on one path, or on a path and all below it. The
caller's grants are half in the area that is asked about, half in all the others.
Nothing here imports more than the standard library: it runs in peers' environments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

OPERATIONS: Final = ("read", "write", "delete")
SIZES: Final = ((10, 5), (100, 50), (1_000, 500))
"""How many rules and how many grants of the one who asks."""


@dataclass(frozen=True)
class Grant:
    """One operation on a path; with `rest` on everything below it too."""

    area: int
    operation: str
    path: str
    rest: bool = True


@dataclass(frozen=True)
class Question:
    """May the caller do this to that path?"""

    area: int
    operation: str
    path: str


@dataclass(frozen=True)
class World:
    """The areas, the grants, and questions with the answers that are right."""

    areas: int
    grants: tuple[Grant, ...]
    allowed: tuple[Question, ...]
    denied: tuple[Question, ...]

    def rules(self) -> Iterator[tuple[str, str]]:
        """The implications: who may do the first may do the second."""
        for area in range(self.areas):
            for weaker, stronger in pairwise(OPERATIONS):
                yield f"{stronger}{area}", f"{weaker}{area}"


def world(rules: int, grants: int) -> World:
    """A world with so many implications and so many grants of the caller."""
    areas = rules // 2
    return World(areas, tuple(_grants(areas, grants)), _ALLOWED, _DENIED)


def implied(operation: str) -> tuple[str, ...]:
    """An operation with all that it implies, strongest first."""
    return OPERATIONS[OPERATIONS.index(operation) :: -1]


def changed(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """The grants of a later version: the first is wider, the last is gone."""
    first = grants[0]
    return (Grant(first.area, first.operation, f"/area{first.area}"), *grants[1:-1])


_USED: Final = (
    Grant(0, "delete", "/area0/team0"),
    Grant(0, "read", "/area0/plan.txt", rest=False),
    Grant(0, "write", "/area0/team1"),
)


def _grants(areas: int, count: int) -> Iterator[Grant]:
    # What is used stands in the middle: some stop at the first grant that fits.
    for number in range(count - len(_USED)):
        if number == (count - len(_USED)) // 2:
            yield from _USED
        area = 0 if number % 2 else 2 + number % (areas - 2)
        operation = OPERATIONS[number % 3]
        yield Grant(area, operation, f"/area{area}/team{number + 2}")


_ALLOWED: Final = (
    Question(0, "read", "/area0/team0/2026/july/report.txt"),  # by two rules
    Question(0, "write", "/area0/team1/report.txt"),  # as it was granted
    Question(0, "read", "/area0/plan.txt"),  # one path only
    Question(0, "read", "/area0/team1"),  # by one rule, the folder itself
)
_DENIED: Final = (
    Question(0, "read", "/area0/team0x/2026/july/report.txt"),  # not by characters
    Question(0, "delete", "/area0/team1/report.txt"),  # no rule goes this way
    Question(0, "read", "/area0/plan.txt/page"),  # below what is one path only
    Question(1, "read", "/area0/team0/report.txt"),  # nothing is held of this area
)
