"""Replays and clips."""

from studio.events.base import PublicEvent


class FilmPublished(PublicEvent, tag="film.published", frozen=True, kw_only=True):
    """A film of the show, a `replay` or a `clip`, can be watched."""

    film: str
    kind: str


class FilmWithdrawn(PublicEvent, tag="film.withdrawn", frozen=True, kw_only=True):
    """A film of the show cannot be watched any more."""

    film: str
    kind: str
