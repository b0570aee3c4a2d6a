"""A film: picture and sound from a file, looped, paused and sought without a click.

The film lives on a *timeline* that only runs forward while it plays and is shown; a seek or a loop moves the file under
the timeline, never the other way round. One thread reads and decodes a little ahead; the program thread takes the
picture that is due, the mixer the samples. A film that nobody looks at stands still and costs nothing.
"""

import logging
import threading
from collections import deque
from collections.abc import Iterator
from typing import Annotated

import av
from msgspec import Meta

from studio.clock import NS_PER_MS, NS_PER_S
from studio.errors import DeviceFailed
from studio.i18n import N_, _
from studio.media.frames import Converter, Picture
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns, silence
from studio.media.worker import AHEAD
from studio.sources.base import Report, SourceContext, SourceSettings
from studio.sources.chip import CHIPS
from studio.sources.device import DeviceWorker
from studio.sources.film import Film, first_picture, shown
from studio.sources.film import probe as probe
from studio.sources.proxy import to_play

log = logging.getLogger(__name__)

FRAMES_AHEAD = 3
SOUND_AHEAD_NS = 400 * NS_PER_MS
PACKETS_AHEAD = 900
HIDDEN_NS = 500 * NS_PER_MS
DUE_TOLERANCE_NS = 2 * NS_PER_MS
SOUND_DUE_NS = 300 * NS_PER_MS
"""With less sound ahead it is read before any picture is decoded."""
LATE_NS = 500 * NS_PER_MS
"""Pictures that are so late are left out, up to the next one that needs none before it."""
HEAVY_NS = 10 * NS_PER_S
"""How long it is said that pictures were left out."""
MISSING_NS = NS_PER_S
"""Sound or pictures that are so far behind the clock are missing."""
DEAF = 20
"""So many packets of sound in a row that cannot be decoded are no single fault of the file."""
NO_SOUND, NO_PICTURE = N_("Its sound does not come"), N_("Its pictures do not come")
HEAVY = N_("This film is heavier than the computer: pictures are left out. Make a smaller copy of it under Properties")
SPARE_NS = 200 * NS_PER_MS
"""Pictures that are so late are decoded only where others need them."""
CHIP_BLIND = 3
"""After so many a graphics chip is not trusted any further with this film."""
BLIND = 60
"""So many packets of pictures in a row that cannot be decoded are no single fault of the file."""


class MediaFileSettings(SourceSettings, frozen=True, kw_only=True):
    """`path` of the film; `loop`: begin again at its end."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    loop: bool = True


class FilmRing(TimedRing):
    """The film's sound on its timeline, read by the clock: silent while it stands still."""

    def __init__(self) -> None:
        super().__init__(seconds=4)
        self.origin_ns: int | None = None
        """Clock time of timeline 0; None while the film stands still."""

    def read(self, index: int, count: int) -> Samples:
        origin = self.origin_ns
        if origin is None:
            return silence(count)
        return super().read(index - sample_index(origin), count)

    def ahead(self, index: int) -> int | None:
        return None  # it is decoded well ahead; waiting would not help where it is not


