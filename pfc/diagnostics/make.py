"""Making diagnostics from the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pfc.diagnostics.model import Diagnostic, Fix, Hint, Label, Note
from pfc.diagnostics.table import entry_of
from pfc.span import Span

_LONGEST: Final = 300


def diagnostic(
    code: str,
    span: Span,
    *,
    related: Iterable[Label] = (),
    notes: Iterable[Note] = (),
    fixes: Iterable[Fix] = (),
    **params: str | int,
) -> Diagnostic:
    """The diagnostic `code` at `span`, its message filled with `params`.

    An unknown code raises KeyError with the list of all codes; a parameter too many
    or too few raises TypeError. Both are mistakes of the compiler, not of its users.
    """
    return diagnostic_with(
        code, span, params, related=related, notes=notes, fixes=fixes
    )


def diagnostic_with(
    code: str,
    span: Span,
    params: Mapping[str, str | int],
    *,
    related: Iterable[Label] = (),
    notes: Iterable[Note] = (),
    fixes: Iterable[Fix] = (),
) -> Diagnostic:
    """As `diagnostic`, for those who pass parameters on as a mapping."""
    entry = entry_of(code)
    if params.keys() != entry.parameters:
        wanted, given = sorted(entry.parameters), sorted(params)
        raise TypeError(f"{code} takes the parameters {wanted}, not {given}")
    return Diagnostic(
        code,
        entry.severity,
        entry.message.format_map({name: _short(params[name]) for name in params}),
        span,
        tuple(related),
        tuple(notes),
        tuple(fixes),
    )


def _short(value: str | int) -> str | int:
    """What a program says can be as long as the program; a message cannot."""
    if isinstance(value, int) or len(value) <= _LONGEST:
        return value
    return f"{value[: _LONGEST - 40]} … {value[-37:]}"


def did_you_mean(name: str, candidates: Iterable[str]) -> tuple[Note, ...]:
    """A note that names the candidate that was probably meant, if there is one.

    It is looked for only when it is shown; so is the repair, if the finding is about the
    name alone.
    """
    return (Hint(name, tuple(sorted(set(candidates)))),)
