"""A device tried out before it is in the show: its picture and its level, for a window."""

import asyncio
import dataclasses
from typing import Any

from studio.media.frames import Picture
from studio.media.timed_ring import Samples
from studio.sources.base import Report, Source, SourceContext, SourceKind, checked_settings

LISTENED = 1600
"""Samples: a thirtieth of a second."""


class Audition:
    """Runs a source of its own, or looks at one that runs already: a camera can be opened only once."""

    def __init__(self, source: Source, *, own: bool) -> None:
        self._source = source
        self._own = own
        self.problem = ""
        """Why nothing comes."""
        self.live = not own

    @staticmethod
    def begin(kinds: dict[str, SourceKind], kind: str, settings: dict[str, Any], context: SourceContext) -> "Audition":
        """Start a source of `kind`. Its status stays here."""
        audition: Audition

        def hear(report: Report) -> None:
            audition.live = report.status == "live" if report.status is not None else audition.live
            audition.problem = (report.reason or "") if report.status is not None else audition.problem

        own = dataclasses.replace(context, report=hear)
        audition = Audition(kinds[kind].make(checked_settings(kinds, kind, settings), own), own=True)
        audition._source.start()
        return audition

    def picture(self, now_ns: int) -> Picture | None:
        """The newest picture."""
        return self._source.picture(now_ns)

    def sound(self) -> Samples | None:
        """The last thirtieth of a second; None when there is none."""
        ring = self._source.ring
        return ring.read(ring.end - LISTENED, LISTENED) if ring is not None and ring.end else None

    async def close(self) -> None:
        """Give the device back; more than once does no harm."""
        if self._own:
            self._own = False
            await asyncio.to_thread(self._source.close)
