"""Where recordings go."""

from typing import Any, ClassVar

from studio.queries.base import Query


class RecordingSpace(Query, tag="recording.space", frozen=True, kw_only=True):
    """How many bytes recordings may still take on their disk; nothing where the disk does not say."""

    answers: ClassVar[Any] = int | None
