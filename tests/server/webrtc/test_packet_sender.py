"""What goes to one peer, read back through the peer's own SRTP session, over a wire that loses packets."""

import asyncio
import struct
from collections.abc import Iterable
from typing import Any

import pytest
from aiortc import clock, rtp
from aiortc.rtcrtpparameters import (
    RTCRtcpParameters,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpSendParameters,
)
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from studio.webrtc.ntp import ntp_of
from studio.webrtc.packet_sender import ABS_SEND_TIME, HISTORY, PacketSender

KEY = bytes(range(30))
MEDIA, RTX = 101, 102
PEER = ("192.0.2.7", 5004)
EXTENSIONS = rtp.HeaderExtensionsMap()
EXTENSIONS.configure(RTCRtpSendParameters(codecs=[], headerExtensions=[RTCRtpHeaderExtensionParameters(id=3, uri=ABS_SEND_TIME)]))


class Socket:
    """A datagram socket that keeps what it sends, but for the datagrams (counted from 0) in `loses`."""

    def __init__(self, loses: Iterable[int] = ()) -> None:
        self.arrived: list[bytes] = []
        self.count = 0
        self.broken = False
        self.waiting = 0
        self._loses = set(loses)

    def sendto(self, data: bytes, address: tuple[str, int]) -> None:
        assert address == PEER
        if self.broken:
            raise ConnectionRefusedError
        if self.count not in self._loses:
            self.arrived.append(data)
        self.count += 1

    def get_write_buffer_size(self) -> int:
        return self.waiting


class Pair:
    """A nominated pair of ICE candidates."""

    remote_addr = PEER

    def __init__(self, socket: Socket) -> None:
        self.protocol = self
        self.transport = socket


class DtlsTransport:
    """A DTLS transport whose handshake is done, as far as a sender looks."""

    state = "connected"

    def __init__(self, socket: Socket) -> None:
        policy = Policy(KEY, Policy.SSRC_ANY_OUTBOUND)
        policy.allow_repeat_tx = True
        policy.window_size = 1024
        self._tx_srtp = Session(policy)
        self.transport: Any = self
        self._connection: Any = self
        self._nominated: dict[int, Pair] = {1: Pair(socket)}
        self.senders: list[PacketSender] = []

    def _register_rtp_sender(self, sender: PacketSender, parameters: RTCRtpSendParameters) -> None:
        self.senders.append(sender)

    def _unregister_rtp_sender(self, sender: PacketSender) -> None:
        self.senders.remove(sender)


class Wire:
    """A ready sender and what arrives at its peer."""

    def __init__(self, loses: Iterable[int] = ()) -> None:
        self.socket = Socket(loses)
        self.transport = DtlsTransport(self.socket)
        self.sender = PacketSender("video", self.transport)  # type: ignore[arg-type]
        self.sender.now_s = lambda: self.now_s
        self.now_s = 1000.0
        self._srtp = Session(Policy(KEY, Policy.SSRC_ANY_INBOUND))
        self._read = 0

    async def negotiated(self, *, rtx: bool = True, stamps: bool = True) -> "Wire":
        """DTLS is up."""
        codecs = [RTCRtpCodecParameters(mimeType="video/H264", clockRate=90_000, payloadType=MEDIA)]
        if rtx:
            codecs.append(RTCRtpCodecParameters("video/rtx", 90_000, payloadType=RTX, parameters={"apt": MEDIA}))
        extensions = [RTCRtpHeaderExtensionParameters(id=3, uri=ABS_SEND_TIME)] if stamps else []
        rtcp = RTCRtcpParameters(cname="vitrine")
        await self.sender.send(RTCRtpSendParameters(codecs=codecs, headerExtensions=extensions, rtcp=rtcp))
        return self

    def packets(self) -> list[rtp.RtpPacket]:
        """RTP packets that arrived since the last look."""
        new, self._read = self.socket.arrived[self._read :], len(self.socket.arrived)
        return [rtp.RtpPacket.parse(self._srtp.unprotect(data), EXTENSIONS) for data in new]

    def reports(self) -> list[rtp.AnyRtcpPacket]:
        """RTCP packets that arrived since the last look."""
        new, self._read = self.socket.arrived[self._read :], len(self.socket.arrived)
        return [packet for data in new for packet in rtp.RtcpPacket.parse(self._srtp.unprotect_rtcp(data))]

    async def nack(self, lost: list[int], after_s: float = 0.05) -> None:
        """The peer asks for packets again, `after_s` later."""
        self.now_s += after_s
        ssrc = self.sender._ssrc
        await self.sender._handle_rtcp_packet(rtp.RtcpRtpfbPacket(fmt=rtp.RTCP_RTPFB_NACK, ssrc=1, media_ssrc=ssrc, lost=lost))

    async def feedback(self, fmt: int, fci: bytes = b"") -> None:
        """The peer sends feedback on a picture."""
        await self.sender._handle_rtcp_packet(rtp.RtcpPsfbPacket(fmt=fmt, ssrc=1, media_ssrc=self.sender._ssrc, fci=fci))


