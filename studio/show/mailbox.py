"""Addresses that letters go to: one mailbox each, without names, lists, quoting or encoded words (RFC 5321, RFC 2047)."""

import re

import idna

from studio.errors import InvalidValue
from studio.i18n import N_

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"(?!.*=\?)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+")
LONGEST = 200


def mailbox(text: str) -> str:
    """An address in the one form in which it is kept and written to: lower case, the domain as the network knows it (RFC 5891).
    Raises `InvalidValue`."""
    name, _, domain = text.strip().rpartition("@")
    try:
        address = f"{name}@{idna.encode(domain, uts46=True).decode()}".lower()
    except (idna.IDNAError, UnicodeError):
        raise _no_address() from None
    if not address.isascii() or len(address) > LONGEST or ADDRESS.fullmatch(address) is None:
        raise _no_address()
    return address


def _no_address() -> InvalidValue:
    return InvalidValue(N_("This is no e-mail address"), field="email")
