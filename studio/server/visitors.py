"""A visitor: a random signed token, kept by the page in memory or, with consent, in the brand's first-party storage."""

import base64
import hashlib
import hmac
import secrets


class Visitors:
    """Signs and recognises visitor tokens."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def recognise(self, token: str) -> str:
        """`token` when it is ours, a new one otherwise."""
        name, _, signature = token.partition(".")
        if name and hmac.compare_digest(signature.encode(), self._sign(name).encode()):
            return token
        name = secrets.token_urlsafe(16)
        return f"{name}.{self._sign(name)}"

    def _sign(self, name: str) -> str:
        digest = hmac.digest(self._secret, name.encode(), hashlib.sha256)[:16]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
