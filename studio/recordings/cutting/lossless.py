"""A clip without encoding anything: the film's own packets.

A decoder can only begin at a keyframe, so the packets from the keyframe before go into the clip, at times before zero; the MP4's
edit list (ISO/IEC 14496-12 8.6.6) says that the presentation begins at zero. So it is exact, and as good as the film.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
from av.stream import Discard

from studio.recordings.cutting.job import Done, Job
from studio.recordings.cutting.output import Output
from studio.recordings.cutting.probe import exact, index_of
from studio.recordings.cutting.source import LEAD_MS, ROUNDING_MS, Source, opened

Report = Callable[[float], None]


def cut(job: Job, progress: Report = lambda share: None) -> Done:
    """Make the clip. Raises `StudioError`s as `opened` and `Output` do, `InvalidValue` for a span outside of the film."""
    with opened(job.source, threads=1) as source:
        index = index_of(source)
        begins_ms, ends_ms = exact(index, job.begins_ms, job.ends_ms, float(source.fps))
        about = int(index.sizes[(index.at_ms >= begins_ms - 10_000) & (index.at_ms < ends_ms)].sum())
        length_ms = round(ends_ms - begins_ms)
        with Output(job.target, length_ms, job.chapters, about) as output:
            _copy(source, output, begins_ms, ends_ms, progress)
            size = output.finish()
        return Done(length_ms=length_ms, size=size, width=source.video.width, height=source.video.height)


def _copy(source: Source, output: Output, begins_ms: float, ends_ms: float, progress: Report) -> None:
    streams: dict[int, Any] = {}
    for stream in source.container.streams:
        if stream is source.video or stream is source.audio:
            streams[stream.index] = output.container.add_stream_from_template(stream)
            streams[stream.index].time_base = stream.time_base
        else:
            stream.discard = Discard.all
    source.container.seek(int(begins_ms + ROUNDING_MS) * 1000)
    told = 0.0
    for packet in _within(source, begins_ms, ends_ms):
        assert packet.time_base is not None
        assert packet.pts is not None
        share = (1000 * float(packet.pts * packet.time_base) - begins_ms) / (ends_ms - begins_ms)
        _move(packet, begins_ms, ends_ms)
        packet.stream = streams[packet.stream.index]
        output.container.mux(packet)
        if share - told > 0.02:
            told = share
            progress(min(1.0, share))


def _within(source: Source, begins_ms: float, ends_ms: float) -> Iterator["av.Packet[Any]"]:
    """The packets of the span, in the order of decoding: video from the keyframe before, sound from a little before."""
    ended: set[int] = set()
    streams = [stream for stream in (source.video, source.audio) if stream is not None]
    behind: list[av.Packet[Any]] = []
    for packet in source.packets(*streams):
        if packet.pts is None or packet.dts is None or packet.is_corrupt:
            continue
        at_ms = 1000 * float(packet.pts * packet.time_base)
        if 1000 * float(packet.dts * packet.time_base) >= ends_ms - ROUNDING_MS:
            ended.add(packet.stream.index)
            if len(ended) == len(streams):
                return
        elif packet.stream is source.video:
            if at_ms >= ends_ms - ROUNDING_MS:  # only wanted when a picture before the end is decoded after it
                behind.append(packet)
            else:
                yield from behind
                behind.clear()
                yield packet
        elif begins_ms - LEAD_MS <= at_ms < ends_ms:
            yield packet


def _move(packet: "av.Packet[Any]", begins_ms: float, ends_ms: float) -> None:
    """To the clip's own time. The picture in which the clip begins, and the last one, are shown for what is left of them."""
    assert packet.pts is not None
    assert packet.dts is not None
    unit = Fraction(1000) * packet.time_base
    origin, end = round(begins_ms / unit), round(ends_ms / unit)
    packet.pts -= origin
    packet.dts -= origin
    if not isinstance(packet.stream, av.VideoStream) or not packet.duration:
        return
    if packet.pts == packet.dts and packet.pts < 0 < packet.pts + packet.duration:
        packet.duration += packet.pts
        packet.pts = packet.dts = 0
    if packet.pts + packet.duration > end - origin:
        packet.duration = max(1, end - origin - packet.pts)
