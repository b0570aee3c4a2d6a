"""The pages a visitor opens, and the files they load."""

import asyncio
import re

import aiohttp
import pytest

from studio.commands.show import ShowCreate, ShowRename, ShowStart
from studio.i18n import translate
from studio.server.app import ShowServer
from tests.server.conftest import StartServer
from tests.server.fakes import Desktop, Programme


async def ask(http: aiohttp.ClientSession, server: ShowServer, path: str, language: str = "en") -> tuple[int, str]:
    async with http.get(server.url + path, headers={"Accept-Language": language}) as response:
        return response.status, await response.text()


async def test_the_page_has_the_player_of_its_show(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    status, page = await ask(http, server, "/shows/demo")
    assert status == 200
    assert re.search(r'<vitrine-show show="demo" lang="en" consent="bar" poster="">', page)
    (script,) = re.findall(r'<script type="module" src="(/assets/page/vitrine-show-[0-9A-Z]{8}.js)">', page)
    async with http.get(server.url + script) as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        tag = response.headers["ETag"]
    async with http.get(server.url + script, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")


@pytest.mark.parametrize("path", ["/shows/demo", "/"])
async def test_what_people_named_is_text_and_never_markup(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, path: str
) -> None:
    await desktop.do(ShowRename(title="""<script>alert('1')</script>"&{title}"""))
    _, page = await ask(http, server, path)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;{title}" in page


async def test_brand_and_poster_are_escaped_too(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    await desktop.do(ShowCreate(id="brand", title="x", brand="<b>&</b>", poster='"><script>'))
    _, page = await ask(http, server, "/shows/brand")
    assert '<span class="name">&lt;b&gt;&amp;&lt;/b&gt;</span>' in page
    assert '"><script>' not in page
    assert page.count("&quot;&gt;&lt;script&gt;") == 2, "as poster and as preview picture"


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        ("", "", "en"),
        ("", "da", "da"),
        ("", "da-DK,da;q=0.9,en;q=0.8", "da"),
        ("", "en-GB,da;q=0.9", "en"),
        ("", "fr,de;q=0.9,da;q=0.2", "da"),
        ("", "fr", "en"),
        ("", "en;q=0.1,da;q=0.2", "da"),
        ("", "en; q=0.1, da; q=0.2", "da"),
        ("", "da;q=lots", "en"),
        ("", "da;q=nan,en", "en"),
        ("?lang=da", "en", "da"),
        ("?lang=en", "da", "en"),
        ("?lang=xx", "da", "da"),
    ],
)
async def test_the_page_speaks_the_visitors_language(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, query: str, accept: str, expected: str
) -> None:
    _, page = await ask(http, server, f"/shows/demo{query}", accept)
    assert f'<html lang="{expected}">' in page
    assert translate("This show needs JavaScript to play.", expected) in page


async def test_the_page_runs_under_a_strict_policy(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/shows/demo") as response:
        policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
        page = await response.text()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://127.0.0.1:{server.port}"
    assert "unsafe" not in str(policy)
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|javascript:", page), (
        "nothing inline that the policy would refuse"
    )


async def test_an_unknown_show_is_not_found(server: ShowServer, http: aiohttp.ClientSession) -> None:
    assert (await ask(http, server, "/shows/nothing"))[0] == 404
    assert (await ask(http, server, "/shows/%00"))[0] == 404
    assert (await ask(http, server, "/shows/" + "x" * 2000))[0] == 404


async def test_an_unlisted_show_needs_its_key_and_hands_it_to_the_player(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await desktop.do(ShowCreate(id="secret", title="Secret", unlisted=True))
    key = (await server.live_shows.get("secret")).key
    assert (await ask(http, server, "/shows/secret"))[0] == 404
    assert (await ask(http, server, "/shows/secret?key="))[0] == 404
    status, page = await ask(http, server, f"/shows/secret?key={key}")
    assert status == 200
    assert f'<vitrine-show show="secret" key="{key}"' in page
    assert "Secret" not in (await ask(http, server, "/"))[1]


async def test_without_the_key_the_page_does_not_have_it(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    key = (await server.live_shows.get("demo")).key
    assert key not in (await ask(http, server, "/shows/demo?key=wrong"))[1]


async def test_the_index_says_how_far_each_show_is(
    desktop: Desktop, programme: Programme, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    assert "Coming up" in (await ask(http, server, "/"))[1]
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    _, page = await ask(http, server, "/")
    assert '<a href="/shows/demo"><strong>Autumn &lt;colours&gt;</strong> <span>Live now</span></a>' in page


async def test_an_index_without_shows_says_so(server: ShowServer, http: aiohttp.ClientSession) -> None:
    assert "No shows yet." in (await ask(http, server, "/"))[1]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/embed.js", "text/javascript"),
        ("/assets/viewer/vitrine-show.js", "text/javascript"),
        ("/assets/viewer/page.css", "text/css"),
        ("/assets/icons/vitrine.svg", "image/svg+xml"),
    ],
)
async def test_the_pages_own_files_are_served(server: ShowServer, http: aiohttp.ClientSession, path: str, kind: str) -> None:
    async with http.get(server.url + path) as response:
        assert (response.status, response.content_type) == (200, kind)
        assert await response.read()


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../pyproject.toml",
        "/assets/..%2fpyproject.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets//etc/passwd",
        "/assets/viewer/../../ui/theme.js",
        "/assets/locale/da/LC_MESSAGES/vitrine.po",
        "/assets/viewer",
        "/assets/viewer/nothing.js",
        "/assets/%00.js",
        "/assets/" + "a" * 300 + ".js",
        "/assets/%ff.js",
    ],
)
async def test_nothing_else_of_the_disk_is(server: ShowServer, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 404"), answer[:200]


async def test_the_whole_page_weighs_little(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    _, page = await ask(http, server, "/shows/demo")
    wanted = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page))
    assert 5 <= len(wanted) <= 12
    weight = len(page)
    async with aiohttp.ClientSession(auto_decompress=False) as raw:
        for path in wanted:
            async with raw.get(server.url + path, headers={"Accept-Encoding": "gzip"}) as response:
                assert (response.status, response.headers["Content-Encoding"]) == (200, "gzip"), path
                weight += len(await response.read())
    assert weight < 70_000


