"""Many programs in one module: compiled, imported, run and compared."""

from __future__ import annotations

import gc
import importlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from pfc import driver
from pfc.diagnostics import Severity
from pfc.span import Source
from pfc.syntax.ast.module import Module
from pfc.syntax.parser import Parsed, parse
from tests.differential.comparing import Outcome, ToPython, from_python, kind_of
from tests.differential.evaluator.statements import Evaluator
from tests.differential.evaluator.values import Fault
from tests.differential.generator.programs import Program
from tests.differential.generator.terms import Term, Writer
from tests.generated.building import write

PACKAGE = "differential_case"


@dataclass(frozen=True)
class Compiled:
    """A package, the tree that it was made of, and what only inference tells of that."""

    files: dict[str, str]
    module: Module
    meant: dict[tuple[int, int], str]


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with one program."""

    program: Program
    what: str

    def __str__(self) -> str:
        return f"seed {self.program.seed}: {self.what}\n{text_of([self.program])}"


@dataclass
class Batch:
    """Programs that were compiled together."""

    programs: list[Program]
    findings: list[Finding] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    outcomes: int = 0
    faults: int = 0


def written(programs: Sequence[Program]) -> tuple[Writer, list[int]]:
    """All programs as one text, and where each ends."""
    writer = Writer()
    writer.write(f"module {PACKAGE}\n")
    shared: dict[str, Term] = {}
    for program in programs:
        shared |= program.world.shared
    for term in shared.values():
        writer.write(Term([term, "\n"]))
    ends = []
    for program in programs:
        for term in program.terms:
            writer.write(Term([term, "\n"]))
        ends.append(writer.at)
    return writer, ends


def text_of(programs: Sequence[Program]) -> str:
    return written(programs)[0].written


def checked(programs: Sequence[Program], *, formatted: bool = False) -> Batch:
    """Compiles, runs and compares some programs; `formatted`: black is not left out."""
    batch = Batch(list(programs))
    made = compiled(batch, formatted=formatted)
    if made is None:
        return batch
    batch.modules.append(made.module)
    try:
        compare(batch, made)
    except NotImported as error:
        _halves(batch, str(error), lambda part: _ran(batch, part))
    return batch


def compare(batch: Batch, made: Compiled, at_most: int = sys.maxsize) -> None:
    """Runs what was compiled beside the evaluator; raises NotImported."""
    evaluator = Evaluator(made.module, made.meant)
    with imported(made.files) as package:
        for program in batch.programs:
            _compare(program, package, evaluator, batch)
            if len(batch.findings) >= at_most:
                return


def _ran(batch: Batch, part: list[Program]) -> None:
    inner = checked(part)
    batch.findings += inner.findings
    batch.outcomes += inner.outcomes


def compiled(batch: Batch, *, formatted: bool = False) -> Compiled | None:
    """The package; programs that are refused are findings, and left out."""
    while batch.programs:
        writer, ends = written(batch.programs)
        text = writer.written
        try:
            with nullcontext() if formatted else black_left_out(), _parsed() as trees:
                made = driver.compile_sources({f"{PACKAGE}.pf": text})
        except Exception as crash:
            _narrow(batch, f"the compiler fails: {type(crash).__name__}: {crash}")
            continue
        errors = [d for d in made.diagnostics if d.severity is Severity.ERROR]
        if not errors:
            if not trees:
                trees.append(parse(Source(f"{PACKAGE}.pf", text)))
            return Compiled(made.files, trees[0].module, writer.meant)
        refused: dict[int, str] = {}
        for error in errors:
            place = next(
                (place for place, end in enumerate(ends) if error.span.start < end),
                len(ends) - 1,
            )
            at = text[max(error.span.start - 30, 0) : error.span.end + 10]
            refused.setdefault(place, f"{error.code} {error.message} at {at!r}")
        for place, what in refused.items():
            batch.findings.append(Finding(batch.programs[place], what))
        batch.programs = [p for i, p in enumerate(batch.programs) if i not in refused]
    return None


def _narrow(batch: Batch, what: str) -> None:
    """Finds the programs on which the compiler fails, by halving."""
    kept: list[Program] = []

    def compile_part(part: list[Program]) -> None:
        inner = Batch(part)
        compiled(inner)
        batch.findings += inner.findings
        kept.extend(inner.programs)

    _halves(batch, what, compile_part)
    batch.programs = kept


def _halves(batch: Batch, what: str, go_on: Callable[[list[Program]], None]) -> None:
    if len(batch.programs) == 1:
        batch.findings.append(Finding(batch.programs[0], what))
        return
    half = len(batch.programs) // 2
    go_on(batch.programs[:half])
    go_on(batch.programs[half:])


@contextmanager
def _parsed() -> Iterator[list[Parsed]]:
    """What the compiler parses, so that it need not be parsed again."""
    trees: list[Parsed] = []

    def recorded(source: Source) -> Parsed:
        trees.append(parse(source))
        return trees[-1]

    collecting = gc.isenabled()
    gc.disable()  # a third of the time of a build
    try:
        with patch.object(driver, "parse", recorded):
            yield trees
    finally:
        if collecting:
            gc.enable()


@contextmanager
def black_left_out() -> Iterator[None]:
    """Without black: layout is most of a build's time, and means nothing to Python."""
    with patch("black.format_str", lambda text, *, mode: text):
        yield


class NotImported(Exception):
    """A generated package that Python refuses."""


@contextmanager
def imported(files: dict[str, str]) -> Iterator[ModuleType]:
    """The package, imported from a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        before = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        try:
            try:
                package = importlib.import_module(PACKAGE)
            except Exception as error:
                raise NotImported(f"{type(error).__name__}: {error}") from error
            yield package
        finally:
            sys.dont_write_bytecode = before
            sys.path.remove(folder)
            for name in [n for n in sys.modules if n.split(".")[0] == PACKAGE]:
                del sys.modules[name]


def _compare(
    program: Program, package: ModuleType, evaluator: Evaluator, batch: Batch
) -> None:
    enumerations = {
        variant.name: union.name
        for union in program.world.unions.values()
        if union.is_enumeration
        for variant in union.variants
    }
    convert = ToPython(package, enumerations)
    function = getattr(package, program.entry)
    for arguments in program.arguments:
        batch.outcomes += 1
        try:
            wanted = Outcome.of(evaluator.of(program.entry, *arguments))
        except Fault as fault:
            wanted = Outcome.fault(*fault.kinds)
            batch.faults += 1
        try:
            found = Outcome.of(from_python(function(*map(convert, arguments))))
        except Exception as error:
            found = Outcome.fault(kind_of(error))
        if not wanted.allows(found):
            what = f"of {arguments!r}\n  python    {found.shown}\n  evaluator {wanted.shown}"
            batch.findings.append(Finding(program, what))
            return
