"""`python -m pfc.highlight`: writes all that is made from the grammar; `--check` only looks."""

from __future__ import annotations

import sys

from pfc.highlight.generate import made, stale, write


def main() -> int:
    """0 if everything is, or now is, as the grammar says."""
    if sys.argv[1:] == ["--check"]:
        found = stale(made())
        for path in found:
            print(f"{path} is not what the grammar makes: run `make generate`")
        return 1 if found else 0
    for path in write():
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
