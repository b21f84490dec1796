"""The methods of String."""

from __future__ import annotations

from typing import Final

STRINGS: Final = """
String length: Int
  How many characters it has. A character is a Unicode code point.
  > "café".length == 4
  > "".length == 0
String is_empty: Bool
  Whether it has no characters.
  > "".is_empty
  > not " ".is_empty
String contains(part: String): Bool
  Whether `part` stands somewhere in it. Every string contains the empty one.
  > "packet".contains("ack")
  > "packet".contains("")
String starts_with(part: String): Bool
  Whether it begins with `part`.
  > "packet".starts_with("pa")
String ends_with(part: String): Bool
  Whether it ends with `part`.
  > "packet".ends_with("et")
String index_of(part: String): Int?
  Where `part` first stands, counted from 0; `none` if it does not.
  > "banana".index_of("na") == 2
  > "banana".index_of("x") == none
String count(part: String): Int
  How often `part` stands in it, without overlaps. The empty string stands before and
  after every character.
  > "banana".count("an") == 2
String trim: String
  Without white space at both ends. White space is what Unicode says.
  > "  a b ".trim == "a b"
String trim_start: String
  Without white space at its start.
  > "  a ".trim_start == "a "
String trim_end: String
  Without white space at its end.
  > " a  ".trim_end == " a"
String lower: String
  In lower case by Unicode's rules, the same in every locale.
  > "Äb".lower == "äb"
String upper: String
  In upper case by Unicode's rules; it may become longer.
  > "Ab".upper == "AB"
  > "straße".upper == "STRASSE"
String capitalize: String
  The first character in upper case, the others as they are.
  > "mcDonald".capitalize == "McDonald"
  > "".capitalize == ""
String split(by: String): List[String]
  The parts before, between and after the `by`s, empty ones too.
  `parts.join(by)` puts them together again.
  ! if `by` is empty
  > "a,b,,c".split(",") == ["a", "b", "", "c"]
  > "".split(",") == [""]
String lines: List[String]
  Its lines, which end with `\\n`, `\\r\\n` or `\\r`.
  > "a\\nb\\r\\n".lines == ["a", "b"]
  > "".lines == []
String words: List[String]
  The parts between white space; none of them is empty.
  > "  to be  or ".words == ["to", "be", "or"]
String characters: List[String]
  Its characters, each as a string.
  > "abc".characters == ["a", "b", "c"]
String replace(old: String, new: String): String
  Every `old` replaced by `new`, from left to right. The empty string stands before and
  after every character.
  ! if the result has more than 10,000,000 characters
  > "a-b-c".replace("-", "+") == "a+b+c"
String remove_prefix(part: String): String
  Without `part` at its start, if it stands there.
  > "unkind".remove_prefix("un") == "kind"
  > "kind".remove_prefix("un") == "kind"
String remove_suffix(part: String): String
  Without `part` at its end, if it stands there.
  > "notes.md".remove_suffix(".md") == "notes"
String matches(pattern: String): Bool
  Whether the regular expression matches the whole string. The pattern is a literal, is
  not interpolated, and may not be one that backtracks without end (PF235).
  > "AB-12".matches("[A-Z]+-[0-9]+")
  > not "AB-12!".matches("[A-Z]+-[0-9]+")
String repeat(count: Int): String
  It, `count` times in a row; empty if `count` is 0 or less.
  ! if the result has more than 10,000,000 characters
  > "ab".repeat(3) == "ababab"
  > "ab".repeat(-1) == ""
String pad_start(width: Int, with: String): String
  At least `width` characters long: filled up at the start with a character.
  ! if `with` is not one character
  ! if `width` is more than 10,000,000
  > "7".pad_start(3, "0") == "007"
  > "1234".pad_start(3, "0") == "1234"
String pad_end(width: Int, with: String): String
  At least `width` characters long: filled up at the end with a character.
  ! if `with` is not one character
  ! if `width` is more than 10,000,000
  > "ab".pad_end(4, ".") == "ab.."
String get(at: Int): String?
  The character at a place, counted from 0; `none` outside.
  > "abc".get(1) == "b"
  > "abc".get(-1) == none
String take(count: Int): String
  The first `count` characters: none if `count` is negative, all if there are fewer.
  > "packet".take(4) == "pack"
String drop(count: Int): String
  All but the first `count` characters.
  > "packet".drop(4) == "et"
String reverse: String
  Its characters, the last one first.
  > "abc".reverse == "cba"
String normalize: String
  In the composed normal form of Unicode (NFC): strings that look the same are the same.
  > "e\\u0301".normalize == "\\u00e9"
String bytes: Bytes
  Its UTF-8 bytes.
  ! if it holds half of a surrogate pair
  > "é".bytes.length == 2
String parse_int: Int?
  The Int that it writes in decimal digits, with a sign or without.
  `none` for anything else, and beyond 4,300 digits.
  > "-12".parse_int == -12
  > "1.5".parse_int == none
  > " 1".parse_int == none
String parse_decimal: Decimal?
  The Decimal that it writes, without exponent; `none` for anything else.
  > "1.50".parse_decimal == 1.5
  > "1e3".parse_decimal == none
String parse_float: Float?
  The Float that it writes; `none` for anything else, and if it is not finite.
  > "1.5e3".parse_float == 1500.0
  > "1e999".parse_float == none
  > "nan".parse_float == none
String parse_bool: Bool?
  The Bool that it writes, `true` or `false`; `none` for anything else.
  > "true".parse_bool == true
  > "yes".parse_bool == none
String parse_date: Date?
  The Date that it writes by ISO 8601; `none` for anything else.
  > "2026-12-25".parse_date == 2026-12-25
  > "2026-02-30".parse_date == none
String parse_time: Time?
  The Time that it writes by ISO 8601, without a zone; `none` for anything else.
  > "09:30:00".parse_time == 09:30
String parse_instant: Instant?
  The Instant that it writes by RFC 3339, with its offset; `none` for anything else.
  > "2026-07-01T12:00:00+02:00".parse_instant == "2026-07-01T10:00:00Z".parse_instant
  > "2026-07-01T12:00:00".parse_instant == none
String parse_duration: Duration?
  The Duration that it writes by ISO 8601; `none` for anything else.
  > "PT1H30M".parse_duration == 90m
  > "90m".parse_duration == none
String parse_uuid: Uuid?
  The Uuid that it writes; `none` for anything else.
  > "no".parse_uuid == none
String parse_path: Path?
  The Path that it writes, in its normal form; `none` if it is not absolute, or holds a
  segment that is refused.
  > "/docs//a/".parse_path.map(p => p.text) == "/docs/a"
  > "/docs/../etc".parse_path == none
String parse_url: Url?
  The Url that it writes; `none` if it is not absolute or its scheme is not `http`,
  `https`, `mailto` or `tel`.
  > "https://example.org".parse_url.map(u => u.scheme) == "https"
  > "javascript:alert(1)".parse_url == none
String parse_json: Json?
  The Json that it writes; `none` of text that is no JSON, or is nested too deeply, and of
  `null`.
  > "[1, 2]".parse_json.map(j => j.text) == "[1,2]"
  > "[1, 2".parse_json == none
String parse_base64: Bytes?
  The bytes that it writes in base64; `none` for anything else.
  > "aGk=".parse_base64 == "hi".bytes
  > "aGk".parse_base64 == none
String parse_hex: Bytes?
  The bytes that it writes in hexadecimal digits, two a byte; `none` for anything else.
  > "6869".parse_hex == "hi".bytes
String to_json: Json
  It as Json.
  > "hi".to_json.text == "\\"hi\\""
"""
