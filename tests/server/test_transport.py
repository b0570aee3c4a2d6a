"""Who may ask from which page, what every answer carries, and what is believed of who asks."""

import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from studio.commands.show import ShowCreate
from studio.errors import InvalidValue
from studio.link.server_process import Endpoint, check_transport
from studio.server.app import SERVER, ShowServer
from studio.server.config import Tls
from studio.server.http_guard import HSTS, PORTS
from studio.server.limiter import address_of, is_secure
from tests.certificates import certificate
from tests.server.conftest import StartServer
from tests.server.fakes import Desktop
from tests.server.strangers import Asked, ask, routes_of

SITE = "https://brand.example"


@pytest.fixture
async def server(start_server: StartServer) -> ShowServer:
    """A brand's server behind a proxy with TLS, that one other site may use."""
    return await start_server(embedded=False, proxies=("127.0.0.1",), origins=(SITE,), url="https://show.example.com")


async def origin(server: ShowServer, said: str, **more: str) -> tuple[int, str | None]:
    """The status, and which origin the answer lets in."""
    answer = await ask(server, Asked("GET", b"/api/shows", {"Origin": said} | more))
    return answer.status, answer.headers.get("Access-Control-Allow-Origin")


# ── Origin ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "said", [SITE, "https://show.example.com", "https://show.example.com:443", "https://SHOW.example.com", f"{SITE}:443"]
)
async def test_pages_of_ours_and_of_sites_that_were_named_may_ask(server: ShowServer, said: str) -> None:
    assert await origin(server, said) == (200, said)


@pytest.mark.parametrize(
    "said",
    [
        "http://brand.example",
        "http://show.example.com",
        "https://show.example.com:80",
        "https://show.example.com:8443",
        "file://show.example.com",
        "file://",
        "ftp://show.example.com",
        "chrome-extension://show.example.com",
        "null",
        "",
        "show.example.com",
        "//show.example.com",
        "https://show.example.com/x",
        "https://show.example.com?x",
        "https://show.example.com#x",
        "https://a@show.example.com",
        "https://show.example.com.evil.example",
        "https://evil.example",
        "https://show.example.com evil.example",
        "https://[::1",
        "https://show.example.com:99999",
        "https://show.example.com:x",
        "javascript:alert(1)",
    ],
)
async def test_others_may_not_and_are_not_named_in_the_answer(server: ShowServer, said: str) -> None:
    assert await origin(server, said) == (403, None)


async def test_no_refused_origin_is_named_by_any_address(server: ShowServer) -> None:
    for route in routes_of(server):
        for method in (route.method, "OPTIONS"):
            headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
            answer = await ask(server, Asked(method, route.target(), headers))
            assert answer.status == 403, f"{method} {route}"
            assert not [name for name in answer.headers if name.lower().startswith("access-control")], route
            assert b"evil.example" not in answer.body, route


async def test_the_scheme_that_is_compared_is_that_of_the_page(start_server: StartServer) -> None:
    plain = await start_server(embedded=False)
    own = f"127.0.0.1:{plain.port}"
    assert await origin(plain, f"http://{own}") == (200, f"http://{own}")
    assert await origin(plain, f"https://{own}") == (403, None)
    assert await origin(plain, f"https://{own}", **{"X-Forwarded-Proto": "https"}) == (403, None), "only a proxy of ours says so"
    assert PORTS == {"http": 80, "https": 443}


# ── Host ─────────────────────────────────────────────────────────────────────────────────────────────────────

ODD_HOSTS = [
    "x; script-src *",
    "x y",
    "x;y",
    "x,y",
    "x'y",
    'x"y',
    "x/y",
    "x@y",
    "x\\y",
    "x%20y",
    "*",
    "[::1",
    "x:y",
    "x:123456",
    "<x>",
    "ø",
]


