"""One connection of a call, sound and pictures both ways, in ready packets: a browser offers and we answer, or between two
desktops one of us offers."""

import re
from collections.abc import Sequence
from typing import Any

from aiortc import RTCIceServer

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.webrtc.answering_peer import AnsweringPeer, codecs
from studio.webrtc.ice import IceServer
from studio.webrtc.packet_receiver import PacketReceiver
from studio.webrtc.signalling import checked_call_offer, usable_candidate

MIME = {"audio": ("audio/opus",), "video": ("video/H264", "video/VP8")}
"""What we take, best first: every browser and every graphics chip knows H.264."""


class CallPeer(AnsweringPeer):
    """`hears` and `sees` are there once the offer has been answered."""

    def __init__(self, servers: Sequence[IceServer] = (), *, relay: bool = False) -> None:
        super().__init__([_rtc(server) for server in servers], relay=relay)
        self.hears: PacketReceiver
        self.sees: PacketReceiver

    async def answer(self, body: bytes) -> str:
        """Our answer to the offer in `body`, with all candidates. Raises `InvalidValue`."""
        offer, kinds = checked_call_offer(body)
        self._go_both_ways(kinds)
        answer = await self.respond(offer)
        if any(direction != "sendrecv" for direction in self.directions):
            raise InvalidValue(N_("The offer has no codec in common with us: Opus, and H.264 or VP8, are needed"), field="sdp")
        self.watch()
        return with_sound_resent(answer)

    async def offer(self) -> str:
        """Our own offer, for another desktop; `accept` its answer."""
        self._go_both_ways(["audio", "video"])
        offer = await self.propose()
        self.watch()
        return with_sound_resent(offer)

    def _go_both_ways(self, kinds: Sequence[str]) -> None:
        for kind in kinds:
            transceiver = self.add(kind, codecs(kind, *MIME[kind]), "sendrecv")
            receiver = PacketReceiver(kind, transceiver.receiver.transport)
            receiver._set_rtcp_ssrc(transceiver.sender._ssrc)
            setattr(transceiver, "_RTCRtpTransceiver__receiver", receiver)  # noqa: B010 - it has no setter
            if kind == "video":
                self.sees = receiver
            else:
                self.hears = receiver
        assert self.video is not None
        assert self.audio is not None
        self.video.on_round_trip = self.audio.on_round_trip = self._round_trip

    async def trickle(self, mid: str, line: str) -> None:
        """Add a candidate; one that we cannot use is left out. Raises `InvalidValue` when there are too many."""
        if (candidate := usable_candidate(line)) is not None:
            await self.add_candidates([(mid, candidate)])

    @property
    def relayed(self) -> bool:
        """Whether it goes through a TURN server."""
        pair = self._pair()
        return pair is not None and "relay" in (pair.local_candidate.type, pair.remote_candidate.type)

    def _pair(self) -> Any:
        transceivers = self._connection.getTransceivers()
        return transceivers[0].receiver.transport.transport._connection._nominated.get(1) if transceivers else None

    def _round_trip(self, seconds: float) -> None:
        self.hears.rtt_s = self.sees.rtt_s = seconds


def with_sound_resent(answer: str) -> str:
    """Our answer, in which Opus is asked for again as well (RFC 4585 4.2), and its packets help each other out (RFC 7587 6.1)."""
    found = re.search(r"^a=rtpmap:(\d+) opus/", answer, re.MULTILINE | re.IGNORECASE)
    if found is None:
        return answer
    kind = found[1]
    lines = [f"a=rtpmap:{kind} opus/48000/2"]
    if f"a=rtcp-fb:{kind} nack" not in answer:
        lines.append(f"a=rtcp-fb:{kind} nack")
    if f"a=fmtp:{kind} " not in answer:
        lines.append(f"a=fmtp:{kind} minptime=10;useinbandfec=1")
    return re.sub(rf"^a=rtpmap:{kind} opus/48000/2", "\r\n".join(lines), answer, flags=re.MULTILINE | re.IGNORECASE)


def _rtc(server: IceServer) -> RTCIceServer:
    return RTCIceServer(server.urls, server.username or None, server.credential or None)
