"""What pages get of films: the files, the replay's place, clips."""

from typing import Any

import aiohttp
import pytest

from studio.commands.product import ProductPin
from studio.commands.show import ShowCreate, ShowEnd, ShowRehearse, ShowStart
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.server.fakes import Desktop, page
from tests.server.films.conftest import FILM, JPEG, Get, Sender, made_film
from tests.server.shop.conftest import CREAM, OIL

BODY = made_film()
CLIP = "clip-0123456789abcdef"


async def ended(desktop: Desktop) -> None:
    """A show from beginning to end."""
    await desktop.take()
    await desktop.confirmed(ShowStart())
    await desktop.confirmed(ShowEnd())


async def test_a_browser_seeks_in_a_film(sender: Sender, http: aiohttp.ClientSession) -> None:
    await sender.publish(BODY)
    url = f"{sender.url}/films/{FILM}.mp4"
    async with http.get(url, headers={"Origin": "http://localhost:5173"}) as response:
        assert (response.status, await response.read()) == (200, BODY)
        told = response.headers
        assert (told["Content-Type"], told["Accept-Ranges"], told["Cache-Control"]) == ("video/mp4", "bytes", "no-cache")
        assert told["Access-Control-Allow-Origin"] == "http://localhost:5173"
        known = told["ETag"]
    for asked, expected in {"bytes=0-": BODY, "bytes=1000-1999": BODY[1000:2000], "bytes=-500": BODY[-500:]}.items():
        async with http.get(url, headers={"Range": asked}) as response:
            assert (response.status, await response.read()) == (206, expected)
            assert response.headers["Content-Range"].endswith(f"/{len(BODY)}")
    async with http.get(url, headers={"Range": f"bytes={len(BODY)}-"}) as response:
        assert response.status == 416
    async with http.head(url) as response:
        assert (response.status, response.content_length) == (200, len(BODY))
    async with http.get(url, headers={"If-None-Match": known}) as response:
        assert response.status == 304


async def test_a_film_is_withdrawn_while_it_is_watched(sender: Sender, http: aiohttp.ClientSession) -> None:
    film = made_film(8_000_000)
    assert (await sender.offer(film))[0] == 201
    for begin in range(0, len(film), 500_000):
        assert (await sender.patch(film[begin : begin + 500_000], begin))[0] == 204
    async with http.get(f"{sender.url}/films/{FILM}.mp4") as response:
        seen = await response.content.readexactly(1000)
        assert (await sender.ask("DELETE", f"/studio/films/{FILM}"))[0] == 204
        assert seen + await response.read() == film, "what is on its way arrives"
    assert (await sender.watch(Range="bytes=1000-"))[0] == 404


@pytest.mark.parametrize("ending", ["mp4", "jpg", "vtt"])
@pytest.mark.parametrize("name", ["nothing-of-ours", "..%2f..%2fshows", "%2e%2e%2fshows.sqlite", "x", "a" * 300])
async def test_only_films_are_served(sender: Sender, http: aiohttp.ClientSession, name: str, ending: str) -> None:
    await sender.offer(BODY)
    async with http.get(f"{sender.url}/films/{name}.{ending}") as response:
        assert response.status == 404
    async with http.get(f"{sender.url}/films/{FILM}.{ending}") as response:
        assert response.status == 404, "it is not public yet"


async def test_its_chapters_and_poster(sender: Sender, http: aiohttp.ClientSession) -> None:
    await sender.publish(BODY)
    async with http.get(f"{sender.url}/films/{FILM}.vtt") as response:
        text = await response.text()
        assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert text.startswith("WEBVTT\n")
    assert "00:00:04.000 --> 00:00:10.000\nOlie &amp; &lt;creme&gt;" in text
    async with http.get(f"{sender.url}/films/{FILM}.jpg") as response:
        assert response.status == 404
    await sender.ask("PUT", f"/studio/films/{FILM}/poster", data=JPEG, headers={"Content-Type": "image/jpeg"})
    async with http.get(f"{sender.url}/films/{FILM}.jpg") as response:
        assert (response.status, await response.read(), response.content_type) == (200, JPEG, "image/jpeg")


