"""Names that programs use: ordinary ones, and those that Python or the generator may need."""

from __future__ import annotations

from typing import Final

ORDINARY: Final = "a b c n x y value count total rest left right first".split()
PYTHON: Final = (
    "class def lambda global yield del is raise try assert async await pass break "
    "int str list tuple len sum min max print type id self cls object sorted range "
    "dict set any all bool float isinstance reversed frozenset".split()
)
# What generated code itself is made of.
INNER: Final = (
    "found chosen item pair found_2 x_2 stdlib check functools datetime msgspec "
    "packetflow state_ turn it_ args".split()
)
# Words of the language that are names all the same.
LANGUAGE: Final = (
    "record union fn import from as python page event effect intent under_ key "
    "order by on limit one visible needs holds only after within every nothing "
    "status expect test given module always".split()
)
FIELDS: Final = (
    "name size class from import_ tags items other def value low high key "
    "length_ kind type path lambda".split()
)