def restored(packet: rtp.RtpPacket, sender: PacketSender) -> rtp.RtpPacket:
    """The packet inside a retransmission."""
    return rtp.unwrap_rtx(packet, MEDIA, sender._ssrc)


@pytest.fixture
async def wire() -> Wire:
    return await Wire().negotiated()


async def test_payloads_become_packets_in_sequence_with_the_marker_on_the_last(wire: Wire) -> None:
    assert wire.sender.send_payloads([b"one", b"two", b"three"], 90_000, marker=True)
    packets = wire.packets()
    first = packets[0].sequence_number
    assert [(p.sequence_number - first, p.payload, p.marker) for p in packets] == [
        (0, b"one", 0),
        (1, b"two", 0),
        (2, b"three", 1),
    ]
    assert {(p.payload_type, p.timestamp, p.ssrc) for p in packets} == {(MEDIA, 90_000, wire.sender._ssrc)}


async def test_without_the_marker_the_picture_goes_on(wire: Wire) -> None:
    wire.sender.send_payloads([b"part"], 1, marker=False)
    wire.sender.send_payloads([b"end"], 1, marker=True)
    assert [packet.marker for packet in wire.packets()] == [0, 1]


async def test_packets_say_when_they_left(wire: Wire) -> None:
    wire.sender.send_payloads([b"x"], 0, marker=True)
    stamp = wire.packets()[0].extensions.abs_send_time
    now = (clock.current_ntp_time() >> 14) & 0xFFFFFF
    assert stamp is not None
    assert (now - stamp) % (1 << 24) < 2 << 18, "6.18 fixed point seconds"


async def test_without_that_extension_there_is_none() -> None:
    wire = await Wire().negotiated(stamps=False)
    wire.sender.send_payloads([b"x"], 0, marker=True)
    (packet,) = wire.packets()
    assert packet.extensions.abs_send_time is None
    assert packet.payload == b"x"


async def test_before_dtls_is_up_nothing_goes_out() -> None:
    wire = Wire()
    assert not wire.sender.send_payloads([b"x"], 0, marker=True)
    wire.sender.report(0, 0)
    await wire.nack([1, 2])
    assert not wire.socket.count


async def test_after_stop_nothing_goes_out(wire: Wire) -> None:
    wire.sender.send_payloads([b"x"], 0, marker=True)
    (packet,) = wire.packets()
    await wire.sender.stop()
    await wire.sender.stop()
    assert not wire.sender.send_payloads([b"x"], 0, marker=True)
    await wire.nack([packet.sequence_number])
    assert not wire.packets()
    assert not wire.transport.senders


async def test_a_lost_packet_is_sent_again_as_rfc_4588_says(wire: Wire) -> None:
    wire.sender.send_payloads([b"one", b"two", b"three"], 4711, marker=True)
    original = wire.packets()[2]
    await wire.nack([original.sequence_number])
    (rtx,) = wire.packets()
    assert (rtx.payload_type, rtx.ssrc, rtx.timestamp) == (RTX, wire.sender._rtx_ssrc, 4711)
    assert rtx.payload == original.sequence_number.to_bytes(2, "big") + b"three"
    assert rtx.extensions.abs_send_time == original.extensions.abs_send_time
    assert bytes(restored(rtx, wire.sender).serialize(EXTENSIONS)) == bytes(original.serialize(EXTENSIONS))


async def test_retransmissions_have_a_sequence_of_their_own(wire: Wire) -> None:
    wire.sender.send_payloads([b"one", b"two"], 0, marker=True)
    numbers = [packet.sequence_number for packet in wire.packets()]
    for _ in range(2):
        await wire.nack(numbers)
    sent = [packet.sequence_number for packet in wire.packets()]
    assert sent == list(range(sent[0], sent[0] + 4))


async def test_a_packet_is_not_sent_again_while_it_may_be_on_its_way(wire: Wire) -> None:
    wire.sender.send_payloads([b"one", b"two"], 0, marker=True)
    one, two = (packet.sequence_number for packet in wire.packets())
    await wire.nack([one])
    await wire.nack([one, two], after_s=0.01)
    await wire.nack([one], after_s=0.05)
    assert [restored(packet, wire.sender).payload for packet in wire.packets()] == [b"one", b"two", b"one"]


