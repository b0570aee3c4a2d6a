"""The library fits through the link, however much is in it."""

import msgspec

from studio import wire
from studio.recordings.slim import MARKS, slim, slim_recording
from studio.show.film import Span
from studio.state.recording import Clip, Library, Mark, Recorded, Recording

MARK = Mark(at_ms=1, kind="product", title="A product with a long name, as products have", ref="product-1234567")


def test_a_large_library_is_told_small_and_its_newest_whole() -> None:
    spans = tuple(Span(film_ms=n, media_ms=n, length_ms=1) for n in range(20))
    clips = tuple(Clip(id=f"{n}", title="A clip of something", ends_ms=30_000) for n in range(20))
    some = [Recorded(id=f"{n}", title="Show", marks=(MARK,) * 100, spans=spans, clips=clips) for n in range(400)]
    told = slim(Library(recordings=tuple(some), used=7))
    assert len(msgspec.json.encode(told)) < wire.MAX_MESSAGE // 4
    assert told.recordings[0] == some[0]
    assert told.recordings[50].clips == ()
    assert len(told.recordings) == 100


def test_a_film_that_grows_is_no_news_of_the_library() -> None:
    shorter, longer = (Library(recordings=(Recorded(id="a", state="recording", length_ms=ms),)) for ms in (1000, 2000))
    assert slim(shorter) == slim(longer)


def test_a_recording_is_told_with_its_newest_marks() -> None:
    marks = tuple(msgspec.structs.replace(MARK, at_ms=n) for n in range(5000))
    assert slim_recording(Recording(marks=marks)).marks == marks[-MARKS:]
