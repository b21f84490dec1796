"""The methods of optionals and results."""

from __future__ import annotations

from typing import Final

OPTIONALS: Final = """
T? map(f: (T) => U): U?
  What `f` gives for the value, if there is one. If `f` gives an optional, so does this: there is no
  optional of an optional.
  > [3].first.map(n => n + 1) == 4
  > "x".parse_int.map(n => n + 1) == none
  > ["7"].first.map(s => s.parse_int) == 7
T? filter(f: (T) => Bool): T?
  The value, if there is one for which `f` is true.
  > [3].first.filter(n => n > 5) == none
  > ([3].first.filter(n => n > 2) or 0) == 3
T? to_list: List[T]
  A list of the value, or an empty one.
  > ["1", "x", "2"].flat_map(s => s.parse_int.to_list) == [1, 2]
"""

RESULTS: Final = """
Result[T, E] is_ok: Bool
  Whether it is `Ok`.
  > half(4).is_ok
Result[T, E] value: T?
  The value of `Ok`; `none` of `Err`.
  > half(4).value == 2
  > (half(3).value or 0) == 0
Result[T, E] error: E?
  The error of `Err`; `none` of `Ok`.
  > half(3).error == "odd"
Result[T, E] map(f: (T) => U): Result[U, E]
  With `f` of the value, if it is `Ok`.
  > half(4).map(n => n + 1).value == 3
Result[T, E] map_error(f: (E) => F): Result[T, F]
  With `f` of the error, if it is `Err`.
  > half(3).map_error(e => e.length).error == 3
Result[T, E] flat_map(f: (T) => Result[U, E]): Result[U, E]
  The result that `f` gives for the value, if it is `Ok`.
  > half(4).flat_map(n => half(n)).value == 1
  > half(6).flat_map(n => half(n)).error == "odd"
"""
