"""The methods of the standard library whose Python is one call, operator or pattern."""

from __future__ import annotations

from typing import Final

Key = tuple[str, str]
"""The receiver's kind and the method's name."""

TEXT: Final = ("String", "Path", "Url")
ORDERED: Final = ("Int", "Decimal", "Float", "Duration", "Instant", "Date", "Time")

SAME_METHOD: Final[dict[Key, str]] = {
    ("String", "trim"): "strip",
    ("String", "trim_start"): "lstrip",
    ("String", "trim_end"): "rstrip",
    ("String", "lower"): "lower",
    ("String", "upper"): "upper",
    ("String", "count"): "count",
    ("String", "remove_prefix"): "removeprefix",
    ("String", "remove_suffix"): "removesuffix",
    ("Bytes", "starts_with"): "startswith",
    ("Bytes", "hex"): "hex",
    ("Map", "get"): "get",
    ("Instant", "date"): "date",
    ("Instant", "time"): "time",
    ("Date", "weekday"): "isoweekday",
    **{
        ("Calendar", name): name
        for name in (
            *("contains", "next_open", "next_close", "add", "between"),
            *("unite", "intersect", "subtract"),
        )
    },
    ("Decimal", "abs"): "copy_abs",
    **{(owner, "starts_with"): "startswith" for owner in TEXT},
    **{(owner, "ends_with"): "endswith" for owner in TEXT},
}
"""Python methods of the same meaning and with the same arguments."""

ATTRIBUTE: Final[dict[Key, str]] = {
    **{("Date", name): name for name in ("year", "month", "day")},
    **{("Time", name): name for name in ("hour", "minute", "second")},
    ("Uuid", "bytes"): "bytes",
}
"""Attributes of the Python value."""

FUNCTION: Final[dict[Key, str]] = {
    **{
        ("String", name): name
        for name in (
            *("split", "lines", "words", "capitalize", "replace", "repeat"),
            *("pad_start", "pad_end", "normalize"),
            *("parse_int", "parse_decimal", "parse_float", "parse_bool"),
            *("parse_date", "parse_time", "parse_instant", "parse_duration"),
            *("parse_uuid", "parse_path", "parse_url", "parse_json"),
            *("parse_base64", "parse_hex"),
        )
    },
    ("String", "index_of"): "text_index",
    ("String", "get"): "text_get",
    ("String", "take"): "text_take",
    ("String", "drop"): "text_drop",
    ("String", "bytes"): "encode",
    ("Bytes", "text"): "decode",
    ("Bytes", "is_text"): "is_text",
    ("Bytes", "get"): "bytes_get",
    ("Bytes", "take"): "bytes_take",
    ("Bytes", "drop"): "bytes_drop",
    ("Bytes", "base64"): "to_base64",
    ("Bytes", "sha256"): "sha256",
    ("Int", "power"): "power_int",
    ("Int", "to_float"): "int_to_float",
    **{
        (owner, name): f"{name}_{owner.lower()}"
        for owner in ("Decimal", "Float")
        for name in ("power", "sqrt", "round", "floor", "ceiling", "truncate")
    },
    ("Decimal", "to_float"): "decimal_to_float",
    ("Decimal", "to_json"): "decimal_to_json",
    ("Float", "to_decimal"): "float_to_decimal",
    **{(owner, "clamp"): "clamp" for owner in ORDERED},
    **{
        ("List", name): name
        for name in ("get", "first", "last", "take", "drop", "distinct", "index_of")
    },
    ("List", "min"): "smallest",
    ("List", "max"): "largest",
    ("List", "zip"): "zipped",
    ("List", "chunks"): "chunks",
    ("List", "indexed"): "indexed",
    ("List", "to_json"): "list_to_json",
    ("Map", "to_json"): "map_to_json",
    ("Optional", "to_list"): "to_list",
    ("Result", "value"): "result_value",
    ("Result", "error"): "result_error",
    ("Instant", "in_zone"): "in_zone",
    ("Date", "add_months"): "add_months",
    ("Date", "at"): "at",
    ("Time", "since_midnight"): "since_midnight",
    ("Json", "get"): "json_get",
    ("Json", "text"): "json_text",
    **{
        ("Json", f"as_{kind}"): f"as_{kind}"
        for kind in ("string", "bool", "int", "float", "decimal", "list", "map")
    },
    **{
        ("Path", name): f"path_{name}"
        for name in ("segments", "name", "extension", "parent", "child")
    },
    **{
        ("Url", name): f"url_{name}"
        for name in ("scheme", "host", "port", "path", "query", "fragment")
    },
}
"""Functions of `packetflow.stdlib` on the receiver and the arguments."""

FUNCTION_WITH_LAMBDA: Final[dict[Key, str]] = {
    **{
        ("List", name): name
        for name in (
            *("sort_by", "group_by", "key_by", "min_by", "max_by"),
            *("take_while", "drop_while"),
        )
    },
    ("Optional", "filter"): "keep_if",
    ("Result", "map"): "result_map",
    ("Result", "map_error"): "result_map_error",
    ("Result", "flat_map"): "result_flat_map",
}
"""Functions of `packetflow.stdlib` on the receiver and a lambda."""

PATTERN: Final[dict[Key, str]] = {
    ("List", "to_set"): "frozenset({})",
    ("List", "to_map"): "dict({})",
    ("List", "sort"): "tuple(sorted({}))",
    ("List", "reverse"): "tuple(reversed({}))",
    ("Map", "keys"): "tuple({})",
    ("String", "characters"): "tuple({})",
    ("Uuid", "text"): "str({})",
    ("Int", "abs"): "abs({})",
    ("Float", "abs"): "abs({})",
    ("Duration", "abs"): "abs({})",
    **{
        (owner, name): name + "({}, {})" for owner in ORDERED for name in ("min", "max")
    },
    **{
        (owner, "length"): "len({})" for owner in (*TEXT, "Bytes", "List", "Map", "Set")
    },
}
"""Python around the receiver and the arguments."""

ITSELF: Final[frozenset[Key]] = frozenset(
    {
        ("Path", "text"),
        ("Url", "text"),
        *((owner, "to_json") for owner in ("String", "Int", "Float", "Bool")),
    }
)
"""The Python value is the receiver's."""

MEMBERSHIP: Final[frozenset[Key]] = frozenset(
    (owner, name)
    for owner in (*TEXT, "List", "Map", "Set")
    for name in ("contains", "has")
)
"""`in`."""
