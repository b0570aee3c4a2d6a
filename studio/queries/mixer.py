"""What is heard."""

from typing import Any, ClassVar

from msgspec import Struct

from studio.queries.base import Query


class Levels(Struct, frozen=True):
    """Peak and RMS of the newest block in dBFS, by source and of the programme; the programme's loudness in LUFS (EBU R128)."""

    sources: dict[str, tuple[float, float]]
    programme: tuple[float, float]
    momentary: float
    short_term: float
    integrated: float


class MixerLevels(Query, tag="mixer.levels", frozen=True, kw_only=True):
    """How loud everything is now."""

    answers: ClassVar[Any] = Levels
