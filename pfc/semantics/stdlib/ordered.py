"""What every type with an order has."""

from __future__ import annotations


def ordered(type_: str, small: str, large: str) -> str:
    """The entries of a type; of two of its values the first is the smaller one."""
    return f"""
{type_} min(other: {type_}): {type_}
  The smaller of the two.
  > {small}.min({large}) == {small}
{type_} max(other: {type_}): {type_}
  The larger of the two.
  > {small}.max({large}) == {large}
{type_} clamp(low: {type_}, high: {type_}): {type_}
  It, but at least `low` and at most `high`.
  ! if `low` is more than `high`
  > {small}.clamp({large}, {large}) == {large}
""".strip()
