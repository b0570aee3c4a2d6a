"""Secrets that travel in links: what is stored of them, and where a page finds them."""

import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def digest(token: str) -> str:
    """What is stored of one."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def with_token(page: str, parameter: str, token: str) -> str:
    """The page, where it finds the token."""
    parts = urlsplit(page)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != parameter]
    return urlunsplit(parts._replace(query=urlencode([*query, (parameter, token)]), fragment=""))
