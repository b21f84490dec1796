"""What every answer and every unsafe request is held to, by construction."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Final

import msgspec

from packetflow.web.http import Request
from packetflow.web.problem import ProblemError, problem

__all__ = ["Signer", "check_same_origin", "local_path", "security_headers"]

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_POLICY: Final = (
    "default-src 'none'",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    # Not no-referrer: browsers would then send `Origin: null` with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


def security_headers(
    *, secure: bool, images: bool = False
) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers of every answer; `images` is true if a page shows any."""
    policy = (*_POLICY, "img-src 'self'") if images else _POLICY
    headers = ((b"content-security-policy", "; ".join(policy).encode()), *_ALWAYS)
    return (*headers, _HSTS) if secure else headers


def check_same_origin(request: Request) -> None:
    """Refuse an unsafe request that another site made a browser send.

    Browsers tell by Sec-Fetch-Site, older ones by Origin; a client that sends neither
    is no browser and carries no cookie that somebody else could ride on.

    Raises ProblemError (403).
    """
    if request.method in SAFE_METHODS:
        return
    site = request.header(b"sec-fetch-site")
    origin = request.header(b"origin")
    if (site and site not in ("same-origin", "none")) or (
        origin and origin.lower() != request.origin
    ):
        raise ProblemError(problem(403, "This request came from another site."))


def local_path(path: str, default: str = "/") -> str:
    """Give the path if it surely stays on this site, else the default."""
    if (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and path.isascii()
        and path.isprintable()
        and " " not in path
    ):
        return path
    return default


class Signer:
    """Signs the hidden field of a form, so that only this site can have written it."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes | None = None) -> None:
        """Take a secret key; without one, make one that lives as long as this."""
        self._key = key or secrets.token_bytes(32)

    def sign(self, *parts: str) -> str:
        """Give the parts and their signature as one URL-safe string."""
        payload = base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode("ascii")
        return f"{payload}.{self._signature(payload)}"

    def parts(self, signed: str) -> tuple[str, ...] | None:
        """Give the parts back, or None if this signer did not sign them."""
        payload, _, signature = signed.partition(".")
        if not signed.isascii() or not hmac.compare_digest(
            signature, self._signature(payload)
        ):
            return None
        return msgspec.json.decode(
            base64.urlsafe_b64decode(payload), type=tuple[str, ...]
        )

    def _signature(self, payload: str) -> str:
        return hmac.digest(self._key, payload.encode("ascii"), "sha256").hex()
