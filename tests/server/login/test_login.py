"""Logging in with a real OpenID provider, over the real wire; and what does not hold is refused."""

import asyncio
import contextlib
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from sqlalchemy import select

from studio.queries import relation as queries
from studio.relation.identity import MOST, Identifier
from studio.relation.names import PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.config import Login
from studio.server.db import profiles, tables
from tests.fakes import TIMEOUT_S
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import PushedClock
from tests.server.relation.shop import SHOP, NewPage, Page, order, rows

ROOT = Path(__file__).parents[3]
NODE = ROOT / "tests" / "page"
SECRET = "a secret/of+the shop"
SHOP_ORIGIN = "https://shop.example"
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules" / "oidc-provider").is_dir(), reason="no oidc-provider here"
)


@pytest.fixture
async def port() -> int:
    """Where our server will listen: a provider is told that beforehand."""
    return unused_port()


@pytest.fixture
async def issuer(port: int) -> AsyncIterator[str]:
    """The provider's address."""
    ours = f"http://127.0.0.1:{port}"
    said = [str(Path(__file__).parent / "provider.mjs"), str(NODE), f"{ours}/login/callback", f"{ours}/login/id/logout"]
    pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec("node", *said, stdout=pipe, stderr=quiet)
    assert process.stdout is not None
    async with asyncio.timeout(TIMEOUT_S):
        line = await process.stdout.readline()
    yield f"http://127.0.0.1:{json.loads(line)['port']}"
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    await process.communicate()


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "client.secret"
    path.write_text(SECRET, encoding="utf-8")
    return str(path)


@pytest.fixture
async def server(start_server: StartServer, issuer: str, port: int, secret: str) -> ShowServer:
    """One that knows the provider under two names: as the brand's own accounts, and as somebody else's."""
    own = Login(name="id", issuer=issuer, client_id="shop", client_secret_file=secret, own=True)
    other = Login(name="other", issuer=issuer, client_id="shop", client_secret_file=secret, email=False)
    return await start_server(port=port, login=(own, other), origins=(SHOP_ORIGIN,))


@pytest.fixture
async def new_page(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock) -> NewPage:
    server.tokens.add(SHOP, "shop")
    return lambda device="desktop": Page(http, server, hands, device)


class Browser:
    """A browser at the provider, with cookies of its own."""

    def __init__(self, server: ShowServer) -> None:
        self.server = server
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def log_in(self, address: str, name: str) -> str:
        """Through the provider's forms; the address that it sends the browser back to (our callback)."""
        async with asyncio.timeout(TIMEOUT_S):
            url, form = address, None
            while not url.startswith(f"{self.server.url}/login/callback"):
                method = "POST" if form is not None else "GET"
                async with self.http.request(method, url, data=form, allow_redirects=False) as answer:
                    text, form = await answer.text(), None
                    if answer.status in (302, 303):
                        url = _joined(url, answer.headers["Location"])
                        continue
                    assert answer.status == 200, (url, answer.status, text)
                found = re.search(r'<form[^>]*action="([^"]+)"', text)
                assert found is not None, text
                url = _joined(url, found[1])
                form = {"prompt": "login", "login": name, "password": "x"} if 'name="login"' in text else {"prompt": "consent"}
        return url

    async def back(self, callback: str) -> str:
        """What our callback answers: the code for the page; empty for a page that says no."""
        async with self.http.get(callback, allow_redirects=False) as answer:
            if answer.status != 303:
                return ""
            return parse_qs(urlsplit(answer.headers["Location"]).query).get("vitrine-login", [""])[0]


def _joined(base: str, location: str) -> str:
    return location if location.startswith("http") else f"{urlsplit(base).scheme}://{urlsplit(base).netloc}{location}"


async def begin(page: Page, provider: str = "id", where: str = f"{SHOP_ORIGIN}/account?a=1") -> str:
    status, said = await page.post("login", {"provider": provider, "page": where})
    assert status == 200, said
    return str(said["url"])


async def end_session(browser: Browser, issuer: str) -> None:
    """They log out at the provider."""
    async with browser.http.get(f"{issuer}/session/end") as answer:
        found = re.search(r'name="xsrf" value="([^"]+)"', await answer.text())
    assert found is not None
    async with browser.http.post(f"{issuer}/session/end/confirm", data={"xsrf": found[1], "logout": "yes"}) as answer:
        assert answer.status == 200


