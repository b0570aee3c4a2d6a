"""What every query has."""

from typing import Any, ClassVar

from studio.commands import Command


class Query(Command, frozen=True, kw_only=True):
    """The base of all queries. It goes the way of a command, with the same `may`, `owner` and `relayed`; it changes nothing, so
    it is possible in every state of the show and is never undone."""

    answers: ClassVar[Any] = None
    """The type of what comes back; over a wire the same as JSON."""