async def test_a_browser_that_unpacks_nothing_gets_it_as_it_is(server: ShowServer) -> None:
    async with aiohttp.ClientSession(auto_decompress=False) as raw:
        async with raw.get(f"{server.url}/assets/viewer/money.js", headers={"Accept-Encoding": "identity"}) as response:
            assert "Content-Encoding" not in response.headers
            assert b"Intl.NumberFormat" in await response.read()


@pytest.mark.parametrize("path", ["/order.js", "/embed.js", "/demo/shop/", "/demo/shop/live.html", "/demo/shop/products.json"])
async def test_what_shops_load_is_there(server: ShowServer, http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(server.url + path) as response:
        assert response.status == 200
        if response.content_type == "text/html":
            policy = response.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "<script>" not in await response.text()


@pytest.mark.parametrize(
    "path", ["/demo/shop/../../demo.show.json", "/demo/shop/%2e%2e/demo.show.json", "/demo/shop/nothing.html"]
)
async def test_nothing_outside_the_demo_shop(server: ShowServer, http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(f"{server.url}/demo/shop/{path}") as response:
        assert response.status == 404


async def test_a_brands_own_server_has_no_demo_shop(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False)
    async with http.get(f"{server.url}/demo/shop/") as response:
        assert response.status == 404


async def test_the_calendar_knows_when(server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession) -> None:
    title = "Aften; med \\ komma, og\nmeget lange danske ord: " + "hudplejerådgivning " * 5
    await desktop.do(ShowCreate(id="later", title=title, brand='Mat"ilde', starts_at_ms=1_800_000_000_000))
    async with http.get(f"{server.url}/shows/later/calendar.ics") as response:
        assert response.content_type == "text/calendar"
        text = (await response.read()).decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "DTSTART:20270115T080000Z" in whole
    assert "SUMMARY:Aften\\; med \\\\ komma\\, og\\nmeget" in whole
    assert 'CN="Mat\'ilde"' in whole
    async with http.get(f"{server.url}/shows/demo/calendar.ics") as response:
        assert response.status == 404
