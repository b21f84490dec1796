"""What is said about changes that stores would not survive, and what to do about them."""

from __future__ import annotations

from collections.abc import Iterator

from packetflow.shape import Difference
from pfc.cli.durable_lock import Facts
from pfc.cli.lasting_changes import GONE, Judged
from pfc.cli.skeleton import module_of, name_of
from pfc.diagnostics import Diagnostic, diagnostic
from pfc.diagnostics.model import Edit, Fix
from pfc.project import LOCK_FILE
from pfc.span import Span


def objections(judged: Judged, now: Facts) -> Iterator[Diagnostic]:
    """What a store could hold that the program cannot read."""
    for name, told in judged.states.items():
        yield from _states(now, name, told)
    for name, gone in judged.missing.items():
        yield diagnostic(
            "PF929",
            _place(now, "reactors", name, None),
            notes=_needed(name),
            reactor=name,
            migrations=", ".join(f"`{one}`" for one in gone),
        )
    for name, told in judged.messages.items():
        yield from _messages("PF930", now, name, told, _keeping(name))
    for name, told in judged.answers.items():
        yield from _messages("PF931", now, name, told, [])


def _states(now: Facts, name: str, told: list[Difference]) -> Iterator[Diagnostic]:
    """Each difference; what to do about them is said once."""
    for number, one in enumerate(_in_order(now, "reactors", name, told)):
        yield diagnostic(
            "PF926",
            _place(now, "reactors", name, one),
            notes=() if number else _advice(now, name, one),
            fixes=() if number else _fixes(now, name),
            reactor=name,
            place=one.place,
            before=one.before,
            after=one.after,
            why=one.why,
        )


def _messages(
    code: str, now: Facts, name: str, told: list[Difference], notes: list[str]
) -> Iterator[Diagnostic]:
    for number, one in enumerate(_in_order(now, "messages", name, told)):
        yield diagnostic(
            code,
            _place(now, "messages", name, one),
            notes=() if number else notes,
            message=_called(name),
            place=one.place,
            before=one.before,
            after=one.after,
            why=one.why,
        )


def _in_order(
    now: Facts, kind: str, name: str, told: list[Difference]
) -> list[Difference]:
    return sorted(told, key=lambda one: _place(now, kind, name, one))


def _called(name: str) -> str:
    kind, _, id_ = name.partition(" ")
    return f"the answer of `{id_}`" if kind == "answer" else f"the {kind} `{id_}`"


def late(judged: Judged, now: Facts) -> Iterator[Diagnostic]:
    """What the lock file does not say."""
    for name in judged.told:
        kind = "messages" if " " in name else "reactors"
        span = _place(now, kind, name, None)
        how = "run `pfc build`, or `pfc store accept`"
        yield diagnostic(
            "PF927",
            span,
            file=LOCK_FILE,
            what=_called(name) if " " in name else f"`{name}`",
            how=how,
        )


def _advice(now: Facts, name: str, one: Difference) -> list[str]:
    if one is GONE:
        forget = f"`pfc store accept --forget {name}`"
        return [
            "a journal belongs to the name of its reactor, with its module: under "
            "another name it begins empty, so a reactor that is still needed keeps its",
            f"if nothing of it is needed any more, run {forget}",
        ]
    place = f"{module_of(name)}:{name_of(name, now['reactors'][name])}"
    return [
        "what is kept needs a migration, a Python function from the old state to the "
        f'new one: name it in the reactor, `migrate "{place}"`, and write it: '
        "`pfc store accept --skeleton` prints a draft",
        f"if nothing that was kept matters: `pfc store accept --forget {name}`, and "
        "begin with a new store",
    ]


def _fixes(now: Facts, name: str) -> list[Fix]:
    found = now["reactors"].get(name)
    if found is None:
        return []
    path, _, end = found["clause"]
    place = f"{module_of(name)}:{name_of(name, found)}"
    edit = Edit(Span(path, end, end), f'\n  migrate "{place}"')
    return [Fix(f'add `migrate "{place}"`', (edit,))]


def _needed(name: str) -> list[str]:
    return [
        "a store that has not run it still needs it, and one that has run it refuses a "
        "program without it: leave the clauses, in their order, and the functions",
        f"if no store has ever seen it, take `{LOCK_FILE}` back from version control; "
        f"if nothing that was kept matters, run `pfc store accept --forget {name}` and "
        "begin with a new store",
    ]


def _keeping(name: str) -> list[str]:
    id_ = name.rpartition(" ")[2]
    return [
        "keep it as it was, beside a new one of another name, until none is on its way",
        f"none is on its way? `pfc store inspect STORE` tells. Then accept it: "
        f"`pfc store accept --drained {id_}`",
    ]


# -------------------------------------------------------------------- where it is
def _place(now: Facts, kind: str, name: str, one: Difference | None) -> Span:
    """The field or variant it is about if it is still there, else the declaration."""
    found = now[kind].get(name)
    if found is None:
        return Span(LOCK_FILE, 0, 0)
    place = "" if one is None else one.place
    owner, _, member = place.partition(".")
    own = found["places"].get(member.partition(".")[0])
    own_name = "state" if kind == "reactors" else name.rpartition(".")[2]
    span = own if owner == own_name else None
    return Span(*(span or now["places"].get(place) or found["span"]))
