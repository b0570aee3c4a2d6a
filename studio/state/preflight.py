"""Whether a show can go on air: what was looked at, and what came of it."""

from typing import Literal

from msgspec import Struct


class Finding(Struct, frozen=True):
    """`ok`, a `note` that is worth a look, or `bad`: going live would fail. `words` give the reason and the cure."""

    what: str
    verdict: Literal["ok", "note", "bad"]
    words: str


class Preflight(Struct, frozen=True, kw_only=True):
    """The newest look. `at_ms` is Unix time, None before the first; `expected` is how many findings there will be."""

    running: bool = False
    findings: tuple[Finding, ...] = ()
    expected: int = 0
    at_ms: int | None = None
