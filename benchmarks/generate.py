"""Large projects to measure on: many modules in the proportions of a real system.

    python -m benchmarks.generate FOLDER --lines 10000 --seed 1

A project is made of areas; an area has its capabilities and contexts, some modules that
each keep one kind of thing (types, functions, intents, a reactor, an effect, components,
pages, an API, tests), and an app. Sizes are in lines of `.pf`; the same seed gives the
same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import Template
from typing import Final

_SAMPLES: Final = Path(__file__).with_name("samples")
_AREAS: Final = """
    sales stock travel clinic school garden harbour museum library kitchen studio
    market factory theatre airport hotel
""".split()
_THINGS: Final = """
    order ticket parcel invoice booking patient lesson plant vessel exhibit volume
    recipe track stall machine play flight room contract device visit course batch
    offer report claim asset member tour crate permit route shift meal survey
""".split()
_FIELDS: Final = (
    ("weight", "Float = 0.0 where it >= 0.0", "one.weight * 2.0 + 1.0"),
    ("contact", "String? = none", 'one.contact or "nobody"'),
    ("done_by", "Percent = 0", "if one.done_by > 50 then 1 else 0"),
    ("place", "Address? = none", 'one.place.map(at => one_line(at)) or "nowhere"'),
    ("budget", "Money? = none", "one.budget.map(has => has.amount) or 0"),
    ("notes", 'Text = ""', "shortened(one.notes, 80)"),
    ("seats", "Int = 1 where it >= 1", "one.seats * 3 - 1"),
    ("helpers", "Set[UserName] = []", "one.helpers.length"),
    ("marks", "Map[String, Int] = {}", "one.marks.values().sum()"),
    ("takes", "Duration = 5m", "one.takes + 30s"),
    ("urgent", "Bool = false", 'if one.urgent then "urgent" else "whenever"'),
)
_RESULTS: Final = {
    "weight": "Float", "contact": "String", "done_by": "Int", "place": "String",
    "budget": "Decimal", "notes": "String", "seats": "Int", "helpers": "Int",
    "marks": "Int", "takes": "Duration", "urgent": "String",
}  # fmt: skip
_TYPES: Final = ("Address", "Money", "Percent", "Text", "UserName")
_ALWAYS: Final = {"Role", "Title", "UserName"}
_SHOWN: Final = 0.75
"""How many of the things have pages and an API."""


@dataclass(frozen=True)
class Size:
    """How large a project is."""

    modules: int
    lines: int


def project(lines: int, seed: int = 1) -> dict[str, str]:
    """A project of at least so many lines: text by path, one more area at a time."""
    random = Random(seed)
    sources = {"base/values.pf": _sample("values", {})}
    for number in range(len(_AREAS) * len(_THINGS)):
        if size(sources).lines >= lines:
            break
        sources.update(_area(random, number, lines - size(sources).lines))
    return sources


def size(sources: dict[str, str]) -> Size:
    """The number of modules, and of all their lines."""
    modules = [text for path, text in sources.items() if path.endswith(".pf")]
    return Size(len(modules), sum(text.count("\n") for text in modules))


def _area(random: Random, number: int, missing: int) -> Iterator[tuple[str, str]]:
    """The modules of one area: at most six things, fewer if fewer lines are missing."""
    again = number // len(_AREAS)
    area = _AREAS[number % len(_AREAS)] + (str(again + 1) if again else "")
    count = max(1, min(random.randint(4, 6), (missing + 299) // 300))
    things = random.sample(_THINGS, count)
    common = {"area": area, "Area": area.capitalize()}
    yield f"{area}/rights.pf", _sample("rights", common)
    yield f"{area}_people.py", _sample("people", common, "py")
    seen = [thing for thing in things if random.random() < _SHOWN]
    for thing in things:
        names = {**common, "entity": thing, "Entity": thing.capitalize()}
        yield f"{area}/{thing}s.pf", _thing(random, names, shown=thing in seen)
    yield f"{area}/main.pf", _main(common, things, seen, 8000 + number)


def _thing(random: Random, names: dict[str, str], *, shown: bool) -> str:
    fields = random.sample(_FIELDS, random.randint(2, 6))
    declared = "".join(f"  {name}: {type_}\n" for name, type_, _ in fields)
    functions = "\n".join(_function(names, name, e) for name, _, e in fields)
    written = f"{declared}\n{functions}"
    used = {word for word in _TYPES if word in written} | _ALWAYS
    used |= {word for word in ("one_line", "shortened") if f"{word}(" in written}
    area, own = names["area"], names["Area"]
    rights = f"{own}, {own}Janitor, {own}Log, {own}Session"
    imports = (
        f"from base.values import {', '.join(sorted(used))}\n"
        f"from {area}.rights import {rights}\n"
    )
    more = {
        **names,
        "imports": imports,
        "fields": declared,
        "functions": f"{functions}\n",
        "limit": str(random.randint(5, 400)),
    }
    parts = ["entity", *(["pages"] if shown else []), "api", "tests"]
    return "".join(_sample(part, more) for part in parts)


def _function(names: dict[str, str], field: str, expression: str) -> str:
    thing, kind = names["entity"], names["Entity"]
    head = f"fn {thing}_{field}(one: {kind}) -> {_RESULTS[field]}"
    return f"{head} =\n  {expression}\n"


def _main(common: dict[str, str], things: list[str], seen: list[str], port: int) -> str:
    area = common["area"]
    stores = {thing: f"{thing.capitalize()}Store" for thing in things}
    pages = {
        thing: [f"{thing.capitalize()}List", f"{thing.capitalize()}Page"]
        for thing in seen
    }
    own = common["Area"]
    imports = [
        f"from {area}.{thing}s import {', '.join([store, *pages.get(thing, [])])}\n"
        for thing, store in stores.items()
    ]
    imports.append(f"from {area}.rights import {own}, {own}Log, {own}Session\n")
    served = [name for names in pages.values() for name in names]
    served += [f'"/api/{area}/{thing}s"' for thing in things]
    links = (
        f'  link(to: {name}()) {{ "{thing}s" }}\n' for thing, (name, _) in pages.items()
    )
    grants = (f"  grant {store} {{ {own}Log.append }}\n" for store in stores.values())
    more = {
        **common,
        "imports": "".join(imports),
        "reactors": "".join(f"    {store}\n" for store in stores.values()),
        "grants": "".join(grants),
        "links": "".join(links),
        "served": "".join(f", {each}" for each in served),
        "port": str(port),
    }
    return _sample("main", more)


def _sample(name: str, values: dict[str, str], kind: str = "pf") -> str:
    text = (_SAMPLES / f"{name}.{kind}.txt").read_text("utf-8")
    return Template(text).substitute(values)


def write(folder: Path, sources: dict[str, str]) -> None:
    """Put a project into a folder, with its settings."""
    for path, text in sources.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    (folder / "pyproject.toml").write_text("[tool.pfc]\n", "utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sources = project(given.lines, given.seed)
    write(given.folder, sources)
    made = size(sources)
    print(f"{made.modules} modules, {made.lines} lines in {given.folder}")


if __name__ == "__main__":
    main()