async def test_a_page_hears_of_a_replay_and_finds_it(
    sender: Sender, server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, get: Get
) -> None:
    await ended(desktop)
    assert (await get("/api/shows/demo"))[1]["replay"] is None
    assert (await get("/api/shows/demo/replay"))[0] == 404
    async with page(http, server) as visitor:
        assert (await visitor.next("welcome"))["show"]["replay"] is None
        await sender.publish(BODY)
        event = await visitor.event("film.published")
        assert (event["data"], event["actor"]) == ({"type": "film.published", "film": FILM, "kind": "replay"}, "")
        place = (await get("/api/shows/demo"))[1]["replay"]
        assert place == "/api/shows/demo/replay"
        status, told = await get(place)
        assert status == 200
        assert told["film"] == {
            "id": FILM,
            "src": f"/films/{FILM}.mp4",
            "poster": "",
            "length_ms": 10_000,
            "width": 1920,
            "height": 1080,
            "spans": [{"film_ms": 0, "media_ms": 0, "length_ms": 4000}, {"film_ms": 5000, "media_ms": 4000, "length_ms": 5000}],
            "chapters": [{"begins_ms": 0, "title": "Velkommen"}, {"begins_ms": 4000, "title": "Olie & <creme>"}],
            "vtt": f"/films/{FILM}.vtt",
        }
        await sender.ask("PUT", f"/studio/films/{FILM}/poster", data=JPEG, headers={"Content-Type": "image/jpeg"})
        assert (await get(place))[1]["film"]["poster"] == f"/films/{FILM}.jpg"
        await sender.ask("DELETE", f"/studio/films/{FILM}")
        await visitor.event("film.withdrawn")
        assert (await get("/api/shows/demo"))[1]["replay"] is None
        assert (await get(place))[0] == 404
    async with page(http, server) as late:
        assert (await late.next("welcome"))["show"]["replay"] is None


async def test_a_show_that_goes_on_has_no_replay_yet(sender: Sender, desktop: Desktop, get: Get) -> None:
    await desktop.do(ShowRehearse())
    await sender.publish(BODY)
    await desktop.take()
    for _ in range(2):
        assert (await get("/api/shows/demo"))[1]["replay"] is None
        assert (await get("/api/shows/demo/replay"))[0] == 404
        if (await get("/api/shows/demo"))[1]["state"] == "draft":
            await desktop.confirmed(ShowStart())
    await desktop.confirmed(ShowEnd())
    assert (await get("/api/shows/demo/replay"))[0] == 200


async def test_a_clip_is_no_replay_and_the_newest_replay_counts(
    sender: Sender, desktop: Desktop, room: LiveShow, get: Get
) -> None:
    await ended(desktop)
    await sender.publish(BODY, id=CLIP, kind="clip")
    assert room.replay == ""
    await sender.publish(BODY)
    await sender.publish(made_film(seed=9), id="replay-fedcba9876543210")
    assert (await get("/api/shows/demo/replay"))[1]["film"]["id"] == "replay-fedcba9876543210"
    await sender.ask("DELETE", "/studio/films/replay-fedcba9876543210")
    assert (await get("/api/shows/demo/replay"))[1]["film"]["id"] == FILM


