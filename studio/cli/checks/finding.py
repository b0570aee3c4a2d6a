"""What a check says."""

from typing import Literal

from msgspec import Struct


class Finding(Struct, frozen=True):
    """`ok`, a `note` that is worth a look, or `bad`: going live would fail. `words` give the reason and the cure."""

    what: str
    verdict: Literal["ok", "note", "bad"]
    words: str
