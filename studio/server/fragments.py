"""Fragmented MP4 for MediaSource, from the same packets that go out by WebRTC: one fragment an access unit, at once.

FFmpeg's muxer holds each packet back until the next one; here a fragment exists when its packet does. Sources: ISO/IEC
14496-12 (boxes), 14496-15 (avcC), "Encapsulation of Opus in ISO BMFF" (dOps), W3C "ISO BMFF Byte Stream Format".
"""

import struct

import av

from studio.webrtc.h264 import split_annex_b

VIDEO_TRACK, AUDIO_TRACK = 1, 2
VIDEO_SCALE, AUDIO_SCALE = 90_000, 48_000
OPUS_SAMPLES = 480
"""10 ms, as the desktop sends it."""
PRESKIP = 312
SPS, PPS = 7, 8
KEY, DELTA = 0x02000000, 0x01010000
"""sample_flags: depends on nothing; depends on others and is no sync sample (14496-12 8.8.3.1)."""
MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of 14496-12."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A full box: with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def parameter_sets(unit: bytes) -> tuple[bytes, bytes] | None:
    """SPS and PPS of a keyframe; None when it has none."""
    found = {nal[0] & 0x1F: bytes(nal) for nal in split_annex_b(unit) if nal[0] & 0x1F in (SPS, PPS)}
    return (found[SPS], found[PPS]) if SPS in found and PPS in found and len(found[SPS]) > 3 else None


def size_of(unit: bytes) -> tuple[int, int]:
    """Width and height of a keyframe, by decoding it. Raises `ValueError`."""
    decoder = av.CodecContext.create("h264", "r")
    for packet in (av.Packet(unit), None):
        for frame in decoder.decode(packet):
            return frame.width, frame.height
    raise ValueError("this keyframe cannot be decoded")


def mime_of(sps: bytes) -> str:
    """What `MediaSource.isTypeSupported` is asked (RFC 6381)."""
    return f'video/mp4; codecs="avc1.{sps[1:4].hex()},opus"'


def initial(sps: bytes, pps: bytes, width: int, height: int) -> bytes:
    """The initialisation segment: one picture and one stereo sound track, everything else in the fragments."""
    ftyp = box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6mp41")
    header = struct.pack(">4I", 0, 0, 1000, 0) + struct.pack(">IH10x", 0x10000, 0x100) + MATRIX + bytes(24)
    mvhd = full(b"mvhd", 0, 0, header, struct.pack(">I", AUDIO_TRACK + 1))
    avcc = struct.pack(">B3sBBH", 1, sps[1:4], 0xFF, 0xE1, len(sps)) + sps + struct.pack(">BH", 1, len(pps)) + pps
    visual = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1)
    avc1 = box(b"avc1", visual, box(b"avcC", avcc))
    opus = struct.pack(">6xH8xHHII", 1, 2, 16, 0, AUDIO_SCALE << 16)
    dops = box(b"dOps", struct.pack(">BBHIhB", 0, 2, PRESKIP, AUDIO_SCALE, 0, 0))
    sound = box(b"Opus", opus, dops)
    video = _track(
        VIDEO_TRACK, VIDEO_SCALE, b"vide", media_header=full(b"vmhd", 0, 1, bytes(8)), entry=avc1, size=(width, height)
    )
    audio = _track(AUDIO_TRACK, AUDIO_SCALE, b"soun", media_header=full(b"smhd", 0, 0, bytes(4)), entry=sound, size=(0, 0))
    trex = (full(b"trex", 0, 0, struct.pack(">5I", track, 1, 0, 0, 0)) for track in (VIDEO_TRACK, AUDIO_TRACK))
    return ftyp + box(b"moov", mvhd, video, audio, box(b"mvex", *trex))


def _track(number: int, scale: int, handler: bytes, *, media_header: bytes, entry: bytes, size: tuple[int, int]) -> bytes:
    volume = 0x100 if handler == b"soun" else 0
    place = struct.pack(">5I8xHHHH", 0, 0, number, 0, 0, 0, 0, volume, 0) + MATRIX
    tkhd = full(b"tkhd", 0, 3, place, struct.pack(">II", size[0] << 16, size[1] << 16))
    mdhd = full(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, scale, 0, 0x55C4, 0))
    hdlr = full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, handler), b"Vitrine\0")
    dinf = box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1)))
    empty = [full(name, 0, 0, bytes(4)) for name in (b"stts", b"stsc", b"stco")] + [full(b"stsz", 0, 0, bytes(8))]
    stbl = box(b"stbl", full(b"stsd", 0, 0, struct.pack(">I", 1), entry), *empty)
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", media_header, dinf, stbl)))


def video_fragment(unit: bytes, time_ns: int, duration_ns: int, *, key: bool) -> bytes:
    """An access unit at `time_ns` after the stream's origin."""
    sample = b"".join(struct.pack(">I", len(nal)) + bytes(nal) for nal in split_annex_b(unit) if nal[0] & 0x1F not in (SPS, PPS))
    time, duration = (round(ns * VIDEO_SCALE / 1e9) for ns in (time_ns, duration_ns))
    return _fragment(VIDEO_TRACK, time, duration, KEY if key else DELTA, sample)


def audio_fragment(packet: bytes, time_ns: int) -> bytes:
    """An Opus packet of 10 ms at `time_ns` after the stream's origin."""
    return _fragment(AUDIO_TRACK, round(time_ns * AUDIO_SCALE / 1e9), OPUS_SAMPLES, KEY, packet)


def _fragment(track: int, time: int, duration: int, flags: int, sample: bytes) -> bytes:
    tfhd = full(b"tfhd", 0, 0x020000, struct.pack(">I", track))  # default-base-is-moof
    tfdt = full(b"tfdt", 1, 0, struct.pack(">Q", max(0, time)))
    moof_size = 8 + 16 + 8 + len(tfhd) + len(tfdt) + 32
    run = struct.pack(">IIIII", 1, moof_size + 8, duration, len(sample), flags)
    trun = full(b"trun", 0, 0x000701, run)  # data offset; duration, size and flags of each sample
    moof = box(b"moof", full(b"mfhd", 0, 0, struct.pack(">I", 1)), box(b"traf", tfhd, tfdt, trun))
    assert len(moof) == moof_size
    return moof + box(b"mdat", sample)
