"""PF201 to PF219: capabilities, names and declarations that do not fit together."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error

DECLARATIONS: Final = (
    error("PF201", "unknown operation", "`{family}` has no operation `{operation}`"),
    error("PF202", "illegal path", "the path {path} is not legal: {reason}"),
    error(
        "PF203",
        "parameter used twice",
        "`{parameter}` stands twice in the implied `{capability}`",
    ),
    error(
        "PF204",
        "implication in a circle",
        "this implication goes in a circle: {cycle}",
    ),
    error(
        "PF205",
        "not exactly one handler",
        "`{intent}` needs exactly one handler; it has {count}",
    ),
    error(
        "PF206",
        "reactor asks itself",
        "`{reactor}` asks `{intent}`, which it handles itself: it would wait forever",
    ),
    error("PF210", "unknown name", "there is no {kind} `{name}` here"),
    error("PF211", "declared twice", "`{name}` is declared twice"),
    error(
        "PF212",
        "names collide in Python",
        "{problem}",
    ),
    error("PF213", "unknown module", "there is no module `{module}`"),
    error("PF214", "module lacks the name", "the module `{module}` has no `{name}`"),
    error("PF215", "type without end", "a value of `{type}` would never end: {cycle}"),
    error(
        "PF216",
        "declared by way of itself",
        "`{name}` is declared by way of itself: {cycle}",
    ),
    error(
        "PF260",
        "unknown name in a fence",
        "embedded Python does not know `{name}`",
    ),
    error(
        "PF261",
        "embedded Python that waits",
        "the Python of a `fn` cannot wait, and none can yield: this {found}",
    ),
    error(
        "PF262",
        "an intent without the key",
        "`{intent}` has no `{field}`, so {why}",
    ),
    error(
        "PF263",
        "not a key",
        "reactors cannot be told apart by `{field}`: {problem}",
    ),
    error(
        "PF264",
        "priority of an intent that does not come",
        "`{reactor}` does not handle `{intent}`, so it cannot go before others there",
    ),
    error(
        "PF265",
        "a journal cannot hold this",
        "`{reactor}` keeps a journal, and {what} cannot be in it: {why}",
    ),
    error(
        "PF266",
        "no lines between snapshots",
        "a snapshot is taken every 1 line at most, not every {found}",
    ),
    error(
        "PF267",
        "where a store is",
        "`store {kind}`: {problem}",
    ),
    error(
        "PF268",
        "a migration does not fit",
        "the migration `{target}` of `{reactor}` does not fit: {why}",
    ),
    error(
        "PF269",
        "what a database cannot do with rows",
        "the database cannot do this with the rows of `{table}`: {why}",
    ),
)
