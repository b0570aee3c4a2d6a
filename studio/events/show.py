"""The show, its stream and its picture."""

from studio.events.base import PublicEvent, StudioEvent


class ShowStarted(PublicEvent, tag="show.started", frozen=True, kw_only=True):
    """The show went live, for the first time or after a rehearsal."""

    replayed = True


class ShowPaused(PublicEvent, tag="show.paused", frozen=True, kw_only=True):
    """A person paused the show."""

    replayed = True


class ShowResumed(PublicEvent, tag="show.resumed", frozen=True, kw_only=True):
    """A person resumed the show."""

    replayed = True


class ShowEnded(PublicEvent, tag="show.ended", frozen=True, kw_only=True):
    """A person ended the show."""

    replayed = True


class ShowRenamed(PublicEvent, tag="show.renamed", frozen=True, kw_only=True):
    """The show has a new title."""

    title: str


class RehearsalStarted(StudioEvent, tag="rehearsal.started", frozen=True, kw_only=True):
    """A rehearsal began; the audience must not know."""


class RehearsalEnded(StudioEvent, tag="rehearsal.ended", frozen=True, kw_only=True):
    """The rehearsal is over and the show is a draft again."""


class StreamStarted(PublicEvent, tag="stream.started", frozen=True, kw_only=True):
    """The first packet of an epoch arrived."""

    of_stream = True
    epoch: int


class StreamLost(PublicEvent, tag="stream.lost", frozen=True, kw_only=True):
    """No packets any more, though nobody stopped the stream."""

    of_stream = True
    epoch: int


class StreamStopped(PublicEvent, tag="stream.stopped", frozen=True, kw_only=True):
    """The desktop stopped the stream on purpose."""

    of_stream = True
    epoch: int


class CurtainLowered(PublicEvent, tag="curtain.lowered", frozen=True, kw_only=True):
    """The studio hides its picture behind the brand's curtain, and is silent."""

    hidden_in_rehearsal = True


class CurtainRaised(PublicEvent, tag="curtain.raised", frozen=True, kw_only=True):
    """The picture is seen again."""

    hidden_in_rehearsal = True


class LeaseTaken(StudioEvent, tag="lease.taken", frozen=True, kw_only=True):
    """A desktop took the show's lease, from `previous` when that is not empty."""

    holder: str
    previous: str
    epoch: int