async def log_in(server: ShowServer, page: Page, name: str, provider: str = "id") -> dict[str, Any]:
    """The whole round."""
    async with Browser(server) as browser:
        code = await browser.back(await browser.log_in(await begin(page, provider), name))
    status, said = await page.post("login/finish", {"code": code})
    assert status == 200, said
    page.token = said.get("visitor", page.token)
    return said


async def who_is(server: ShowServer, find: str, by: Any = "visitor") -> queries.Person:
    found = await order(server, queries.ProfileLook(find=find, by=by))
    assert isinstance(found, queries.Person)
    return found


@BOTH_DATABASES
async def test_a_visitor_is_known_by_who_logs_them_in(server: ShowServer, new_page: NewPage) -> None:
    phone, laptop = new_page("phone"), new_page()
    for page in (phone, laptop):
        await page.did(PRODUCT_VIEWED, "serum")
        assert (await log_in(server, page, "anna"))["known"]
    person = await who_is(server, "anna", "customer")
    assert set(person.devices) == {phone.visitor, laptop.visitor}
    assert set(person.identifiers) == {("customer", "anna", "login"), ("email", "anna@example.com", "login")}
    kept = await rows(server, tables.logins)
    assert [(row["secrets"], row["finish"], row["told"]) for row in kept] == [("", "", "")] * 2
    held = await laptop.held()
    assert [one["provider"] for one in held["logins"]] == ["id"]
    assert await laptop.forget() == 200
    assert await rows(server, tables.logins) == []


