"""PF9xx: files, settings, and what pfc cannot do yet."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error, warning

PROJECT: Final = (
    error("PF901", "not supported yet", "{construct} is not supported yet"),
    error("PF902", "no .pf files", "there are no .pf files in {path}"),
    error("PF903", "not UTF-8", "this file is not UTF-8: {reason}"),
    error("PF904", "output cannot be written", "cannot write {path}: {reason}"),
    error("PF905", "no such path", "there is no file or folder {path}"),
    error(
        "PF906",
        "linked Python not found",
        "the linked Python `{target}` was not found: {reason}",
    ),
    error(
        "PF907",
        "file too large",
        "this file is too large: {size} bytes, and at most {limit} are read",
    ),
    error("PF908", "bad project settings", "[tool.pfc] cannot be used: {reason}"),
    error("PF909", "cannot be read", "cannot read {path}: {reason}"),
    error(
        "PF920",
        "embedded Python of the wrong type",
        "mypy objects to this Python: {reason}",
    ),
    error(
        "PF921",
        "linked Python does not fit",
        "`{target}` is not what this declaration needs: {reason}",
    ),
    error(
        "PF922",
        "Python could not be type-checked",
        "mypy could not check the Python of this project: {reason}",
    ),
    error(
        "PF923",
        "Python module with a name that Python needs",
        "a Python module called `{name}` hides {hidden} from the whole program",
    ),
    error(
        "PF924",
        "embedded Python is too long",
        "this fence has {lines} lines, and at most {limit} are read: put it into a"
        " Python module, and link that",
    ),
    warning(
        "PF925",
        "a module hides an installed one",
        "the project's own `{module}` is imported, and hides the one that is installed",
    ),
    error(
        "PF926",
        "kept state needs a migration",
        "what `{reactor}` keeps was changed: `{place}` was {before} and is {after}: {why}",
    ),
    warning(
        "PF927",
        "kept state is not in the lock file",
        "`{file}` does not say all that is kept of {what}: {how}",
    ),
    error("PF928", "bad lock file", "{path} cannot be used: {reason}"),
    error(
        "PF929",
        "a migration is gone",
        "`{reactor}` has not all migrations, in the order in which they were accepted: "
        "{migrations}",
    ),
    error(
        "PF930",
        "messages on their way could not be read",
        "{message} may be on its way: `{place}` was {before} and is {after}: {why}",
    ),
    warning(
        "PF931",
        "kept answers could not be read",
        "{message} may be kept for who repeats a request: `{place}` was {before} and "
        "is {after}: {why}",
    ),
)
