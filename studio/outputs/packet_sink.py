"""Where encoded packets go. The link implements it; tests and benchmarks have their own."""

from typing import Protocol

from studio.wire import MediaPacket


class PacketSink(Protocol):
    """Takes packets from encoder threads."""

    def send(self, packet: MediaPacket) -> None:
        """Queue a packet; must not wait. Any thread."""
