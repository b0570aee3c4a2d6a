"""How a calendar file is written, whatever stands in it (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime

OCTETS = 75
"""The longest line."""


def stamp(at_ms: int) -> str:
    """A moment (Unix), as a date with UTC time (3.3.5)."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Text that ends no line and no value early (3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")


def quoted(text: str) -> str:
    """Text as a parameter, which may hold no quotes (3.2)."""
    return '"' + text.replace('"', "'").replace("\n", " ").replace("\r", " ") + '"'


def written(lines: Iterable[str]) -> str:
    """The file."""
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """No line is longer than 75 octets (3.1)."""
    folded, length = "", 0
    for character in line:
        size = len(character.encode())
        if length + size > OCTETS:
            folded, length = folded + "\r\n ", 1
        folded, length = folded + character, length + size
    return folded
