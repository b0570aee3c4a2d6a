"""Where in a film the show clock ran: learnt from samples, so that no way in which it can stand still is forgotten."""

from studio.show.film import SPANS_MAX, Span

SLACK_MS = 80
"""The clock of the show is told by packets and pings; less than this is not a jump."""


class SpanTrack:
    """`sample` at every picture, with what the show clock was then."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._begun: tuple[int, int] | None = None
        self._film_ms = 0

    def sample(self, film_ms: int, media_ms: int | None) -> None:
        """At `film_ms` the show clock was at `media_ms`; None: it did not run."""
        begun = self._begun
        if begun is not None and (media_ms is None or abs(media_ms - begun[1] - (film_ms - begun[0])) > SLACK_MS):
            self._close()
        self._film_ms = film_ms
        if self._begun is None and media_ms is not None:
            self._begun = film_ms, media_ms

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is known so far."""
        begun = self._begun  # another thread may close it
        return (*self._spans, *([] if begun is None else [self._span(begun)]))

    def _close(self) -> None:
        assert self._begun is not None
        if len(self._spans) < SPANS_MAX - 1:
            self._spans.append(self._span(self._begun))
        self._begun = None

    def _span(self, begun: tuple[int, int]) -> Span:
        return Span(film_ms=begun[0], media_ms=begun[1], length_ms=self._film_ms - begun[0])
