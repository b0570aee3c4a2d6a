"""WHEP's rules about SDP, on text alone."""

import pytest
from aiortc import sdp
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InvalidValue
from studio.webrtc.signalling import (
    SDP_MAX,
    checked_whep_offer,
    finished_answer,
    fragment_candidates,
    without_names,
)

HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
KEYS = (
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 "
    + ":".join(["AB"] * 32)
    + "\r\na=setup:actpass\r\n"
)
VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 H264/90000\r\n"
AUDIO = (
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
)
DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n"
HOST = "a=candidate:1 1 udp 2130706431 192.0.2.7 5004 typ host\r\n"
MDNS = "a=candidate:2 1 udp 2113937151 3bd5f2a3-7d5c-4b0f-9a3c-1c1f6a2f0001.local 51000 typ host generation 0\r\n"
GOOD = HEAD + VIDEO + KEYS + AUDIO + KEYS


def test_a_good_offer_comes_back_with_the_kinds_in_its_order() -> None:
    assert checked_whep_offer(GOOD.encode()) == (GOOD, ["video", "audio"])
    assert checked_whep_offer((HEAD + AUDIO + KEYS + VIDEO + KEYS).encode())[1] == ["audio", "video"]
    assert checked_whep_offer((HEAD + AUDIO + KEYS).encode())[1] == ["audio"]


def test_an_offer_to_send_as_well_is_a_viewers() -> None:
    assert checked_whep_offer(GOOD.replace("recvonly", "sendrecv").encode())[1] == ["video", "audio"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "needs an audio or a video section"),
        (HEAD, "needs an audio or a video section"),
        ("hello", "needs an audio or a video section"),
        ("v=0\r\nm=video", "not a valid SDP offer"),
        (GOOD.replace("m=audio 9", "m=audio nine"), "not a valid SDP offer"),
        (GOOD + DATA + KEYS, "and nothing else"),
        (GOOD + VIDEO + KEYS, "more than one section"),
        (GOOD.replace("recvonly", "sendonly"), "willing to receive"),
        (GOOD.replace("recvonly", "inactive"), "willing to receive"),
        (GOOD.replace("a=ice-ufrag:abcd\r\n", ""), "ICE credentials"),
        (GOOD.replace("a=ice-pwd:0123456789012345678901\r\n", ""), "ICE credentials"),
        (HEAD + VIDEO + AUDIO, "ICE credentials"),
        (GOOD.replace("a=fingerprint", "a=no-fingerprint"), "DTLS fingerprint"),
        (GOOD + "a=x:" + "y" * SDP_MAX, "too large"),
    ],
)
def test_a_bad_offer_is_refused_in_words(body: str, words: str) -> None:
    with pytest.raises(InvalidValue, match=words) as caught:
        checked_whep_offer(body.encode())
    assert caught.value.field == "sdp"


@given(st.binary(max_size=400))
def test_any_bytes_are_an_offer_or_an_invalid_value(body: bytes) -> None:
    try:
        checked_whep_offer(body)
    except InvalidValue:
        pass


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 60), st.text(max_size=30))
def test_any_damage_to_an_offer_is_an_offer_or_an_invalid_value(at: int, length: int, instead: str) -> None:
    try:
        _, kinds = checked_whep_offer((GOOD[:at] + instead + GOOD[at + length :]).encode())
    except InvalidValue:
        return
    assert set(kinds) <= {"video", "audio"}


def test_names_that_only_mdns_knows_are_taken_out() -> None:
    offer = HEAD + VIDEO + KEYS + MDNS + HOST + AUDIO + KEYS + MDNS
    text, _ = checked_whep_offer(offer.encode())
    assert text == HEAD + VIDEO + KEYS + HOST + AUDIO + KEYS


def test_other_lines_that_mention_local_stay() -> None:
    text = "a=x:printer.local \r\na=candidate:1 1 udp 1 192.0.2.7 5 typ host raddr a.local rport 5\r\n"
    assert without_names(text) == text


@given(st.text(max_size=300))
def test_taking_names_out_never_adds_anything(text: str) -> None:
    assert len(without_names(text)) <= len(text)
    assert without_names(without_names(text)) == without_names(text)


def test_the_answer_says_rtcp_mux_only_in_every_section() -> None:
    finished = finished_answer(GOOD)
    assert finished.count("a=rtcp-mux\r\na=rtcp-mux-only\r\n") == 2
    assert finished.replace("a=rtcp-mux-only\r\n", "") == GOOD
    assert len(sdp.SessionDescription.parse(finished).media) == 2


FRAGMENT = (
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 RTP/AVP 0\r\na=mid:1\r\n"
    "a=candidate:1 1 udp 2130706431 192.0.2.7 5004 typ host\r\na=end-of-candidates\r\n"
)
LINE = "candidate:1 1 udp 2130706431 192.0.2.7 5004 typ host"


def test_a_fragment_gives_its_user_and_its_candidates_with_their_section() -> None:
    assert fragment_candidates(FRAGMENT.encode()) == ("abcd", [("1", LINE)])


def test_line_feeds_will_do() -> None:
    assert fragment_candidates(FRAGMENT.replace("\r\n", "\n").encode()) == ("abcd", [("1", LINE)])


def test_without_a_section_the_first_is_meant() -> None:
    assert fragment_candidates(f"a={LINE}\r\n".encode()) == (None, [("0", LINE)])


def test_each_candidate_belongs_to_the_section_above_it() -> None:
    body = f"a=mid:0\r\na={LINE}\r\nm=video 9 RTP/AVP 0\r\na=mid:1\r\na={LINE}\r\n"
    assert fragment_candidates(body.encode()) == (None, [("0", LINE), ("1", LINE)])


def test_the_end_of_candidates_alone_is_a_fragment() -> None:
    assert fragment_candidates(b"a=ice-ufrag:abcd\r\na=end-of-candidates\r\n") == ("abcd", [])


@pytest.mark.parametrize(
    "line",
    [
        "candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
        "candidate:1 1 sctp 1518280447 192.0.2.7 9 typ host",
        "candidate:1 1 udp 2113937151 3bd5f2a3.local 51000 typ host",
        "candidate:1 1 udp 1",
        "candidate:1 one udp 1 192.0.2.7 5004 typ host",
        "candidate:1 1 udp much 192.0.2.7 5004 typ host",
        "candidate:1 1 udp 1 192.0.2.7 port typ host",
        "candidate:1 1 udp 1 192.0.2.7 70000 typ host",
        "candidate:1 1 udp 1 192.0.2.7 5004 typ host raddr 10.0.0.1 rport x",
    ],
)
def test_a_candidate_nobody_can_use_is_left_out_and_the_rest_is_kept(line: str) -> None:
    assert fragment_candidates(f"a={line}\r\na={LINE}\r\n".encode()) == (None, [("0", LINE)])


@pytest.mark.parametrize("body", [b"hello", b"{}", b"\xff\xfe", b"a=ok\r\n<html>", b"a=x:" + b"y" * SDP_MAX])
def test_what_is_no_fragment_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidValue):
        fragment_candidates(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fragment_or_an_invalid_value(body: bytes) -> None:
    try:
        fragment_candidates(body)
    except InvalidValue:
        pass


@given(st.integers(0, len(FRAGMENT) - 1), st.integers(0, 40), st.text(max_size=20))
def test_any_damage_to_a_fragment_is_a_fragment_or_an_invalid_value(at: int, length: int, instead: str) -> None:
    try:
        fragment_candidates((FRAGMENT[:at] + instead + FRAGMENT[at + length :]).encode())
    except InvalidValue:
        pass