async def test_what_belongs_to_a_picture_nobody_waits_for_is_not_sent_again(wire: Wire) -> None:
    wire.sender.send_payloads([b"large"], 0, marker=True)
    wire.sender.forget()
    wire.sender.send_payloads([b"small"], 3000, marker=True)
    await wire.nack([packet.sequence_number for packet in wire.packets()])
    assert [restored(packet, wire.sender).payload for packet in wire.packets()] == [b"small"]


async def test_without_rtx_the_very_packet_is_sent_again() -> None:
    wire = await Wire().negotiated(rtx=False)
    wire.sender.send_payloads([b"one"], 7, marker=True)
    datagram = wire.socket.arrived[-1]
    (packet,) = wire.packets()
    await wire.nack([packet.sequence_number])
    assert wire.socket.arrived[-1] == datagram


async def test_a_thousand_packets_are_remembered_and_older_ones_forgotten(wire: Wire) -> None:
    for number in range(HISTORY + 10):
        wire.sender.send_payloads([b"%d" % number], number, marker=True)
    numbers = [packet.sequence_number for packet in wire.packets()]
    await wire.nack(numbers[:10])
    assert not wire.packets()
    await wire.nack([numbers[10], numbers[-1]])
    assert [restored(packet, wire.sender).payload for packet in wire.packets()] == [b"10", b"%d" % (HISTORY + 9)]


async def test_numbers_that_were_never_sent_are_not_answered(wire: Wire) -> None:
    wire.sender.send_payloads([b"x"], 0, marker=True)
    (packet,) = wire.packets()
    await wire.nack([(packet.sequence_number + offset) & 0xFFFF for offset in (1, 2, HISTORY, 40_000)])
    assert not wire.packets()


async def test_the_sequence_goes_round() -> None:
    wire = await Wire().negotiated()
    wire.sender._sequence = 0xFFFE
    wire.sender.send_payloads([b"a", b"b", b"c", b"d"], 0, marker=True)
    assert [packet.sequence_number for packet in wire.packets()] == [0xFFFE, 0xFFFF, 0, 1]
    await wire.nack([0xFFFF, 0])
    assert [restored(packet, wire.sender).payload for packet in wire.packets()] == [b"b", b"c"]
    assert wire.sender.packets == 4


async def test_a_request_across_the_round_is_answered_however_it_is_counted() -> None:
    wire = await Wire().negotiated()
    wire.sender._sequence = 0xFFFE
    wire.sender.send_payloads([b"a", b"b", b"c"], 0, marker=True)
    wire.packets()
    await wire.nack([0xFFFE, 0xFFFF, 0x10000])
    assert [restored(packet, wire.sender).payload for packet in wire.packets()] == [b"a", b"b", b"c"]


@given(st.sets(st.integers(0, 199), max_size=150), st.integers(0, 0x7FFF))  # as it begins: SRTP cannot lose the first of a round
def test_over_a_wire_that_loses_packets_everything_arrives_in_the_end(loses: set[int], first: int) -> None:
    async def play() -> None:
        wire = await Wire(loses).negotiated()
        wire.sender._sequence = first
        for number in range(100):
            wire.sender.send_payloads([b"%d" % number], number * 3000, marker=True)
        got = {packet.sequence_number: packet.payload for packet in wire.packets()}
        for _ in range(10):
            missing = [(first + n) & 0xFFFF for n in range(100) if (first + n) & 0xFFFF not in got]
            if not missing:
                break
            await wire.nack(missing)
            got |= {p.sequence_number: p.payload for p in (restored(packet, wire.sender) for packet in wire.packets())}
        assert got == {(first + n) & 0xFFFF: b"%d" % n for n in range(100)}

    asyncio.run(play())


async def test_a_sender_report_says_how_much_was_sent_and_what_time_it_is(wire: Wire) -> None:
    wire.sender.send_payloads([b"12345", b"678"], 90_000, marker=True)
    wire.packets()
    wire.sender.report(ntp_of(1_700_000_000.5), 0x1_0000_0005)
    report, names = wire.reports()
    assert isinstance(report, rtp.RtcpSrPacket)
    assert report.ssrc == wire.sender._ssrc
    info = report.sender_info
    assert (info.packet_count, info.octet_count, info.rtp_timestamp) == (2, 8, 5)
    assert info.ntp_timestamp == (1_700_000_000 + 2_208_988_800) << 32 | 1 << 31
    assert isinstance(names, rtp.RtcpSdesPacket)
    assert names.chunks[0].items == [(1, b"vitrine")]


