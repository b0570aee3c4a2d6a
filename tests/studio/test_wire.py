"""The link's messages: both ends agree, and what is not a message is refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import wire
from studio.state import Stream
from studio.wire import AUDIO, HEADER, RENDITIONS, VIDEO, MediaPacket, unpack

packets = st.one_of(
    st.builds(
        MediaPacket,
        kind=st.just(VIDEO),
        rendition=st.sampled_from(sorted(RENDITIONS.values())),
        key=st.booleans(),
        epoch=st.integers(0, 2**32 - 1),
        seq=st.integers(0, 2**32 - 1),
        pts_ns=st.integers(0, 2**63 - 1),
        payload=st.binary(min_size=1),
        gap=st.booleans(),
    ),
    st.builds(
        MediaPacket,
        kind=st.just(AUDIO),
        rendition=st.just(0),
        key=st.just(True),
        epoch=st.integers(0, 2**32 - 1),
        seq=st.integers(0, 2**32 - 1),
        pts_ns=st.integers(0, 2**63 - 1),
        payload=st.binary(min_size=1),
        gap=st.booleans(),
    ),
)


@given(packets)
def test_a_packet_is_the_same_after_the_wire(packet: MediaPacket) -> None:
    assert unpack(packet.pack()) == packet


def test_the_header_is_what_the_design_says() -> None:
    packet = MediaPacket(VIDEO, 2, True, 0x01020304, 0x05060708, 0x1122334455667788, b"\x00\x00\x00\x01", gap=True)
    assert packet.pack().hex() == "010102030102030405060708112233445566778800000001"


def header(version: int = 1, kind: int = VIDEO, rendition: int = 1, pts_ns: int = 0) -> bytes:
    return HEADER.pack(version, kind, rendition, 0, 0, 0, pts_ns)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (b"", "without a payload"),
        (header(), "without a payload"),
        (header()[:-3] + b"xx", "without a payload"),
        (header(version=2) + b"x", "version 2"),
        (header(kind=9) + b"x", "unknown kind 9"),
        (header(rendition=4) + b"x", "unknown rendition 4"),
        (header(rendition=0) + b"x", "unknown rendition 0"),
        (header(kind=AUDIO, rendition=1) + b"x", "unknown kind 2 of rendition 1"),
        (header(pts_ns=-1) + b"x", "negative pts"),
    ],
)
def test_a_bad_packet_is_refused_with_the_reason(message: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        unpack(message)


@given(st.binary(max_size=64))
def test_noise_is_refused_or_is_a_packet_but_never_a_crash(message: bytes) -> None:
    try:
        packet = unpack(message)
    except ValueError:
        return
    assert unpack(packet.pack()) == packet


MESSAGES = [
    wire.Hello(protocol="1.0", app="vitrine 0.1", client="laptop", show="spring", studio=True),
    wire.Welcome(protocol="1.0", session="s", role="host", commands=["undo"], state={"show": {}}, seq=4, media_ms=5),
    wire.CommandMessage(id=1, name="scene.take", args={"scene": "Nærbillede"}),
    wire.Reply(id=1, error=wire.WireError(code="held", message="{holder} has it", params={"holder": "Anna"})),
    wire.Reply(id=2, ok="ab12"),
    wire.EventMessage(show="spring", event={"seq": 1}),
    wire.Lease(action="take", show="spring", renditions=[1080], media_ms=17),
    wire.Demand(rendition=1080, readers=3, max_kbps=2500),
    wire.Keyframe(rendition=720),
    wire.Signal(call="c", peer="p", data={"sdp": "v=0"}),
    wire.Ping(at=1.5, media_ms=9),
    wire.Pong(at=1.5),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_a_message_is_the_same_after_the_wire(message: wire.AnyMessage) -> None:
    assert wire.decode(wire.encode(message)) == message


def test_every_kind_of_message_is_known_by_its_word() -> None:
    words = {msgspec.json.decode(wire.encode(message))["t"] for message in MESSAGES}
    assert words == {
        "hello", "welcome", "command", "reply", "event", "lease", "demand", "keyframe", "signal", "ping", "pong",
    }  # fmt: skip


def test_a_branch_of_the_state_travels_as_it_is() -> None:
    sent = wire.StateMessage(branch="stream", rev=7, value=Stream(status="live", kbps=4400))
    got = wire.decode(wire.encode(sent))
    assert isinstance(got, wire.StateMessage)
    assert msgspec.convert(got.value, Stream) == sent.value


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"t":"explode"}', '{"t":"ping"}', '{"t":"keyframe","rendition":"x"}', "\ud800"]
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec words it
        wire.decode(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(("other", "fits"), [("1.0", True), ("1.7", True), ("2.0", False), ("", False), ("11.0", False)])
def test_only_the_same_major_version_is_spoken_to(other: str, fits: bool) -> None:
    assert wire.same_major(other) == fits
