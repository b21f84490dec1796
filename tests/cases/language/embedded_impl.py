"""What embedded.pf links."""

from __future__ import annotations

from collections.abc import Mapping

from embedded import Down, Found, Missing, Point


def moved(n: int, points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(Point(x=point.x + n, y=point.y) for point in points)


def doubled(m: Mapping[str, int]) -> dict[str, int]:
    return {key: value * 2 for key, value in m.items()}


def maybe(n: int) -> Point | None:
    return Point(x=n) if n else None


def path_of(name: str) -> str:
    return f"/a//{name}/"


def flaky(n: int) -> int:
    if n < 0:
        raise Down(why="negative")
    return n


async def find(key: str) -> Found | Missing:
    if key == "b":
        return Missing()
    return Found(point=Point(x=0 if key == "0" else 1, y=2))


def bad(n: int) -> int:
    return int(f"{n}x")