async def test_there_is_no_report_before_the_first_packet(wire: Wire) -> None:
    wire.sender.report(ntp_of(0), 0)
    assert not wire.socket.count


async def test_retransmissions_do_not_count_as_sent(wire: Wire) -> None:
    wire.sender.send_payloads([b"x"], 0, marker=True)
    (packet,) = wire.packets()
    await wire.nack([packet.sequence_number])
    assert (wire.sender.packets, wire.sender.octets) == (1, 1)


@pytest.mark.parametrize("fmt", [rtp.RTCP_PSFB_PLI, rtp.RTCP_PSFB_FIR])
async def test_a_peer_that_lost_the_picture_asks_for_a_keyframe(wire: Wire, fmt: int) -> None:
    asked: list[int] = []
    wire.sender.on_keyframe = lambda: asked.append(1)
    await wire.feedback(fmt)
    assert asked == [1]


async def test_the_peers_estimate_of_its_bandwidth_is_passed_on(wire: Wire) -> None:
    heard: list[int] = []
    wire.sender.on_estimate = heard.append
    await wire.feedback(rtp.RTCP_PSFB_APP, rtp.pack_remb_fci(2_500_000, [wire.sender._ssrc]))
    await wire.feedback(rtp.RTCP_PSFB_APP, rtp.pack_remb_fci(9_000_000, [wire.sender._ssrc ^ 1]))
    assert len(heard) == 1
    assert abs(heard[0] - 2_500_000) < 20


@pytest.mark.parametrize("fci", [b"", b"REMB", b"AFB!\x01\x00\x00\x00", b"REMB\x05\x00\x00\x01\x00\x00"])
async def test_an_estimate_that_cannot_be_read_is_ignored(wire: Wire, fci: bytes) -> None:
    heard: list[int] = []
    wire.sender.on_estimate = heard.append
    await wire.feedback(rtp.RTCP_PSFB_APP, fci)
    assert not heard


async def test_a_receiver_report_tells_the_loss(wire: Wire) -> None:
    heard: list[float] = []
    wire.sender.on_loss = heard.append
    info = rtp.RtcpReceiverInfo(
        ssrc=wire.sender._ssrc, fraction_lost=64, packets_lost=17, highest_sequence=0, jitter=0, lsr=0, dlsr=0
    )
    other = rtp.RtcpReceiverInfo(ssrc=1, fraction_lost=255, packets_lost=99, highest_sequence=0, jitter=0, lsr=0, dlsr=0)
    await wire.sender._handle_rtcp_packet(rtp.RtcpRrPacket(ssrc=1, reports=[info, other]))
    assert (heard, wire.sender.lost) == ([0.25], 17)


async def test_a_socket_that_breaks_is_said_and_not_raised(wire: Wire) -> None:
    wire.sender.send_payloads([b"x"], 0, marker=True)
    (packet,) = wire.packets()
    wire.socket.broken = True
    assert not wire.sender.send_payloads([b"y"], 0, marker=True)
    await wire.nack([packet.sequence_number])
    wire.sender.report(ntp_of(0), 0)
    assert not wire.packets()


async def test_a_socket_whose_buffer_is_full_takes_no_more(wire: Wire) -> None:
    wire.socket.waiting = 4 << 20
    assert not wire.sender.send_payloads([b"x"], 0, marker=True)
    assert not wire.socket.count
    wire.socket.waiting = 0
    assert wire.sender.send_payloads([b"x"], 0, marker=True)


async def test_without_a_nominated_pair_the_peer_is_gone(wire: Wire) -> None:
    wire.transport._nominated.clear()
    assert not wire.sender.send_payloads([b"x"], 0, marker=True)


async def test_when_the_pair_changes_packets_go_the_new_way(wire: Wire) -> None:
    other = Socket()
    wire.transport._nominated[1] = Pair(other)
    wire.sender.send_payloads([b"x"], 0, marker=True)
    assert (wire.socket.count, other.count) == (0, 1)


@given(st.floats(0, 4_000_000_000))
def test_ntp_time_counts_from_1900_in_fractions_of_a_second(unix_s: float) -> None:
    assert abs(ntp_of(unix_s) / 2**32 - 2_208_988_800 - unix_s) < 1e-5
    assert struct.pack(">Q", ntp_of(unix_s) & (2**64 - 1))
