"""A clip that is encoded anew: in another shape or size, with words over it, with a card behind it.

Cropped and scaled on planes: the frame moves by fractions of a pixel, which a filter graph's does not.
"""

import contextlib
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction

import av
import cv2
from av.container import OutputContainer
from av.video.stream import VideoStream

from studio.media.frames import Converter, Picture, blank
from studio.recordings.cutting import cards, framing
from studio.recordings.cutting.crop_window import draw, shown_of
from studio.recordings.cutting.frame_scan import look
from studio.recordings.cutting.job import Done, Job, size_of
from studio.recordings.cutting.output import Output
from studio.recordings.cutting.prefetch import ahead
from studio.recordings.cutting.probe import exact, index_of
from studio.recordings.cutting.soundtrack import Soundtrack
from studio.recordings.cutting.source import Source, opened
from studio.scenes.geometry import Placement, Rect
from studio.scenes.sprite import blend, straight_sprite

Report = Callable[[float], None]

CLOCK = 90_000
KEYFRAME_S = 2
CRF = "21"
FAST = {"preset": "veryfast", "subq": "1", "me": "dia", "bf": "1"}
"""Half of what `veryfast` costs, at the same quality for a sixth more bits. `superfast` costs no less: it lacks what keeps a
camera's noise from being encoded (`mbtree`), and needs ten times the bits for it."""
KBPS_MAX = 8000
"""At 1080 × 1920; in proportion for other sizes."""
RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(50), Fraction(60))
LOOKING = 0.12
"""Of the progress: the walk before, which finds the subject."""
LOWER_BEGINS_S, LOWER_S, LOWER_FADE_S, LOWER_RISE = 0.4, 6.0, 0.35, 0.02
CARD_FADE_S = 0.45
BLUR = 24


def cut(job: Job, progress: Report = lambda share: None) -> Done:
    """Make the clip. Raises as `lossless.cut` does."""
    with opened(job.source, job.threads) as source, opened(job.source, 1) as sound:
        begins_ms, ends_ms = exact(index_of(source), job.begins_ms, job.ends_ms, float(source.fps))
        clip = _Clip(job, source, begins_ms, ends_ms)
        path = clip.framed(progress)
        with Output(job.target, clip.total_ms, job.chapters) as output:
            video = _encoder(output.container, clip, job.threads)
            track = Soundtrack(sound, output.container, begins_ms, clip.length_ms, clip.total_ms) if sound.audio else None
            pictures = clip.pictures(path)
            if job.threads > 1:
                pictures = ahead(pictures, clip.width, clip.height)
            with contextlib.closing(pictures):  # whatever happens: who reads the film ahead must be done before it is closed
                for number, picture in enumerate(pictures):
                    at_ms = 1000 * float(number / clip.fps)
                    if track is not None:
                        track.until(at_ms + 1)
                    assert picture.frame is not None
                    picture.frame.pts, picture.frame.time_base = round(number * CLOCK / clip.fps), Fraction(1, CLOCK)
                    output.container.mux(video.encode(picture.frame))
                    progress(LOOKING + (1 - LOOKING) * number / clip.count)
            if track is not None:
                track.finish()
            output.container.mux(video.encode(None))
            size = output.finish()
        return Done(length_ms=clip.total_ms, size=size, width=clip.width, height=clip.height)


def _encoder(container: OutputContainer, clip: "_Clip", threads: int) -> VideoStream:
    stream = container.add_stream("libx264", rate=clip.fps)
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
    stream.time_base = Fraction(1, CLOCK)
    context = stream.codec_context
    context.time_base = Fraction(1, CLOCK)
    context.thread_count = threads
    context.gop_size = round(KEYFRAME_S * clip.fps)
    context.colorspace = context.color_range = context.color_primaries = context.color_trc = 1
    most = max(1000, round(KBPS_MAX * clip.width * clip.height / (1080 * 1920)))
    context.options = FAST | {"crf": CRF, "profile": "high", "maxrate": f"{most}k", "bufsize": f"{2 * most}k"}
    return stream


def rate_of(fps: Fraction) -> Fraction:
    """Pictures a second of a clip: the film's, when it is a usual one; 30 for a film that keeps none."""
    near = min(RATES, key=lambda rate: abs(rate - fps))
    return near if abs(near - fps) <= near / 50 else Fraction(30)


def paced(
    pictures: Iterator[tuple[float, av.VideoFrame]], begins_ms: float, fps: Fraction, count: int
) -> Iterator[av.VideoFrame]:
    """`count` pictures at equal distances, whatever the film's own are: each the one that is shown then. Fewer when there are
    none at all."""
    coming = next(pictures, None)
    if coming is None:
        return
    shown, coming = coming[1], next(pictures, None)
    for number in range(count):
        until_ms = begins_ms + 1000 * float((number + Fraction(1, 2)) / fps)
        while coming is not None and coming[0] <= until_ms:
            shown, coming = coming[1], next(pictures, None)
        yield shown


