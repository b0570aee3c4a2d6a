"""The programme as films, from the start of a recording to its end: what was paused is cut out of their time, and where they are
split not a picture and not a sample is lost."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples, sample_index, sample_ns
from studio.recordings.folder import ISOLATED, RecordingFolder
from studio.recordings.isolated_track import IsolatedTrack
from studio.recordings.recorder import Recorder, Trouble
from studio.recordings.span_track import SpanTrack

KEYFRAME_NS = 2 * NS_PER_S
"""A film can be cut without encoding it again, and looked through, where it has keyframes."""
ASK_NS = 300 * NS_PER_MS
SOUNDS_MAX = 500
"""Blocks (5 s) that wait for the pictures of their time; then sound goes on alone."""


class Film:
    """One film of the recording `session`, the `part`th of it, in a folder of its own; `begun_ms` is Unix time."""

    def __init__(
        self, folder: RecordingFolder, begun_ms: int, session: str, *, part: int, ended: Callable[["Film", Trouble], None]
    ) -> None:
        self.folder, self.begun_ms, self.session, self.part = folder, begun_ms, session, part
        self.recorder = Recorder(folder.film, lambda trouble: ended(self, trouble))
        self.spans = SpanTrack()
        self.began_ns: int | None = None
        """When its first picture was, without what was cut."""
        self.sides: tuple[Recorder, ...] = ()
        """What was recorded by itself beside it, to be closed with it."""

    def at_ms(self, film_ns: int) -> int:
        """Ms from its beginning."""
        return 0 if self.began_ns is None else max(0, film_ns - self.began_ns) // NS_PER_MS


class RecordingSession:
    """Pictures come in by `video` (on the encoder's thread), sound by `sound` (on the mixer's), both with the media clock.

    Args:
        film: the first one, already started.
        keyframe: asks the encoder for a keyframe.
        media_ms: the show clock at a moment of the media clock; None while it does not run.
        turned: told of the film that has ended at a split; it is to be closed. On the encoder's thread.
        frame_ns: how long a picture is shown.
        sides: what is recorded by itself as well.
    """

    def __init__(
        self,
        film: Film,
        *,
        keyframe: Callable[[], None],
        media_ms: Callable[[int], int | None],
        turned: Callable[[Film], None],
        frame_ns: int,
        sides: Sequence[IsolatedTrack] = (),
    ) -> None:
        self.film = film
        self._keyframe, self._media_ms, self._turned = keyframe, media_ms, turned
        self._frame_ns = frame_ns
        self._sides = tuple(sides)
        self._lock = threading.Lock()
        self._next: Film | None = None
        self._sounds: deque[tuple[Samples, int]] = deque()
        self._cut_ns = 0
        self._paused_ns: int | None = None
        self._resumed_ns: int | None = None
        self._went_on_ns: int | None = None
        self._last_ns: int | None = None
        self._key_ns = self._asked_ns = 0

    def video(self, unit: Encoded) -> None:
        """The next picture."""
        with self._lock:
            if self._left_out(unit):
                return
            if self._next is not None and unit.key:
                self._turn(unit)
            elif self._next is not None:
                self._ask_again(unit)
            self._flush(unit.pts_ns)
            self._write(unit)

    def sound(self, block: Samples, pts_ns: int) -> None:
        """The next block of the mix. It waits for the pictures of its time: only they know where a film ends."""
        with self._lock:
            self._sounds.append((block, pts_ns))
            if len(self._sounds) > SOUNDS_MAX:
                self._flush(self._sounds[0][1] + 1)

    def pause(self, now_ns: int) -> None:
        """Leave out what is from now on; what is older may still be on its way."""
        with self._lock:
            self._resumed_ns = None
            if self._paused_ns is None:
                self._paused_ns = now_ns

    def resume(self, now_ns: int) -> None:
        """Go on with the next keyframe."""
        with self._lock:
            self._resumed_ns = now_ns
        self._keyframe()

    def split(self, film: Film) -> None:
        """Go on in `film`, which is started, with the next keyframe."""
        with self._lock:
            self._next = film
        self._keyframe()

    def film_ms(self, now_ns: int) -> int:
        """Where in the present film a moment is."""
        with self._lock:
            if self._paused_ns is not None:
                now_ns = min(now_ns, self._paused_ns)
            return self.film.at_ms(now_ns - self._cut_ns)

    def end(self) -> tuple[Film, ...]:
        """Give everything to the films; those that are to be closed."""
        with self._lock:
            if self._last_ns is not None:
                self._flush(self._last_ns + self._frame_ns)
            self._close_sides()
            films = (self.film,) if self._next is None else (self.film, self._next)
            self._next = None
            return films

    def _left_out(self, unit: Encoded) -> bool:
        """Whether it falls into a pause; the first one after it closes the gap."""
        paused_ns = self._paused_ns
        if paused_ns is None or unit.pts_ns < paused_ns:
            return False
        if self._resumed_ns is None or unit.pts_ns < self._resumed_ns:
            return True
        if not unit.key:
            self._ask_again(unit)
            return True
        self._flush(paused_ns)
        if self._last_ns is not None:
            self._cut_ns += unit.pts_ns - (self._last_ns + self._frame_ns)
        self._sounds = deque(item for item in self._sounds if item[1] + sample_ns(len(item[0])) > unit.pts_ns)
        for side in self._sides:
            side.skip(unit.pts_ns)
        self._paused_ns = self._resumed_ns = None
        self._went_on_ns = unit.pts_ns
        return False

    def _ask_again(self, unit: Encoded) -> None:
        """What was asked for may have become a picture that is older than the wish."""
        if unit.pts_ns - self._asked_ns > ASK_NS:
            self._asked_ns = unit.pts_ns
            self._keyframe()

    def _turn(self, unit: Encoded) -> None:
        assert self._next is not None
        if unit.pts_ns != self._went_on_ns:  # after a pause nothing of what is heard here is the film's before
            self._flush(unit.pts_ns, keep_last=True)
        self._close_sides()
        before, self.film, self._next = self.film, self._next, None
        self._turned(before)

    def _write(self, unit: Encoded) -> None:
        film_ns = unit.pts_ns - self._cut_ns
        film = self.film
        if film.began_ns is None and unit.key:
            film.began_ns = film_ns
        if unit.key:
            self._key_ns = unit.pts_ns
        elif unit.pts_ns - self._key_ns >= KEYFRAME_NS:
            self._key_ns = unit.pts_ns
            self._keyframe()
        film.recorder.video(Encoded(unit.payload, film_ns, unit.key))
        if film.began_ns is not None:
            film.spans.sample(film.at_ms(film_ns), self._media_ms(unit.pts_ns))
        self._last_ns = unit.pts_ns

    def _close_sides(self) -> None:
        self.film.sides = tuple(recorder for side in self._sides if (recorder := side.turn()) is not None)

    def _flush(self, until_ns: int, *, keep_last: bool = False) -> None:
        """Write the sound that began before `until_ns`. `keep_last`: a block that lasts longer is for the next film as well."""
        paused_ns = self._paused_ns
        if self.film.began_ns is not None:
            for side in self._sides:
                wanted_ns = until_ns if paused_ns is None else min(until_ns, paused_ns)
                side.write(wanted_ns, self._cut_ns, self.film.folder.path / ISOLATED, self.film.began_ns)
        while self._sounds and self._sounds[0][1] < until_ns:
            block, pts_ns = self._sounds.popleft()
            if paused_ns is not None and pts_ns >= paused_ns:
                continue
            self.film.recorder.sound(block, self._aligned(pts_ns))
            if keep_last and pts_ns + sample_ns(len(block)) > until_ns:
                self._sounds.appendleft((block, pts_ns))
                return

    def _aligned(self, pts_ns: int) -> int:
        """Its time in the film, on whole samples: a cut must not make two blocks overlap by one."""
        return sample_ns(sample_index(pts_ns) - sample_index(self._cut_ns))
