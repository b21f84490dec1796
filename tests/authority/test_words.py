"""Examples and repairs of the checker that a reader can believe."""

from __future__ import annotations

import pytest

from pfc.diagnostics import Diagnostic
from tests.authority.checking import checked

KEEP = """
capability FileCap {{ write(path: Path) }}
effect keep(path: Path) requires FileCap.write(path) python ```py
print(path)
```
context Visitor {{ name: String }}
intent Tidy(n: Int) in Visitor requires nothing
reactor Files {{
  on Tidy(n) {{ perform keep("{path}") }}
}}
"""
SUPERVISED = """
capability Log {{ append }}
reactor Tools {{ holds Log.append }}
app Desk {{{before}supervise one_for_one {{ Tools }}{after}}}
"""


def only(text: str, code: str) -> Diagnostic:
    (found,) = [each for each in checked({"case.pf": text}) if each.code == code]
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/work/{caller.name}/tidy", "/work/1/tidy"),
        ("/work/x{n}/{caller.name}/tidy.txt", "/work/x1/1/tidy.txt"),
        ("/work/{caller.name}", "/work/etc/passwd"),
    ],
)
def test_an_example_is_a_value_that_the_path_can_have(path: str, value: str) -> None:
    found = only(KEEP.format(path=path), "PF301")
    assert f'"{path}" is "{value}"' in "\n".join(found.notes)


@pytest.mark.parametrize(
    ("before", "after", "repaired"),
    [
        ("\n  ", "\n", "\n  grant Tools { Log.append }\n}\n"),
        (" ", " ", "{ Tools } grant Tools { Log.append } }\n"),
    ],
)
def test_a_missing_grant_is_laid_out_as_its_app_is(
    before: str, after: str, repaired: str
) -> None:
    text = SUPERVISED.format(before=before, after=after)
    (fix,) = only(text, "PF321").fixes
    (edit,) = fix.edits
    made = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert made.endswith(repaired)
    assert not [each for each in checked({"case.pf": made}) if each.code == "PF321"]
