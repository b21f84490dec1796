"""The capability checker: who may do what, proven before anything runs."""

from __future__ import annotations

from pfc.authority.check import check_authority, judged

__all__ = ["check_authority", "judged"]
