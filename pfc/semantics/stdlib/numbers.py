"""The methods of numbers and truth values."""

from __future__ import annotations

from typing import Final

from pfc.semantics.stdlib.ordered import ordered

INTS: Final = f"""
Int abs: Int
  It without its sign.
  > (-5).abs == 5
{ordered("Int", "3", "5")}
Int quotient(by: Int): Int
  The whole number of times that `by` goes into it, rounded down, so that
  `n == n.quotient(by) * by + n % by`.
  ! if `by` is 0
  > 7.quotient(2) == 3
  > (-7).quotient(2) == -4
Int power(exponent: Int): Int
  It times itself, `exponent` times.
  ! if `exponent` is negative
  ! if the result has more than 4,300 digits
  > 2.power(10) == 1024
  > 0.power(0) == 1
Int to_decimal: Decimal
  The same number as a Decimal, exactly.
  > 3.to_decimal / 2.0 == 1.5
Int to_float: Float
  The nearest Float.
  ! if it is beyond the largest one
  > 3.to_float == 3.0
Int to_json: Json
  It as Json.
  > 3.to_json.text == "3"
"""

_ROUNDING: Final = """
{0} floor: Int
  The next whole number below it, or itself.
  {2}
  > {1}(-2.5){3}.floor == -3
{0} ceiling: Int
  The next whole number above it, or itself.
  {2}
  > {1}2.1{3}.ceiling == 3
{0} truncate: Int
  Its whole part: rounded towards 0.
  {2}
  > {1}(-2.9){3}.truncate == -2
"""
_TOO_LONG: Final = "! if the result has more than 4,300 digits"

DECIMALS: Final = f"""
Decimal abs: Decimal
  It without its sign.
  > (-1.5).abs == 1.5
{ordered("Decimal", "1.5", "2.5")}
Decimal round(places: Int): Decimal
  With so many digits behind the point, halves to the even digit, as in IEEE 754.
  Negative `places` round before the point.
  ! if the result has more than 4,300 digits
  > 2.345.round(2) == 2.34
  > 2.355.round(2) == 2.36
  > "{{2.5.round(2)}}" == "2.50"
  > 1234.0.round(-2) == 1200.0
{_ROUNDING.format("Decimal", "", _TOO_LONG, "").strip()}
Decimal power(exponent: Int): Decimal
  It times itself, `exponent` times, to 28 digits; of a negative `exponent` one over that.
  ! if it is 0 and `exponent` is negative
  ! if the result is too large for a Decimal
  > 1.5.power(2) == 2.25
  > 2.0.power(-1) == 0.5
Decimal sqrt: Decimal
  Its square root, to 28 digits.
  ! if it is negative
  > 2.25.sqrt == 1.5
Decimal to_float: Float
  The nearest Float.
  ! if it is beyond the largest one
  > 1.5.to_float.to_decimal == 1.5
Decimal to_json: Json
  It as Json, a string: numbers of JSON lose digits.
  > 1.50.to_json.text == "\\"1.50\\""
"""

FLOATS: Final = f"""
Float abs: Float
  It without its sign.
  > (-1.5).to_float.abs == 1.5
{ordered("Float", "1.5.to_float", "2.5")}
Float round(places: Int): Float
  The nearest Float with so many digits behind the point. A Float is rarely exactly
  half-way: `2.675` is a little less. Use Decimal for money.
  > 2.675.to_float.round(2) == 2.67
{_ROUNDING.format("Float", "", "", ".to_float").replace("  " + chr(10), "").strip()}
Float power(exponent: Float): Float
  It to the power of `exponent`.
  ! if the result is no real number, or too large for a Float
  > 2.0.to_float.power(0.5) == 2.0.to_float.sqrt
Float sqrt: Float
  Its square root.
  ! if it is negative
  > 2.25.to_float.sqrt == 1.5
Float to_decimal: Decimal
  The shortest Decimal that reads back as the same Float.
  > 0.1.to_float.to_decimal == 0.1
Float to_json: Json
  It as Json.
  > 1.5.to_float.to_json.text == "1.5"
"""

BOOLS: Final = """
Bool to_json: Json
  It as Json.
  > true.to_json.text == "true"
"""