async def test_the_next_one_on_the_same_browser_is_a_new_visitor(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await log_in(server, page, "anna")
    anna = page.visitor
    said = await log_in(server, page, "bo")
    assert said["visitor"].partition(".")[0] == page.visitor != anna
    assert list((await who_is(server, "bo", "customer")).devices) == [page.visitor]
    assert list((await who_is(server, "anna", "customer")).devices) == [anna]


async def test_of_others_accounts_only_what_is_asked_for_is_taken(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await log_in(server, page, "anna", "other")
    assert (await who_is(server, page.visitor)).identifiers == (("customer", "other:anna", "login"),)


async def test_an_address_that_is_not_verified_is_not_taken(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await log_in(server, page, "unverified")
    assert (await who_is(server, page.visitor)).identifiers == (("customer", "unverified", "login"),)


async def test_who_agreed_to_nothing_stays_nobody(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.choose(marketing=True)
    assert (await log_in(server, page, "anna")) == {"ok": True, "known": False}
    assert await rows(server, tables.identifiers) == []


async def test_a_login_is_finished_once_and_only_where_it_was_begun(
    server: ShowServer, new_page: NewPage, hands: PushedClock
) -> None:
    mine, other = new_page(), new_page()
    for page in (mine, other):
        await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        callback = await browser.log_in(await begin(mine), "anna")
        code = await browser.back(callback)
        assert await browser.back(callback) == ""  # the answer comes once
        assert (await other.post("login/finish", {"code": code}))[0] == 403  # given to somebody else's browser
        assert (await mine.post("login/finish", {"code": code}))[0] == 403  # and gone with that
        code = await browser.back(await browser.log_in(await begin(mine), "anna"))
        hands.push(3 * 60)
        assert (await mine.post("login/finish", {"code": code}))[0] == 403
        callback = await browser.log_in(await begin(mine), "anna")
        hands.push(11 * 60)
        assert await browser.back(callback) == ""
    assert await rows(server, tables.identifiers) == []


async def test_what_was_changed_on_the_way_does_not_hold(server: ShowServer, new_page: NewPage, issuer: str) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        for part, instead in (
            (r"state=[^&]+", "state=another"),
            (r"code=[^&]+", "code=another"),
            (r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example"),
            (r"&iss=[^&]+", ""),
        ):
            callback = await browser.log_in(await begin(page), "anna")
            assert "iss=" in callback
            assert await browser.back(re.sub(part, instead, callback)) == ""
        good = await browser.log_in(await begin(page), "anna")
        assert await browser.back(good)


async def test_it_leads_back_to_pages_of_the_brand_only(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        for where, back in ((f"{SHOP_ORIGIN}/account?a=1", f"{SHOP_ORIGIN}/account"), ("https://evil.example/", server.url)):
            callback = await browser.log_in(await begin(page, where=where), "anna")
            async with browser.http.get(callback, allow_redirects=False) as answer:
                assert answer.headers["Location"].partition("?")[0] == back
        refused = (
            callback.partition("?")[0]
            + "?"
            + f"error=access_denied&state={parse_qs(urlsplit(await begin(page)).query)['state'][0]}"
        )
        async with browser.http.get(refused, allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"{SHOP_ORIGIN}/account?a=1"


async def test_a_key_may_change(
    server: ShowServer, new_page: NewPage, issuer: str, http: aiohttp.ClientSession, hands: PushedClock
) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await log_in(server, page, "anna")
    async with http.post(f"{issuer}/rotate") as answer:
        assert answer.status == 200
    hands.push(61)
    assert (await log_in(server, page, "anna"))["known"]


async def test_who_logs_out_there_is_a_stranger_here(server: ShowServer, new_page: NewPage, issuer: str) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        code = await browser.back(await browser.log_in(await begin(page), "anna"))
        assert (await page.post("login/finish", {"code": code}))[0] == 200
        before = page.token
        await end_session(browser, issuer)
    said = await page.did(PRODUCT_VIEWED, "oil")
    assert said["visitor"] != before
    person = await who_is(server, "anna", "customer")
    assert [deed.products for deed in person.deeds] == [("serum",)]


async def test_a_logout_is_believed_only_when_it_is_signed_for_us(server: ShowServer, http: aiohttp.ClientSession) -> None:
    for token in ("", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        async with http.post(f"{server.url}/login/id/logout", data={"logout_token": token}) as answer:
            assert (answer.status, answer.headers["Cache-Control"]) == (400, "no-store")
    async with http.post(f"{server.url}/login/nobody/logout", data={"logout_token": "x"}) as answer:
        assert answer.status == 404


async def test_a_provider_that_is_away_is_said(
    start_server: StartServer, http: aiohttp.ClientSession, hands: PushedClock
) -> None:
    server = await start_server(login=(Login(name="id", issuer=f"http://127.0.0.1:{unused_port()}", client_id="shop"),))
    page = Page(http, server, hands)
    await page.did(PRODUCT_VIEWED, "serum")
    status, said = await page.post("login", {"provider": "id"})
    assert (status, said["detail"]) == (503, "Whoever logs people in does not answer")
    status, said = await page.post("login", {"provider": "nobody"})
    assert status == 404
    page.token = ""
    assert (await page.post("login", {"provider": "id"}))[0] == 403


async def test_facebook_gives_a_number_and_no_address(
    start_server: StartServer, http: aiohttp.ClientSession, hands: PushedClock, secret: str
) -> None:
    asked: list[dict[str, str]] = []

    async def token(request: web.Request) -> web.Response:
        asked.append({name: str(value) for name, value in (await request.post()).items()})
        if asked[-1]["code"] != "good":
            return web.json_response({"error": {"message": "Invalid verification code format.", "code": 100}}, status=400)
        return web.json_response({"access_token": "EAAB", "token_type": "bearer", "expires_in": 5_183_944})

    async def me(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer EAAB"
        return web.json_response({"id": "10158", "email": "anna@example.com"})

    app = web.Application()
    app.router.add_post("/v21.0/oauth/access_token", token)
    app.router.add_get("/v21.0/me", me)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        login = Login(name="facebook", kind="facebook", issuer=address, client_id="42", client_secret_file=secret)
        server = await start_server(login=(login,), origins=(SHOP_ORIGIN,))
        page = Page(http, server, hands)
        await page.did(PRODUCT_VIEWED, "serum")
        for code in ("bad", "good"):
            dialog = urlsplit(await begin(page, "facebook"))
            state = parse_qs(dialog.query)["state"][0]
            async with Browser(server) as browser:
                finish = await browser.back(f"{server.url}/login/callback?code={code}&state={state}")
            assert bool(finish) == (code == "good")
        status, said = await page.post("login/finish", {"code": finish})
        assert (status, said["known"]) == (200, True)
        assert (await who_is(server, page.visitor)).identifiers == (("customer", "facebook:10158", "login"),)
        assert asked[-1] == {
            "client_id": "42",
            "client_secret": SECRET,
            "code": "good",
            "redirect_uri": f"{server.url}/login/callback",
        }
    finally:
        await runner.cleanup()


async def test_who_logged_out_there_sees_and_deletes_nothing_here(
    server: ShowServer, new_page: NewPage, issuer: str, http: aiohttp.ClientSession
) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        code = await browser.back(await browser.log_in(await begin(page), "anna"))
        assert (await page.post("login/finish", {"code": code}))[0] == 200
        async with http.ws_connect(f"{server.url}/calls/ws") as call:
            await call.send_json({"t": "hello", "visitor": page.token})
            welcome = await call.receive_json()
            assert welcome["visitor"] == page.token
            await end_session(browser, issuer)
            async for message in call:  # until it is ended
                assert message.type is aiohttp.WSMsgType.TEXT
    bearer = {"Authorization": f"Visitor {page.token}"}
    for method in ("GET", "DELETE"):
        async with http.request(method, f"{server.url}/api/visitor", headers=bearer) as answer:
            assert answer.status == 404
    async with http.ws_connect(f"{server.url}/calls/ws") as call:
        await call.send_json({"t": "hello", "visitor": page.token})
        assert (await call.receive_json())["visitor"] != page.token
    assert [deed.products for deed in (await who_is(server, "anna", "customer")).deeds] == [("serum",)]


async def test_who_logged_out_there_may_log_in_again(server: ShowServer, new_page: NewPage, issuer: str) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        code = await browser.back(await browser.log_in(await begin(page), "anna"))
        assert (await page.post("login/finish", {"code": code}))[0] == 200
        await end_session(browser, issuer)
        before = page.token
        status, said = await page.post("login", {"provider": "id", "page": f"{SHOP_ORIGIN}/account"})
        assert status == 200
        page.token = said["visitor"]
        assert page.token != before
        code = await browser.back(await browser.log_in(said["url"], "anna"))
        assert (await page.post("login/finish", {"code": code}))[1]["known"]
    await page.did(PRODUCT_VIEWED, "oil")
    person = await who_is(server, "anna", "customer")
    assert sorted(deed.products for deed in person.deeds) == [("oil",), ("serum",)]


async def test_a_logout_before_the_page_is_back_ends_the_login(server: ShowServer, new_page: NewPage, issuer: str) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    async with Browser(server) as browser:
        code = await browser.back(await browser.log_in(await begin(page), "anna"))
        await end_session(browser, issuer)
    assert (await page.post("login/finish", {"code": code}))[0] == 403


async def test_it_leads_back_to_where_an_advertisement_led(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    landing = f"{SHOP_ORIGIN}/search?q=calm+serum&utm_source=meta&fbclid={'x' * 180}"
    async with Browser(server) as browser:
        for where, back in ((landing, landing), (f"{SHOP_ORIGIN}/a?long={'x' * 900}", f"{SHOP_ORIGIN}/a")):
            callback = await browser.log_in(await begin(page, where=where), "anna")
            async with browser.http.get(callback, allow_redirects=False) as answer:
                assert answer.headers["Location"].startswith(back + ("&" if "?" in back else "?"))


async def test_a_login_that_is_refused_knows_nobody(server: ShowServer, new_page: NewPage) -> None:
    phone = new_page("phone")
    await phone.did(PRODUCT_VIEWED, "serum")
    assert (await log_in(server, phone, "anna"))["known"]
    other = new_page()
    await other.did(PRODUCT_VIEWED, "oil")
    engine = server.tokens.engine
    assert engine is not None
    bo = Identifier(kind="email", value="bo@example.com", proof="link")
    await server.relation.people.identify(other.visitor, bo)
    assert (await log_in(server, other, "anna"))["known"] is False
    async with engine.connect() as connection:
        theirs = await profiles.person(connection, await profiles.owner(connection, "email", "bo@example.com"))
        assert theirs.identifiers == {("email", "bo@example.com")}
        kept = (await connection.execute(select(tables.logins.c.visitor))).scalars().all()
    assert other.visitor not in kept, "who is not known leaves no login"


async def test_who_logs_out_again_and_again_stays_one_customer(server: ShowServer, new_page: NewPage) -> None:
    for number in range(MOST["visitor"] + 2):
        page = new_page()
        await page.did(PRODUCT_VIEWED, f"p{number}")
        anna = Identifier(kind="customer", value="anna", proof="login")
        assert (await server.relation.arrivals.arrive(page.token, anna)).known, number
        await server.audience.visits.retire(page.visitor)
    assert len((await who_is(server, "anna", "customer")).deeds) == MOST["visitor"] + 2
