"""Questions to the audience."""

from studio.events.base import PublicEvent


class PollOpened(PublicEvent, tag="poll.opened", frozen=True, kw_only=True):
    """The audience is asked."""

    hidden_in_rehearsal = True
    replayed = True
    poll: str
    question: str
    answers: tuple[str, ...]


class PollClosed(PublicEvent, tag="poll.closed", frozen=True, kw_only=True):
    """No more votes; these were given."""

    hidden_in_rehearsal = True
    replayed = True
    poll: str
    votes: tuple[int, ...]


class PollCleared(PublicEvent, tag="poll.cleared", frozen=True, kw_only=True):
    """The poll was put away."""

    hidden_in_rehearsal = True
    replayed = True
    poll: str
