"""The methods of bytes, JSON, paths, URLs and identifiers."""

from __future__ import annotations

from typing import Final

BYTES: Final = """
Bytes length: Int
  How many bytes it has.
  > "é".bytes.length == 2
Bytes is_empty: Bool
  Whether it has no bytes.
  > "".bytes.is_empty
Bytes text: String
  The text that it holds in UTF-8.
  ! if it is not UTF-8
  > "é".bytes.text == "é"
Bytes is_text: Bool
  Whether it is UTF-8.
  > "ff".parse_hex.map(b => b.is_text) == false
Bytes get(at: Int): Int?
  The byte at a place, counted from 0, as a number from 0 to 255; `none` outside.
  > "A".bytes.get(0) == 65
Bytes take(count: Int): Bytes
  The first `count` bytes: none if `count` is negative, all if there are fewer.
  > "packet".bytes.take(4) == "pack".bytes
Bytes drop(count: Int): Bytes
  All but the first `count` bytes.
  > "packet".bytes.drop(4) == "et".bytes
Bytes starts_with(part: Bytes): Bool
  Whether it begins with `part`.
  > "packet".bytes.starts_with("pa".bytes)
Bytes base64: String
  It in base64, as in JSON.
  > "hi".bytes.base64 == "aGk="
Bytes hex: String
  It in hexadecimal digits, two a byte.
  > "hi".bytes.hex == "6869"
Bytes sha256: Bytes
  Its SHA-256 digest: 32 bytes.
  > "".bytes.sha256.hex.starts_with("e3b0c442")
"""

JSON: Final = """
Json get(key: String): Json?
  The member of an object; `none` if there is none, if it is `null`, or of anything else.
  > "{{\\"a\\": 1}}".parse_json.map(j => j.get("a")).map(j => j.text) == "1"
Json is_null: Bool
  Whether it is `null`, as an item of an array may be.
  > "[null]".parse_json.map(j => j.as_list).map(l => l.all(i => i.is_null)) == true
Json as_string: String?
  The string that it is; `none` of anything else.
  > "\\"hi\\"".parse_json.map(j => j.as_string) == "hi"
Json as_bool: Bool?
  The truth value that it is; `none` of anything else.
  > "true".parse_json.map(j => j.as_bool) == true
Json as_int: Int?
  The number that it is, if it was written without point and exponent; else `none`.
  > "3".parse_json.map(j => j.as_int) == 3
  > "3.0".parse_json.map(j => j.as_int) == none
Json as_float: Float?
  The number that it is; `none` of anything else.
  > "3".parse_json.map(j => j.as_float) == 3.0
Json as_decimal: Decimal?
  The number that it is, or that a string writes, as Decimals do in JSON; else `none`.
  > "\\"1.50\\"".parse_json.map(j => j.as_decimal) == 1.5
  > "0.1".parse_json.map(j => j.as_decimal) == 0.1
Json as_list: List[Json]?
  The items of an array; `none` of anything else.
  > "[1, 2]".parse_json.map(j => j.as_list).map(l => l.length) == 2
Json as_map: Map[String, Json]?
  The members of an object; `none` of anything else.
  > "{{\\"a\\": 1}}".parse_json.map(j => j.as_map).map(m => m.keys) == ["a"]
Json text: String
  It as JSON text, without white space. `parse_json` reads it back.
  > "[ 1, 2 ]".parse_json.map(j => j.text) == "[1,2]"
"""

PATHS: Final = """
Path length: Int
  How many characters it has.
  > "/docs/a".parse_path.map(p => p.length) == 7
Path contains(part: String): Bool
  Whether `part` stands in its text. Use `under` to ask about folders.
  > "/docs/a".parse_path.map(p => p.contains("oc")) == true
Path starts_with(part: String): Bool
  Whether its text begins with `part`: by characters, where `under` goes by segments.
  > "/docs/a".parse_path.map(p => p.starts_with("/doc")) == true
Path ends_with(part: String): Bool
  Whether its text ends with `part`.
  > "/docs/a.md".parse_path.map(p => p.ends_with(".md")) == true
Path matches(pattern: String): Bool
  Whether the regular expression matches the whole text, as for a String.
  > "/docs/a".parse_path.map(p => p.matches("/docs/[a-z]+")) == true
Path text: String
  It as a String.
  > "/docs//a/".parse_path.map(p => p.text) == "/docs/a"
Path segments: List[String]
  The names between the slashes; none of "/".
  > "/docs/a".parse_path.map(p => p.segments) == ["docs", "a"]
Path name: String?
  Its last segment; `none` of "/".
  > "/docs/a.md".parse_path.map(p => p.name) == "a.md"
Path extension: String?
  What stands behind the last point of its name; `none` if nothing does, or if the point
  is the first character.
  > "/docs/a.tar.gz".parse_path.map(p => p.extension) == "gz"
  > "/docs/.profile".parse_path.map(p => p.extension) == none
Path parent: Path?
  The path without its last segment; `none` of "/".
  > "/docs/a".parse_path.map(p => p.parent).map(p => p.text) == "/docs"
Path child(name: String): Path
  The path with one more segment.
  ! if `name` is not one legal segment: empty, `..`, `*`, one with a slash
  > "/docs".parse_path.map(p => p.child("a").text) == "/docs/a"
"""

_URL: Final = '"https://example.org:8080/a?b=1&b=2&c=#d".parse_url'

URLS: Final = f"""
Url length: Int
  How many characters it has.
  > "https://a.org".parse_url.map(u => u.length) == 13
Url contains(part: String): Bool
  Whether `part` stands in it.
  > "https://a.org".parse_url.map(u => u.contains("a.org")) == true
Url starts_with(part: String): Bool
  Whether it begins with `part`. Compare `host` to find out where it leads.
  > "https://a.org".parse_url.map(u => u.starts_with("https:")) == true
Url ends_with(part: String): Bool
  Whether it ends with `part`.
  > "https://a.org/x.png".parse_url.map(u => u.ends_with(".png")) == true
Url matches(pattern: String): Bool
  Whether the regular expression matches the whole of it, as for a String.
  > "https://a.org".parse_url.map(u => u.matches("https://[a-z.]+")) == true
Url text: String
  It as a String.
  > "https://a.org".parse_url.map(u => u.text) == "https://a.org"
Url scheme: String
  Its scheme, in lower case.
  > {_URL}.map(u => u.scheme) == "https"
Url host: String?
  Its host, in lower case; `none` of `mailto:` and `tel:`.
  > {_URL}.map(u => u.host) == "example.org"
Url port: Int?
  The port that it names.
  > {_URL}.map(u => u.port) == 8080
Url path: String
  What stands between the host and the query, as it is written.
  > {_URL}.map(u => u.path) == "/a"
Url query: Map[String, List[String]]
  The parameters behind the question mark, decoded, each with all its values.
  > {_URL}.map(u => u.query) == {{"b": ["1", "2"], "c": [""]}}
Url fragment: String?
  What stands behind the `#`, as it is written.
  > {_URL}.map(u => u.fragment) == "d"
"""

UUIDS: Final = """
Uuid text: String
  It as a String: 36 characters, in lower case.
  > new_uuid().text.length == 36
Uuid bytes: Bytes
  Its 16 bytes.
  > new_uuid().bytes.length == 16
"""
