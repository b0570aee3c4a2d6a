"""Fragmented MP4, read back by FFmpeg's demuxer."""

import io
from fractions import Fraction

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.server import fragments
from studio.server.socket_peer import Segments, SocketPeer
from studio.wire import AUDIO, VIDEO, MediaPacket
from tests.server.fakes import FRAME_NS, SOUND_NS, Programme


class Queue:
    """An outbox that keeps what it is given; `full` takes nothing."""

    def __init__(self) -> None:
        self.media: list[bytes | str] = []
        self.full = False

    def put_media(self, data: bytes | str) -> bool:
        if not self.full:
            self.media.append(data)
        return not self.full

    def drop_media(self) -> None:
        self.media.clear()


def packets(programme: Programme) -> list[MediaPacket]:
    pictures = [
        MediaPacket(VIDEO, 1, unit.key, 1, number, number * FRAME_NS, unit.payload)
        for number, unit in enumerate(programme.pictures)
    ]
    sounds = [
        MediaPacket(AUDIO, 0, True, 1, number, number * SOUND_NS, unit.payload) for number, unit in enumerate(programme.sound)
    ]
    return sorted([*pictures, *sounds], key=lambda packet: packet.pts_ns)


def test_what_a_viewer_is_sent_is_a_film_ffmpeg_can_play(programme: Programme) -> None:
    segments, film, mime = Segments(), b"", ""
    for packet in packets(programme):
        if packet.kind == VIDEO and not film:
            begin = segments.begin(packet)
            assert begin is not None
            mime, film = begin
        film += segments.fragment(packet)
    assert mime.startswith('video/mp4; codecs="avc1.42')
    with av.open(io.BytesIO(film), "r") as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height, video.time_base) == (160, 90, Fraction(1, 90_000))
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("opus", 48_000, 2)
        # While the container is open: PyAV's packets point into it.
        read = [
            (p.stream.type, float(p.pts * p.time_base), p.is_keyframe) for p in container.demux() if p.size and p.pts is not None
        ]
    pictures = [(time, key) for kind, time, key in read if kind == "video"]
    wanted = [number * FRAME_NS / 1e9 for number in range(len(programme.pictures))]
    assert [time for time, _ in pictures] == pytest.approx(wanted, abs=1e-4)
    assert [key for _, key in pictures] == [unit.key for unit in programme.pictures]
    assert sum(1 for kind, _, _ in read if kind == "audio") == len(programme.sound)
    with av.open(io.BytesIO(film), "r") as container:
        red, green, blue = next(container.decode(video=0)).to_ndarray(format="rgb24")[45, 80]
    assert (int(red), int(green), int(blue)) == pytest.approx((230, 120, 30), abs=12)


def test_a_peer_is_told_once_what_follows_and_again_when_it_changes(programme: Programme) -> None:
    queue = Queue()
    peer = SocketPeer(queue)  # type: ignore[arg-type]
    peer.begin("video/mp4", b"initial")
    peer.begin("video/mp4", b"initial")
    assert peer.send(b"fragment")
    peer.begin("video/mp4", b"another")
    said = '{"t":"media","mime":"video/mp4"}'
    assert queue.media == [said, b"initial", b"fragment", said, b"another"], "in this order, or the player breaks"
    queue.full = True
    assert not peer.send(b"fragment")
    queue.full = False
    assert not peer.send(b"fragment"), "what began may have been dropped with the rest"
    queue.media.clear()
    peer.begin("video/mp4", b"another")
    assert queue.media == [said, b"another"]


@pytest.mark.parametrize("payload", [b"", b"\0\0\0\1\x67", b"\0\0\0\1\x67\1\2\3\0\0\0\1\x68\1", b"\0\0\0\1\x65rubbish"])
def test_a_keyframe_that_cannot_be_read_begins_nothing(payload: bytes) -> None:
    assert Segments().begin(MediaPacket(VIDEO, 1, True, 1, 0, 0, payload)) is None


@given(st.binary(max_size=400), st.integers(0, 10**15), st.integers(0, 10**9), st.booleans())
def test_whatever_the_bytes_the_boxes_add_up(payload: bytes, time_ns: int, duration_ns: int, key: bool) -> None:
    for fragment in (
        fragments.video_fragment(payload, time_ns, duration_ns, key=key),
        fragments.audio_fragment(payload, time_ns),
    ):
        at, kinds = 0, []
        while at < len(fragment):
            kinds.append(fragment[at + 4 : at + 8])
            at += int.from_bytes(fragment[at : at + 4], "big")
        assert (at, kinds) == (len(fragment), [b"moof", b"mdat"])