@pytest.mark.parametrize("said", ODD_HOSTS)
async def test_a_host_that_is_no_name_is_refused_and_never_written_into_the_policy(
    start_server: StartServer, http: aiohttp.ClientSession, said: str
) -> None:
    server = await start_server(embedded=False)
    for path in (b"/", b"/guest", b"/api/shows", b"/shows/x/ws"):
        answer = await ask(server, Asked("GET", path, {"Host": said}))
        assert answer.status == 400, path
        assert said not in str(answer.headers)
        assert said.encode() not in answer.body


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40))
def test_what_passes_for_a_host_has_nothing_that_ends_a_policy(said: str) -> None:
    from studio.server.http_guard import _HOST

    if _HOST.fullmatch(said):
        assert not set(said) & set(" ;,'\"*()<>\\/@\r\n\t")


@pytest.mark.parametrize("said", ["show.example.com", "show.example.com:8443", "127.0.0.1", "[2001:db8::1]:8443", "my_host"])
async def test_the_policy_names_the_host_that_was_asked(start_server: StartServer, said: str) -> None:
    server = await start_server(embedded=False)
    answer = await ask(server, Asked("GET", b"/", {"Host": said}))
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert f"connect-src 'self' ws://{said};" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


# ── what every answer carries ────────────────────────────────────────────────────────────────────────────────


async def test_hsts_is_said_over_tls_only_and_by_a_brands_server_only(start_server: StartServer, tmp_path: Path) -> None:
    async def hsts(server: ShowServer, **headers: str) -> str | None:
        answer = await ask(server, Asked("GET", b"/healthz", dict(headers)))
        return answer.headers.get("Strict-Transport-Security")

    proxied = {"proxies": ("127.0.0.1",), "embedded": False}
    assert await hsts(await start_server(embedded=False)) is None
    assert await hsts(await start_server(embedded=False), **{"X-Forwarded-Proto": "https"}) is None, "a stranger's claim"
    assert await hsts(await start_server(**proxied)) is None
    assert await hsts(await start_server(**proxied), **{"X-Forwarded-Proto": "https"}) == HSTS
    assert await hsts(await start_server(**proxied), **{"X-Forwarded-Proto": "http"}) is None
    assert await hsts(await start_server(embedded=True, proxies=("127.0.0.1",)), **{"X-Forwarded-Proto": "https"}) is None
    assert await hsts(await start_server(embedded=False, url="https://show.example.com")) == HSTS
    chain, key = certificate(tmp_path, "IP:127.0.0.1")
    server = await start_server(embedded=False, tls=Tls(certificate=str(chain), key=str(key)))
    trusting = ssl.create_default_context(cafile=str(chain))
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{server.url}/healthz", ssl=trusting) as response:
            assert response.headers["Strict-Transport-Security"] == HSTS
        async with http.get(f"{server.url}/nothing", ssl=trusting) as response:
            assert (response.status, response.headers["Strict-Transport-Security"]) == (404, HSTS)
        async with http.get(server.url, ssl=trusting) as response:
            assert "connect-src 'self' wss://" in response.headers["Content-Security-Policy"]


async def test_no_answer_says_what_we_are_made_of(server: ShowServer) -> None:
    for route in routes_of(server):
        answer = await ask(server, Asked(route.method, route.target(), {}))
        assert answer.headers["Server"] == SERVER
        assert not [name for name in answer.headers if name.lower() in ("x-powered-by", "via")]
        assert "python" not in str(answer.headers).lower()


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────


class Request:
    """A request, as far as who asks goes."""

    def __init__(
        self, remote: str | None, *, secure: bool = False, proto: tuple[str, ...] = (), hops: tuple[str, ...] = ()
    ) -> None:
        self.remote, self.secure = remote, secure
        said = [("X-Forwarded-Proto", one) for one in proto] + [("X-Forwarded-For", one) for one in hops]
        self.headers = CIMultiDict(said)


def asker(remote: str | None, *hops: str, proxies: tuple[str, ...] = ("10.0.0.1", "10.0.0.2")) -> str:
    request: Any = Request(remote, hops=hops)
    return address_of(request, proxies)