class _Clip:
    """What one job comes to, for one film."""

    def __init__(self, job: Job, source: Source, begins_ms: float, ends_ms: float) -> None:
        self._job, self._source, self._begins_ms, self._ends_ms = job, source, begins_ms, ends_ms
        self.width, self.height = size_of(job, source.video.width, source.video.height)
        self.fps = rate_of(source.fps)
        shown = max(1, round((ends_ms - begins_ms) * self.fps / 1000))
        self.length_ms = 1000 * float(shown / self.fps)
        self.count = shown + (round(job.end_card.seconds * self.fps) if job.end_card else 0)
        self._shown = shown
        self.total_ms = round(1000 * self.count / self.fps)

    def framed(self, progress: Report) -> framing.Path:
        """The frame's way through the film."""
        video = self._source.video
        ratio = self.width * video.height / (self.height * video.width)
        share = min(ratio, 1 / ratio)
        if share > 0.999:
            return framing.still(0.5, 1.0)
        if not self._job.follow:
            return framing.still(self._job.focus_x if ratio < 1 else 0.5, share)
        with opened(self._job.source, self._job.threads, rough=True) as film:
            looked = look(film, self._begins_ms, self._ends_ms, ratio < 1, lambda done: progress(LOOKING * done))
        return framing.follow(looked.seen, looked.cuts_ms, share, self._job.focus_x if ratio < 1 else 0.5)

    def pictures(self, path: framing.Path) -> Generator[Picture, None, None]:
        """All of the clip's; each is only valid until the next one is asked for."""
        out, converter = blank(self.width, self.height), Converter()
        band = _Band(self._job, self.width, self.height, self._shown / self.fps)
        for number, frame in self._paced():
            seen = converter.picture(frame)
            middle = path.at(self._begins_ms + 1000 * float(number / self.fps))
            draw(seen, out, *shown_of((seen.width, seen.height), (self.width, self.height), middle))
            band.draw(out, float(number / self.fps))
            yield out
        if self._job.end_card is not None:
            yield from self._ending(out)

    def _paced(self) -> Iterator[tuple[int, av.VideoFrame]]:
        frames = self._source.pictures(self._begins_ms, self._ends_ms)
        yield from enumerate(paced(frames, self._begins_ms, self.fps, self._shown))

    def _ending(self, last: Picture) -> Iterator[Picture]:
        """The last picture, out of focus and dark, with the card's words."""
        assert self._job.end_card is not None
        card = blank(self.width, self.height)
        for plane, out in ((last.y, card.y), (last.u, card.u), (last.v, card.v)):
            height, width = plane.shape
            small = cv2.resize(plane, (max(4, width // BLUR), max(4, height // BLUR)), interpolation=cv2.INTER_AREA)
            soft = cv2.GaussianBlur(small, (0, 0), 1.2)
            cv2.resize(soft, (width, height), dst=out, interpolation=cv2.INTER_CUBIC)
        words = cards.end_card(self._job.end_card, self._job.accent, self.width, self.height)
        full = Rect(0, 0, self.width, self.height)
        blend(card, straight_sprite(words, Placement(full, full, None), 1.0))
        mixed = blank(self.width, self.height)
        for number in range(self.count - self._shown):
            share = min(1.0, float((number + 1) / self.fps) / CARD_FADE_S)
            for one, other, out in ((last.y, card.y, mixed.y), (last.u, card.u, mixed.u), (last.v, card.v, mixed.v)):
                cv2.addWeighted(one, 1 - share, other, share, 0, dst=out)
            yield mixed


class _Band:
    """The lower third as it comes and goes."""

    def __init__(self, job: Job, width: int, height: int, length_s: Fraction) -> None:
        self._picture: Picture | None = None
        self._height = height
        if job.lower_third is not None:
            self._picture, self._x, self._y = cards.lower_third(job.lower_third, job.accent, width, height)
        self._ends_s = min(LOWER_BEGINS_S + LOWER_S, float(length_s))

    def draw(self, out: Picture, at_s: float) -> None:
        share = min((at_s - LOWER_BEGINS_S) / LOWER_FADE_S, (self._ends_s - at_s) / LOWER_FADE_S, 1.0)
        if self._picture is None or share <= 0:
            return
        eased = 1 - (1 - share) ** 3
        y = self._y + round((1 - eased) * LOWER_RISE * self._height) & ~1
        size = (self._picture.width, self._picture.height)
        placement = Placement(Rect(0, 0, *size), Rect(self._x, y, *size), None)
        blend(out, straight_sprite(self._picture, placement, eased))
