"""What things are called in other languages, and how they are written here."""

from __future__ import annotations

from typing import Final

_NONE = dict.fromkeys(
    ("None", "null", "nil", "NULL", "undefined", "nothing"), ("none",)
)

_METHODS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("len", "size", "count"), ("length",)),
    **dict.fromkeys(("strip", "trimmed"), ("trim",)),
    **dict.fromkeys(("lstrip", "trim_left"), ("trim_start",)),
    **dict.fromkeys(("rstrip", "trim_right"), ("trim_end",)),
    **dict.fromkeys(("lowercase", "to_lower", "casefold"), ("lower",)),
    **dict.fromkeys(("uppercase", "to_upper"), ("upper",)),
    **dict.fromkeys(("zfill", "rjust", "pad_left"), ("pad_start",)),
    **dict.fromkeys(("ljust", "pad_right"), ("pad_end",)),
    **dict.fromkeys(("encode", "to_bytes"), ("bytes",)),
    **dict.fromkeys(("decode", "to_string", "to_text", "string"), ("text",)),
    **dict.fromkeys(("index", "position", "locate"), ("index_of",)),
    **dict.fromkeys(("substring", "slice", "head"), ("take",)),
    **dict.fromkeys(("skip", "tail"), ("drop",)),
    **dict.fromkeys(("to_int", "int"), ("parse_int",)),
    **dict.fromkeys(("exists", "some"), ("any",)),
    **dict.fromkeys(("select", "transform", "collect"), ("map",)),
    **dict.fromkeys(("reduce", "inject"), ("fold",)),
    **dict.fromkeys(("unique", "uniq", "dedupe"), ("distinct",)),
    **dict.fromkeys(("includes", "include"), ("contains", "has")),
    **dict.fromkeys(("contains_key", "has_key", "contains"), ("has",)),
    **dict.fromkeys(("div", "floor_div"), ("quotient",)),
    **dict.fromkeys(("trunc", "to_whole"), ("truncate",)),
    **dict.fromkeys(("astimezone", "to_zone"), ("in_zone",)),
    **dict.fromkeys(("basename", "filename"), ("name",)),
    "splitlines": ("lines",),
    "chars": ("characters",),
    "sorted": ("sort",),
    "order_by": ("sort_by",),
    "reversed": ("reverse",),
    "every": ("all",),
    "enumerate": ("indexed",),
    "items": ("entries",),
    "has": ("contains",),
    "issubset": ("is_subset",),
    "pow": ("power",),
    "ceil": ("ceiling",),
    "total_seconds": ("seconds",),
    "suffix": ("extension",),
    "hostname": ("host",),
}

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    **_NONE,
    "True": ("true",),
    "False": ("false",),
    "str": ("String",),
    "string": ("String",),
    "text": ("String",),
    "Text": ("String",),
    "char": ("String",),
    "int": ("Int",),
    "integer": ("Int",),
    "Integer": ("Int",),
    "long": ("Int",),
    "Number": ("Int",),
    "number": ("Int",),
    "float": ("Float",),
    "double": ("Float",),
    "Double": ("Float",),
    "bool": ("Bool",),
    "boolean": ("Bool",),
    "Boolean": ("Bool",),
    "dict": ("Map",),
    "Dict": ("Map",),
    "HashMap": ("Map",),
    "array": ("List",),
    "Array": ("List",),
    "tuple": ("List",),
    "Vec": ("List",),
    "datetime": ("Instant",),
    "DateTime": ("Instant",),
    "Timestamp": ("Instant",),
    "timestamp": ("Instant",),
    "timedelta": ("Duration",),
    "Timedelta": ("Duration",),
    "Any": ("Json",),
    "any": ("Json",),
    "object": ("Json",),
    "void": ("Unit",),
    "Void": ("Unit",),
    "blob": ("Bytes",),
    "Decimals": ("Decimal",),
    "self": ("state", "caller"),
    "this": ("state", "caller"),
    "user": ("caller",),
    "uuid4": ("new_uuid",),
    "utcnow": ("now",),
}

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    name: (*_WORDS.get(name, ()), *_METHODS.get(name, ()))
    for name in (*_WORDS, *_METHODS)
}
"""Word of another language → the words here, of which the first that fits is meant."""

INSTEAD: Final[dict[str, str]] = {
    "len": "how long something is, is its field: `value.length`",
    "str": 'a value becomes text in a string: `"{value}"`',
    "repr": 'a value becomes text in a string: `"{value}"`',
    "format": 'values stand in a string: `"{value}"`',
    "print": "what is to be seen outside is an effect: `perform` one",
    "range": "a range is written `1..10`",
    "isinstance": "what a value is, is told apart with `match`",
    "type": "what a value is, is told apart with `match`",
    "sorted": "a list is sorted by its method: `values.sort`",
    "reversed": "a list is turned round by its method: `values.reverse`",
    "enumerate": "numbers and values are paired by `zip`",
    "self": "the state of a reactor is `state`, and who asks is `caller`",
    "this": "the state of a reactor is `state`, and who asks is `caller`",
    "Optional": "a value that may be none has the type `T?`",
    "Option": "a value that may be none has the type `T?`",
    "Maybe": "a value that may be none has the type `T?`",
    "Union": "alternatives are declared: `union Name { A(value: Int)  B }`",
    "Exception": "failures are named where they happen: `fails NotFound`",
    "super": "nothing inherits",
}
"""Word of another language → how it is said here, if there is no word for it."""
