"""Who may talk to the server, and how it says no."""

import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from studio.errors import InvalidValue
from studio.server.app import ShowServer
from studio.server.config import Mail
from tests.server.conftest import StartServer
from tests.server.fakes import TOKEN, Desktop

Get = Callable[..., Awaitable[aiohttp.ClientResponse]]


@pytest.fixture
def get(http: aiohttp.ClientSession, server: ShowServer) -> Get:
    async def ask(path: str, method: str = "GET", **headers: str) -> aiohttp.ClientResponse:
        async with http.request(
            method, server.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        ) as response:
            await response.read()
            return response

    return ask


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "[::1]:8080", "LOCALHOST"])
async def test_an_embedded_server_answers_to_this_machines_names(get: Get, host: str) -> None:
    assert (await get("/healthz", Host=host)).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::1", "localhost@evil.example", ""]
)
async def test_an_embedded_server_answers_to_no_other_name(get: Get, host: str) -> None:
    response = await get("/healthz", Host=host)
    assert response.status == 421
    assert response.content_type == "application/problem+json"


async def test_a_brands_server_answers_to_any_name(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False)
    async with http.get(f"{server.url}/healthz", headers={"Host": "live.brand.example"}) as response:
        assert response.status == 200


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:9", "https://localhost"])
async def test_pages_of_this_machine_may_use_an_embedded_server(get: Get, origin: str) -> None:
    headers = (await get("/api/shows", Origin=origin)).headers
    assert headers["Access-Control-Allow-Origin"] == origin
    assert headers["Vary"] == "Origin"
    assert {"Location", "Link", "ETag", "Retry-After"} <= set(headers["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "null", "http://[x", "file://"])
async def test_other_pages_may_not(get: Get, origin: str) -> None:
    response = await get("/api/shows", Origin=origin)
    assert response.status == 403
    assert response.content_type == "application/problem+json"


async def test_a_request_without_an_origin_needs_no_leave(get: Get) -> None:
    response = await get("/api/shows")
    assert response.status == 200
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_brands_server_knows_its_own_site_and_those_it_was_told(
    start_server: StartServer, http: aiohttp.ClientSession
) -> None:
    server = await start_server(embedded=False, origins=("https://brand.example",))
    own = f"http://127.0.0.1:{server.port}"
    for origin, expected in (
        ("https://brand.example", 200),
        (own, 200),
        ("http://localhost:5173", 403),
        ("http://brand.example", 403),
    ):
        async with http.get(f"{server.url}/api/shows", headers={"Origin": origin}) as response:
            assert response.status == expected, origin


async def test_a_preflight_says_what_a_player_may_do(get: Get) -> None:
    response = await get("/shows/demo/whep", "OPTIONS", Origin="http://localhost:5173", Access_Control_Request_Method="POST")
    assert response.status == 200
    assert response.headers["Accept-Post"] == "application/sdp"
    assert {"POST", "PATCH", "DELETE", "OPTIONS"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match", "ETag"} <= set(
        response.headers["Access-Control-Allow-Headers"].split(", ")
    )


async def test_a_preflight_of_a_strangers_page_is_refused(get: Get) -> None:
    assert (await get("/shows/demo/whep", "OPTIONS", Origin="https://evil.example")).status == 403


async def test_errors_are_problem_documents(get: Get) -> None:
    response = await get("/api/shows/nothing")
    assert response.status == 404
    assert response.content_type == "application/problem+json"
    problem = json.loads(await response.text())
    assert problem == {"type": "about:blank", "title": "not_found", "status": 404, "detail": "There is no show nothing"}


async def test_so_are_those_of_http_itself(get: Get) -> None:
    nowhere, wrong = await get("/nowhere"), await get("/healthz", "PUT")
    assert (nowhere.status, nowhere.content_type) == (404, "application/problem+json")
    assert (wrong.status, wrong.content_type) == (405, "application/problem+json")
    assert set(wrong.headers["Allow"].split(",")) == {"GET", "HEAD"}


async def test_an_error_can_be_read_by_a_page_that_may_ask(get: Get) -> None:
    response = await get("/api/shows/nothing", Origin="http://localhost:5173")
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/assets/icons/vitrine.svg"])
async def test_every_answer_carries_the_security_headers(get: Get, path: str) -> None:
    headers = (await get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(start_server: StartServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        with pytest.raises(OSError, match="in use"):
            await start_server(port=other.getsockname()[1])


async def test_a_secret_that_is_not_there_is_the_error_that_is_told(start_server: StartServer, tmp_path: Path) -> None:
    mail = Mail(host="mail.example", user="vitrine", password_file=str(tmp_path / "nowhere"))
    with pytest.raises(InvalidValue, match="nowhere") as caught:
        await start_server(mail=mail)
    assert caught.value.field == "mail.password_file"
    assert caught.value.__context__ is None or isinstance(caught.value.__context__, OSError)


@pytest.mark.parametrize(
    "step",
    [
        "studio.server.event_log.EventLog.start",
        "studio.server.visitors.Visitors.open",
        "studio.server.calls.inbox.Inbox.load",
        "studio.server.calls.router.CallRouter.start",
        "studio.server.guests.guests.Guests.load",
        "studio.server.films.films.Films.start",
        "studio.server.catalogue.feeds.Feeds.start",
        "studio.server.listener.Listener.start",
        "studio.server.metrics.Metrics.start",
    ],
)
async def test_whatever_cannot_be_opened_is_told_and_leaves_nothing_open(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: object) -> None:
        raise OSError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(step, broken)
        with pytest.raises(OSError, match="broken") as caught:
            await start_server()
    assert caught.value.__context__ is None
    await start_server()


async def test_what_cannot_be_closed_keeps_nothing_else_open(start_server: StartServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise OSError("broken")

    with monkeypatch.context() as patch:
        patch.setattr("studio.server.catalogue.fetcher.Fetcher.close", broken)
        server = await start_server()
        with pytest.raises(OSError, match="broken"):
            await server.close()
        patch.setattr("studio.server.metrics.Metrics.start", closed_too_early)
        with pytest.raises(ValueError, match="too early"):
            await start_server()
    await start_server()


def closed_too_early(*_: object) -> None:
    raise ValueError("too early")


async def test_healthz_counts_the_desktops(get: Get, desktop: Desktop) -> None:
    health = json.loads(await (await get("/healthz", Authorization=f"Bearer {TOKEN}")).text())
    assert (health["ok"], health["desktops"], health["readers"]) == (True, 1, 0)


async def test_strangers_are_told_neither_versions_nor_desktops(get: Get, desktop: Desktop) -> None:
    answer = await get("/healthz")
    assert set(json.loads(await answer.text())) == {"ok", "readers", "time_ms"}
    assert answer.headers["Server"] == "Vitrine"
    assert (await get("/healthz", Authorization="Bearer guess")).status == 401


async def test_a_browser_that_looks_for_an_icon_finds_no_error(get: Get) -> None:
    assert (await get("/favicon.ico")).status == 204
