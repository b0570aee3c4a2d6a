"""Trickled candidates (RFC 9725 4.3, RFC 8840); the numbers are those of reference/protocols.md, section 4."""

import re

import aiohttp
import pytest

from studio.commands.show import ShowStart
from studio.server.app import ShowServer
from studio.webrtc.ice import CANDIDATES_MAX
from tests.fakes import until
from tests.server.conftest import MakeViewer
from tests.server.fakes import Desktop, Programme

FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
HOST = "candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host"


class Session:
    """A session whose viewer sent no candidates in its offer, and its trickle."""

    def __init__(self, http: aiohttp.ClientSession, server: ShowServer, address: str, offer: str) -> None:
        self.http, self.server, self.address, self.offer = http, server, address, offer
        self.user, self.password = (re.findall(rf"a=ice-{name}:(\S+)", offer)[0] for name in ("ufrag", "pwd"))

    def fragment(self, *lines: str, end: str = "\r\n") -> str:
        """A fragment as whip-whep's client sends it, with these lines in its section."""
        head = (f"a=ice-ufrag:{self.user}", f"a=ice-pwd:{self.password}", "m=video 9 RTP/AVP 0", "a=mid:0")
        return "".join(f"{line}{end}" for line in (*head, *lines))

    async def patch(self, body: str | bytes, **headers: str) -> tuple[int, aiohttp.ClientResponse, bytes]:
        """PATCH it; status, answer and body."""
        sent = FRAGMENT | {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else body.encode()
        async with self.http.patch(self.address, data=data, headers=sent) as response:
            return response.status, response, await response.read()

    @property
    def candidates(self) -> list[tuple[str, int]]:
        """The addresses the server knows of this viewer."""
        ((_, reader),) = self.server.whep._sessions.values()
        assert reader.peer.video is not None
        ice = reader.peer.video.transport.transport
        return [(candidate.ip, candidate.port) for candidate in ice.getRemoteCandidates()]


@pytest.fixture
async def session(
    desktop: Desktop, programme: Programme, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> Session:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    offer = re.sub(r"a=(candidate:.*|end-of-candidates)\r\n", "", await make_viewer().offer())
    async with http.post(f"{server.url}/shows/demo/whep", data=offer, headers={"Content-Type": "application/sdp"}) as response:
        assert response.status == 201
        return Session(http, server, server.url + response.headers["Location"], offer)


async def test_p4_p5_a_candidate_is_taken_without_a_word_and_without_an_if_match(session: Session) -> None:
    status, response, body = await session.patch(session.fragment("a=" + HOST.format(port=5004)))
    assert (status, body) == (204, b"")
    assert "ETag" not in response.headers
    await until(lambda: ("127.0.0.1", 5004) in session.candidates)


async def test_p5_an_if_match_is_no_trouble(session: Session) -> None:
    assert (await session.patch(session.fragment("a=" + HOST.format(port=5004)), If_Match="*"))[0] == 204


async def test_the_viewer_is_found_by_what_it_trickled(session: Session) -> None:
    await session.patch(session.fragment(*(f"a={HOST.format(port=port)}" for port in (5004, 5005)), "a=end-of-candidates"))
    await until(lambda: {port for _, port in session.candidates} == {5004, 5005})


@pytest.mark.parametrize("kind", ["application/sdp", "application/json", "text/plain"])
async def test_p1_another_content_type_is_refused(session: Session, kind: str) -> None:
    assert (await session.patch(session.fragment(), Content_Type=kind))[0] == 415


@pytest.mark.parametrize("body", [b"hello", b"\xff\xff", b"<xml/>", b"a=x:" + b"y" * 70_000])
async def test_p1_what_is_no_fragment_is_refused(session: Session, body: bytes) -> None:
    status, response, _ = await session.patch(body)
    assert (status, response.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "line",
    [
        "candidate:2 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active",
        "candidate:2 1 carrier-pigeon 1 127.0.0.1 9 typ host",
        "candidate:2 1 udp 1 3bd5f2a3-7d5c-4b0f-9a3c-1c1f6a2f0001.local 5000 typ host",
        "candidate:2 1 udp 1 no.such.host.invalid 5000 typ host",
        "candidate:2 1 udp 1 999.1.1.1 5000 typ host",
        "candidate:2 1 udp 1 127.0.0.1 0 typ host",
        "candidate:2 1 udp 1 127.0.0.1 99999 typ host",
        "candidate:2 1 udp 1 127.0.0.1 5000 typ nonsense",
        "candidate:2 one udp 1 127.0.0.1 5000 typ host",
        "candidate:",
    ],
)
async def test_p6_a_candidate_nobody_can_use_is_passed_over_and_the_rest_is_taken(session: Session, line: str) -> None:
    status, _, _ = await session.patch(session.fragment(f"a={line}", "a=" + HOST.format(port=5004)))
    assert status == 204
    await until(lambda: session.candidates == [("127.0.0.1", 5004)])


@pytest.mark.parametrize("end", ["\r\n", "\n"])
async def test_p7_either_line_end_will_do(session: Session, end: str) -> None:
    assert (await session.patch(session.fragment("a=" + HOST.format(port=5004), end=end)))[0] == 204
    await until(lambda: session.candidates)


@pytest.mark.parametrize("mid", ["0", "1", "video", ""])
async def test_p7_whatever_section_it_names_the_candidate_is_for_the_one_transport(session: Session, mid: str) -> None:
    fragment = session.fragment("a=" + HOST.format(port=5004)).replace("a=mid:0", f"a=mid:{mid}")
    assert (await session.patch(fragment))[0] == 204
    await until(lambda: session.candidates)


async def test_p7_short_and_long_fragments_are_taken(session: Session) -> None:
    line = "a=" + HOST.format(port=5004)
    for body in (
        f"{line}\r\n",
        "a=end-of-candidates\r\n",
        f"a=ice-ufrag:{session.user}\r\na=end-of-candidates\r\n",
        session.fragment(line, "m=audio 9 RTP/AVP 0", "a=mid:1", line, "a=end-of-candidates"),
        "",
    ):
        assert (await session.patch(body))[0] == 204, body


async def test_p2_p9_a_restart_is_refused_and_the_session_lives(session: Session, http: aiohttp.ClientSession) -> None:
    fragment = session.fragment("a=" + HOST.format(port=5004)).replace(session.user, "other")
    status, response, body = await session.patch(fragment, If_Match='"*"')
    assert (status, response.content_type) == (422, "application/problem+json")
    assert b"ICE restart is not supported" in body
    assert session.candidates == []
    assert (await session.patch(session.fragment("a=" + HOST.format(port=5005))))[0] == 204
    async with http.get(session.address) as answer:
        assert answer.status == 200


async def test_p11_an_unknown_session_is_not_found(session: Session) -> None:
    session.address += "x"
    assert (await session.patch(session.fragment()))[0] == 404


async def test_a_flood_of_candidates_is_refused_and_the_session_lives(session: Session) -> None:
    many = [f"a=candidate:{n} 1 udp 1 192.0.2.1 {n} typ host" for n in range(1, CANDIDATES_MAX + 2)]
    assert (await session.patch(session.fragment(*many)))[0] == 400
    assert not session.candidates
    assert (await session.patch(session.fragment("a=" + HOST.format(port=5004))))[0] == 400, "its number is used up"
    assert session.server.whep.count == 1
