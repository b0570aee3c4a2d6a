"""The parts of one recording as one film, without encoding anything."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av

from studio.errors import InvalidValue
from studio.recordings.cutting.output import Output
from studio.recordings.cutting.probe import index_of
from studio.recordings.cutting.source import Source, opened
from studio.show.film import Chapter

TOLD_EVERY = 500
"""Packets."""


def join(
    paths: Sequence[Path | str],
    target: Path | str,
    chapters: Sequence[Chapter] = (),
    progress: Callable[[float], None] = lambda share: None,
) -> list[int]:
    """One film at `target` of the films at `paths`, in their order; where in it each of them begins (ms). `chapters` are the new
    film's own; without any those of the parts are kept. Raises as `opened` and `Output` do, and `InvalidValue` when the parts
    were not encoded alike. `progress` is told the share that is done, and may raise to end it."""
    lengths, kept = _looked_at(paths)
    begins = [sum(lengths[:number], Fraction(0)) for number in range(len(lengths))]
    titles = list(chapters) or [
        Chapter(begins_ms=round(begin) + chapter.begins_ms, title=chapter.title)
        for begin, part in zip(begins, kept, strict=True)
        for chapter in part
    ]
    told = partial(_share, progress, sum(lengths, Fraction(0)))
    about = sum(Path(path).stat().st_size for path in paths)
    with Output(target, round(sum(lengths)), titles, about) as output:
        streams: dict[str, Any] = {}
        ended: dict[str, int] = {}
        for number, path in enumerate(paths):
            with opened(path, threads=1) as source:
                ends = begins[number] + lengths[number]
                _append(source, output, streams, ended=ended, begins=begins[number], ends=ends, told=told)
                told(ends)
        output.finish()
    return [round(begin) for begin in begins]


def _looked_at(paths: Sequence[Path | str]) -> tuple[list[Fraction], list[list[Chapter]]]:
    """How long each part is (ms), and its chapters."""
    if not paths:
        raise InvalidValue("There is nothing to join")
    lengths, kept, first = [], [], None
    for number, path in enumerate(paths):
        with opened(path, threads=1) as source:
            index = index_of(source)
            if not len(index.at_ms):
                raise InvalidValue("There is no picture in this film yet")
            if number and any(entry.is_discard for entry in source.video.index_entries):
                raise InvalidValue("{name} begins in the middle of a scene: only the first part may", name=source.path.name)
            encoded = _encoded(source)
            first = first or encoded
            if encoded != first:
                raise InvalidValue("{name} was not encoded like the part before it", name=source.path.name)
            lengths.append(_length(source, float(index.at_ms[-1])))
            kept.append([_chapter(chapter) for chapter in source.container.chapters()])
    return lengths, kept


def _encoded(source: Source) -> tuple[object, ...]:
    video, audio = source.video.codec_context, source.audio
    sound = None if audio is None else (audio.codec_context.name, audio.rate, audio.layout.name, audio.codec_context.extradata)
    return video.name, video.width, video.height, video.extradata, source.video.time_base, sound


def _length(source: Source, last_ms: float) -> Fraction:
    """Until its last picture has been shown, in whole units of its clock."""
    assert source.video.time_base is not None
    unit = 1000 * source.video.time_base
    return round(Fraction(last_ms / float(unit)) + 1000 / source.fps / unit) * unit


def _chapter(chapter: Any) -> Chapter:
    begins_ms = round(1000 * chapter["start"] * chapter["time_base"])
    return Chapter(begins_ms=begins_ms, title=chapter["metadata"].get("title", ""))


def _share(progress: Callable[[float], None], length: Fraction, at: Fraction) -> None:
    progress(min(1.0, max(0.0, float(at / length))))


def _append(
    source: Source,
    output: Output,
    streams: dict[str, Any],
    *,
    ended: dict[str, int],
    begins: Fraction,
    ends: Fraction,
    told: Callable[[Fraction], None],
) -> None:
    wanted = [stream for stream in (source.video, source.audio) if stream is not None]
    for stream in wanted:
        if stream.type not in streams:
            streams[stream.type] = output.container.add_stream_from_template(stream)
            streams[stream.type].time_base = stream.time_base
    for number, packet in enumerate(source.packets(*wanted)):
        if packet.pts is None or packet.dts is None or packet.is_corrupt:
            continue
        kind = packet.stream.type
        unit = 1000 * packet.time_base
        if number % TOLD_EVERY == 0:
            told(begins + packet.dts * unit)
        if isinstance(packet.stream, av.AudioStream) and packet.pts * unit >= ends - begins:
            continue  # sound behind the last picture would lie over the next part's
        packet.pts += round(begins / unit)
        packet.dts += round(begins / unit)
        if packet.dts < ended.get(kind, packet.dts):
            continue  # what only prepared the decoder, in the part's own edit list
        ended[kind] = packet.dts + (packet.duration or 1 if kind == "audio" else 1)
        packet.stream = streams[kind]
        output.container.mux(packet)
