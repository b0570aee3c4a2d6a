"""When each picture of a film is due. Files say it in two ways, or not at all."""

from typing import Any

from studio.clock import NS_PER_S


class FrameTimes:
    """FFmpeg's best effort (`guess_correct_pts` in libavcodec): the presentation times as long as they go forward, else the
    decoding times of the packets, else the pictures are counted. Times never go back, and none falls upon the one before.

    AVI has one time a chunk, so that its B-frames carry wrong presentation times; raw streams have none at all.
    """

    def __init__(self, frame_ns: int, *, only_order: bool = False) -> None:
        self._frame_ns = frame_ns
        self._only_order = only_order
        """The container's presentation times are guesses."""
        self._pts = self._dts = -(1 << 62)
        self._wrong_pts = self._wrong_dts = 0
        self._at_ns: int | None = None
        self._end_ns: int | None = None
        self.first: int | None = None
        """The decoding time of the first packet: what comes out of the decoder has that of the packet which pushed it out."""
        self._delay: int | None = None

    def of(self, frame: Any, time_base: Any, start_ns: int, frame_ns: int = 0) -> tuple[int, int]:
        """Where in the file it begins and ends (ns), `start_ns` being its beginning."""
        time = self._best(frame.pts, frame.dts)
        frame_ns = frame_ns or self._frame_ns
        at = round(time * time_base * NS_PER_S) - start_ns if time is not None else self._end_ns or 0
        if self._at_ns is not None and at <= self._at_ns:
            at = self._at_ns + frame_ns
        self._at_ns = at
        length = round((frame.duration or 0) * time_base * NS_PER_S) if time is not None else 0
        self._end_ns = at + (length or frame_ns)
        return at, self._end_ns

    def _best(self, pts: int | None, dts: int | None) -> int | None:
        if dts is not None:
            self._wrong_dts += dts <= self._dts
            self._dts = max(self._dts, dts)
        if pts is not None:
            self._wrong_pts += pts <= self._pts
            self._pts = max(self._pts, pts)
        if self._only_order:
            if dts is None:
                return None
            if self._delay is None:
                self._delay = max(0, dts - self.first) if self.first is not None else 0
            return dts - self._delay
        if pts is not None and (self._wrong_pts <= self._wrong_dts or dts is None):
            return pts
        return dts
