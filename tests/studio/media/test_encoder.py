"""H.264 and Opus as a browser will meet them: parsed, decoded, looked at and listened to."""

import av
import numpy as np
import pytest

from studio.audio.meter import measure
from studio.clock import NS_PER_S
from studio.media.encoder import OPUS_FRAME, Encoded, H264Encoder, OpusEncoder
from studio.media.frames import blank, of_frame, rgb_to_yuv
from studio.media.timed_ring import Samples
from tests.fakes import BLOCK_NS, RED, near, pixel, solid, tone

FPS = 30
SPS, PPS, IDR, SLICE = 7, 8, 5, 1


def nal_units(payload: bytes) -> list[bytes]:
    """The units of an Annex B access unit."""
    return [unit for unit in payload.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]


def nal_types(unit: Encoded) -> list[int]:
    return [nal[0] & 0x1F for nal in nal_units(unit.payload)]


def noise(width: int, height: int, seed: int) -> av.VideoFrame:
    """A frame that costs bits."""
    picture = blank(width, height)
    picture.y[:] = np.random.default_rng(seed).integers(16, 235, (height, width), np.uint8)
    assert picture.frame is not None
    return picture.frame


def encode(encoder: H264Encoder, number: int, frame: av.VideoFrame | None = None, *, key: bool = False) -> Encoded:
    (unit,) = encoder.encode(frame or noise(encoder.width, encoder.height, number), number * NS_PER_S // FPS, key=key)
    return unit


def test_each_frame_comes_out_at_once_with_the_time_it_was_given() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=500)
    for number in range(5):
        assert encode(encoder, number).pts_ns == number * NS_PER_S // FPS


def test_a_keyframe_comes_first_and_when_it_is_asked_for() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=500)
    units = [encode(encoder, number, key=number == 5) for number in range(10)]
    assert [unit.key for unit in units] == [number in (0, 5) for number in range(10)]


def test_every_keyframe_can_be_joined_at() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=500)
    units = [encode(encoder, number, key=number == 5) for number in range(10)]
    for number, unit in enumerate(units):
        types = nal_types(unit)
        if number in (0, 5):
            assert types.index(SPS) < types.index(PPS) < types.index(IDR)
        else:
            assert SLICE in types
            assert not {SPS, IDR} & set(types)


def test_the_profile_is_constrained_baseline() -> None:
    unit = encode(H264Encoder(64, 36, FPS, kbps=500), 0)
    sps = next(nal for nal in nal_units(unit.payload) if nal[0] & 0x1F == SPS)
    assert sps[1] == 66
    assert sps[2] & 0b0100_0000


def test_a_decoder_that_joins_at_the_second_keyframe_sees_the_colour() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=2000)
    frame = solid(64, 36, RED).frame
    units = [encode(encoder, number, noise(64, 36, 1) if number < 3 else frame, key=number == 5) for number in range(8)]
    decoder = av.CodecContext.create("h264", "r")
    seen = [of_frame(f) for unit in units[5:] for f in decoder.decode(av.Packet(unit.payload))]
    seen += [of_frame(f) for f in decoder.decode(None)]
    assert len(seen) == 3
    assert near(pixel(seen[-1], 32, 18), rgb_to_yuv(*RED))


def test_the_stream_says_it_is_bt_709_limited() -> None:
    unit = encode(H264Encoder(64, 36, FPS, kbps=500), 0)
    decoder = av.CodecContext.create("h264", "r")
    frames = [*decoder.decode(av.Packet(unit.payload)), *decoder.decode(None)]
    assert (frames[0].colorspace, frames[0].color_range) == (1, 1)


def test_the_bitrate_changes_while_it_runs() -> None:
    encoder = H264Encoder(320, 180, FPS, kbps=2000)
    before = sum(len(encode(encoder, number).payload) for number in range(60))
    encoder.kbps = 300
    settling = [encode(encoder, number) for number in range(60, 90)]
    after = sum(len(encode(encoder, number).payload) for number in range(90, 150))
    assert encoder.kbps == 300
    assert not any(unit.key for unit in settling), "a change of bitrate must not cost a keyframe"
    assert before > 3 * after
    assert after * 8 / 2 == pytest.approx(300_000, rel=0.4)


def test_time_may_jump() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=500)
    encode(encoder, 0)
    assert encode(encoder, 3000).pts_ns == 100 * NS_PER_S


def test_the_frame_is_free_again_after_encoding() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=2000)
    picture = solid(64, 36, RED)
    first = encode(encoder, 0, picture.frame)
    picture.y[:] = 16
    decoder = av.CodecContext.create("h264", "r")
    frames = [*decoder.decode(av.Packet(first.payload)), *decoder.decode(None)]
    assert near(pixel(of_frame(frames[0]), 10, 10), rgb_to_yuv(*RED))


def test_closing_is_quiet() -> None:
    encoder = H264Encoder(64, 36, FPS, kbps=500)
    encode(encoder, 0)
    encoder.close()


# ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────


def decoded_sound(units: list[Encoded]) -> np.ndarray:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = 48_000
    frames = [frame for unit in units for frame in decoder.decode(av.Packet(unit.payload))]
    blocks = [f.to_ndarray().astype(np.float32) for f in frames]
    scale = 32768 if frames[0].format.name.startswith("s16") else 1
    return np.concatenate([b.reshape(-1, 2) if b.shape[0] == 1 else b.T for b in blocks]) / scale


def encoded(sound: Samples, kbps: int) -> list[Encoded]:
    """Whole blocks of sound as packets."""
    encoder = OpusEncoder(kbps)
    blocks = sound.reshape(-1, OPUS_FRAME, 2)
    return [unit for number, block in enumerate(blocks) for unit in encoder.encode(block, number * BLOCK_NS)]


def test_a_tone_comes_back_as_loud_as_it_went_in() -> None:
    sound = decoded_sound(encoded(tone(48_000, level_db=-12), 96))[9600:]
    assert measure(sound).rms_db == pytest.approx(-12, abs=0.5)
    spectrum = np.abs(np.fft.rfft(sound[:24_000, 0]))
    assert np.argmax(spectrum) * 48_000 / 24_000 == pytest.approx(1000, abs=2)


def test_left_and_right_stay_apart() -> None:
    sound = tone(28_800, level_db=-12).copy()
    sound[:, 1] = 0
    heard = decoded_sound(encoded(sound, 128))[9600:]
    assert measure(heard[:, :1]).rms_db == pytest.approx(-12, abs=1)
    assert measure(heard[:, 1:]).rms_db < -40


def test_each_block_is_one_packet_with_its_time() -> None:
    assert [unit.pts_ns for unit in encoded(tone(10 * OPUS_FRAME), 96)] == [number * BLOCK_NS for number in range(10)]


def test_the_bitrate_is_about_what_was_asked() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (96_000, 2)).astype(np.float32)
    size = sum(len(unit.payload) for unit in encoded(noise, 64))
    assert size * 8 / 2 == pytest.approx(64_000, rel=0.25)
