"""`python -m pfc` is `pfc`."""

from __future__ import annotations

from pfc.cli import main

if __name__ == "__main__":
    main()
