"""What patterns are made of: the names they bind, and their alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pfc.ir import expressions as x


def symbols_in(pattern: x.Pattern) -> Iterator[x.Symbol]:
    """The names that a pattern binds; those of alternatives once."""
    match pattern:
        case x.BindPattern(symbol=symbol):
            yield symbol
        case x.VariantPattern(fields=fields):
            for _, inner in fields:
                yield from symbols_in(inner)
        case x.ResultPattern(inner=inner):
            yield from symbols_in(inner)
        case x.EitherPattern(alternatives=alternatives):
            yield from symbols_in(alternatives[0])


def renamed(pattern: x.Pattern, symbols: Mapping[x.Symbol, x.Symbol]) -> x.Pattern:
    """The pattern with other symbols in place of some."""
    match pattern:
        case x.BindPattern(symbol=symbol) if symbol in symbols:
            return replace(pattern, symbol=symbols[symbol])
        case x.VariantPattern(fields=fields):
            inside = tuple((name, renamed(part, symbols)) for name, part in fields)
            return replace(pattern, fields=inside)
        case x.ResultPattern(inner=inner):
            return replace(pattern, inner=renamed(inner, symbols))
        case x.EitherPattern(alternatives=alternatives):
            parts = tuple(renamed(part, symbols) for part in alternatives)
            return replace(pattern, alternatives=parts)
        case _:
            return pattern


def choices(pattern: x.Pattern) -> Iterator[tuple[list[x.Pattern], x.Pattern]]:
    """Each alternative in the pattern, the rest as it is, after those before it."""
    match pattern:
        case x.EitherPattern(alternatives=alternatives):
            for place, each in enumerate(alternatives):
                yield list(alternatives[:place]), each
                for before, chosen in choices(each):
                    yield [*alternatives[:place], *before], chosen
        case x.VariantPattern(fields=fields):
            for place, (name, part) in enumerate(fields):
                for before, chosen in choices(part):
                    put = [
                        replace(
                            pattern,
                            fields=(
                                *fields[:place],
                                (name, each),
                                *fields[place + 1 :],
                            ),
                        )
                        for each in (*before, chosen)
                    ]
                    yield list(put[:-1]), replace(put[-1], span=chosen.span)
        case x.ResultPattern(inner=inner):
            for before, chosen in choices(inner):
                kept: list[x.Pattern] = [replace(pattern, inner=b) for b in before]
                yield kept, replace(pattern, inner=chosen, span=chosen.span)
