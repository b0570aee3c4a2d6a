"""A packet of media that has come."""

from typing import NamedTuple


class Received(NamedTuple):
    """A packet: its number and RTP time count on beyond their rounds; `payload` has no payload header any more."""

    codec: str
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    arrived_s: float
