"""Where the grammar and the templates are: inside the package, or in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def resource_folder(name: str) -> Path:
    """The folder `grammar` or `templates`: a wheel carries it under `pfc/`.

    Raises FileNotFoundError when the installation lacks it.
    """
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation of pfc has no {name!r} folder")
