"""When something happened, of which only clocks of strangers tell (Segment's spec, Common fields: `timestamp`)."""

from typing import NamedTuple

from studio.i18n import N_
from studio.relation.days import DAY_MS
from studio.relation.reason import Reason

DELAY_MAX_MS = 7 * DAY_MS
TRIGGERS_MS = DAY_MS
"""What is older than this counts, and triggers nothing."""


class Moment(NamedTuple):
    """`at_ms` on our clock. `doubted`: theirs was not to be believed. `late`: too old to trigger anything."""

    at_ms: int
    doubted: bool
    late: bool
    corrected_ms: int = 0
    """By how much their clock was fast."""

    @property
    def reason(self) -> Reason:
        """What was made of it."""
        if self.doubted:
            return Reason(N_("The clock was not believed"))
        hours, rest = divmod(abs(self.corrected_ms) // 1000, 3600)
        return Reason(N_("The clock was corrected by {time}"), {"time": f"{hours}:{rest // 60:02d}:{rest % 60:02d}"})


def corrected(original_ms: int, sent_ms: int, received_ms: int) -> Moment:
    """When a page's behaviour was: as long before we received it as, on the page's own clock, it was before it was sent.

    `sent_ms` is of the very attempt that arrived. What was later than sent, or waited for more than seven days, is believed to
    be now.
    """
    delay_ms = sent_ms - original_ms
    if not 0 <= delay_ms <= DELAY_MAX_MS:
        return Moment(received_ms, doubted=True, late=False)
    at_ms = received_ms - delay_ms
    return Moment(at_ms, doubted=False, late=delay_ms > TRIGGERS_MS, corrected_ms=original_ms - at_ms)


def told(at_ms: int, received_ms: int) -> Moment:
    """When a behaviour was of which a shop's own server, or a file of history, says when: nothing is later than now."""
    if at_ms > received_ms or at_ms < 0:
        return Moment(received_ms, doubted=True, late=False)
    return Moment(at_ms, doubted=False, late=received_ms - at_ms > TRIGGERS_MS)
