"""WHEP over HTTP (RFC 9725's rules, draft-ietf-wish-whep): the numbers are those of reference/protocols.md, section 4."""

import asyncio
import re

import aiohttp
import pytest
from aiortc import RTCSessionDescription

from studio.commands.show import ShowCreate, ShowEnd, ShowPause, ShowStart
from studio.server.app import ShowServer
from studio.server.config import Limits
from studio.server.live.show import LiveShow
from studio.webrtc import answering_peer
from tests.fakes import until
from tests.server.conftest import MakeViewer, StartServer
from tests.server.fakes import Desktop, Programme, Viewer

SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
async def live(desktop: Desktop, programme: Programme) -> Desktop:
    """A desktop whose show is live and on air."""
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    return desktop


async def post(
    http: aiohttp.ClientSession, server: ShowServer, body: str | bytes, headers: dict[str, str] = SDP, **query: str
) -> tuple[int, aiohttp.ClientResponse, str]:
    data = body if isinstance(body, bytes) else body.encode()
    async with http.post(f"{server.url}/shows/demo/whep", data=data, headers=headers, params=query) as response:
        return response.status, response, await response.text()


@pytest.fixture
async def session(live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer) -> str:
    """The address of a session that has not connected yet."""
    _, response, _ = await post(http, server, await make_viewer().offer())
    return server.url + response.headers["Location"]