@pytest.mark.parametrize(
    ("remote", "hops", "who"),
    [
        ("198.51.100.4", ("203.0.113.9",), "198.51.100.4"),
        ("10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("10.0.0.1", ("203.0.113.9:4711",), "203.0.113.9"),
        ("10.0.0.1", ('"203.0.113.9"',), "203.0.113.9"),
        ("10.0.0.1", ("[2001:db8:1:2::9]:4711",), "2001:db8:1:2::"),
        ("10.0.0.1", ("2001:db8:1:2::9",), "2001:db8:1:2::"),
        ("10.0.0.1", ("::ffff:203.0.113.9",), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1, 203.0.113.9",), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1, 203.0.113.9, 10.0.0.2",), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1", "203.0.113.9"), "203.0.113.9"),
        ("10.0.0.1", ("10.0.0.2", "10.0.0.1"), "10.0.0.2"),
        ("10.0.0.1", ("1.1.1.1, unknown",), "10.0.0.1"),
        ("10.0.0.1", ("1.1.1.1, _hidden",), "10.0.0.1"),
        ("10.0.0.1", ("1.1.1.1, unknown, 10.0.0.2",), "10.0.0.2"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("999.1.1.1",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9 1.1.1.1",), "10.0.0.1"),
        ("10.0.0.1", ("127.1",), "10.0.0.1"),
        ("10.0.0.1", ("x" * 5000,), "10.0.0.1"),
        (None, ("203.0.113.9",), ""),
    ],
)
def test_whose_word_is_believed_and_which(remote: str | None, hops: tuple[str, ...], who: str) -> None:
    assert asker(remote, *hops) == who


@given(st.lists(st.text(max_size=40), max_size=6))
def test_what_is_said_before_our_own_proxys_word_changes_nothing(said: list[str]) -> None:
    assert asker("10.0.0.1", *said, "203.0.113.9") == "203.0.113.9"
    assert asker("198.51.100.4", *said) == "198.51.100.4"


@pytest.mark.parametrize(
    ("remote", "secure", "proto", "is_so"),
    [
        ("198.51.100.4", True, (), True),
        ("198.51.100.4", False, ("https",), False),
        ("10.0.0.1", False, ("https",), True),
        ("10.0.0.1", False, (" HTTPS ",), True),
        ("10.0.0.1", False, ("http",), False),
        ("10.0.0.1", False, (), False),
        ("10.0.0.1", False, ("https", "http"), False),
        ("10.0.0.1", False, ("https", "https"), False),
        ("10.0.0.1", False, ("https, http",), False),
        ("10.0.0.1", False, ("httpsx",), False),
        (None, False, ("https",), False),
    ],
)
def test_which_connection_is_encrypted(remote: str | None, secure: bool, proto: tuple[str, ...], is_so: bool) -> None:
    request: Any = Request(remote, secure=secure, proto=proto)
    assert is_secure(request, ("10.0.0.1",)) is is_so


# ── a token goes over TLS or stays here ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url", ["https://show.example.com", "http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "http://127.9.9.9"]
)
def test_a_token_may_go_over_tls_or_to_this_machine(url: str) -> None:
    assert Endpoint(url, "token").url == url
    check_transport(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://show.example.com",
        "http://192.168.1.5",
        "http://0.0.0.0",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://[::1",
        "http://",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "",
        "ws://127.0.0.1",
    ],
)
def test_it_goes_nowhere_else(url: str) -> None:
    with pytest.raises(InvalidValue):
        Endpoint(url, "token")


async def test_a_preflight_of_a_named_site_for_every_address_is_answered(server: ShowServer, http: aiohttp.ClientSession) -> None:
    desktop = await Desktop(http, f"http://127.0.0.1:{server.port}").connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    for route in routes_of(server):
        answer = await ask(server, Asked("OPTIONS", route.target(), {"Origin": SITE, "Access-Control-Request-Method": "POST"}))
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, SITE)
        assert answer.headers["Vary"] == "Origin"
    await desktop.close()