class MediaFileSource:
    """A film as a source; also `Playable`."""

    def __init__(self, settings: MediaFileSettings, context: SourceContext) -> None:
        self._settings = settings
        self._context = context
        self._size = (0, 0)
        self._duration_ms: int | None = None
        self._film_ring = FilmRing()
        self.ring: TimedRing | None = self._film_ring
        self._converter = Converter()
        self._queue: deque[tuple[int, Picture]] = deque()
        self._changed = threading.Condition()
        self._current: Picture | None = None
        self._origin_ns: int | None = None
        self._asked_ns = 0
        self._paused_at: int | None = None
        self._position = 0
        self._seek_ms: int | None = None
        self._reopens = False
        self._base = 0
        """Where on the timeline the round begins that is read."""
        self._at_its_end = False
        """Its last picture stands until it is played again."""
        self._stands_for: tuple[int, int] | None = None
        self._has_picture = True
        self._has_sound = self._all_read = False
        self._pictures_until = 0
        """How far on the timeline its pictures have come."""
        self._read_until = 0
        self._deaf = False
        self._left_out: tuple[int, int, av.VideoFrame] | None = None
        """The newest picture, where it was too late to be shown."""
        self._skipped_ns: int | None = None
        self._missing_since_ns: int | None = None
        self._said = ""
        self._opened = False
        self._chip_failed = False
        """The graphics chip that decoded it gave up: the processor goes on."""
        self._worker = DeviceWorker("source-film", context, self._deliver, nice=AHEAD)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def play(self) -> None:
        """Go on, from the beginning when it had ended."""
        with self._changed:
            if self._paused_at is not None:
                self._paused_at = None
                self._asked_ns = 0
                self._changed.notify()
        self._context.report(Report(paused=False))

    def pause(self) -> None:
        """Hold the picture, without sound."""
        with self._changed:
            self._paused_at = self._position
            self._film_ring.origin_ns = None
        self._context.report(Report(paused=True))

    def seek(self, position_ms: int) -> None:
        """Go to a position; beyond the end means the end."""
        with self._changed:
            self._seek_ms = position_ms
            self._changed.notify()

    def reopen(self) -> None:
        """There is a proxy now, or none any more: go on with it from where it stands."""
        with self._changed:
            self._reopens = True
            if self._seek_ms is None and not self._at_its_end:
                ran_ms = (self._position - self._base) // NS_PER_MS
                self._seek_ms = ran_ms if ran_ms >= 0 else max(0, ran_ms + (self._duration_ms or 0))  # the next round is read
            self._changed.notify()

    def picture(self, now_ns: int) -> Picture | None:
        with self._changed:
            position = self._advance(now_ns)
            popped = False
            while self._queue and self._queue[0][0] <= position + DUE_TOLERANCE_NS:
                self._current = self._queue.popleft()[1]
                popped = True
            if popped:
                self._changed.notify()
            return self._current

    def glance(self, now_ns: int) -> Picture | None:
        with self._changed:
            if self._current is None and self._queue:
                return self._queue[0][1]
            return self._current

    def _advance(self, now_ns: int) -> int:
        """The timeline position at `now_ns`; starts the timeline when there is something to show."""
        if self._paused_at is not None:
            return self._paused_at
        waited = self._origin_ns is None or now_ns - self._asked_ns > HIDDEN_NS
        if waited:
            if self._has_picture and not self._queue and self._current is None and not self._sound_waits():
                return self._position
            self._origin_ns = now_ns - self._position
        assert self._origin_ns is not None
        self._asked_ns = now_ns
        self._film_ring.origin_ns = self._origin_ns
        self._position = max(self._position, now_ns - self._origin_ns)
        return self._position

    def _sound_waits(self) -> bool:
        """As much sound as is read ahead, and no picture among it: the film begins with its sound."""
        return self._has_sound and (self._all_read or self._film_ring.end >= sample_index(self._position + SOUND_AHEAD_NS))

    def check(self, now_ns: int) -> None:
        """Does everything come that it promises? A film whose sound stopped is not live."""
        fault = self._fault(now_ns)
        heavy = self._skipped_ns is not None and now_ns - self._skipped_ns < HEAVY_NS
        said = fault or (HEAVY if heavy else "")
        if said != self._said and self._opened:
            self._said = said
            self._context.report(Report("stale" if fault else "live", _(said) if said else ""))

    def _fault(self, now_ns: int) -> str:
        """What has been missing for a second, while it plays and somebody looks."""
        with self._changed:
            plays = self._paused_at is None and self._origin_ns is not None and now_ns - self._asked_ns <= HIDDEN_NS
            late = self._position - MISSING_NS
            silent = self._has_sound and self._film_ring.end < sample_index(late)
            missing = ""
            if plays and silent and (self._deaf or (not self._all_read and self._read_until < self._position)):
                missing = NO_SOUND  # else there is none in the file here
            elif plays and not self._all_read and self._has_picture and self._pictures_until < late:
                missing = NO_PICTURE
        if not missing:
            self._missing_since_ns = None
            return ""
        if self._missing_since_ns is None:
            self._missing_since_ns = now_ns
        return missing if now_ns - self._missing_since_ns >= MISSING_NS else self._said if self._said != HEAVY else ""

    def _deliver(self, stop: threading.Event) -> None:
        film = self._open()
        try:
            while not stop.is_set():
                self._play_through(film, stop)
                if self._reopens:
                    self._reopens = False
                    film.container.close()
                    film = self._open()
        finally:
            self._opened = False
            film.container.close()

    def _open(self) -> Film:
        """The film, or its proxy, which stands for it."""
        path, film = self._settings.path, None
        proxy = to_play(path)
        if proxy is not None:
            try:
                film = self._opened_film(str(proxy))
            except DeviceFailed:
                log.warning("the proxy of %s cannot be read, and is thrown away", path)
                proxy.unlink(missing_ok=True)
        proxied = film is not None
        film = film or self._opened_film(path)
        try:
            self._stands_for = first_picture(path)[1] if proxied else None
            self._announce(film, str(proxy) if proxied else path)
        except DeviceFailed:
            film.container.close()
            raise
        self._context.report(Report(proxy=proxied))
        return film

    def _opened_film(self, path: str) -> Film:
        return Film(path) if self._chip_failed else CHIPS.film(path)

    def _announce(self, film: Film, path: str) -> None:
        self._has_picture, self._has_sound = film.video is not None, film.audio is not None
        self._said, self._missing_since_ns, self._opened = "", None, True
        picture, self._size = first_picture(path)
        duration = film.duration_ns
        self._duration_ms = None if duration is None else duration // NS_PER_MS
        if film.cover is not None:
            with self._changed:
                self._current = picture
        self._context.report(Report("live", "", self._stands_for or self._size, self._duration_ms))

    def _play_through(self, film: Film, stop: threading.Event) -> None:
        """Keep a little ahead of the timeline until stopped, or until the film is to be opened anew. `base` is where the file's 0
        lies on the timeline, `end` how far into the file this round has come."""
        base, wanted_from, end, ended = self._position, 0, 0, False
        if self._at_its_end:  # opened anew
            base = self._stand(stop) or base
        while not stop.is_set():
            if self._reopens:
                return
            if (seek_ms := self._take_seek()) is not None:
                base, wanted_from = self._seek_to(film, seek_ms)
                end, ended = 0, False
            self._all_read, self._base = ended, base
            if not ended and self._sound_is_due(film):
                end, ended = self._read(film, base, wanted_from, end)
            elif film.packets and len(self._queue) < FRAMES_AHEAD:
                self._skip_late(film, base, base + end if ended and self._settings.loop else None)
                if film.packets:
                    end = max(end, self._queue_pictures(film.pictures(), film, base, wanted_from))
                    self._look_at_the_chip(film)
            elif ended and not film.packets:
                end = max(end, self._queue_pictures(film.rest(), film, base, wanted_from))
                self._stand_at_the_last(film, base)
                if not end:
                    raise DeviceFailed(N_("There is nothing in this file that can be seen or heard"))
                begins = self._at_end(base + max(end, film.duration_ns or 0), stop)
                if begins is not None:
                    base, wanted_from, end, ended = begins, 0, 0, False
                    film.rewind(0)
            elif not ended and self._wants_more(film):
                end, ended = self._read(film, base, wanted_from, end)
            else:
                self._wait(stop)

    def _look_at_the_chip(self, film: Film) -> None:
        if film.on_chip and film.blind > CHIP_BLIND:
            log.warning("the graphics chip decodes no more pictures of %s: the processor goes on", self._settings.path)
            self._chip_failed = True
            self.reopen()

    def _read(self, film: Film, base: int, wanted_from: int, end: int) -> tuple[int, bool]:
        """Read a packet, and write its sound; how far the file has come, and whether it is at its end."""
        blocks = film.read()
        self._read_until = base + film.read_ns
        self._deaf = film.deaf > DEAF
        if not film.packets and film.blind < BLIND:
            self._pictures_until = max(self._pictures_until, self._read_until)  # there is none in the file here
        for index, samples in blocks or ():
            end = max(end, sample_ns(index + len(samples)))
            unwanted = max(0, sample_index(wanted_from) - index)
            if unwanted < len(samples):
                self._film_ring.write(sample_index(base) + index + unwanted, samples[unwanted:])
        return end, blocks is None

    def _sound_is_due(self, film: Film) -> bool:
        """Sound is never sacrificed: where it runs out, pictures wait."""
        if film.audio is None or len(film.packets) > PACKETS_AHEAD:
            return False
        return self._film_ring.end < sample_index(self._position + SOUND_DUE_NS)

    def _skip_late(self, film: Film, base: int, ends: int | None) -> None:
        """Leave out pictures that are too late; where a loop ends (`ends`) also those that would keep it from beginning again."""
        position = self._position - base
        late = film.late_ns(position)
        film.spare(self._paused_at is None and late > SPARE_NS)
        skipped = self._paused_at is None and late > LATE_NS and film.skip(position, PACKETS_AHEAD)
        if self._paused_at is None and ends is not None and late > 0 and self._position > ends - SOUND_DUE_NS:
            film.packets.clear()
            skipped = skipped or late > SPARE_NS
        if skipped:
            self._skipped_ns = self._context.clock.now_ns()

    def _wants_more(self, film: Film) -> bool:
        if film.video is not None and len(film.packets) > PACKETS_AHEAD:
            return False
        if film.audio is not None:
            return self._film_ring.end < sample_index(self._position + SOUND_AHEAD_NS)
        return not film.packets and len(self._queue) < FRAMES_AHEAD

    def _queue_pictures(self, frames: Iterator[tuple[int, int, av.VideoFrame]], film: Film, base: int, wanted_from: int) -> int:
        end = 0
        for at, until, frame in frames:
            end = max(end, until)
            if until <= wanted_from:
                continue
            if self._paused_at is None and self._queue and base + until < self._position:
                self._left_out = at, until, frame  # the next one is due: this one would only be thrown away
                continue
            self._queue_picture(film, base, max(at, wanted_from), until, frame)
        return end

    def _stand_at_the_last(self, film: Film, base: int) -> None:
        """What comes last stands from there on, however late it is."""
        if self._left_out is not None and not self._settings.loop:
            self._queue_picture(film, base, *self._left_out)

    def _queue_picture(self, film: Film, base: int, at: int, until: int, frame: av.VideoFrame) -> None:
        self._left_out = None
        picture = shown(self._converter, frame, film.stance(frame))
        picture.stands_for = self._stands_for
        self._tell_size(picture)
        with self._changed:
            self._queue.append((base + at, picture))
            self._pictures_until = base + until

    def _tell_size(self, picture: Picture) -> None:
        """Films may change their size, and turn, in the middle."""
        size = picture.width, picture.height
        if size != self._size:
            self._size = size
            self._context.report(Report("live", "", self._stands_for or size, self._duration_ms))

    def _take_seek(self) -> int | None:
        with self._changed:
            seek_ms, self._seek_ms = self._seek_ms, None
            return seek_ms

    def _seek_to(self, film: Film, seek_ms: int) -> tuple[int, int]:
        target = seek_ms * NS_PER_MS
        if film.duration_ns is not None:
            target = min(target, max(0, film.duration_ns - 100 * NS_PER_MS))
        film.rewind(target)
        self._left_out = None
        with self._changed:
            self._queue.clear()
            self._film_ring.clear()
            self._pictures_until = self._position
            return self._position - target, target

    def _at_end(self, end: int, stop: threading.Event) -> int | None:
        """The film ends at `end` of the timeline: where it begins again. Without a loop its last picture stands until
        it is played again; None when it is sought instead."""
        if self._settings.loop:
            return end
        while self._position < end and not stop.is_set() and self._seek_ms is None:
            self._wait(stop)
        if not stop.is_set() and self._seek_ms is None:
            self.pause()
            self._at_its_end = True
        return self._stand(stop)

    def _stand(self, stop: threading.Event) -> int | None:
        """Wait at the end until it is played again: where on the timeline that is; None when it is sought or opened anew."""
        while self._paused_at is not None and not (stop.is_set() or self._seek_ms is not None or self._reopens):
            self._wait(stop)
        if not self._reopens:
            self._at_its_end = False
        return None if self._seek_ms is not None or self._reopens else self._position

    def _wait(self, stop: threading.Event) -> None:
        with self._changed:
            self._changed.wait(0.02)
            if stop.is_set():
                self._changed.notify_all()
