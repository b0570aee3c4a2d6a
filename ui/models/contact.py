"""Where a stranger wants to be answered: an address only where it plainly is one. Pure."""

import re

_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,30}")
DIGITS = range(6, 16)
"""ITU-T E.164: fifteen at most."""


def contact_url(contact: str) -> str:
    """`mailto:…` or `tel:…`; empty where it is neither, or might carry more than an address."""
    plain = contact.strip()
    if _MAIL.fullmatch(plain):
        return f"mailto:{plain}"
    digits = "".join(letter for letter in plain if letter in "0123456789")
    if _PHONE.fullmatch(plain) and len(digits) in DIGITS:
        return f"tel:{'+' if plain.startswith('+') else ''}{digits}"
    return ""
