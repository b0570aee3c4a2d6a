"""A rehearsal: an audience that is not there."""

from msgspec import Struct


class Rehearsal(Struct, frozen=True, kw_only=True):
    """How many simulated viewers watch; 0 when there is no rehearsal."""

    viewers: int = 0
