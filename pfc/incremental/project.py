"""From the texts of a project to its files and findings, compiling what is not known yet.

INVARIANT: the outcome is a function of the texts and the linked Python alone; what is
kept only decides how long it takes. A unit with an error is never kept: the project is
then compiled as a whole, so that every hint sees all of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pfc.cache.store import Store, key_of
from pfc.diagnostics.model import Diagnostic, Severity
from pfc.frozen import dataclass
from pfc.incremental.fingerprint import compiler_fingerprint
from pfc.incremental.kept import Kept
from pfc.incremental.packed import Result, Unreadable, pack, unpack
from pfc.incremental.partition import Unit, partition
from pfc.incremental.scan import module_of
from pfc.incremental.workers import shared_out

_KIND: Final = "units"
_MOST_RECENT: Final = 200
_WORTH_FORKING: Final = 40_000  # characters: a second process costs some milliseconds

PythonSource = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class Made:
    """What was found and generated; `files` is empty if there is any error.

    `compiled` are the paths of the sources that were not known already, `python` the
    linked modules that were looked for, `lasting` for each part of the project what
    stores may hold.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, str]
    compiled: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
    ir: None = None
    lasting: tuple[Mapping[str, Any], ...] = ()


def compile_project(
    texts: Mapping[str, str],
    python: PythonSource,
    store: Store,
    recent: dict[str, Result] | None = None,
) -> Made:
    """Compiles a project by units, those that are known from earlier runs not at all.

    `recent` is what earlier runs of this process have read, and saves reading it again.
    """
    units = partition(texts)
    work = _Work(texts, python, store, {} if recent is None else recent)
    results = [work.known(unit) for unit in units]
    missing = [n for n, result in enumerate(results) if result is None]
    for number, result in work.compiled(units, missing):
        results[number] = result
    if missing:
        store.tidy_sometimes()
    if None in results:
        return work.whole()
    done = [result for result in results if result is not None]
    found = [each for result in done for each in result.diagnostics]
    files = {path: text for result in done for path, text in result.files.items()}
    return Made(
        tuple(sorted(dict.fromkeys(found), key=lambda d: (d.span, d.code))),
        dict(sorted(files.items())),
        tuple(path for number in missing for path in units[number].own),
        tuple(sorted({module for result in done for module in result.python})),
        lasting=tuple(result.lasting for result in done if result.lasting),
    )


class _Work:
    def __init__(
        self,
        texts: Mapping[str, str],
        python: PythonSource,
        store: Store,
        recent: dict[str, Result],
    ) -> None:
        self._texts = texts
        self._python = python
        self._store = store
        self._recent = recent
        self._fingerprint = compiler_fingerprint()
        self._hashes: dict[str, str] = {}

    def known(self, unit: Unit) -> Result | None:
        """What an earlier run made of a unit, if its linked Python is the same too."""
        key = self._key(unit)
        result = self._recent.get(key) or self._read(key)
        if result is None:
            return None
        if len(self._recent) >= _MOST_RECENT:
            self._recent.clear()
        self._recent[key] = result
        same = all(self._hash(module) == told for module, told in result.python.items())
        return result if same else None

    def _read(self, key: str) -> Result | None:
        content = self._store.get(_KIND, key)
        if content is None:
            return None
        try:
            return unpack(content)
        except Unreadable:
            return None

    def compiled(
        self, units: Sequence[Unit], missing: Sequence[int]
    ) -> list[tuple[int, Result | None]]:
        """What the compiler makes of units; none for one that has errors."""
        sizes = [sum(len(self._texts[p]) for p in units[n].paths) for n in missing]
        if len(missing) < 2 or sum(sizes) < _WORTH_FORKING:
            return [(number, self._compile(units[number])) for number in missing]
        from pfc import driver  # before the fork, so that it is loaded once

        driver.warm_up()

        def work(part: Sequence[int]) -> bytes | None:
            made = [self._compile(units[missing[n]]) for n in part]
            packed = [None if each is None else pack(each).decode() for each in made]
            return json.dumps(packed).encode()

        results: list[tuple[int, Result | None]] = []
        for part, content in shared_out(sizes, work):
            for at, n in enumerate(part):
                number = missing[n]
                if content is None:
                    results.append((number, self._compile(units[number])))
                    continue
                packed = json.loads(content)[at]
                results.append((number, None if packed is None else unpack(packed)))
        return results

    def whole(self) -> Made:
        """The project as one unit, errors and all."""
        from pfc.driver import compile_sources

        made = compile_sources(self._texts, self._python)
        return Made(made.diagnostics, dict(made.files), tuple(self._texts))

    def _compile(self, unit: Unit) -> Result | None:
        from pfc.driver import compile_sources
        from pfc.semantics.lasting import facts

        looked_at: dict[str, str] = {}

        def python(module: str) -> str | None:
            looked_at[module] = self._hash(module)
            return self._python(module)

        texts = {path: self._texts[path] for path in unit.paths}
        kept = Kept(self._store, self._fingerprint, texts, looked_at)
        made = compile_sources(texts, python, known=kept)
        if any(each.severity is Severity.ERROR for each in made.diagnostics):
            return None
        own = {module_of(path).replace(".", "/") for path in unit.own}
        result = Result(
            tuple(each for each in made.diagnostics if each.span.path in unit.own),
            {p: t for p, t in made.files.items() if p.rpartition("/")[0] in own},
            looked_at,
            {} if made.ir is None else facts(made.ir),
        )
        self._store.put(_KIND, self._key(unit), pack(result))
        return result

    def _key(self, unit: Unit) -> str:
        parts = [self._fingerprint, *unit.own, "", *unit.taken, ""]
        return key_of(*parts, *(self._texts[path] for path in unit.paths))

    def _hash(self, module: str) -> str:
        if module not in self._hashes:
            source = self._python(module)
            self._hashes[module] = "" if source is None else key_of(source)
        return self._hashes[module]
