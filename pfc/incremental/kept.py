"""What modules were generated to before: a change of one leaves most of its unit as it is.

INVARIANT: the files of a group of modules are a function of the texts that the group sees
(its own and those of all that it imports), of the linked Python that was looked at, of
what others decide about its modules (`given`), and of the compiler.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pfc.cache.store import Store, key_of

if TYPE_CHECKING:  # importing it would load all that generates
    from pfc.emit import Group

_KIND: Final = "groups"


class Kept:
    """The files of groups of one unit, by all that they are made from.

    `texts` are those of the unit by path, `python` the hashes of what was looked at.
    """

    def __init__(
        self,
        store: Store,
        fingerprint: str,
        texts: Mapping[str, str],
        python: Mapping[str, str],
    ) -> None:
        self._store = store
        self._fingerprint = fingerprint
        self._texts = texts
        self._python = python

    def find(self, group: Group, given: Sequence[str]) -> Mapping[str, str] | None:
        """The files of a group, if they are known."""
        content = self._store.get(_KIND, key_of(*self.inputs(group, given)))
        if content is None:
            return None
        try:
            files = json.loads(content)
        except ValueError:
            return None
        return files if _is_files(files) else None

    def keep(
        self, group: Group, given: Sequence[str], files: Mapping[str, str]
    ) -> None:
        """Remember the files of a group."""
        key = key_of(*self.inputs(group, given))
        self._store.put(_KIND, key, json.dumps(files).encode())

    def inputs(self, group: Group, given: Sequence[str]) -> list[str]:
        """Everything that decides the files of a group."""
        seen = [text for name in group.seen for text in (name, self._text(name))]
        linked = [part for pair in sorted(self._python.items()) for part in pair]
        head = [self._fingerprint, *group.modules, ""]
        return [*head, *seen, "", *linked, "", *given]

    def _text(self, module: str) -> str:
        return self._texts[f"{module.replace('.', '/')}.pf"]


def _is_files(files: object) -> bool:
    return isinstance(files, dict) and all(
        isinstance(each, str) for each in files.values()
    )
