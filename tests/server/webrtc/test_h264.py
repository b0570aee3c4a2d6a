"""Access units into RTP payloads and back (RFC 6184)."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from studio.webrtc.h264 import FU_A, PAYLOAD_MAX, STAP_A, packetize, split_annex_b
from tests.server.fakes import Programme

START = b"\x00\x00\x00\x01"


def depacketize(payloads: list[bytes]) -> Iterator[bytes]:
    """NAL units of RTP payloads, as a receiver reads them."""
    fragments = b""
    for payload in payloads:
        kind = payload[0] & 0x1F
        if kind == STAP_A:
            at = 1
            while at < len(payload):
                length = int.from_bytes(payload[at : at + 2], "big")
                yield payload[at + 2 : at + 2 + length]
                at += 2 + length
        elif kind == FU_A:
            if payload[1] & 0x80:
                assert not fragments
                fragments = bytes([payload[0] & 0xE0 | payload[1] & 0x1F])
            fragments += payload[2:]
            if payload[1] & 0x40:
                yield fragments
                fragments = b""
        else:
            yield payload
    assert not fragments


@st.composite
def nal_units(draw: st.DrawFn) -> bytes:
    """A NAL unit as encoders write it: no start code inside, no zero at the end."""
    header = draw(st.integers(0, 3)) << 5 | draw(st.sampled_from([1, 5, 6, 7, 8, 9]))
    size = draw(st.one_of(st.integers(0, 60), st.integers(PAYLOAD_MAX - 5, PAYLOAD_MAX + 5), st.integers(1, 9000)))
    seed = draw(st.binary(min_size=1, max_size=20)).replace(b"\x00", b"\x01")
    return bytes([header]) + (seed * (size // len(seed) + 1))[:size]


@given(st.lists(nal_units(), min_size=1, max_size=8), st.lists(st.booleans(), min_size=8, max_size=8))
def test_what_is_cut_up_comes_together_again(nals: list[bytes], short: list[bool]) -> None:
    unit = b"".join((START[1:] if three else START) + nal for nal, three in zip(nals, short, strict=False))
    payloads = packetize(unit)
    assert list(depacketize(payloads)) == nals
    assert all(0 < len(payload) <= PAYLOAD_MAX for payload in payloads)


@given(st.binary(max_size=3000))
def test_rubbish_makes_no_payload_that_is_too_large(unit: bytes) -> None:
    assert all(0 < len(payload) <= PAYLOAD_MAX for payload in packetize(unit))


def test_parameter_sets_and_a_small_picture_share_one_payload() -> None:
    sps, pps, key = b"\x67" + b"s" * 20, b"\x68" + b"p" * 4, b"\x65" + b"k" * 500
    (payload,) = packetize(START + sps + START + pps + START + key)
    assert payload[0] == 0x60 | STAP_A, "the highest importance of those inside"
    assert list(depacketize([payload])) == [sps, pps, key]


def test_parameter_sets_go_ahead_of_a_large_picture() -> None:
    sps, pps, key = b"\x67sps", b"\x68pps", b"\x65" + b"k" * 5000
    first, *fragments = packetize(START + sps + START + pps + START + key)
    assert first[0] & 0x1F == STAP_A
    assert {payload[0] & 0x1F for payload in fragments} == {FU_A}
    assert max(map(len, fragments)) - min(map(len, fragments)) <= len(fragments), "of about equal size"


def test_a_lone_small_unit_goes_as_it_is() -> None:
    assert packetize(START + b"\x41delta") == [b"\x41delta"]


def test_zeros_before_a_start_code_belong_to_nobody() -> None:
    assert [bytes(nal) for nal in split_annex_b(b"\x00\x00\x01\x67a\x00\x00\x00\x00\x01\x68b")] == [b"\x67a", b"\x68b"]


def test_without_a_start_code_there_is_nothing() -> None:
    assert packetize(b"no start code here") == []
    assert packetize(b"") == []


def test_a_real_keyframe_begins_with_its_parameter_sets(programme: Programme) -> None:
    keyframes = [unit.payload for unit in programme.pictures if unit.key]
    assert len(keyframes) == 6
    for payload in keyframes:
        kinds = [nal[0] & 0x1F for nal in split_annex_b(payload)]
        assert kinds[:2] == [7, 8]
        assert 5 in kinds
        assert [bytes(nal) for nal in split_annex_b(payload)] == list(depacketize(packetize(payload)))