async def test_an_unlisted_shows_films_need_its_key_or_their_own_name(sender: Sender, server: ShowServer, get: Get) -> None:
    desktop = await Desktop(sender.http, server.url, client="desk-2", show="secret").connect()
    await desktop.do(ShowCreate(id="secret", title="Secret", unlisted=True))
    await ended(desktop)
    await sender.publish(BODY, "secret")
    await sender.publish(made_film(seed=9), "secret", id=CLIP, kind="clip", products=["oil"])
    key = (await server.live_shows.get("secret")).key
    assert (await get("/api/shows/secret/replay"))[0] == 404
    assert (await get("/api/shows/secret/replay", key="wrong"))[0] == 404
    assert (await get("/api/shows/secret/replay", key=key))[1]["film"]["id"] == FILM
    assert (await sender.watch())[0] == 200
    for query in ({}, {"product": "oil"}):
        assert (await get("/api/clips", **query))[1] == {"clips": []}
    assert (await get("/api/clips", show="secret"))[0] == 404
    assert [clip["id"] for clip in (await get("/api/clips", show="secret", key=key))[1]["clips"]] == [CLIP]
    assert [clip["id"] for clip in (await get("/api/clips", clip=CLIP))[1]["clips"]] == [CLIP]
    await desktop.close()


@pytest.fixture
async def clips(sender: Sender, server: ShowServer, http: aiohttp.ClientSession) -> list[str]:
    """Three clips of the show `shop`, the newest last, and a replay."""
    shop = await Desktop(http, server.url, client="desk-2", show="shop").connect()
    await shop.do(ShowCreate(id="shop", title="Aften", products=(OIL, CREAM)))
    await shop.do(ProductPin(product="oil"))
    names = [f"clip-{number}123456789abcdef" for number in range(3)]
    for number, (name, products) in enumerate(zip(names, (["oil"], ["cream", "gone"], ["oil", "cream"]), strict=True)):
        film = made_film(5000, seed=number)
        await sender.publish(film, "shop", id=name, kind="clip", products=products, title=name, width=720, height=1280)
    await sender.publish(BODY, "shop", products=["oil"])
    await shop.close()
    return names


async def test_clips_of_a_product_with_what_it_costs_now(sender: Sender, get: Get, clips: list[str]) -> None:
    first, second, third = clips
    _, told = await get("/api/clips", product="oil")
    assert [clip["id"] for clip in told["clips"]] == [third, first]
    newest = told["clips"][0]
    known = (await get("/api/shows/shop"))[1]["products"]
    assert newest == {
        "id": third,
        "show": "shop",
        "title": third,
        "src": f"/films/{third}.mp4",
        "poster": "",
        "length_ms": 10_000,
        "width": 720,
        "height": 1280,
        "products": known,
    }
    assert known[0]["price_minor"] == 24_900

    async def names(**query: Any) -> list[str]:
        status, told = await get("/api/clips", **query)
        assert status == 200
        return [clip["id"] for clip in told["clips"]]

    assert await names() == [third, second, first]
    assert await names(limit="2") == [third, second]
    assert await names(limit="0") == []
    assert await names(limit="999") == [third, second, first]
    assert await names(show="demo") == []
    assert await names(show="shop", product="cream") == [third, second]
    assert await names(product="OIL") == []
    assert await names(product="oi") == []
    assert await names(clip=first) == [first]
    assert await names(clip=FILM) == [], "a replay is no clip"
    assert [product["id"] for product in (await get("/api/clips", clip=second))[1]["clips"][0]["products"]] == ["cream"]
    await sender.publish(made_film(seed=20), "shop", id="clip-0fedcba987654321", kind="clip")
    await sender.offer(made_film(5000, seed=0), "shop", id=first, kind="clip", products=["cream"], title="Ny titel")
    assert await names(product="oil") == [third], "a clip may be about something else later"
    await sender.ask("DELETE", f"/studio/films/{third}")
    assert await names() == ["clip-0fedcba987654321", second, first]


@pytest.mark.parametrize("limit", ["x", "-1", "1e9", "٣", "9" * 30])
async def test_a_limit_is_a_number(sender: Sender, get: Get, limit: str) -> None:
    assert (await get("/api/clips", limit=limit))[0] == 400


async def test_clips_of_no_show(get: Get) -> None:
    assert (await get("/api/clips", show="nothing"))[0] == 404
    assert await get("/api/clips", product="nothing") == (200, {"clips": []})
