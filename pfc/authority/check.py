"""The stage: a typed program in, diagnostics out."""

from __future__ import annotations

from pfc.authority.apps import Apps
from pfc.authority.flow import Flow
from pfc.authority.judge import Judge
from pfc.authority.plugins import rewritten
from pfc.authority.record import traced
from pfc.authority.report import Report
from pfc.authority.trace import Place
from pfc.authority.warnings import Warnings
from pfc.diagnostics import Diagnostic
from pfc.ir.program import Program


def judged(program: Program) -> Judge:
    """The trace of a program with all that is needed to judge it, for analyses."""
    context = traced(program)
    return Judge(context, Flow(context))


def check_authority(program: Program) -> list[Diagnostic]:
    """What is wrong with who may do what; in no particular order, none twice."""
    judge = judged(program)
    report = Report(judge.context, judge)
    failed: set[Place] = set()
    found: list[Diagnostic] = []
    for use in judge.context.trace.uses:
        for failure in judge.failures(use):
            failed.add(use.place)
            found.append(report.of(failure))
    found += rewritten(judge.context, judge.flow)
    found += Apps(judge.context, judge).all()
    found += Warnings(judge.context, judge, failed).all()
    return list(dict.fromkeys(found))
