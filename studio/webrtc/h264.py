"""H.264 access units into RTP payloads (RFC 6184, packetization mode 1). Done once for all readers."""

from collections.abc import Iterator

PAYLOAD_MAX = 1180
"""Bytes of payload: with RTP header, extension, SRTP tag, UDP and IP it stays below 1280, IPv6's least MTU."""
FU_A, STAP_A = 28, 24


def split_annex_b(unit: bytes) -> Iterator[memoryview]:
    """The NAL units of an Annex B access unit, without start codes."""
    view = memoryview(unit)
    start = unit.find(b"\x00\x00\x01")
    while start != -1:
        start += 3
        following = unit.find(b"\x00\x00\x01", start)
        end = len(unit) if following == -1 else following
        while end > start and unit[end - 1] == 0 and following != -1:
            end -= 1
        if end > start:
            yield view[start:end]
        start = following


def packetize(unit: bytes) -> list[bytes]:
    """RTP payloads of one access unit; the last one carries the marker bit.

    Small NAL units that follow each other (SPS, PPS, SEI) share a STAP-A; large ones are cut into FU-A fragments of
    equal size.
    """
    payloads: list[bytes] = []
    small: list[memoryview] = []
    room = 0
    for nal in split_annex_b(unit):
        if len(nal) > PAYLOAD_MAX:
            _flush(small, payloads)
            _fragment(nal, payloads)
        else:
            if small and room + 2 + len(nal) > PAYLOAD_MAX:
                _flush(small, payloads)
            if not small:
                room = 1
            small.append(nal)
            room += 2 + len(nal)
    _flush(small, payloads)
    return payloads


def _flush(small: list[memoryview], payloads: list[bytes]) -> None:
    if len(small) == 1:
        payloads.append(bytes(small[0]))
    elif small:
        header = max(nal[0] & 0x60 for nal in small) | STAP_A
        payloads.append(bytes([header]) + b"".join(len(nal).to_bytes(2, "big") + bytes(nal) for nal in small))
    small.clear()


def _fragment(nal: memoryview, payloads: list[bytes]) -> None:
    indicator, kind = (nal[0] & 0xE0) | FU_A, nal[0] & 0x1F
    body = nal[1:]
    count = -(-len(body) // (PAYLOAD_MAX - 2))
    size = -(-len(body) // count)
    for number in range(count):
        flags = (0x80 if number == 0 else 0) | (0x40 if number == count - 1 else 0)
        payloads.append(bytes((indicator, flags | kind)) + bytes(body[number * size : (number + 1) * size]))