async def test_s1_s5_s6_s7_an_offer_is_answered_with_201_a_location_and_a_complete_answer(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    status, response, answer = await post(http, server, await make_viewer().offer())
    assert (status, response.content_type) == (201, "application/sdp")
    assert response.headers["Content-Type"] == "application/sdp", "and no charset"
    assert re.fullmatch(r"/shows/demo/whep/[\w-]+", response.headers["Location"])
    assert response.headers["Accept-Patch"] == "application/trickle-ice-sdpfrag"
    sections = [f"{section}\r\n" for section in answer.split("\r\nm=")[1:]]
    assert [section.partition(" ")[0] for section in sections] == ["video", "audio"]
    for section in sections:
        for line in ("sendonly", "end-of-candidates", "rtcp-mux", "rtcp-mux-only", "setup:passive"):
            assert f"\r\na={line}\r\n" in section, line
        assert "\r\na=candidate:" in section
        assert not section.partition(" ")[2].startswith("0 "), "no section is refused"
    assert "\r\na=group:BUNDLE 0 1\r\n" in answer
    assert len(set(re.findall(r"a=msid:(\S+)", answer))) == 1, "one stream"


async def test_a_content_type_with_a_charset_will_do(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    offer = await make_viewer().offer()
    assert (await post(http, server, offer, {"Content-Type": "application/sdp; charset=utf-8"}))[0] == 201


@pytest.mark.parametrize("kinds", [("audio", "video"), ("video",), ("audio",)])
async def test_the_answer_follows_the_order_of_the_offer(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, kinds: tuple[str, ...]
) -> None:
    _, _, answer = await post(http, server, await make_viewer().offer(kinds))
    assert tuple(re.findall(r"^m=(\w+)", answer, re.MULTILINE)) == kinds


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/trickle-ice-sdpfrag"])
async def test_s2_another_content_type_is_refused(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, kind: str
) -> None:
    status, response, _ = await post(http, server, await make_viewer().offer(), {"Content-Type": kind})
    assert (status, response.content_type) == (415, "application/problem+json")


async def test_s2_so_is_none_at_all(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    offer = await make_viewer().offer()
    async with http.post(f"{server.url}/shows/demo/whep", data=offer.encode(), skip_auto_headers=["Content-Type"]) as response:
        assert response.status == 415


def without_ice(offer: str) -> str:
    return re.sub(r"a=ice-(ufrag|pwd):.*\r\n", "", offer)


def only_vp8(offer: str) -> str:
    """An offer of somebody who cannot play H.264."""
    return re.sub(r"a=(rtpmap|fmtp|rtcp-fb):(99|1\d\d)\b.*\r\n", "", re.sub(r"(m=video \d+ \S+).*\r\n", r"\1 97\r\n", offer))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda offer: "",
        lambda offer: "this is no SDP",
        lambda offer: offer.split("m=")[0],
        lambda offer: offer.replace("m=video", "m=hologram"),
        lambda offer: offer + offer[offer.index("m=video") : offer.index("m=audio")].replace("a=mid:0", "a=mid:2"),
        lambda offer: offer.replace("a=recvonly", "a=sendonly"),
        lambda offer: offer.replace("a=recvonly", "a=inactive"),
        without_ice,
        lambda offer: re.sub(r"a=fingerprint:.*\r\n", "", offer),
        lambda offer: offer.replace("H264", "H999").replace("VP8", "V999"),
        only_vp8,
        lambda offer: offer + "a=x:" + "y" * 70_000,
        lambda offer: offer + "".join(f"a=candidate:{n} 1 udp 1 192.0.2.1 {n} typ host\r\n" for n in range(1, 60)),
        lambda offer: "\udcff" + offer,
    ],
)
async def test_s3_s4_s8_s9_a_bad_offer_is_refused_whole_and_leaves_no_session(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, spoil: object
) -> None:
    assert callable(spoil)
    body = spoil(await make_viewer().offer()).encode(errors="surrogateescape")
    status, response, text = await post(http, server, body)
    assert (status, response.content_type) == (400, "application/problem+json"), text
    assert server.whep.count == 0


async def test_an_offer_that_comes_in_pieces_is_read_whole(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    offer = (await make_viewer().offer()).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        b"POST /shows/demo/whep HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n" % len(offer)
    )
    for start in range(0, len(offer), 1200):
        writer.write(offer[start : start + 1200])
        await writer.drain()
        await asyncio.sleep(0.005)
    assert (await reader.readline()).startswith(b"HTTP/1.1 201")
    writer.close()
    await writer.wait_closed()


async def test_an_offer_with_names_of_the_local_network_is_answered_at_once(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("aioice.ice.get_or_create_mdns_protocol", asked.append)
    offer = re.sub(r"(a=candidate:\S+ \d \w+ \d+) \S+ (\d+)", r"\1 3bd5f2a3-7d5c.local \2", await make_viewer().offer())
    assert ".local" in offer
    assert "a=end-of-candidates" in offer, "as Firefox writes it"
    status, _, answer = await post(http, server, offer)
    assert status == 201
    assert "a=candidate:" in answer
    assert not asked, "nobody is asked in the local network, which takes seconds"


async def test_who_names_only_what_we_cannot_use_is_found_by_its_first_check(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, room: LiveShow
) -> None:
    viewer = make_viewer()
    offer = re.sub(r"(a=candidate:\S+ \d \w+ \d+) \S+ (\d+)", r"\1 3bd5f2a3-7d5c.local \2", await viewer.offer())
    _, _, answer = await post(http, server, offer)
    await viewer.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await until(lambda: room.fanout.readers)


async def test_s11_s12_get_and_head_are_harmless(session: str, http: aiohttp.ClientSession, server: ShowServer) -> None:
    for address in (f"{server.url}/shows/demo/whep", session):
        async with http.get(address) as response:
            assert (response.status, await response.read()) == (200, b"")
    async with http.head(f"{server.url}/shows/demo/whep") as response:
        assert (response.status, response.content_type) == (200, "application/sdp")
    async with http.get(session + "x") as response:
        assert response.status == 404
    assert server.whep.count == 1


async def test_s13_options_says_what_it_takes(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.options(f"{server.url}/shows/demo/whep") as response:
        assert (response.status, response.headers["Accept-Post"]) == (200, "application/sdp")


async def test_s13_a_page_elsewhere_may_read_the_location(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    headers = SDP | {"Origin": "http://localhost:5173"}
    _, response, _ = await post(http, server, await make_viewer().offer(), headers)
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert "Location" in response.headers["Access-Control-Expose-Headers"]


async def test_s16_who_leaves_is_gone_and_cannot_leave_twice(
    session: str, http: aiohttp.ClientSession, server: ShowServer
) -> None:
    async with http.delete(session, headers={"If-Match": '"anything"'}) as response:
        assert response.status == 200
    assert server.whep.count == 0
    for method in ("DELETE", "PATCH", "GET"):
        async with http.request(method, session) as response:
            assert response.status == 404


async def test_s17_a_session_cannot_be_guessed(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    names = {(await post(http, server, await make_viewer().offer()))[1].headers["Location"].rpartition("/")[2] for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) * 6 >= 128 for name in names)


@pytest.mark.parametrize("state", ["draft", "silent", "paused", "ended"])
async def test_s18_what_is_not_on_air_is_a_conflict_to_be_tried_again(
    desktop: Desktop, programme: Programme, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, state: str
) -> None:
    if state == "silent":
        await desktop.take()
    else:
        await desktop.on_air(programme)
    if state != "draft":
        await desktop.confirmed(ShowStart())
    if state == "paused":
        await desktop.do(ShowPause())
    if state == "ended":
        await desktop.confirmed(ShowEnd())
    status, response, text = await post(http, server, await make_viewer().offer())
    assert (status, response.content_type) == (409, "application/problem+json")
    assert int(response.headers["Retry-After"]) > 0
    assert "not on air" in text


async def test_who_asks_early_is_told_without_an_error(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    """A page that asks before it knows leaves no red line in the console of the shop's developer."""
    offer = await make_viewer().offer()
    async with http.post(f"{server.url}/shows/demo/whep?early=1", data=offer, headers=SDP) as response:
        assert (response.status, await response.read()) == (204, b"")
    async with http.post(f"{server.url}/shows/nowhere/whep?early=1", data=offer, headers=SDP) as response:
        assert response.status == 404
    assert server.whep.count == 0


async def test_s18_a_full_house_is_unavailable_until_somebody_leaves(
    start_server: StartServer, http: aiohttp.ClientSession, programme: Programme, make_viewer: MakeViewer
) -> None:
    server = await start_server(limits=Limits(readers=1))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    _, first, _ = await post(http, server, await make_viewer().offer())
    status, response, _ = await post(http, server, await make_viewer().offer())
    assert (status, response.content_type) == (503, "application/problem+json")
    assert int(response.headers["Retry-After"]) > 0
    async with http.delete(server.url + first.headers["Location"]):
        pass
    assert (await post(http, server, await make_viewer().offer()))[0] == 201
    await desktop.close()


async def test_many_who_come_at_once_do_not_overfill_it(
    start_server: StartServer, http: aiohttp.ClientSession, programme: Programme, make_viewer: MakeViewer
) -> None:
    server = await start_server(limits=Limits(readers=2))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    offers = [await make_viewer().offer() for _ in range(5)]
    answers = await asyncio.gather(*(post(http, server, offer) for offer in offers))
    assert sorted(status for status, _, _ in answers) == [201, 201, 503, 503, 503]
    await desktop.close()


async def test_an_unknown_show_has_no_endpoint(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{server.url}/shows/nothing/whep", data=b"", headers=SDP) as response:
        assert response.status == 404


async def test_who_never_connects_is_forgotten(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering_peer, "CONNECT_TIMEOUT_S", 0.2)
    viewer: Viewer = make_viewer()
    assert (await post(http, server, await viewer.offer()))[0] == 201
    await viewer.close()
    assert server.whep.count == 1
    await until(lambda: server.whep.count == 0)


async def test_s10_an_offer_that_wants_to_begin_dtls_itself_may(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    offer = await make_viewer().offer()
    for wanted, answered in (("active", "passive"), ("passive", "active"), ("actpass", "passive")):
        status, _, answer = await post(http, server, offer.replace("a=setup:actpass", f"a=setup:{wanted}"))
        assert status == 201
        assert set(re.findall(r"a=setup:(\w+)", answer)) == {answered}


async def test_s14_a_show_that_is_not_public_wants_its_key_as_a_bearer_or_in_the_address(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, room: LiveShow
) -> None:
    room.unlisted = True
    offer = await make_viewer().offer()
    assert (await post(http, server, offer))[0] == 404, "it does not exist"
    assert (await post(http, server, offer, SDP | {"Authorization": "Bearer wrong"}))[0] == 404, "nor with a wrong one"
    assert (await post(http, server, offer, SDP | {"Authorization": f"Bearer {room.key}"}))[0] == 201
    assert (await post(http, server, await make_viewer().offer(), key=room.key))[0] == 201
    room.unlisted = False
    status, response, _ = await post(http, server, offer, SDP | {"Authorization": "Bearer wrong"})
    assert (status, response.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_s19_nobody_is_sent_elsewhere_by_a_redirect_that_loses_the_offer(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    offer = await make_viewer().offer()
    for path in ("/shows/demo/whep/", "//shows/demo/whep", "/shows//demo/whep"):
        async with http.post(server.url + path, data=offer.encode(), headers=SDP, allow_redirects=False) as response:
            assert response.status not in (301, 302), path
