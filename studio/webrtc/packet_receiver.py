"""Receives one peer's RTP as it comes, in place of aiortc's receiver, which has a queue, a decoder and a thread of its own.

It asks again for what is missing until it would come too late, for sound as well (aiortc: once, and for pictures only);
unwraps retransmissions (RFC 4588), sends receiver reports and REMB, and hands every packet on with its arrival.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc.codecs import depayload, is_rtx
from aiortc.rate import BandwidthUsage, RemoteBitrateEstimator
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    pack_remb_fci,
    unwrap_rtx,
)

from studio.webrtc.missing_packets import MissingPackets, SequenceNumbers
from studio.webrtc.received import Received

POLL_S = 0.01
"""How often it is seen to what is missing."""
REPORT_S = 1.0
KEYFRAME_PAUSE_S = 0.3
GIVE_UP_S = {"audio": 0.4, "video": 1.0}
"""When a packet that is missing would come too late."""
RETRY_LEAST_S = 0.02
CALM_BITS, CALM_S, TROUBLED_LOSS = 2_500_000, 3.0, 0.03
"""aiortc's estimate begins at what comes and grows by a twelfth a second: from a cold start half a minute of a poor picture.
While the network shows no strain for so long, the peer is told that it carries this."""


class PacketReceiver(RTCRtpReceiver):
    """Created by `studio.webrtc.call_peer`, which sets the callbacks: `on_packet`, and `on_report(ntp_time, timestamp)` for
    sender reports, both on the loop."""

    def __init__(self, kind: str, transport: RTCDtlsTransport) -> None:
        super().__init__(kind, transport)
        self.kind = kind
        self.on_packet: Callable[[Received], None] = lambda packet: None
        self.on_report: Callable[[int, int], None] = lambda ntp_time, timestamp: None
        self.now_s: Callable[[], float] = time.monotonic
        self.rtt_s = 0.1
        """Set by whoever knows it."""
        self.packets = self.octets = self.again = 0
        """`again`: those that came because they were asked for again."""
        self.missing = MissingPackets(GIVE_UP_S[kind])
        self._codecs: dict[int, RTCRtpCodecParameters] = {}
        self._rtx: dict[int, int] = {}
        self._ssrc = 0
        """The peer's."""
        self._own_ssrc = 0
        self._sequences = SequenceNumbers()
        self._timestamps = _Timestamps()
        self._statistics: StreamStatistics | None = None
        self._report: tuple[int, float] | None = None
        self._estimator = RemoteBitrateEstimator() if kind == "video" else None
        self._asked_for_key_s = float("-inf")
        self._troubled_s = float("-inf")
        self._tasks: list[asyncio.Task[None]] = []
        self.loss = 0.0
        """Share of packets that did not come at first, in the last report."""

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """DTLS is up: note what was negotiated. Called by aiortc."""
        if self._tasks:
            return
        self._codecs = {codec.payloadType: codec for codec in parameters.codecs if codec.payloadType is not None}
        self._rtx = {encoding.rtx.ssrc: encoding.ssrc for encoding in parameters.encodings if encoding.rtx}
        self.transport._register_rtp_receiver(self, parameters)
        self._tasks = [
            asyncio.create_task(self._keep_asking(), name=f"nack-{self.kind}"),
            asyncio.create_task(self._keep_reporting(), name=f"rtcp-{self.kind}"),
        ]

    async def stop(self) -> None:
        """Nothing is received any more. Called by aiortc."""
        if not self._tasks:
            return
        self.transport._unregister_rtp_receiver(self)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def request_keyframe(self) -> None:
        """Ask for one (PLI, RFC 4585 6.3.1), not too often."""
        now_s = self.now_s()
        if self._ssrc and now_s - self._asked_for_key_s >= KEYFRAME_PAUSE_S:
            self._asked_for_key_s = now_s
            self._send(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._own_ssrc, media_ssrc=self._ssrc))

    def _set_rtcp_ssrc(self, ssrc: int) -> None:
        self._own_ssrc = ssrc

    def _handle_disconnect(self) -> None:
        """The transport is closed; `stop` follows."""

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket):
            info = packet.sender_info
            self._report = (info.ntp_timestamp >> 16) & 0xFFFFFFFF, self.now_s()
            self.on_report(info.ntp_timestamp, self._timestamps.near(info.rtp_timestamp))

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        now_s = self.now_s()
        codec = self._codecs.get(packet.payload_type)
        if codec is None:
            return
        if self._estimator is not None and packet.extensions.abs_send_time is not None:
            self._estimate(packet, arrival_time_ms)
        if is_rtx(codec):
            restored = self._restored(packet, codec)
            if restored is None:
                return
            packet, codec = restored
            self.again += 1
        else:
            self._ssrc = packet.ssrc
            if self._statistics is None:
                self._statistics = StreamStatistics(codec.clockRate)
            self._statistics.add(packet)
        sequence = self._sequences.extend(packet.sequence_number)
        self.missing.add(sequence, now_s)
        if self.missing:
            self._ask(now_s)
        self.packets += 1
        self.octets += len(packet.payload)
        try:
            payload = depayload(codec, packet.payload) if packet.payload else b""
        except ValueError:
            return
        timestamp = self._timestamps.extend(packet.timestamp)
        self.on_packet(Received(codec.name, sequence, timestamp, bool(packet.marker), payload, now_s))

    def _restored(self, packet: RtpPacket, codec: RTCRtpCodecParameters) -> tuple[RtpPacket, RTCRtpCodecParameters] | None:
        original, kind = self._rtx.get(packet.ssrc, self._ssrc), codec.parameters.get("apt")
        if not original or not isinstance(kind, int) or kind not in self._codecs or len(packet.payload) < 2:
            return None
        return unwrap_rtx(packet, payload_type=kind, ssrc=original), self._codecs[kind]

    def _estimate(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        assert self._estimator is not None
        estimate = self._estimator.add(
            abs_send_time=packet.extensions.abs_send_time or 0,
            arrival_time_ms=arrival_time_ms,
            payload_size=len(packet.payload) + packet.padding_size,
            ssrc=packet.ssrc,
        )
        if estimate is None:
            return
        now_s, lossy = self.now_s(), self.loss > TROUBLED_LOSS
        if lossy or self._estimator.detector.state() == BandwidthUsage.OVERUSING:
            self._troubled_s = now_s
        bits, sources = estimate
        if now_s - self._troubled_s > CALM_S:
            bits = max(bits, CALM_BITS)
        told = pack_remb_fci(bits, sources)
        self._send(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=self._own_ssrc, media_ssrc=0, fci=told))

    def _ask(self, now_s: float) -> None:
        if lost := self.missing.due(now_s, max(RETRY_LEAST_S, self.rtt_s)):
            packet = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=self._own_ssrc, media_ssrc=self._ssrc)
            packet.lost = sorted({number & 0xFFFF for number in lost})
            self._send(packet)

    async def _keep_asking(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            if self.missing:
                self._ask(self.now_s())

    async def _keep_reporting(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S * (0.5 + random.random()))
            if self._statistics is None:
                continue
            lost = self._statistics.fraction_lost
            self.loss = lost / 256
            last, delay = 0, 0
            if self._report is not None:
                last, delay = self._report[0], round((self.now_s() - self._report[1]) * 65536) & 0xFFFFFFFF
            info = RtcpReceiverInfo(
                ssrc=self._ssrc,
                fraction_lost=lost,
                packets_lost=self._statistics.packets_lost,
                highest_sequence=(self._statistics.cycles + (self._statistics.max_seq or 0)) & 0xFFFFFFFF,
                jitter=self._statistics.jitter,
                lsr=last,
                dlsr=delay,
            )
            self._send(RtcpRrPacket(ssrc=self._own_ssrc, reports=[info]))

    def _send(self, packet: AnyRtcpPacket) -> None:
        transport: Any = self.transport
        with contextlib.suppress(Exception):  # not connected yet, or no more: the next one comes
            connection = transport.transport._connection
            pair = connection._nominated.get(1)
            if pair is not None:
                pair.protocol.transport.sendto(transport._tx_srtp.protect_rtcp(bytes(packet)), pair.remote_addr)


class _Timestamps:
    """Counts 32 bit RTP times on beyond the round."""

    def __init__(self) -> None:
        self._last: int | None = None

    def extend(self, timestamp: int) -> int:
        extended = self.near(timestamp)
        self._last = extended if self._last is None else max(self._last, extended)
        return extended

    def near(self, timestamp: int) -> int:
        """The same moment, near the last one."""
        if self._last is None:
            return timestamp
        return self._last + (timestamp - self._last + (1 << 31)) % (1 << 32) - (1 << 31)
