"""`pfc caps`: who can do what, answered from the program and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pfc.cli import options
from pfc.cli.app import Unanswerable
from pfc.cli.caps_text import render

if TYPE_CHECKING:
    from pfc.authority.algebra import Capability
    from pfc.authority.analyses.answers import Answers
    from pfc.authority.analyses.questions import Questions

_json = click.option("--json", "as_json", is_flag=True, help="For tools.")


@click.group(
    "caps",
    epilog="""\b
Examples:
  pfc caps why WriteFile                 what it requires, and who has that
  pfc caps who-can 'FileCap.write("/docs/ann/x")'
  pfc caps what-can Janitor              all that a principal or context can do
  pfc caps diff ../main . --deny-gain    for CI: fail if anybody gains anything
""",
)
def command() -> None:
    """Ask who can do what.

    Answers are exact: what the program's grants say, and under which conditions.
    """


@command.command("why")
@click.argument("intent")
@options.path
@_json
def why(intent: str, path: str, as_json: bool) -> None:
    """Say what an intent requires, who has it, and what uses it."""
    questions, answers = _asked(path)
    known = {one.name: one for one in questions.intents()}
    known |= {one.id: one for one in questions.intents()}
    if intent not in known:
        raise _unknown("intent", intent, known)
    _tell("why", answers.why(known[intent]), as_json)


@command.command("who-can")
@click.argument("capability")
@options.path
@_json
def who_can(capability: str, path: str, as_json: bool) -> None:
    """Say who holds a capability, such as 'FileCap.read("/docs/a")'."""
    questions, answers = _asked(path)
    _tell("who-can", answers.who_can(_capability(questions, capability)), as_json)


@command.command("what-can")
@click.argument("subject")
@options.path
@_json
def what_can(subject: str, path: str, as_json: bool) -> None:
    """Say what a context, principal or reactor holds, and what it may send."""
    from pfc.authority.analyses.questions import named

    questions, answers = _asked(path)
    found = named(questions.subjects, subject)
    if found is None:
        raise _unknown("subject", subject, [one.name for one in questions.subjects])
    _tell("what-can", answers.what_can(found), as_json)


@command.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--deny-gain", is_flag=True, help="Exit with 1 if anybody gains anything."
)
@_json
def diff(old: str, new: str, deny_gain: bool, as_json: bool) -> None:
    """Say who gained or lost what between two versions of a project.

    OLD and NEW are folders, or two versions of one file: they may have any names then,
    if both say `module`.
    """
    from pfc.authority.analyses.answers import changed
    from pfc.authority.analyses.changes import changes

    found = changes(_asked(old, alone=True)[0], _asked(new, alone=True)[0])
    _tell("diff", changed(found), as_json)
    if deny_gain and any(one.gain for one in found):
        raise SystemExit(1)


@command.command("manifest")
@options.path
@_json
def manifest(path: str, as_json: bool) -> None:
    """Say what a deployment can do: holders, entries, effects, own authority."""
    _tell("manifest", _asked(path)[1].manifest(), as_json)


@command.command("tree")
@options.path
@_json
def tree(path: str, as_json: bool) -> None:
    """Show the capabilities and what each implies."""
    _tell("tree", _asked(path)[1].tree(), as_json)


@command.command("unused")
@options.path
@_json
def unused(path: str, as_json: bool) -> None:
    """List grants that nothing asks for."""
    _tell("unused", _asked(path)[1].unused(), as_json)


# -------------------------------------------------------------------- common
def _asked(path: str, *, alone: bool = False) -> tuple[Questions, Answers]:
    from pfc.authority.analyses.answers import Answers
    from pfc.cli.questioning import questions_about

    questions = questions_about(path, alone=alone)
    return questions, Answers(questions)


def _tell(question: str, answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, indent=2))
    else:
        click.echo(render(question, answer))


def _unknown(kind: str, name: str, known: Any) -> Unanswerable:
    from pfc.diagnostics.suggest import suggest

    names = list(known)
    found = suggest(name, names)
    hint = f" Did you mean {found}?" if found else ""
    listed = ", ".join(sorted(n for n in names if "." not in n))
    return Unanswerable(f"There is no {kind} {name!r}.{hint} There are: {listed}.")


def _capability(questions: Questions, text: str) -> Capability:
    from pfc.authority.analyses.written import NotACapability, read_capability

    try:
        return read_capability(questions.context, text)
    except NotACapability as problem:
        raise Unanswerable(str(problem)) from None
