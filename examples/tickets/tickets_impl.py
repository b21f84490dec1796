"""Who is asking: in an app of your own, this looks into your directory of people."""

from __future__ import annotations

from tickets import Session


def load_session(subject: str) -> Session | None:
    """`ann@acme` works for the tenant `acme`; whose name begins with `boss` supervises."""
    name, at, tenant = subject.partition("@")
    if not (name and at and tenant.isalpha() and tenant.islower()):
        return None
    return Session(email=subject, tenant=tenant, supervisor=name.startswith("boss"))
