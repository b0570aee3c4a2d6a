"""VP8 frames into RTP payloads (RFC 7741), for browsers without H.264."""

from studio.webrtc.h264 import PAYLOAD_MAX

_BEGINS, _GOES_ON = b"\x10", b"\x00"
"""The payload descriptor (4.2) without what is optional: whether a partition begins here."""


def packetize(frame: bytes) -> list[bytes]:
    """RTP payloads of one frame; the last one carries the marker bit."""
    room = PAYLOAD_MAX - 1
    return [(_BEGINS if start == 0 else _GOES_ON) + frame[start : start + room] for start in range(0, len(frame), room)]
